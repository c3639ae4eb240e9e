package metrics

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// chooseAlpha is the primal counterpart of the function on the Gram matrix: with
// XᵀX = Q·T·Qᵀ and z = Qᵀ·x of each stimulus, the leave-one-out residual is that of the
// fit over 1 − 1/n − zᵀ(T + αI)⁻¹z.
func (f *primalFit) chooseAlpha(ctx context.Context, in NeuralInput) (alpha float64, certain bool, err error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	pool := &in.Gram.scratch
	k := pages.Take[float64](pool, features*features)
	squares := 0.0
	for i := range features {
		row := f.xx[i*features+i : (i+1)*features]
		copy(k[i*features+i:(i+1)*features], row)
		squares += 2*dot(row, row) - row[0]*row[0]
	}
	rounding := unit * f.grown * math.Sqrt(squares)
	form, err := interruptible(ctx, func() (tridiagonalForm, error) { return tridiagonal(k, features), nil })
	if err != nil {
		return 0, false, err // what was interrupted still uses k
	}
	defer pages.Give(pool, k)
	x, _ := centredOnTrain(in.Gram.X, features, Split{Train: f.train})
	// Rows of Zᵀ hold one step of the elimination for all stimuli.
	zt := pages.Take[float64](pool, features*n)
	defer pages.Give(pool, zt)
	clear(zt)
	kernel.Gemm(in.Workers, true, true, features, n, features, 1, form.q, features, x, features, zt, n)
	y, _ := centredRows(in.Responses, t, f.train)
	zy := make([]float64, features*t)
	kernel.Gemm(in.Workers, false, false, features, t, n, 1, zt, n, y, t, zy, t)

	w, residual := make([]float64, features*t), make([]float64, n*t)
	leverage := make([]float64, n)
	all := dot(y, y)
	return leastLoss(ctx, form.diagonal, form.off, rounding, true, func(_ float64, d, l []float64) (loss, fold float64, err error) {
		copy(w, zy)
		solveTridiagonal(d, l, w, t)
		copy(residual, y)
		kernel.Gemm(in.Workers, true, false, n, t, features, -1, zt, n, w, t, residual, t)
		if err := inverseDiagonal(ctx, in.Workers, d, l, zt, leverage); err != nil {
			return 0, 0, err
		}
		least := 1.0
		for i, h := range leverage {
			remaining := 1 - 1/float64(n) - h
			least = min(least, remaining)
			row := residual[i*t : (i+1)*t]
			loss += dot(row, row) / (remaining * remaining)
		}
		return loss, max(1, math.Sqrt(all/loss)) / least, nil
	})
}
