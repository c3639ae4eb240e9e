package metrics

import (
	"context"
	"sync"
	"sync/atomic"
)

// parallel runs task 0 … n-1 on at most workers goroutines, the caller's among
// them, and returns the error of the first task that fails; further ones are then
// not begun. Tasks write to places of their own, so their order does not matter to
// the result.
func parallel(ctx context.Context, workers, n int, task func(i int) error) error {
	var (
		next   atomic.Int64
		failed atomic.Bool
		mutex  sync.Mutex
		first  = n
		reason error
	)
	run := func() {
		for !failed.Load() && ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			if err := task(i); err != nil {
				failed.Store(true)
				mutex.Lock()
				if i < first {
					first, reason = i, err
				}
				mutex.Unlock()
			}
		}
	}
	var others sync.WaitGroup
	for range min(workers, n) - 1 {
		others.Go(run)
	}
	run()
	others.Wait()
	if reason != nil {
		return reason
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
