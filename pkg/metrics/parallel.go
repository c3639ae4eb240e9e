package metrics

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// parallel runs task 0 … n-1 on at most workers goroutines and returns the
// first error. Tasks write to places of their own, so their order does not
// matter to the result.
func parallel(ctx context.Context, workers, n int, task func(i int) error) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(max(1, workers))
	for i := range n {
		if inner.Err() != nil {
			break
		}
		group.Go(func() error {
			if err := inner.Err(); err != nil {
				return err
			}
			return task(i)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// interruptible runs a step that cannot be stopped, such as a decomposition, and
// returns early where ctx ends; the step then finishes unheard. It must touch
// nothing that outlives the call but what it made itself.
func interruptible(ctx context.Context, step func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		step()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// chunks cuts 0 … n into at most parts ranges whose bounds are multiples of
// align, for work that is divided by columns.
func chunks(n, parts, align int) [][2]int {
	step := (n + parts - 1) / parts
	step = (step + align - 1) / align * align
	var out [][2]int
	for lo := 0; lo < n; lo += step {
		out = append(out, [2]int{lo, min(n, lo+step)})
	}
	return out
}
