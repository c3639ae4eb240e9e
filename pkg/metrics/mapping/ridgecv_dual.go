package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// dualForm is the centred Gram matrix of some train rows as Q·T·Qᵀ, T tridiagonal. It
// depends on the activations alone.
type dualForm struct {
	dense.Tridiagonal
	along    float64 // the eigenvalue that the matrix is given along 1
	rounding float64 // of its elements, in norm
	// diagonals are of the inverse, for each penalty.
	diagonals inverseDiagonals
}

// dualFormNumbers returns how many numbers a form has with the diagonals of the penalties.
func dualFormNumbers(train, penalties int) int64 {
	return int64(train) * int64(train+penalties)
}

// formOf returns the form of a split's train rows, and what to call once it is not used any
// more.
func (m ridgeCV) formOf(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (f *dualForm, release func(), err error) {
	return shareForm(in, s, 0, dualFormNumbers(len(s.Train), len(m.alphas)), func() (*dualForm, func(), error) { return newDualForm(ctx, in, s) })
}

// newDualForm makes a form in memory of the pool.
func newDualForm(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (f *dualForm, release func(), err error) {
	n := len(s.Train)
	pool := stream.Attached[pages.Pool](in.Gram)
	k := pages.Take[float64](pool, n*n)
	trainGramInto(k, in.Gram, s.Train)
	f = &dualForm{along: putMeanAlongOnes(k, n), rounding: unit * frobeniusOf(in.Gram, s.Train)}
	f.Tridiagonal, err = crew.Interruptible(ctx, func() (dense.Tridiagonal, error) { return dense.Tridiagonalize(k, n), nil })
	if err != nil {
		return nil, nil, err // what was interrupted still uses k
	}
	return f, func() { pages.Give(pool, k) }, nil
}

// chooseAlpha returns the penalty with the least mean squared error on left-out stimuli,
// or that of each neuroid. With K = Q·T·Qᵀ, T tridiagonal, no penalty needs
// a decomposition of its own: with G the inverse of K + αI with a free
// intercept, what the fit without stimuli S misses of them is G_SS⁻¹·(G·Y)_S, for a single
// one (G·Y)_i / G_ii, and both (T + αI)⁻¹Qᵀ·Y and the elements of G come from solving
// tridiagonal systems. K is given its mean eigenvalue along 1, where it is nothing and 1/α
// would hide the rest. certain is false where rounding may have chosen.
//
// Errors over all neuroids depend on Y·Yᵀ alone: of more neuroids than stimuli, as many
// columns with the same products do.
func (m ridgeCV) chooseAlpha(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (alphas []float64, certain bool, err error) {
	f, release, err := m.formOf(ctx, in, s)
	if err != nil {
		return nil, false, err
	}
	defer release()
	y, t, room, err := m.trainResponses(ctx, in, s)
	if err != nil {
		return nil, false, err
	}
	loss, screen, done := m.dualLosses(ctx, in, f, y, t, room)
	defer done()
	return m.leastLoss(ctx, m.choices(t), f.Tridiagonal, f.rounding, rereadable(in.Gram), penaltyLosses{screen: screen, at: loss})
}

func (m ridgeCV) dualMemory(s metrics.Shape) metrics.Memory {
	n, t, train := s.Sizes()
	concurrent, penalties := atOncePrimal(s), int64(len(m.alphas))
	predictions := concurrent*(n-train)*t + int64(s.Splits)*t
	solved := 2 * train * t
	if t > metrics.BlockNeuroids { // block by block, with their responses
		solved = (2*train + n) * metrics.BlockNeuroids
	}
	turned := int64(0) // responses of more neuroids than stimuli
	if !m.perNeuroid && t > train {
		turned, t = train*t, train
	}
	losses := 3 * train * t
	if turned < losses { // else they take the place of the turned responses
		losses += turned
	}
	held := train*train + turned // with the rotation
	losses = train*train + train*t + max(losses, turned)
	if turned >= dualRoom*train*train {
		losses, held = turned, turned // all is in their place
	}
	each := metrics.FloatBytes * (train*train + losses + (n-train)*train + solved + penalties*train + m.screenNumbers(train, t))
	if m.folds > 0 { // a fold's part of the inverse
		fold := train/int64(m.folds) + 1
		each += metrics.FloatBytes * (fold*train + fold*fold)
	}
	return metrics.Memory{Working: concurrent*each + metrics.FloatBytes*predictions, Kept: concurrent * metrics.FloatBytes * (train*train + held)}.Plus(keptForms(s, dualFormNumbers(s.Train, len(m.alphas)))).Plus(formedMemory(s)).Plus(rareRoot(s, concurrent))
}

// trainResponses returns the centred responses to the train rows, or columns that have the
// same errors over all neuroids, and the number of them. room is nil, or an array of the pool that
// begins with the responses and has dualRoom matrices of their size.
func (m ridgeCV) trainResponses(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (y []float64, columns int, room []float64, err error) {
	n, t := len(s.Train), in.Neuroids
	if t <= n || m.perNeuroid {
		y, _ = dense.CenteredRows(in.Responses, t, s.Train)
		return y, t, nil, nil
	}
	pool := stream.Attached[pages.Pool](in.Gram)
	turned := pages.Take[float64](pool, t*n)
	err = eachBlock(ctx, in, func(part metrics.NeuralInput, from int) error {
		y, _ := dense.CenteredRows(part.Responses, part.Neuroids, s.Train)
		for j := range part.Neuroids {
			row := turned[(from+j)*n : (from+j+1)*n]
			for i := range row {
				row[i] = y[i*part.Neuroids+j]
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, nil, err
	}
	y = sameProducts(turned, n, t)
	if t >= dualRoom*n {
		return y, n, turned, nil
	}
	y = slices.Clone(y)
	pages.Give(pool, turned)
	return y, n, nil, nil
}

// dualRoom is how many matrices of stimuli × stimuli dualLosses holds if responses are as many
// as stimuli.
const dualRoom = 4

// dualLosses returns the function that returns the losses of a penalty on the responses y,
// and how far rounding grows in them, from T + αI = L·D·Lᵀ of a form; the screen of the
// penalties, if there is one for the search; and what to call once they are not used any
// more. All that is held takes the place of y in room, unless that is nil.
func (m ridgeCV) dualLosses(ctx context.Context, in metrics.NeuralInput, f *dualForm, y []float64, t int, room []float64) (loss func(alpha float64, d, l []float64) (losses, folds []float64, err error), screen *penaltyScreen, done func()) {
	n := len(f.Diagonal)
	pool := stream.Attached[pages.Pool](in.Gram)
	all, qt := room, []float64(nil)
	if room == nil {
		all, qt = pages.Take[float64](pool, 3*n*t), pages.Take[float64](pool, n*n)
	}
	rest, own := all, qt
	// Once c is used, y is not.
	c, qy, w := dense.Cut(&rest, n*t), dense.Cut(&rest, n*t), dense.Cut(&rest, n*t)
	clear(qy) // Qᵀ·Y
	dense.AddProduct(in.Workers, dense.Of(qy, n, t), 1, dense.Of(f.Q, n, n).T(), dense.Of(y, n, t))

	// Rows of Qᵀ hold one step of the elimination for all stimuli.
	if qt == nil {
		qt = dense.Cut(&rest, n*n)
	}
	dense.Transpose(qt, f.Q, n)
	choices := m.choices(t)
	loss = func(alpha float64, d, l []float64) (losses, folds []float64, err error) {
		copy(w, qy)
		dense.SolveTridiagonal(d, l, w, t)
		clear(c)
		dense.AddProduct(in.Workers, dense.Of(c, n, t), 1, dense.Of(f.Q, n, n), dense.Of(w, n, t))
		ones := f.ones(alpha)
		if m.folds > 0 {
			return m.foldLosses(ctx, in.Workers, f, qt, c, d, l, ones)
		}
		g, err := f.diagonals.at(ctx, in.Workers, alpha, d, l, qt, n)
		if err != nil {
			return nil, nil, err
		}
		losses, folds = make([]float64, choices), make([]float64, choices)
		squares := make([]float64, choices)
		fold, least := 1.0, math.Inf(1)
		for i := range n {
			gii := g[i] - ones
			fold, least = max(fold, g[i]/gii), min(least, gii)
			row := c[i*t : (i+1)*t]
			m.addSquares(squares, row, 1)
			m.addSquares(losses, row, gii)
		}
		for k, loss := range losses {
			folds[k] = max(fold, math.Sqrt(squares[k]/loss)/least)
		}
		return losses, folds, nil
	}
	if m.screens() {
		screen = &penaltyScreen{
			workers: in.Workers, diagonal: f.Diagonal, off: f.Off, rounding: f.rounding, n: n, t: t,
			image: qy, turned: &turnedStimuli{n: n, held: qt}, diagonals: &f.diagonals, solved: w, products: c,
			inverse: func(alpha float64, diagonal []float64) []float64 { return lessOnes(diagonal, f.ones(alpha)) },
			growth: func(alpha, _, least, largest float64) float64 {
				return max(1+f.ones(alpha)/least, largest/least)
			},
		}
	}
	return loss, screen, func() {
		pages.Give(pool, own)
		pages.Give(pool, all)
	}
}

// ones returns what the inverse with a free intercept has less in each element.
func (f *dualForm) ones(alpha float64) float64 {
	return 1 / (float64(len(f.Diagonal)) * (f.along + alpha))
}

// lessOnes returns each number less the same one.
func lessOnes(x []float64, ones float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v - ones
	}
	return out
}

// foldLosses returns the losses on folds, from c = G·Y and T + αI = L·D·Lᵀ; ones is what G
// has less of the inverse in each element.
func (m ridgeCV) foldLosses(ctx context.Context, workers int, f *dualForm, qt, c, d, l []float64, ones float64) (losses, growth []float64, err error) {
	n := len(f.Diagonal)
	t := len(c) / n
	choices := m.choices(t)
	losses, growth = make([]float64, choices), make([]float64, choices)
	squares, far := make([]float64, choices), 0.0
	for _, fold := range m.foldsOf(n) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		from, size := fold[0], fold[1]-fold[0]
		w, g := make([]float64, n*size), make([]float64, size*size)
		for k := range n {
			copy(w[k*size:(k+1)*size], qt[k*n+from:k*n+from+size])
		}
		dense.SolveTridiagonal(d, l, w, size)
		dense.AddProduct(workers, dense.Of(g, size, size), 1, dense.Of(f.Q[from*n:(from+size)*n], size, n), dense.Of(w, n, size))
		for i := range g {
			g[i] -= ones
		}
		missed := slices.Clone(c[from*t : (from+size)*t])
		factor, ok := dense.FactorCholesky(g, size)
		if !ok {
			return slices.Repeat([]float64{math.Inf(1)}, choices), slices.Repeat([]float64{math.Inf(1)}, choices), nil
		}
		factor.Solve(missed, t)
		for i := range size {
			m.addSquares(squares, c[(from+i)*t:(from+i+1)*t], 1)
			m.addSquares(losses, missed[i*t:(i+1)*t], math.Sqrt(float64(size)))
		}
		// The largest eigenvalue of the inverse is below its trace.
		if !factor.Invert() {
			return slices.Repeat([]float64{math.Inf(1)}, choices), slices.Repeat([]float64{math.Inf(1)}, choices), nil
		}
		trace := 0.0
		for i := range size {
			trace += g[i*size+i]
		}
		far = max(far, trace)
	}
	for k, loss := range losses {
		growth[k] = max(1, far*math.Sqrt(squares[k]/(loss*float64(n)/float64(m.folds))))
	}
	return losses, growth, nil
}

// sameProducts returns n columns with the inner products of the n rows of a matrix, whose
// columns are more, by a decomposition Yᵀ = Q·R. They take the place of the first rows of Yᵀ.
func sameProducts(turned []float64, n, columns int) []float64 {
	dense.FactorQR(dense.Of(turned, columns, n))
	for i := range n {
		for j := i + 1; j < n; j++ {
			turned[j*n+i], turned[i*n+j] = turned[i*n+j], 0
		}
	}
	return turned[:n*n]
}
