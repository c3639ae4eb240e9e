package pages

import (
	"sync"
	"testing"
)

func TestPool(t *testing.T) {
	var p Pool
	a, b := Take[float64](&p, 100), Take[uint64](&p, 300)
	if len(a) != 100 || len(b) != 300 {
		t.Fatalf("%d and %d long", len(a), len(b))
	}
	a[0], b[0] = 1, 2
	Give(&p, b)
	Give(&p, a)
	for _, c := range []struct {
		n    int
		from *uint64
	}{
		{301, nil},     // none is as large
		{20, nil},      // both are much larger
		{90, nil},      // a's, seen as uint64
		{80, &b[0]},    // the only one left
		{80, nil},      // none is left
		{0, nil},       // nothing
		{1 << 20, nil}, // in huge pages
	} {
		x := Take[uint64](&p, c.n)
		if len(x) != c.n {
			t.Fatalf("%d long, want %d", len(x), c.n)
		}
		if c.from != nil && &x[0] != c.from {
			t.Errorf("an array of %d is not the one that was given", c.n)
		}
		if c.n == 90 && cap(x) != 100 {
			t.Errorf("an array of %d has room for %d", c.n, cap(x))
		}
	}
	if len(p.free) != 0 {
		t.Errorf("%d are left", len(p.free))
	}
	var none *Pool
	Give(none, Take[float64](none, 10))
}

// TestPoolTogether wants no array to be given to two at a time.
func TestPoolTogether(t *testing.T) {
	var p Pool
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 1000 {
				x := Take[float64](&p, 64+i%64)
				for j := range x {
					x[j] = float64(worker)
				}
				for _, v := range x {
					if v != float64(worker) {
						t.Errorf("worker %d finds what %v wrote", worker, v)
						return
					}
				}
				Give(&p, x)
			}
		})
	}
	wait.Wait()
}
