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
func (f *primalFit) chooseAlpha(ctx context.Context, in metrics.NeuralInput, search penaltySearch) (alphas []float64, certain bool, err error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	form, release, err := shareForm(in, metrics.Split{Train: f.train}, 0, primalFormNumbers(features, n, len(search.alphas)), func() (*primalForm, func(), error) { return f.form(ctx, in) })
	if err != nil {
		return nil, false, err
	}
	defer release()
	loss, screen := f.losses(ctx, in, search, form)
	return search.leastLoss(ctx, search.choices(t), form.Diagonal, form.Off, form.rounding, true, screen, loss)
}

// losses returns the function that returns the losses of a penalty, and how far rounding
// grows in them, from T + αI = L·D·Lᵀ; and the screen of the penalties, if there is one for
// the search.
func (f *primalFit) losses(ctx context.Context, in metrics.NeuralInput, search penaltySearch, form *primalForm) (loss func(alpha float64, d, l []float64) (losses, folds []float64, err error), screen *penaltyScreen) {
	features, t, n, zt := in.Gram.Features, in.Neuroids, len(f.train), form.zt
	y, _ := dense.CenteredRows(in.Responses, t, f.train)
	zy := make([]float64, features*t)
	dense.AddProduct(in.Workers, dense.Of(zy, features, t), 1, dense.Of(zt, features, n), dense.Of(y, n, t))

	w, residual := make([]float64, features*t), make([]float64, n*t)
	choices := search.choices(t)
	all := make([]float64, choices)
	for at := 0; at < len(y); at += t {
		search.addSquares(all, y[at:at+t], 1)
	}
	loss = func(alpha float64, d, l []float64) (losses, folds []float64, err error) {
		copy(w, zy)
		dense.SolveTridiagonal(d, l, w, t)
		copy(residual, y)
		dense.AddProduct(in.Workers, dense.Of(residual, n, t), -1, dense.Of(zt, features, n).T(), dense.Of(w, features, t))
		leverage, err := form.diagonals.at(ctx, in.Workers, alpha, d, l, zt, n)
		if err != nil {
			return nil, nil, err
		}
		least := 1.0
		losses, folds = make([]float64, choices), make([]float64, choices)
		for i, h := range leverage {
			remaining := 1 - 1/float64(n) - h
			least = min(least, remaining)
			search.addSquares(losses, residual[i*t:(i+1)*t], remaining)
		}
		for k, loss := range losses {
			folds[k] = max(1, math.Sqrt(all[k]/loss)) / least
		}
		return losses, folds, nil
	}
	if search.screens() {
		screen = &penaltyScreen{
			workers: in.Workers, diagonal: form.Diagonal, off: form.Off, rounding: form.rounding, n: n, t: t,
			image: zy, turned: zt, responses: y, solved: w, products: residual,
			inverse: func(alpha float64, d, l []float64) ([]float64, error) {
				leverage, err := form.diagonals.at(ctx, in.Workers, alpha, d, l, zt, n)
				inverse := make([]float64, len(leverage))
				for i, h := range leverage {
					inverse[i] = (1 - 1/float64(n) - h) / alpha
				}
				return inverse, err
			},
			growth: func(alpha, loss, least, _ float64) float64 {
				return max(1, math.Sqrt(all[0]/loss)) / min(1, least*alpha)
			},
		}
	}
	return loss, screen
}

// primalForm is XᵀX of a split's train rows as Q·T·Qᵀ, T tridiagonal. It depends on the
// activations alone.
type primalForm struct {
	dense.Tridiagonal
	zt        []float64 // Qᵀ·x of each stimulus, features × train rows
	rounding  float64   // of the elements of XᵀX, in norm
	diagonals inverseDiagonals
}

// primalFormNumbers returns how many numbers a form has with the diagonals of the penalties.
func primalFormNumbers(features, train, penalties int) int64 {
	return int64(features)*int64(features+train) + int64(penalties)*int64(train)
}

// form makes the form in memory of the pool.
func (f *primalFit) form(ctx context.Context, in metrics.NeuralInput) (form *primalForm, release func(), err error) {
	features, n := in.Gram.Features, len(f.train)
	pool := stream.Attached[pages.Pool](in.Gram)
	k := pages.Take[float64](pool, features*features)
	squares := 0.0
	for i := range features {
		row := f.xx[i*features+i : (i+1)*features]
		copy(k[i*features+i:(i+1)*features], row)
		squares += float64(2*dense.Dot(row, row)) - float64(row[0]*row[0])
	}
	form = &primalForm{rounding: unit * f.grown * math.Sqrt(squares)}
	form.Tridiagonal, err = crew.Interruptible(ctx, func() (dense.Tridiagonal, error) { return dense.Tridiagonalize(k, features), nil })
	if err != nil {
		return nil, nil, err // what was interrupted still uses k
	}
	x, _ := centredOnTrain(in.Gram.X, features, metrics.Split{Train: f.train})
	// Rows of Zᵀ hold one step of the elimination for all stimuli.
	form.zt = pages.Take[float64](pool, features*n)
	clear(form.zt)
	dense.AddProduct(in.Workers, dense.Of(form.zt, features, n), 1, dense.Of(form.Q, features, features).T(), dense.Of(x, n, features).T())
	return form, func() { pages.Give(pool, form.zt); pages.Give(pool, k) }, nil
}
