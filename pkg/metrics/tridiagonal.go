package metrics

import (
	"context"
	"math"

	"gonum.org/v1/gonum/blas"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

// leastLoss returns the penalty with the least loss, a function of T + αI = L·D·Lᵀ. T's
// elements are off by rounding, in norm. That changes the solution of the system by the
// share rounding/(λ + α), λ being T's smallest eigenvalue, and the loss by a few times
// fold that. certain is false if other penalties are thereby as good. If stop is true,
// it returns at the first penalty whose loss rounding leaves unknown, since the choice is
// then not certain.
func leastLoss(ctx context.Context, diagonal, off []float64, rounding float64, stop bool, loss func(alpha float64, d, l []float64) (loss, fold float64, err error)) (alpha float64, certain bool, err error) {
	smallest := smallestEigenvalue(diagonal, off, rounding)
	alphas := ridgeAlphas()
	lows, highs := make([]float64, len(alphas)), make([]float64, len(alphas))
	best, least := -1, math.Inf(1)
	for i, alpha := range alphas {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		lows[i], highs[i] = 0, math.Inf(1)
		share := rounding / (smallest + alpha)
		d, l, ok := factorTridiagonal(diagonal, off, alpha)
		if !ok || share > 1 {
			if stop {
				return alpha, false, nil
			}
			continue // its loss is unknown
		}
		lost, fold, err := loss(alpha, d, l)
		if err != nil {
			return 0, false, err
		}
		// Two factors' rounding, each squared.
		if within := 4 * share * fold; within < 0.5 {
			lows[i], highs[i] = lost*(1-within), lost*(1+within)
		} else if stop {
			return alpha, false, nil
		}
		if lost < least {
			best, least = i, lost
		}
	}
	if best < 0 {
		return alphas[len(alphas)-1], false, nil
	}
	for i, low := range lows {
		if i != best && low <= highs[best] {
			return alphas[best], false, nil
		}
	}
	return alphas[best], true, nil
}

// smallestEigenvalue bounds that of a positive semidefinite tridiagonal matrix from
// below, to a tenth of it or to rounding.
func smallestEigenvalue(diagonal, off []float64, rounding float64) float64 {
	low, high := 0.0, diagonal[0]
	for _, v := range diagonal {
		high = min(high, v)
	}
	for high > 1.1*low && high-low > rounding {
		middle := (low + high) / 2
		if _, _, ok := factorTridiagonal(diagonal, off, -middle); ok {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// tridiagonalForm is a symmetric matrix as Q·T·Qᵀ: T by its diagonal and off-diagonal, Q
// row-major.
type tridiagonalForm struct{ diagonal, off, q []float64 }

// tridiagonal decomposes the symmetric n × n matrix k, which it overwrites: Q takes k's
// place.
func tridiagonal(k []float64, n int) tridiagonalForm {
	diagonal, off := make([]float64, n), make([]float64, max(0, n-1))
	if n == 1 {
		diagonal[0], k[0] = k[0], 1
		return tridiagonalForm{diagonal, off, k}
	}
	var impl lapack.Implementation
	tau := make([]float64, n-1)
	work := make([]float64, 1)
	impl.Dsytrd(blas.Upper, n, k, n, diagonal, off, tau, work, -1)
	work = make([]float64, max(int(work[0]), 3*n))
	impl.Dsytrd(blas.Upper, n, k, n, diagonal, off, tau, work, len(work))
	impl.Dorgtr(blas.Upper, n, k, n, tau, work, len(work))
	return tridiagonalForm{diagonal, off, k}
}

// factorTridiagonal factors T + αI = L·D·Lᵀ with unit lower bidiagonal L; false
// where it is not positive definite.
func factorTridiagonal(diagonal, off []float64, alpha float64) (d, l []float64, ok bool) {
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

// solveTridiagonal solves (L·D·Lᵀ)·X = B in place, B row-major with cols columns.
func solveTridiagonal(d, l, b []float64, cols int) {
	n := len(d)
	for i := 1; i < n; i++ {
		axpy(-l[i-1], b[(i-1)*cols:i*cols], b[i*cols:(i+1)*cols])
	}
	for i := range n {
		scale(b[i*cols:(i+1)*cols], 1/d[i])
	}
	for i := n - 2; i >= 0; i-- {
		axpy(-l[i], b[(i+1)*cols:(i+2)*cols], b[i*cols:(i+1)*cols])
	}
}

// inverseDiagonal is the diagonal of Q·(L·D·Lᵀ)⁻¹·Qᵀ: with y = L⁻¹·qᵢ for row
// i of Q, Σ_k y_k²/d_k. Stimuli are divided among the workers. qt is Qᵀ.
func inverseDiagonal(ctx context.Context, workers int, d, l, qt, out []float64) error {
	n := len(out)
	parts := chunks(n, max(1, workers), 8)
	return parallel(ctx, workers, len(parts), func(p int) error {
		lo, hi := parts[p][0], parts[p][1]
		g := out[lo:hi]
		clear(g)
		y := make([]float64, hi-lo)
		for k := range d {
			row := qt[k*n+lo : k*n+hi]
			weight, factor := 1/d[k], 0.0
			if k > 0 {
				factor = l[k-1]
			}
			for i, v := range row {
				v -= factor * y[i]
				y[i] = v
				g[i] += v * v * weight
			}
		}
		return nil
	})
}
