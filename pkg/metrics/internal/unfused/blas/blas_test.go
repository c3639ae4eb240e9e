package blas

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
)

const lda = 23 // of every matrix, in elements

func random(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = r.Float64() - 0.5 // normal numbers depend on the architecture
	}
	return x
}

var (
	transposes = []blas.Transpose{blas.NoTrans, blas.Trans}
	triangles  = []blas.Uplo{blas.Upper, blas.Lower}
	sides      = []blas.Side{blas.Left, blas.Right}
	diagonals  = []blas.Diag{blas.NonUnit, blas.Unit}
)

// results returns what the routines of an implementation compute, of vectors of all
// lengths and steps and matrices of all shapes up to some.
func results(b blas.Float64) map[string][]float64 {
	out := map[string][]float64{}
	r := rand.New(rand.NewPCG(1, 2))
	keep := func(name string, values ...float64) { out[name] = append(out[name], values...) }
	for n := 1; n <= 13; n++ {
		for _, inc := range [][2]int{{1, 1}, {2, 1}, {1, 3}, {-1, 1}, {2, -3}} {
			vectors(b, r, keep, n, inc[0], inc[1])
		}
		for m := 1; m <= 9; m++ {
			products(b, r, keep, m, n)
		}
		squares(b, r, keep, n)
	}
	for _, n := range []int{70, 150} { // divided into blocks
		x, y, z := random(r, n*n), random(r, n*n), random(r, n*n)
		for _, tA := range transposes {
			for _, tB := range transposes {
				b.Dgemm(tA, tB, n, n, n, 1.1, x, n, y, n, 0.3, z, n)
				keep("Dgemm", z...)
			}
		}
	}
	return out
}

func vectors(b blas.Float64, r *rand.Rand, keep func(string, ...float64), n, incX, incY int) {
	x, y, a := random(r, 50), random(r, 50), random(r, 13*lda)
	keep("Ddot", b.Ddot(n, x, incX, y, incY))
	z := slices.Clone(y)
	b.Daxpy(n, 0.7, x, incX, z, incY)
	keep("Daxpy", z...)
	z = slices.Clone(x)
	b.Dscal(n, 0.7, z, max(incX, -incX))
	keep("Dscal", z...)
	keep("Dnrm2", b.Dnrm2(n, x, max(incX, -incX)), b.Dnrm2(n, []float64{0, 0, 1e300, 1e300, 0, 0, 1e-300, 0, 0, 1e300, 3, 4, 5}, 1))
	u, v := slices.Clone(x), slices.Clone(y)
	c, s, root, _ := b.Drotg(x[0], y[0])
	b.Drot(n, u, incX, v, incY, c, s)
	keep("Drot", append(append(u, v...), c, s, root)...)
	for _, t := range transposes {
		for _, beta := range []float64{0, 1, -0.3} {
			for m := 1; m <= 6; m++ {
				z := slices.Clone(y)
				b.Dgemv(t, m, n, 1.3, a, lda, x, incX, beta, z, incY)
				keep("Dgemv", z...)
			}
		}
		for _, ul := range triangles {
			for _, d := range diagonals {
				z, w := slices.Clone(x), slices.Clone(x)
				b.Dtrmv(ul, t, d, n, a, lda, z, incX)
				b.Dtrsv(ul, t, d, n, a, lda, w, incX)
				keep("Dtrmv", z...)
				keep("Dtrsv", w...)
			}
		}
	}
	changed := slices.Clone(a)
	// gonum's assembly starts at another element if a step is negative.
	b.Dger(n, 5, 1.3, x, max(incX, -incX), y, max(incY, -incY), changed, lda)
	keep("Dger", changed...)
	for _, ul := range triangles {
		z := slices.Clone(y)
		b.Dsymv(ul, n, 1.3, a, lda, x, incX, -0.3, z, incY)
		b.Dsyr(ul, n, 0.7, x, incX, changed, lda)
		b.Dsyr2(ul, n, 0.7, x, incX, y, incY, changed, lda)
		keep("Dsymv", z...)
		keep("Dsyr", changed...)
	}
}

func products(b blas.Float64, r *rand.Rand, keep func(string, ...float64), m, n int) {
	x, y, c := random(r, 13*lda), random(r, 13*lda), random(r, 13*lda)
	for _, tA := range transposes {
		for _, tB := range transposes {
			z := slices.Clone(c)
			b.Dgemm(tA, tB, m, n, 7, 1.3, x, lda, y, lda, -0.3, z, lda)
			keep("Dgemm", z...)
		}
		for _, ul := range triangles {
			for _, side := range sides {
				for _, d := range diagonals {
					z, w := slices.Clone(c), slices.Clone(c)
					b.Dtrmm(side, ul, tA, d, m, n, 1.3, x, lda, z, lda)
					b.Dtrsm(side, ul, tA, d, m, n, 1.3, x, lda, w, lda)
					keep("Dtrmm", z...)
					keep("Dtrsm", w...)
				}
			}
		}
	}
	for _, ul := range triangles {
		for _, side := range sides {
			z := slices.Clone(c)
			b.Dsymm(side, ul, m, n, 1.3, x, lda, y, lda, -0.3, z, lda)
			keep("Dsymm", z...)
		}
	}
}

func squares(b blas.Float64, r *rand.Rand, keep func(string, ...float64), n int) {
	x, y, c := random(r, 13*lda), random(r, 13*lda), random(r, 13*lda)
	for _, t := range transposes {
		for _, ul := range triangles {
			z := slices.Clone(c)
			b.Dsyrk(ul, t, n, 7, 1.3, x, lda, -0.3, z, lda)
			b.Dsyr2k(ul, t, n, 7, 1.3, x, lda, y, lda, -0.3, z, lda)
			keep("Dsyrk", z...)
		}
	}
}

// TestBits compares the bits of results with those on amd64.
func TestBits(t *testing.T) {
	want := map[string]string{
		"Daxpy": "217b6f81f4fc",
		"Ddot":  "630ff6d5a93a",
		"Dgemm": "2f276a251fd3",
		"Dgemv": "a8874b053143",
		"Dger":  "aebf2eeaa467",
		"Dnrm2": "8299de11b740",
		"Drot":  "9e3081405970",
		"Dscal": "baaa1323d26f",
		"Dsymm": "f951f78f9437",
		"Dsymv": "237e078991ce",
		"Dsyr":  "7929fb489f51",
		"Dsyrk": "827fd7392c23",
		"Dtrmm": "da85e08ced43",
		"Dtrmv": "a47d5d0acfe2",
		"Dtrsm": "a84fb611fa99",
		"Dtrsv": "6f3705eb2d90",
	}
	for name, values := range results(Implementation{}) {
		sum := sha256.New()
		if err := binary.Write(sum, binary.LittleEndian, values); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)[:6]); got != want[name] {
			t.Errorf("%s: the results have the hash %s, want %s", name, got, want[name])
		}
	}
}
