package crew

import (
	"context"
	"sync/atomic"
)

// Each runs task 0 … n-1 on at most workers goroutines, the caller's among
// them, and returns the error of the first task that fails; further ones are then
// not begun. Tasks write to places of their own, so their order has no effect on
// the result.
func Each(ctx context.Context, workers, n int, task func(i int) error) error {
	var failed atomic.Bool
	errs := make([]error, n)
	Run(workers, n, func(_, i int) {
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

// Interruptible returns what a step returns that cannot be stopped, such as a
// decomposition, or an error early if ctx ends. The step then goes on alone, so it must
// return its results and not write variables of its caller.
func Interruptible[T any](ctx context.Context, step func() (T, error)) (T, error) {
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

// Chunks cuts 0 … n into at most parts ranges whose bounds are multiples of
// align, for work that is divided by columns.
func Chunks(n, parts, align int) [][2]int {
	step := (n + parts - 1) / parts
	step = (step + align - 1) / align * align
	var out [][2]int
	for lo := 0; lo < n; lo += step {
		out = append(out, [2]int{lo, min(n, lo+step)})
	}
	return out
}

// EachRow runs task for every row, a few rows at a time on each worker.
func EachRow(workers, n int, task func(a int)) {
	const few = 16
	// The tasks give no error, and no context stops them.
	_ = Each(context.Background(), workers, (n+few-1)/few, func(k int) error {
		for a := k * few; a < min(n, (k+1)*few); a++ {
			task(a)
		}
		return nil
	})
}

// Sums adds up term-wise sums over 0 … n-1 in blocks of one size, whose
// sums are added in order: the same on any number of workers.
func Sums[S any](workers, n int, zero S, block func(lo, hi int) S, add func(a, b S) S) S {
	const size = 1 << 15
	parts := make([]S, (n+size-1)/size)
	_ = Each(context.Background(), workers, len(parts), func(k int) error {
		parts[k] = block(k*size, min(n, (k+1)*size))
		return nil
	})
	for _, p := range parts {
		zero = add(zero, p)
	}
	return zero
}

// All runs task 0 … n-1 side by side.
func All(n int, task func(p int)) { Run(n, n, func(_, p int) { task(p) }) }
