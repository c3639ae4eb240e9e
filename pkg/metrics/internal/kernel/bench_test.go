package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

func fill(rnd *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rnd.NormFloat64()
	}
	return x
}

// rate runs f and reports operations a second, both the mean and that of the fastest
// turn, which is what a machine does that others use as well.
func rate(b *testing.B, flops float64, f func()) {
	best := time.Duration(math.MaxInt64)
	for b.Loop() {
		start := time.Now()
		f()
		best = min(best, time.Since(start))
	}
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	b.ReportMetric(flops/best.Seconds()/1e9, "best-GFLOP/s")
}

// BenchmarkSyrk is the Gram kernel at the size of a usual stimulus set; a symmetric
// product has n·(n+1)·k operations.
func BenchmarkSyrk(b *testing.B) {
	const n = 2560
	for _, k := range []int{256, 2048} {
		x, c := fill(newRand(1), n*k), make([]float64, n*n)
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("k=%d/workers=%d", k, workers), func(b *testing.B) {
				rate(b, n*(n+1)*float64(k), func() { SyrkUpper(workers, n, k, x, k, c, n) })
			})
		}
	}
}

func BenchmarkSyrkSingle(b *testing.B) {
	const n, k = 2560, 2048
	x, mean, c := make([]float32, n*k), make([]float64, k), make([]float64, n*n)
	rnd := newRand(1)
	for i := range x {
		x[i] = float32(rnd.NormFloat64())
	}
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			rate(b, n*(n+1)*k, func() { SyrkUpperSingle(workers, n, k, x, k, mean, c, n) })
		})
	}
}

// BenchmarkGemm has the products of the mappings, K·V for a few columns and for as
// many as there are neuroids, their transposes, and a square one.
func BenchmarkGemm(b *testing.B) {
	const n = 2560
	rnd := newRand(1)
	x, y, c := fill(rnd, n*n), fill(rnd, n*n), make([]float64, n*n)
	for _, s := range []struct {
		name   string
		tA, tB bool
		m, n   int
	}{
		{"K·V", false, false, n, 1},
		{"K·V", false, false, n, 10},
		{"K·V", false, false, n, 20},
		{"K·V", false, false, n, 168},
		{"Kᵀ·V", true, false, n, 10},
		{"Kᵀ·V", true, false, n, 168},
		{"Vᵀ·K", true, false, 10, n},
		{"Vᵀ·K", true, false, 168, n},
		{"K·K", false, false, n, n},
		{"K·Kᵀ", false, true, n, n},
	} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/m=%d/n=%d/workers=%d", s.name, s.m, s.n, workers), func(b *testing.B) {
				lda, ldb := n, s.n
				if s.tA {
					lda = s.m
				}
				if s.tB {
					ldb = n
				}
				rate(b, 2*float64(s.m)*float64(s.n)*n, func() {
					Gemm(workers, s.tA, s.tB, s.m, s.n, n, 1, x, lda, y, ldb, c, s.n)
				})
			})
		}
	}
}

// BenchmarkMirror copies 26 MB.
func BenchmarkMirror(b *testing.B) {
	const n = 2560
	c := make([]float64, n*n)
	b.SetBytes(8 * n * n)
	for b.Loop() {
		Mirror(2, n, c, n)
	}
}

// BenchmarkCholesky factors the kernel matrix of a training split with gonum's LAPACK
// on this package's BLAS, and on gonum's own for comparison.
func BenchmarkCholesky(b *testing.B) {
	const n = 2304
	x, a := fill(newRand(1), n*n), make([]float64, n*n)
	SyrkUpper(2, n, n, x, n, a, n)
	Mirror(2, n, a, n)
	for i := range n {
		a[i*n+i] += n
	}
	u := make([]float64, n*n)
	factor := func(b *testing.B, ul blas.Uplo) {
		rate(b, float64(n)*n*n/3, func() {
			copy(u, a)
			if !(lapack.Implementation{}).Dpotrf(ul, n, u, n) {
				b.Fatal("not positive definite")
			}
		})
	}
	for _, ul := range uplos {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%c/workers=%d", ul, workers), func(b *testing.B) {
				useBLAS(b, workers)
				factor(b, ul)
			})
		}
	}
	b.Run("U/gonum", func(b *testing.B) { factor(b, blas.Upper) })
}
