package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func (p path) testGemm(workers int, tA, tB bool, m, n, k int, alpha float64, a, b, c *matrix) {
	if m == 0 || n == 0 || k == 0 || alpha == 0 {
		return
	}
	p.gemm(workers, m, n, k, alpha,
		&panelSource{f64: a.data, ld: a.ld, steps: tA},
		&panelSource{f64: b.data, ld: b.ld, steps: !tB}, c.data, c.ld)
}

// operand is an m×n random factor, stored transposed if asked.
func operand(rnd *rand.Rand, trans bool, m, n, gap int) *matrix {
	if trans {
		m, n = n, m
	}
	return randomMatrix(rnd, m, n, gap)
}

func checkGemm(t *testing.T, workers int, tA, tB bool, m, n, k, gap int, alpha float64, seed uint64) {
	t.Helper()
	rnd := newRand(seed)
	a, b, c := operand(rnd, tA, m, k, gap), operand(rnd, tB, k, n, 2*gap), randomMatrix(rnd, m, n, gap)
	want, scale := refGemm(tA, tB, m, n, k, alpha, a, b, c)
	for _, p := range paths() {
		got := c.clone()
		p.testGemm(workers, tA, tB, m, n, k, alpha, a, b, got)
		if err := near(got, want, scale, k, nil); err != nil {
			t.Fatalf("%s: %v %v m=%d n=%d k=%d gap=%d alpha=%v workers=%d: %v", pathNames[p], tA, tB, m, n, k, gap, alpha, workers, err)
		}
		if err := got.guardsKept(c, func(int, int) bool { return true }); err != nil {
			t.Fatalf("%s: %v %v m=%d n=%d k=%d gap=%d: wrote outside: %v", pathNames[p], tA, tB, m, n, k, gap, err)
		}
	}
}

func eachTrans(f func(tA, tB bool)) {
	for flags := range 4 {
		f(flags&1 != 0, flags&2 != 0)
	}
}

func TestGemmSmall(t *testing.T) {
	eachTrans(func(tA, tB bool) {
		for size := 0; size <= 70; size++ {
			m, n, k := size, (size*7+3)%71, (size*13+1)%71
			checkGemm(t, 1+size%3, tA, tB, m, n, k, size%3, 1, uint64(size))
			checkGemm(t, 2, tA, tB, n, m, k, 1, -0.75, uint64(size))
			checkGemm(t, 2, tA, tB, size, 1+size%25, size, 0, 2, uint64(size))
			checkGemm(t, 2, tA, tB, 1+size%25, size, size, 0, 2, uint64(size))
		}
	})
}

func TestGemmEdges(t *testing.T) {
	shapes := [][3]int{
		{95, 97, 255}, {96, 96, 256}, {97, 385, 31}, {193, 47, 257}, {385, 383, 3}, {30, 411, 26},
		{321, 10, 515}, {10, 321, 515}, {35, 24, 4400}, {24, 33, 4400}, {65, 25, 300}, {3, 3, 9000},
		{30, gemmCols + 50, 2},
	}
	eachTrans(func(tA, tB bool) {
		for i, s := range shapes {
			checkGemm(t, 1+i%3, tA, tB, s[0], s[1], s[2], 1, -1, uint64(i))
		}
	})
}

func TestGemmKeepsBits(t *testing.T) {
	shapes := [][3]int{{7, 9, 700}, {130, 10, 4400}, {10, 130, 4400}, {200, 310, 700}}
	eachPath(t, func(t *testing.T, p path) {
		eachTrans(func(tA, tB bool) {
			for _, s := range shapes {
				m, n, k := s[0], s[1], s[2]
				rnd := newRand(5)
				a, b, c := operand(rnd, tA, m, k, 1), operand(rnd, tB, k, n, 1), randomMatrix(rnd, m, n, 0)
				first := c.clone()
				p.testGemm(1, tA, tB, m, n, k, 0.5, a, b, first)
				for _, workers := range []int{-1, 2, 3, 8} {
					got := c.clone()
					p.testGemm(workers, tA, tB, m, n, k, 0.5, a, b, got)
					if err := got.sameBits(first); err != nil {
						t.Errorf("%v: %d workers: %v", s, workers, err)
					}
				}
				// Successive calls over k.
				got := c.clone()
				for k0 := 0; k0 < k; k0 += 2 * KC {
					ak, bk := *a, *b
					if tA {
						ak.data = a.data[k0*a.ld:]
					} else {
						ak.data = a.data[k0:]
					}
					if tB {
						bk.data = b.data[k0:]
					} else {
						bk.data = b.data[k0*b.ld:]
					}
					p.testGemm(2, tA, tB, m, n, min(2*KC, k-k0), 0.5, &ak, &bk, got)
				}
				if err := got.sameBits(first); err != nil {
					t.Errorf("%v: split over k: %v", s, err)
				}
			}
		})
	})
}

func TestGemmNonFinite(t *testing.T) {
	shapes := [][3]int{{1, 1, 1}, {9, 30, 10}, {110, 5, 261}, {5, 110, 261}, {40, 60, 70}}
	eachPath(t, func(t *testing.T, p path) {
		eachTrans(func(tA, tB bool) {
			for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
				for _, s := range shapes {
					m, n, k := s[0], s[1], s[2]
					rnd := newRand(9)
					a, b, c := operand(rnd, tA, m, k, 0), operand(rnd, tB, k, n, 0), randomMatrix(rnd, m, n, 0)
					zero := func(i, j int, v float64) float64 {
						if (i+j)%2 == 0 {
							return 0
						}
						return v
					}
					a.each(zero)
					b.each(zero)
					a.data[rnd.IntN(len(a.data))] = bad
					b.data[len(b.data)-1] = bad
					want, scale := refGemm(tA, tB, m, n, k, 1, a, b, c)
					p.testGemm(2, tA, tB, m, n, k, 1, a, b, c)
					if err := near(c, want, scale, k, nil); err != nil {
						t.Fatalf("%v: %v %v %v: %v", bad, tA, tB, s, err)
					}
				}
			}
		})
	})
}
