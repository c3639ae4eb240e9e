package mapping

import (
	"context"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// chooseAlpha is the primal counterpart of the function on the Gram matrix: with
// XᵀX = Q·T·Qᵀ and z = Qᵀ·x of each stimulus, the leave-one-out residual is that of the
// fit over 1 − 1/n − zᵀ(T + αI)⁻¹z. Splits turn their stimuli one after the other, unless
// forms are kept: these are far larger than all else.
func (f *primalFit) chooseAlpha(ctx context.Context, in metrics.NeuralInput, search penaltySearch) (alphas []float64, certain bool, err error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	numbers := primalFormNumbers(features, n, len(search.alphas))
	form, release, err := shareForm(in, metrics.Split{Train: f.train}, 0, numbers, func() (*primalForm, func(), error) { return f.form(ctx, in) })
	if err != nil {
		return nil, false, err
	}
	defer release()
	if !sharesForms(in.Shared, len(in.Splits), numbers) {
		turn := stream.Attached[primalTurn](in.Gram)
		turn.Lock()
		defer func() {
			form.forget(in)
			turn.Unlock()
		}()
		in.Workers = f.workers
	}
	form.turn(in, f.primalFeatures)
	loss, screen := f.losses(ctx, in, search, form)
	return search.leastLoss(ctx, search.choices(t), form.Diagonal, form.Off, form.rounding, true, screen, loss)
}

// primalTurn is held by the split whose stimuli are turned.
type primalTurn struct{ sync.Mutex }

// stimuliAtOnce is how many stimuli's errors are held at once.
const stimuliAtOnce = 2 * stream.SlabCols

// losses returns the function that returns the losses of a penalty, and how far rounding
// grows in them, from T + αI = L·D·Lᵀ; and the screen of the penalties, if there is one for
// the search.
func (f *primalFit) losses(ctx context.Context, in metrics.NeuralInput, search penaltySearch, form *primalForm) (loss func(alpha float64, d, l []float64) (losses, folds []float64, err error), screen *penaltyScreen) {
	features, t, n, zt := in.Gram.Features, in.Neuroids, len(f.train), form.zt
	zy := make([]float64, features*t)
	dense.AddProduct(in.Workers, dense.Of(zy, features, t), 1, dense.Of(form.Q, features, features).T(), dense.Of(f.xy, features, t))

	w, residual := make([]float64, features*t), make([]float64, min(n, stimuliAtOnce)*t)
	mean := dense.ColumnMeans(in.Responses, t, f.train)
	// miss replaces the fit of a stimulus, of neuroids beginning with one, by what it misses.
	miss := func(stimulus, neuroid int, fit []float64, over float64) {
		y, mean := in.Responses[f.train[stimulus]*t+neuroid:][:len(fit)], mean[neuroid:][:len(fit)]
		for j, v := range fit {
			fit[j] = (y[j] - mean[j] - v) / over
		}
	}
	choices := search.choices(t)
	all := make([]float64, choices)
	for i := range n {
		clear(residual[:t])
		miss(i, 0, residual[:t], 1)
		search.addSquares(all, residual[:t], 1)
	}
	loss = func(alpha float64, d, l []float64) (losses, folds []float64, err error) {
		copy(w, zy)
		dense.SolveTridiagonal(d, l, w, t)
		leverage, err := form.diagonals.at(ctx, in.Workers, alpha, d, l, zt, n)
		if err != nil {
			return nil, nil, err
		}
		least := 1.0
		losses, folds = make([]float64, choices), make([]float64, choices)
		for from := 0; from < n; from += stimuliAtOnce {
			to := min(n, from+stimuliAtOnce)
			clear(residual)
			dense.AddProduct(in.Workers, dense.Of(residual[:(to-from)*t], to-from, t), 1, dense.Strided(zt[from:], features, to-from, n).T(), dense.Of(w, features, t))
			for i, h := range leverage[from:to] {
				remaining := 1 - 1/float64(n) - h
				least = min(least, remaining)
				miss(from+i, 0, residual[i*t:(i+1)*t], 1)
				search.addSquares(losses, residual[i*t:(i+1)*t], remaining)
			}
		}
		for k, loss := range losses {
			folds[k] = max(1, math.Sqrt(all[k]/loss)) / least
		}
		return losses, folds, nil
	}
	if search.screens() {
		screen = &penaltyScreen{
			workers: in.Workers, diagonal: form.Diagonal, off: form.Off, rounding: form.rounding, n: n, t: t,
			image: zy, turned: zt, miss: miss, squared: all[0], solved: w, products: residual,
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
	mutex     sync.Mutex // held while zt is made
	zt        []float64  // Qᵀ·x of each stimulus, features × train rows; nil until it is asked for
	rounding  float64    // of the elements of XᵀX, in norm
	diagonals inverseDiagonals
}

// primalFormNumbers returns how many numbers a form has with the diagonals of the penalties.
func primalFormNumbers(features, train, penalties int) int64 {
	return int64(features)*int64(features+train) + int64(penalties)*int64(train)
}

// primalChoiceNumbers returns how many numbers the choices of penalties hold beside forms that
// are kept: those of all splits that are worked on concurrently if forms are kept, else of one.
func (p penaltySearch) primalChoiceNumbers(s metrics.Shape) int64 {
	n, t, train := s.Sizes()
	f, concurrent, penalties := int64(s.Features), atOncePrimal(s), int64(len(p.alphas))
	one := 2*f*t + min(n, stimuliAtOnce)*max(f, t) + p.screenNumbers(train, t)
	if sharesForms(s.Shared, s.Splits, primalFormNumbers(s.Features, s.Train, len(p.alphas))) {
		return concurrent * (one + penalties*train)
	}
	return one + f*train + concurrent*penalties*train
}

// form makes the form in memory of the pool, but for zt.
func (f *primalFit) form(ctx context.Context, in metrics.NeuralInput) (form *primalForm, release func(), err error) {
	features := in.Gram.Features
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
	return form, func() {
		pages.Give(pool, form.zt)
		pages.Give(pool, k)
	}, nil
}

// forget returns zt to the pool.
func (p *primalForm) forget(in metrics.NeuralInput) {
	pages.Give(stream.Attached[pages.Pool](in.Gram), p.zt)
	p.zt = nil
}

// turn makes zt in memory of the pool, unless it is there.
func (p *primalForm) turn(in metrics.NeuralInput, f *primalFeatures) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.zt != nil {
		return
	}
	features, n, g := in.Gram.Features, len(f.train), in.Gram
	zt := pages.Take[float64](stream.Attached[pages.Pool](g), features*n)
	clear(zt)
	room := make([]float64, min(n, stimuliAtOnce)*features)
	for from := 0; from < n; from += stimuliAtOnce {
		to := min(n, from+stimuliAtOnce)
		x := room[:(to-from)*features]
		f.centred(g, f.train[from:to], x)
		// Rows of Zᵀ hold one step of the elimination for all stimuli.
		dense.AddProduct(in.Workers, dense.Strided(zt[from:], features, to-from, n), 1, dense.Of(p.Q, features, features).T(), dense.Of(x, to-from, features).T())
	}
	p.zt = zt
}
