package metrics

import (
	"context"
	"sync/atomic"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
)

// parallel runs task 0 … n-1 on at most workers goroutines, the caller's among
// them, and returns the error of the first task that fails; further ones are then
// not begun. Tasks write to places of their own, so their order does not matter to
// the result.
func parallel(ctx context.Context, workers, n int, task func(i int) error) error {
	var failed atomic.Bool
	errs := make([]error, n)
	crew.Run(workers, n, func(_, i int) {
		if failed.Load() || ctx.Err() != nil {
			return
		}
		if errs[i] = task(i); errs[i] != nil {
			failed.Store(true)
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// interruptible returns what a step returns that cannot be stopped, such as a
// decomposition, or an error early if ctx ends. The step then goes on alone, so it must
// return its results and not write variables of its caller.
func interruptible[T any](ctx context.Context, step func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := step()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
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
