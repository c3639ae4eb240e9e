package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

var (
	transposes = []blas.Transpose{blas.NoTrans, blas.Trans, blas.ConjTrans}
	uplos      = []blas.Uplo{blas.Upper, blas.Lower}
	sides      = []blas.Side{blas.Left, blas.Right}
	diags      = []blas.Diag{blas.NonUnit, blas.Unit}
	scalars    = [][2]float64{{1, 0}, {-0.5, 1}, {2, -1.5}, {0, 0.5}}
)

// blasShapes straddle the size from which products are routed and the block edges.
var blasShapes = [][3]int{{1, 2, 3}, {33, 31, 40}, {70, 90, 65}, {8, 200, 130}, {200, 8, 97}, {131, 129, 260}, {0, 5, 4}, {300, 40, 33}}

// sameAsGonum runs one routine on gonum's implementation and on this package's, each
// path and worker count, and compares all of the output, guards included.
func sameAsGonum(t *testing.T, what string, out *matrix, run func(impl blas.Float64, out *matrix)) {
	t.Helper()
	want := out.clone()
	run(gonum.Implementation{}, want)
	size := 0.0
	for _, v := range want.data {
		if !math.IsNaN(v) {
			size = max(size, math.Abs(v))
		}
	}
	defer func(p path) { active = p }(active)
	for _, active = range paths() {
		for _, workers := range []int{1, 3} {
			got := out.clone()
			run(BLAS(workers), got)
			for i, w := range want.all {
				g := got.all[i]
				if math.IsNaN(w) != math.IsNaN(g) || math.Abs(g-w) > 1e-12*(1+size) {
					t.Fatalf("%s, %s, %d workers: element %d is %v, want %v", what, Path(), workers, i-guard, g, w)
				}
			}
		}
	}
}

// triangleOf spoils what a routine must not read of a triangular or symmetric A, and
// makes the rest well conditioned for solving.
func triangleOf(rnd *rand.Rand, ul blas.Uplo, d blas.Diag, n int) *matrix {
	a := randomMatrix(rnd, n, n, 3)
	a.each(func(i, j int, v float64) float64 {
		switch {
		case i == j && d == blas.Unit, i != j && (i > j) == (ul == blas.Upper):
			return math.NaN()
		case i == j:
			return 2 + math.Abs(v)
		}
		return v / float64(n)
	})
	return a
}

func TestBLASDgemm(t *testing.T) {
	for _, s := range blasShapes {
		m, n, k := s[0], s[1], s[2]
		for _, tA := range transposes {
			for _, tB := range transposes {
				for _, ab := range scalars {
					rnd := newRand(1)
					a, b := operand(rnd, tA != blas.NoTrans, m, k, 1), operand(rnd, tB != blas.NoTrans, k, n, 2)
					sameAsGonum(t, fmt.Sprint("Dgemm ", s, tA, tB, ab), randomMatrix(rnd, m, n, 1), func(impl blas.Float64, c *matrix) {
						impl.Dgemm(tA, tB, m, n, k, ab[0], a.data, a.ld, b.data, b.ld, ab[1], c.data, c.ld)
					})
				}
			}
		}
	}
}

func TestBLASDsyrk(t *testing.T) {
	for _, s := range blasShapes {
		n, k := s[0], s[2]
		for _, tA := range transposes {
			for _, ul := range uplos {
				for _, ab := range scalars {
					rnd := newRand(1)
					a, b := operand(rnd, tA != blas.NoTrans, n, k, 1), operand(rnd, tA != blas.NoTrans, n, k, 2)
					c := triangleOf(rnd, ul, blas.NonUnit, n)
					what := fmt.Sprint(s, tA, ul, ab)
					sameAsGonum(t, "Dsyrk "+what, c, func(impl blas.Float64, c *matrix) {
						impl.Dsyrk(ul, tA, n, k, ab[0], a.data, a.ld, ab[1], c.data, c.ld)
					})
					sameAsGonum(t, "Dsyr2k "+what, c, func(impl blas.Float64, c *matrix) {
						impl.Dsyr2k(ul, tA, n, k, ab[0], a.data, a.ld, b.data, b.ld, ab[1], c.data, c.ld)
					})
				}
			}
		}
	}
}

func TestBLASDsymm(t *testing.T) {
	for _, s := range blasShapes {
		m, n := s[0], s[1]
		for _, side := range sides {
			order := n
			if side == blas.Left {
				order = m
			}
			for _, ul := range uplos {
				for _, ab := range scalars {
					rnd := newRand(1)
					a, b := triangleOf(rnd, ul, blas.NonUnit, order), randomMatrix(rnd, m, n, 2)
					sameAsGonum(t, fmt.Sprint("Dsymm ", s, side, ul, ab), randomMatrix(rnd, m, n, 1), func(impl blas.Float64, c *matrix) {
						impl.Dsymm(side, ul, m, n, ab[0], a.data, a.ld, b.data, b.ld, ab[1], c.data, c.ld)
					})
				}
			}
		}
	}
}

func TestBLASTriangular(t *testing.T) {
	for _, s := range blasShapes {
		m, n := s[0], s[1]
		for _, side := range sides {
			order := n
			if side == blas.Left {
				order = m
			}
			for _, ul := range uplos {
				for _, tA := range transposes {
					for _, d := range diags {
						for _, alpha := range []float64{1, -0.5, 0} {
							rnd := newRand(1)
							a, b := triangleOf(rnd, ul, d, order), randomMatrix(rnd, m, n, 1)
							what := fmt.Sprint(s, side, ul, tA, d, alpha)
							sameAsGonum(t, "Dtrmm "+what, b, func(impl blas.Float64, b *matrix) {
								impl.Dtrmm(side, ul, tA, d, m, n, alpha, a.data, a.ld, b.data, b.ld)
							})
							sameAsGonum(t, "Dtrsm "+what, b, func(impl blas.Float64, b *matrix) {
								impl.Dtrsm(side, ul, tA, d, m, n, alpha, a.data, a.ld, b.data, b.ld)
							})
						}
					}
				}
			}
		}
	}
}

// TestBLASWorkersKeepBits also covers the strips of the triangular routines.
func TestBLASWorkersKeepBits(t *testing.T) {
	const m, n = 200, 333
	rnd := newRand(1)
	for _, side := range sides {
		order := n
		if side == blas.Left {
			order = m
		}
		for _, ul := range uplos {
			a, b := triangleOf(rnd, ul, blas.NonUnit, order), randomMatrix(rnd, m, n, 1)
			var first *matrix
			for _, workers := range []int{1, 2, 3, 8} {
				got := b.clone()
				BLAS(workers).Dtrsm(side, ul, blas.Trans, blas.NonUnit, m, n, 1, a.data, a.ld, got.data, got.ld)
				BLAS(workers).Dtrmm(side, ul, blas.NoTrans, blas.NonUnit, m, n, 1, a.data, a.ld, got.data, got.ld)
				if first == nil {
					first = got
				} else if err := got.sameBits(first); err != nil {
					t.Errorf("%c %c: %d workers: %v", side, ul, workers, err)
				}
			}
		}
	}
}

// useBLAS installs BLAS for the length of a test.
func useBLAS(tb testing.TB, workers int) {
	old := blas64.Implementation()
	blas64.Use(BLAS(workers))
	tb.Cleanup(func() { blas64.Use(old) })
}

// TestCholesky factors a Gram matrix with gonum's LAPACK and wants UᵀU (LLᵀ) back.
func TestCholesky(t *testing.T) {
	useBLAS(t, 2)
	for _, n := range []int{10, 64, 100, 257} {
		for _, ul := range uplos {
			x := randomMatrix(newRand(1), n, n+20, 0)
			a := newMatrix(n, n, 5)
			a.each(func(int, int, float64) float64 { return 0 })
			SyrkUpper(2, n, n+20, x.data, x.ld, a.data, a.ld)
			Mirror(2, n, a.data, a.ld)
			u := a.clone()
			if !(lapack.Implementation{}).Dpotrf(ul, n, u.data, u.ld) {
				t.Fatalf("n=%d: not positive definite", n)
			}
			u.each(func(i, j int, v float64) float64 {
				if i != j && (i > j) == (ul == blas.Upper) {
					return 0
				}
				return v
			})
			zero := newMatrix(n, n, 0)
			zero.each(func(int, int, float64) float64 { return 0 })
			back, size := refGemm(ul == blas.Upper, ul == blas.Lower, n, n, n, 1, u, u, zero)
			if err := near(back, a, size, n, nil); err != nil {
				t.Errorf("n=%d %c: %v", n, ul, err)
			}
		}
	}
}

func TestBLASDsymv(t *testing.T) {
	for _, n := range []int{0, 1, 5, 63, 64, 65, 67, 130, 255, 300, 301} {
		for _, ul := range uplos {
			for _, ab := range scalars {
				for _, inc := range []int{1, 3} {
					rnd := newRand(1)
					a, x := triangleOf(rnd, ul, blas.NonUnit, n), randomMatrix(rnd, n, 1, inc-1)
					sameAsGonum(t, fmt.Sprint("Dsymv ", n, ul, ab, inc), randomMatrix(rnd, n, 1, inc), func(impl blas.Float64, y *matrix) {
						impl.Dsymv(ul, n, ab[0], a.data, a.ld, x.data, inc, ab[1], y.data, inc+1)
					})
				}
			}
		}
	}
}
