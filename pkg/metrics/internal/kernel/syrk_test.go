package kernel

import (
	"fmt"
	"math"
	"testing"
)

func checkSyrk(t *testing.T, workers, n, k, gap int, seed uint64) {
	t.Helper()
	rnd := newRand(seed)
	b, c := randomMatrix(rnd, n, k, gap), randomMatrix(rnd, n, n, gap)
	c.each(func(i, j int, v float64) float64 {
		if i > j {
			return math.NaN() // the lower triangle is a guard, too
		}
		return v
	})
	want, scale := refGemm(false, true, n, n, k, 1, b, b, c)
	for _, p := range paths() {
		got := c.clone()
		p.syrk(workers, n, k, 1, &panelSource{f64: b.data, ld: b.ld}, got.data, got.ld)
		if err := near(got, want, scale, k, below); err != nil {
			t.Fatalf("%s: n=%d k=%d gap=%d workers=%d: %v", pathNames[p], n, k, gap, workers, err)
		}
		if err := got.guardsKept(c, func(i, j int) bool { return i <= j }); err != nil {
			t.Fatalf("%s: n=%d k=%d gap=%d workers=%d: wrote outside: %v", pathNames[p], n, k, gap, workers, err)
		}
	}
}

func TestSyrkSmall(t *testing.T) {
	for n := 0; n <= 70; n++ {
		for _, k := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 17, n} {
			checkSyrk(t, 1+n%3, n, k, n%4, uint64(n*100+k))
		}
	}
}

func TestSyrkEdges(t *testing.T) {
	for _, n := range []int{95, 96, 97, 119, 121, 191, 193, 255, 257, 383, 384, 385, 391} {
		for _, k := range []int{1, 31, 255, 256, 257} {
			if n > 200 && k > 31 && (n+k)%3 != 0 {
				continue // the plain loop is slow
			}
			checkSyrk(t, 2, n, k, 3, uint64(n*1000+k))
		}
	}
	checkSyrk(t, 2, 50, 515, 0, 1)
	checkSyrk(t, 2, 1163, 3, 0, 1) // past the size where tiles grow
}

func TestSyrkWorkersKeepBits(t *testing.T) {
	eachPath(t, func(t *testing.T, p path) {
		for _, n := range []int{5, 100, 501} {
			rnd := newRand(uint64(n))
			b, c := randomMatrix(rnd, n, 700, 1), randomMatrix(rnd, n, n, 0)
			var first *matrix
			for _, workers := range []int{-1, 1, 2, 3, 8} {
				got := c.clone()
				p.syrk(workers, n, 700, 1, &panelSource{f64: b.data, ld: b.ld}, got.data, got.ld)
				if first == nil {
					first = got
				} else if err := got.sameBits(first); err != nil {
					t.Errorf("n=%d: %d workers: %v", n, workers, err)
				}
			}
		}
	})
}

func TestSyrkSlabsKeepBits(t *testing.T) {
	const n, k = 210, 5*KC + 77
	eachPath(t, func(t *testing.T, p path) {
		rnd := newRand(3)
		b, c := randomMatrix(rnd, n, k, 1), randomMatrix(rnd, n, n, 0)
		whole := c.clone()
		p.syrk(2, n, k, 1, &panelSource{f64: b.data, ld: b.ld}, whole.data, whole.ld)
		for _, slab := range []int{KC, 2 * KC, 3 * KC} {
			got := c.clone()
			for k0 := 0; k0 < k; k0 += slab {
				p.syrk(2, n, min(slab, k-k0), 1, &panelSource{f64: b.data[k0:], ld: b.ld}, got.data, got.ld)
			}
			if err := got.sameBits(whole); err != nil {
				t.Errorf("slabs of %d: %v", slab, err)
			}
		}
	})
}

// TestSyrkSingle wants the bits of the same block widened and centred beforehand.
func TestSyrkSingle(t *testing.T) {
	eachPath(t, func(t *testing.T, p path) {
		for _, n := range []int{1, 3, 7, 8, 9, 23, 50, 131} {
			for _, k := range []int{1, 5, 8, 13, 256, 300} {
				rnd := newRand(uint64(n * k))
				c := randomMatrix(rnd, n, n, 2)
				ld := k + 3
				single := make([]float32, (n-1)*ld+k)
				double := newMatrix(n, k, 3)
				mean := make([]float64, k)
				for j := range mean {
					mean[j] = rnd.NormFloat64()
				}
				for i := range single {
					single[i] = float32(math.NaN())
				}
				double.each(func(i, j int, _ float64) float64 {
					single[i*ld+j] = float32(rnd.NormFloat64())
					return float64(single[i*ld+j]) - mean[j]
				})
				want, got := c.clone(), c.clone()
				p.syrk(2, n, k, 1, &panelSource{f64: double.data, ld: double.ld}, want.data, want.ld)
				p.syrk(2, n, k, 1, &panelSource{f32: single, ld: ld, mean: mean}, got.data, got.ld)
				if err := got.sameBits(want); err != nil {
					t.Fatalf("n=%d k=%d: %v", n, k, err)
				}
			}
		}
	})
}

// TestSyrkNonFinite wants NaN and Inf wherever the plain loop has them, and nowhere
// else: padding must not spread them, zeros must not swallow them.
func TestSyrkNonFinite(t *testing.T) {
	eachPath(t, func(t *testing.T, p path) {
		for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			for _, n := range []int{1, 9, 30, 107} {
				for _, k := range []int{1, 10, 261} {
					rnd := newRand(uint64(n * k))
					b, c := randomMatrix(rnd, n, k, 0), randomMatrix(rnd, n, n, 0)
					b.each(func(i, j int, v float64) float64 {
						if (i+j)%2 == 0 {
							return 0
						}
						return v
					})
					*b.at(rnd.IntN(n), rnd.IntN(k)) = bad
					*b.at(n-1, k-1) = bad
					want, scale := refGemm(false, true, n, n, k, 1, b, b, c)
					p.syrk(2, n, k, 1, &panelSource{f64: b.data, ld: b.ld}, c.data, c.ld)
					if err := near(c, want, scale, k, below); err != nil {
						t.Fatalf("%v: n=%d k=%d: %v", bad, n, k, err)
					}
				}
			}
		}
	})
}

func TestMirror(t *testing.T) {
	for _, n := range []int{0, 1, 2, 31, 32, 33, 64, 100} {
		for _, gap := range []int{0, 5} {
			c := randomMatrix(newRand(1), n, n, gap)
			want := c.clone()
			want.each(func(i, j int, v float64) float64 {
				if i > j {
					return *c.at(j, i)
				}
				return v
			})
			Mirror(2, n, c.data, c.ld)
			if err := c.sameBits(want); err != nil {
				t.Errorf("n=%d gap=%d: %v", n, gap, err)
			}
		}
	}
}

func TestShapes(t *testing.T) {
	x := make([]float64, 100)
	for want, f := range map[string]func(){
		negative: func() { SyrkUpper(1, -1, 2, x, 2, x, 2) },
		badLdB:   func() { SyrkUpper(1, 3, 4, x, 3, x, 3) },
		badLdC:   func() { SyrkUpper(1, 3, 4, x, 4, x, 2) },
		shortB:   func() { SyrkUpper(1, 3, 4, x[:11], 4, x, 3) },
		shortC:   func() { SyrkUpper(1, 3, 4, x, 4, x[:8], 3) },
		badLdA:   func() { Gemm(1, true, false, 3, 3, 3, 1, x, 2, x, 3, x, 3) },
		shortA:   func() { Gemm(1, true, false, 3, 3, 4, 1, x[:11], 3, x, 3, x, 3) },
		shortMu:  func() { SyrkUpperSingle(1, 2, 3, make([]float32, 6), 3, x[:2], x, 2) },
	} {
		t.Run(want, func(t *testing.T) {
			defer func() {
				if got := recover(); fmt.Sprint(got) != want {
					t.Errorf("panic %v", got)
				}
			}()
			f()
		})
	}
}
