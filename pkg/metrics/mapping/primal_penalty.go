package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// chooseAlpha is the primal counterpart of the function on the Gram matrix: with
// XᵀX = Q·T·Qᵀ and z = Qᵀ·x of each stimulus, the leave-one-out residual is that of the
// fit over 1 − 1/n − zᵀ(T + αI)⁻¹z.
func (f *primalFit) chooseAlpha(ctx context.Context, in metrics.NeuralInput) (alpha float64, certain bool, err error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	pool := stream.Attached[pages.Pool](in.Gram)
	k := pages.Take[float64](pool, features*features)
	squares := 0.0
	for i := range features {
		row := f.xx[i*features+i : (i+1)*features]
		copy(k[i*features+i:(i+1)*features], row)
		squares += 2*dense.Dot(row, row) - row[0]*row[0]
	}
	rounding := unit * f.grown * math.Sqrt(squares)
	form, err := crew.Interruptible(ctx, func() (dense.Tridiagonal, error) { return dense.Tridiagonalize(k, features), nil })
	if err != nil {
		return 0, false, err // what was interrupted still uses k
	}
	defer pages.Give(pool, k)
	x, _ := centredOnTrain(in.Gram.X, features, metrics.Split{Train: f.train})
	// Rows of Zᵀ hold one step of the elimination for all stimuli.
	zt := pages.Take[float64](pool, features*n)
	defer pages.Give(pool, zt)
	clear(zt)
	dense.AddProduct(in.Workers, dense.Of(zt, features, n), 1, dense.Of(form.Q, features, features).T(), dense.Of(x, n, features).T())
	y, _ := dense.CenteredRows(in.Responses, t, f.train)
	zy := make([]float64, features*t)
	dense.AddProduct(in.Workers, dense.Of(zy, features, t), 1, dense.Of(zt, features, n), dense.Of(y, n, t))

	w, residual := make([]float64, features*t), make([]float64, n*t)
	leverage := make([]float64, n)
	all := dense.Dot(y, y)
	return leastLoss(ctx, form.Diagonal, form.Off, rounding, true, func(_ float64, d, l []float64) (loss, fold float64, err error) {
		copy(w, zy)
		dense.SolveTridiagonal(d, l, w, t)
		copy(residual, y)
		dense.AddProduct(in.Workers, dense.Of(residual, n, t), -1, dense.Of(zt, features, n).T(), dense.Of(w, features, t))
		if err := dense.InverseDiagonal(ctx, in.Workers, d, l, zt, leverage); err != nil {
			return 0, 0, err
		}
		least := 1.0
		for i, h := range leverage {
			remaining := 1 - 1/float64(n) - h
			least = min(least, remaining)
			row := residual[i*t : (i+1)*t]
			loss += dense.Dot(row, row) / (remaining * remaining)
		}
		return loss, max(1, math.Sqrt(all/loss)) / least, nil
	})
}
