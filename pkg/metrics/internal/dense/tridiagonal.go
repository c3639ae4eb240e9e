package dense

import (
	"context"

	"gonum.org/v1/gonum/blas"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
)

// SmallestEigenvalue bounds that of a positive semidefinite tridiagonal matrix from
// below, to a tenth of it or to rounding.
func SmallestEigenvalue(diagonal, off []float64, rounding float64) float64 {
	low, high := 0.0, diagonal[0]
	for _, v := range diagonal {
		high = min(high, v)
	}
	for high > 1.1*low && high-low > rounding {
		middle := float64((low + high) / 2)
		if _, _, ok := FactorTridiagonal(diagonal, off, -middle); ok {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// Tridiagonal is a symmetric matrix as Q·T·Qᵀ: T by its diagonal and off-diagonal, Q
// row-major.
type Tridiagonal struct{ Diagonal, Off, Q []float64 }

// Tridiagonalize decomposes the symmetric n × n matrix k, which it overwrites: Q takes k's
// place.
func Tridiagonalize(k []float64, n int) Tridiagonal {
	diagonal, off := make([]float64, n), make([]float64, max(0, n-1))
	if n == 1 {
		diagonal[0], k[0] = k[0], 1
		return Tridiagonal{diagonal, off, k}
	}
	tau := make([]float64, n-1)
	work := make([]float64, 1)
	routines.Dsytrd(blas.Upper, n, k, n, diagonal, off, tau, work, -1)
	work = make([]float64, max(int(work[0]), 3*n))
	routines.Dsytrd(blas.Upper, n, k, n, diagonal, off, tau, work, len(work))
	routines.Dorgtr(blas.Upper, n, k, n, tau, work, len(work))
	return Tridiagonal{diagonal, off, k}
}

// FactorTridiagonal factors T + αI = L·D·Lᵀ with unit lower bidiagonal L; false
// where it is not positive definite.
func FactorTridiagonal(diagonal, off []float64, alpha float64) (d, l []float64, ok bool) {
	d, l = make([]float64, len(diagonal)), make([]float64, len(off))
	d[0] = diagonal[0] + alpha
	for i := range off {
		if !(d[i] > 0) {
			return nil, nil, false
		}
		l[i] = off[i] / d[i]
		d[i+1] = diagonal[i+1] + alpha - float64(l[i]*off[i])
	}
	return d, l, d[len(d)-1] > 0
}

// SolveTridiagonal solves (L·D·Lᵀ)·X = B in place, B row-major with cols columns.
func SolveTridiagonal(d, l, b []float64, cols int) { SolveTridiagonalColumns(d, l, b, cols, 0, cols) }

// SolveTridiagonalColumns is SolveTridiagonal for the columns of B from one to before another.
func SolveTridiagonalColumns(d, l, b []float64, cols, from, to int) {
	n := len(d)
	row := func(i int) []float64 { return b[i*cols+from : i*cols+to] }
	for i := 1; i < n; i++ {
		AddScaled(-l[i-1], row(i-1), row(i))
	}
	for i := range n {
		Scale(row(i), 1/d[i])
	}
	for i := n - 2; i >= 0; i-- {
		AddScaled(-l[i], row(i+1), row(i))
	}
}

// InverseDiagonal is the diagonal of Q·(L·D·Lᵀ)⁻¹·Qᵀ: with y = L⁻¹·qᵢ for row
// i of Q, Σ_k y_k²/d_k. Stimuli are divided among the workers. qt is Qᵀ, or as many of its
// columns as out has numbers, with rows of the given stride.
func InverseDiagonal(ctx context.Context, workers int, d, l, qt []float64, stride int, out []float64) error {
	n := len(out)
	parts := crew.Chunks(n, max(1, workers), 8)
	return crew.Each(ctx, workers, len(parts), func(p int) error {
		lo, hi := parts[p][0], parts[p][1]
		g := out[lo:hi]
		clear(g)
		y := make([]float64, hi-lo)
		for k := range d {
			row := qt[k*stride+lo : k*stride+hi]
			weight, factor := 1/d[k], 0.0
			if k > 0 {
				factor = l[k-1]
			}
			for i, v := range row {
				v -= float64(factor * y[i])
				y[i] = v
				g[i] += float64(v * v * weight)
			}
		}
		return nil
	})
}
