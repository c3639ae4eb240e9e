package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// reverseRidge predicts features from responses by ridge regression. With the products
// XᵀX or XXᵀ of the responses its error is of the order ε·λ/α, λ the largest
// eigenvalue; where that is above 1e-9 it is fitted on the responses themselves, with
// an error of the order ε·√(λ/α) at most, of which a warning tells if it is above 1e-7.
type reverseRidge struct{ alpha float64 }

func (reverseRidge) Info() metrics.Info { return reverseRidgeInfo }

// ScoreNeural needs the activations to be held; wide ones come
// through NewStream.
func (m reverseRidge) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (m reverseRidge) NewStream(in metrics.NeuralInput, rows []int) (metrics.Stream, error) {
	uncertainty := make([]float64, len(in.Splits))
	s := newReverseStream("reverse_ridge", in, rows, func(ctx context.Context, in metrics.NeuralInput, split int, _ []float64) (h hat, err error) {
		h, uncertainty[split], err = hatInDouble(ctx, in, in.Splits[split], func(f *doubleRegression) hat {
			return f.hat(f.penalised(m.alpha))
		}, func() (hat, float64, error) { return ridgeHat(in, in.Splits[split], m.alpha) })
		return h, err
	})
	s.finish = func(score *metrics.Score) {
		score.Warnings = append(score.Warnings, collinear("reverse_ridge", uncertainty)...)
	}
	return s, nil
}

// ridgeHat is, up to a factor that r does not know, H = X_test·(XᵀX + αI)⁻¹·Xᵀ for
// responses X centred on the train rows, or X_test·Xᵀ·(X·Xᵀ + αI)⁻¹ where neuroids
// are more than train stimuli; where these products would lose too much, by QR or
// singular values of X itself.
func ridgeHat(in metrics.NeuralInput, s metrics.Split, alpha float64) (h hat, uncertainty float64, err error) {
	const most = 1e-9 // of ε·λ/α
	n, t := len(s.Train), in.Neuroids
	x, test, exponent := centredTrainTest(in, s)
	scaled := math.Ldexp(alpha, -2*exponent)
	if dense.Epsilon*dense.Dot(x, x) > most*scaled {
		r := newSplitResponses(in, s)
		if !r.nearlyDependent() {
			if h, ok := r.byQR(scaled); ok {
				return h, 0, nil
			}
		}
		basis, err := r.basis(in.Neuroids)
		if err != nil {
			return hat{}, 0, err
		}
		h := basis.hat(func(s float64) float64 { return s / (float64(s*s) + scaled) })
		return h, max(basis.penalisedUncertainty(h), basis.leftOut(in, s.Train, scaled)), nil
	}
	if t > n {
		k, b := responseProducts(in.Workers, x, test, n, len(s.Test), t)
		dense.ScaleAddIdentity(k, n, 1/scaled)
		factor, ok := dense.FactorCholesky(k, n)
		if !ok {
			return hat{}, 0, metrics.ErrIllConditioned
		}
		factor.Solve(b, len(s.Test))
		return hatOfDual(b, n, len(s.Test)), 0, nil
	}
	c := make([]float64, t*t)
	dense.AddProduct(in.Workers, dense.Of(c, t, t), 1, dense.Of(x, n, t).T(), dense.Of(x, n, t))
	dense.ScaleAddIdentity(c, t, 1/scaled)
	factor, ok := dense.FactorCholesky(c, t)
	if !ok {
		return hat{}, 0, metrics.ErrIllConditioned
	}
	right := dense.Transposed(x, n, t)
	factor.Solve(right, n)
	// Each weight is off by ε of the largest, which may be of a neuroid that is constant
	// on the test rows.
	return hat{rank: t, left: test, right: right, loose: dense.LongestRow(test, t) * dense.LongestRow(right, n)}, 0, nil
}

// responseProducts are X·Xᵀ (n × n) and X·X_testᵀ (n × m).
func responseProducts(workers int, x, test []float64, n, m, t int) (k, b []float64) {
	k, b = make([]float64, n*n), make([]float64, n*m)
	dense.AddRowProducts(workers, dense.Of(k, n, n), dense.Of(x, n, t))
	dense.AddProduct(workers, dense.Of(b, n, m), 1, dense.Of(x, n, t), dense.Of(test, m, t).T())
	return k, b
}

// hatOfDual is the hat matrix whose transpose is d, n × m.
func hatOfDual(d []float64, n, m int) hat { return hat{rank: m, right: dense.Transposed(d, n, m)} }

// Memory is that of all reverse mappings.
func (reverseRidge) Memory(s metrics.Shape) metrics.Memory { return leastSquaresMemory(s) }

var reverseRidgeInfo = metrics.Info{
	Name:      "reverse_ridge",
	Version:   8,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "ridge regression from responses to activations",
	Formula:   "min ‖Y − XB‖² + α‖B‖² on the train rows, X the responses and Y the activations, both centred there" + reverseEnd,
	Range:     "-1 to 1",
	NaN:       reverseNaN,
	Needs:     stream.Needs{Columns: true},
	Options:   []metrics.Option{{Name: "alpha", Type: "number", Default: "1", Doc: "penalty α on the squared weights, in squared units of the responses"}},
	References: []string{
		"Hoerl & Kennard (1970), Technometrics 12",
		"Muzellec & Kar (2025), bioRxiv 2025.08.08.669382 (reverse predictivity)",
	},
}

func init() {
	metrics.Register(reverseRidgeInfo, func(o metrics.Options) (metrics.Metric, error) {
		alpha, err := o.Positive("alpha", 1)
		return reverseRidge{alpha}, err
	})
}
