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
// fit over 1 − 1/n − zᵀ(T + αI)⁻¹z. Forms that are kept hold z of all stimuli; else splits
// make it block by block, one after the other, since their errors take much memory too.
func (f *primalFit) chooseAlpha(ctx context.Context, in metrics.NeuralInput, search penaltySearch) (alphas []float64, certain bool, err error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	numbers := primalFormNumbers(features, n, len(search.alphas))
	form, release, err := shareForm(in, metrics.Split{Train: f.train}, 0, numbers, func() (*primalForm, func(), error) { return f.form(ctx, in) })
	if err != nil {
		return nil, false, err
	}
	defer release()
	if sharesForms(in.Shared, len(in.Splits), numbers) {
		form.turn(in, f.primalFeatures)
	} else {
		turn := stream.Attached[primalTurn](in.Gram)
		turn.Lock()
		defer turn.Unlock()
		in.Workers = f.workers
	}
	return search.leastLoss(ctx, search.choices(t), form.Tridiagonal, form.rounding, true, f.losses(ctx, in, search, form))
}

// primalTurn is held by the split whose penalty is chosen.
type primalTurn struct{ sync.Mutex }

// stimuliAtOnce is how many stimuli's errors are held at once.
const stimuliAtOnce = 2 * stream.SlabCols

// losses returns what computes the losses of penalties, with a screen if there is one for the
// search.
func (f *primalFit) losses(ctx context.Context, in metrics.NeuralInput, search penaltySearch, form *primalForm) (of penaltyLosses) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	turned := form.stimuli(in.Gram, f.primalFeatures)
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
	of.prepare = func(alphas []float64) error {
		turned.makeRoom(&form.diagonals, alphas)
		if turned.held != nil {
			return nil // each is computed as it is asked for
		}
		var penalties []factoredPenalty
		for _, alpha := range alphas {
			if d, l, ok := dense.FactorTridiagonal(form.Diagonal, form.Off, alpha); ok {
				penalties = append(penalties, factoredPenalty{alpha, d, l})
			}
		}
		_, err := form.diagonals.pass(ctx, in.Workers, penalties, turned, nil)
		return err
	}
	of.at = func(alpha float64, d, l []float64) (losses, folds []float64, err error) {
		copy(w, zy)
		dense.SolveTridiagonal(d, l, w, t)
		leverages, err := form.diagonals.pass(ctx, in.Workers, []factoredPenalty{{alpha, d, l}}, turned, nil)
		if err != nil {
			return nil, nil, err
		}
		least := 1.0
		losses, folds = make([]float64, choices), make([]float64, choices)
		turned.eachFit(in.Workers, w, t, residual, func(stimulus int, fit []float64) {
			remaining := 1 - 1/float64(n) - leverages[0][stimulus]
			least = min(least, remaining)
			miss(stimulus, 0, fit, 1)
			search.addSquares(losses, fit, remaining)
		})
		for k, loss := range losses {
			folds[k] = max(1, math.Sqrt(all[k]/loss)) / least
		}
		return losses, folds, nil
	}
	if search.screens() {
		of.screen = &penaltyScreen{
			workers: in.Workers, diagonal: form.Diagonal, off: form.Off, rounding: form.rounding, n: n, t: t,
			image: zy, turned: turned, diagonals: &form.diagonals, miss: miss, squared: all[0], solved: w, products: residual,
			inverse: func(alpha float64, leverages []float64) []float64 {
				inverse := make([]float64, len(leverages))
				for i, h := range leverages {
					inverse[i] = (1 - 1/float64(n) - h) / alpha
				}
				return inverse
			},
			growth: func(alpha, loss, least, _ float64) float64 {
				return max(1, math.Sqrt(all[0]/loss)) / min(1, least*alpha)
			},
		}
	}
	return of
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
	one := 2*f*t + min(n, stimuliAtOnce)*t + p.screenNumbers(train, t)
	if sharesForms(s.Shared, s.Splits, primalFormNumbers(s.Features, s.Train, len(p.alphas))) {
		return concurrent * (one + min(train, turnedAtOnce)*f)
	}
	return one + f*t + turnedNumbers(f, train) + min(penalties, penaltiesAtOnce)*train
}

func (m ridgeCV) primalMemory(s metrics.Shape) metrics.Memory {
	f, concurrent := int64(s.Features), atOncePrimal(s)
	systems := primalHeld(s, concurrent) // or forms, while these are not kept
	if !m.perNeuroid && !sharesForms(s.Shared, s.Splits, primalNumbers(s.Features)) {
		systems = 0 // they take the place of the products of features
	}
	choice := metrics.Memory{
		Working: metrics.FloatBytes * (systems*f*f + m.primalChoiceNumbers(s)),
		Kept:    metrics.FloatBytes * systems * f * f,
	}
	n, t, train := s.Sizes()
	// Predictions become correlations split by split.
	choice.Working += metrics.FloatBytes*(concurrent*(n-train)*t+int64(s.Splits)*t) - predictionMemory(s)
	return primalMemory(s, concurrent).Plus(choice).Plus(keptForms(s, primalFormNumbers(s.Features, s.Train, len(m.alphas)))).Plus(rareRoot(s, concurrent))
}

// form makes the form in memory of the pool, but for zt. Unless others share the products of
// features, it takes their place.
func (f *primalFit) form(ctx context.Context, in metrics.NeuralInput) (form *primalForm, release func(), err error) {
	features := in.Gram.Features
	pool := stream.Attached[pages.Pool](in.Gram)
	xx, k := f.xx, f.xx
	if sharesForms(in.Shared, len(in.Splits), primalNumbers(features)) {
		k = pages.Take[float64](pool, features*features)
	} else {
		f.xx = nil
	}
	squares := 0.0
	for i := range features {
		row := xx[i*features+i : (i+1)*features]
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

// stimuli returns the train stimuli, turned.
func (p *primalForm) stimuli(g *stream.Gram, f *primalFeatures) *turnedStimuli {
	return &turnedStimuli{n: len(f.train), held: p.zt, pool: stream.Attached[pages.Pool](g), q: p.Q, f: f, gram: g, rows: f.train}
}

// turn makes zt in memory of the pool, unless it is there.
func (p *primalForm) turn(in metrics.NeuralInput, f *primalFeatures) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.zt != nil {
		return
	}
	stimuli := p.stimuli(in.Gram, f)
	zt := pages.Take[float64](stimuli.pool, in.Gram.Features*stimuli.n)
	stimuli.write(in.Workers, 0, stimuli.n, zt)
	p.zt = zt
}
