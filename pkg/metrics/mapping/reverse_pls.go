package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// reversePLS predicts features from responses by partial least squares. It works on
// the responses themselves and knows the features by their Gram matrix alone, to ε of
// its trace: r is off by ε·trace(K) over the squares that are left to explain, or that a
// component explains. Above 1e-10, or if the responses seem to be used up, all splits are
// fitted on the activations themselves, which are read again; if r may still be off by
// more than 1e-6, a warning says so. What counts as used up is relative, so that no unit
// shows.
type reversePLS struct{ components int }

func (reversePLS) Info() metrics.Info { return reversePLSInfo }

// ScoreNeural needs the activations to be held; wide ones come
// through NewStream.
func (m reversePLS) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison; in.Gram is that of the activations.
func (m reversePLS) NewStream(in metrics.NeuralInput, rows []int) (metrics.Stream, error) {
	for _, s := range in.Splits {
		if m.components > min(len(s.Train), in.Neuroids) {
			return nil, &ComponentsError{Components: m.components, Train: len(s.Train), Neuroids: in.Neuroids}
		}
	}
	fits := &reversePLSFits{components: m.components, of: make([]reversePLSFit, len(in.Splits))}
	s := newReverseStream("reverse_pls", in, rows, func(ctx context.Context, in metrics.NeuralInput, split int, start []float64) (h hat, err error) {
		h, fits.of[split], err = plsHat(ctx, in, in.Splits[split], m.components, start)
		h.uncertainty = fits.of[split].uncertainty
		return h, err
	})
	s.finish = fits.finish
	s.retry = func(ctx context.Context) (*reverseStream, error) { return fits.again(ctx, in, rows) }
	return s, nil
}

// plsHat is NIPALS with the responses X as predictors and the features Y as
// targets. Y is needed only as K = YYᵀ: the inner loop's u = Y·c with c ∝ Yᵀt
// is K·t up to its length, which is free, so that its step is w ← XᵀKX·w. K
// need not be deflated, nor centred on the train rows: whatever that takes off
// K·t is orthogonal to the deflated, centred X. The scores t are orthogonal,
// and Ŷ = ȳ + T_test·diag(1/τ)·T_trainᵀ·(Y − ȳ), τ = tᵀt.
//
// start is the first column of Y that varies. It stays the first one above
// rounding at all components, unless they explain it wholly.
//
// uncertainty estimates how far rounding of K moves r.
func plsHat(ctx context.Context, in metrics.NeuralInput, s metrics.Split, components int, start []float64) (h hat, fit reversePLSFit, err error) {
	n, t, m := len(s.Train), in.Neuroids, len(s.Test)
	x, test, _ := centredTrainTest(in, s)
	unit := gramUnit(in.Gram)
	z := gramTimes(in, s, x, unit) // K·X, deflated on X's side only
	small := t <= n && t <= 1024
	f := reversePLSStep{n: n, t: t, x: x, z: z, features: in.Gram.Features}
	magnitude := dense.Dot(x, x)
	explained, total := 0.0, float64(unit*trainTrace(in.Gram, s.Train))
	whole := 0.0 // the trace as it is held, by whose size K is rounded
	for _, i := range s.Train {
		whole += float64(unit * in.Gram.K[i*in.Gram.N+i])
	}
	h = hat{left: make([]float64, m*components), right: make([]float64, components*n)}
	residual := slices.Clone(start)
	fit.unstarted = unstarted(x, start, n, t)
	for k := range components {
		if err := ctx.Err(); err != nil {
			return hat{}, reversePLSFit{}, err
		}
		if small {
			f.s = make([]float64, t*t) // XᵀKX
			dense.AddProduct(in.Workers, dense.Of(f.s, t, t), 1, dense.Of(x, n, t).T(), dense.Of(z, n, t))
		}
		if total-explained <= 16*dense.Epsilon*float64(n)*total {
			fit.ended = "the activations are explained wholly"
			break
		}
		fit.uncertainty = max(fit.uncertainty, dense.Epsilon*whole/(total-explained))
		w, ok := f.weights(residual)
		score := make([]float64, n)
		tau := 0.0
		if ok {
			dense.MulVec(score, dense.Of(x, n, t), w)
			tau = dense.Dot(score, score)
		}
		// Deflation leaves rounding of the whole in X.
		if floor := 64 * dense.Epsilon; !(tau > magnitude*floor*floor) {
			fit.ended, fit.certain = "the responses are used up", k >= rankLimit(dense.SelectRows(in.Responses, t, s.Train), t)
			break
		}
		size := math.Sqrt(dense.Dot(x, x) / tau)
		fit.uncertainty = max(fit.uncertainty, dense.Epsilon*math.Sqrt(magnitude/tau))
		kt, p := make([]float64, n), make([]float64, t)
		dense.MulVec(kt, dense.Of(z, n, t), w)
		dense.MulVec(p, dense.Of(x, n, t).T(), score)
		dense.Scale(p, 1/tau)
		// Weights are Xᵀ·K·t, which K knows to ε of its trace: a component that explains
		// little of the activations has lost digits even if much is left to explain. Of a
		// single feature they are Xᵀ·y.
		share := dense.Dot(score, kt) / tau
		explained += share
		if f.features > 1 {
			fit.uncertainty = max(fit.uncertainty, dense.Epsilon*size*whole/max(share, 0))
		}
		for i := range n {
			dense.AddScaled(-score[i], p, x[i*t:(i+1)*t])
			dense.AddScaled(-kt[i], p, z[i*t:(i+1)*t])
		}
		dense.AddScaled(-dense.Dot(score, residual)/tau, score, residual)
		copy(h.right[k*n:(k+1)*n], score)
		for i := range m {
			row := test[i*t : (i+1)*t]
			v := dense.Dot(row, w)
			dense.AddScaled(-v, p, row)
			h.left[i*components+k] = v / tau
		}
		h.rank++
	}
	fit.components = h.rank
	if h.rank < components {
		left := make([]float64, 0, m*h.rank)
		for i := range m {
			left = append(left, h.left[i*components:i*components+h.rank]...)
		}
		h.left, h.right = left, h.right[:h.rank*n]
	}
	return h, fit, nil
}

// gramUnit returns the power of two that brings a Gram matrix of extreme size close to
// 1, and 1 for any other.
func gramUnit(g *stream.Gram) float64 {
	largest := 0.0 // no element is larger than the largest of the diagonal
	for i := range g.N {
		largest = max(largest, g.Square(i))
	}
	return math.Ldexp(1, dense.UnitExponent(largest))
}

// gramTimes is unit·K·X on the train rows, up to a constant for each column, which
// is no matter to what is orthogonal to constants.
func gramTimes(in metrics.NeuralInput, s metrics.Split, x []float64, unit float64) []float64 {
	g, t := in.Gram, in.Neuroids
	spread := make([]float64, g.N*t) // X with zeros on the other rows
	for a, i := range s.Train {
		copy(spread[i*t:(i+1)*t], x[a*t:(a+1)*t])
	}
	all := make([]float64, g.N*t)
	dense.AddProduct(in.Workers, dense.Of(all, g.N, t), unit, dense.Of(g.K, g.N, g.N), dense.Of(spread, g.N, t))
	z := dense.SelectRows(all, t, s.Train)
	dense.CenterColumns(z, t)
	return z
}

// trainTrace is the trace of the Gram matrix of the train rows, centred there.
func trainTrace(g *stream.Gram, train []int) float64 {
	diagonal, all := 0.0, 0.0
	for _, i := range train {
		row := g.K[i*g.N : (i+1)*g.N]
		for _, j := range train {
			all += row[j]
		}
		diagonal += row[i]
	}
	return diagonal - all/float64(len(train))
}

// reversePLSStep is what the inner loop for one component works on.
type reversePLSStep struct {
	n, t     int
	x, z     []float64 // deflated responses, and K times them
	s        []float64 // xᵀ·z, or nil where that is larger than both
	features int
}

// weights runs the inner loop from u to the unit weights w; false where there
// is no direction left.
func (f *reversePLSStep) weights(u []float64) (w []float64, ok bool) {
	w, old := make([]float64, f.t), make([]float64, f.t)
	dense.MulVec(w, dense.Of(f.x, f.n, f.t).T(), u)
	for iteration := range plsIterations {
		norm := math.Sqrt(dense.Dot(w, w))
		if !(norm > 0) || math.IsInf(norm, 0) {
			return nil, false
		}
		dense.Scale(w, 1/norm)
		if f.features == 1 {
			break
		}
		if iteration > 0 {
			change := 0.0
			for j := range w {
				change += float64((w[j] - old[j]) * (w[j] - old[j]))
			}
			if change < plsTolerance {
				break
			}
		}
		if iteration == plsIterations-1 {
			break
		}
		copy(old, w)
		if f.s != nil {
			dense.MulVec(w, dense.Of(f.s, f.t, f.t), old)
			continue
		}
		kt := make([]float64, f.n)
		dense.MulVec(kt, dense.Of(f.z, f.n, f.t), old)
		dense.MulVec(w, dense.Of(f.x, f.n, f.t).T(), kt)
	}
	return w, true
}

// Memory counts the scores of components, and the responses in some forms for each split
// that is fitted concurrently.
func (m reversePLS) Memory(s metrics.Shape) metrics.Memory {
	n, t, _ := s.Sizes()
	of := s
	of.Neuroids = min(s.Neuroids, m.components)
	forms := int64(5)
	if int64(s.Splits) > s.AtOnce() {
		forms += 2 // of splits that were fitted before, until they are collected
	}
	memory := reverseMemory(of, forms*n*t+min(t, 1024)*min(t, 1024))
	memory.Streaming += metrics.FloatBytes * n * t
	memory = reverseAgain(s, memory, doublePLSTerms(s.Train, s.Neuroids, s.Features, m.components), doublePLSBytes(s))
	return orRoot(s, memory)
}

var reversePLSInfo = metrics.Info{
	Name:      "reverse_pls",
	Version:   7,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "partial least squares regression from responses to activations",
	Formula:   "PLS2 by NIPALS on the train rows, X the responses and Y the activations, both centred there and not scaled; components of less than 2⁻⁹² of the size of X do not count" + reverseEnd,
	Range:     "-1 to 1",
	NaN:       reverseNaN,
	Needs:     stream.Needs{Gram: true, Columns: true},
	Options:   []metrics.Option{{Name: "components", Type: "integer", Default: "25", Doc: "latent components, at most the train stimuli and the neuroids"}},
	References: []string{
		"Wegelin (2000), A survey of partial least squares methods",
		"Rännar et al. (1994), J. Chemometrics 8 (PLS on inner products)",
		"scikit-learn 1.2.1, cross_decomposition.PLSRegression(scale=False)",
	},
}

func init() {
	metrics.Register(reversePLSInfo, func(o metrics.Options) (metrics.Metric, error) {
		components, err := o.Int("components", 25, 1)
		return reversePLS{components}, err
	})
}
