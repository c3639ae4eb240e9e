package mapping

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// reverseLinear predicts features from responses by ordinary least squares, on the
// responses themselves: its error is of the order ε·cond of the train responses, less
// than 1e-6 of the figure unless a warning says otherwise.
type reverseLinear struct{}

func (reverseLinear) Info() metrics.Info { return reverseLinearInfo }

// ScoreNeural needs the activations to be held; wide ones come
// through NewStream.
func (m reverseLinear) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (reverseLinear) NewStream(in metrics.NeuralInput, rows []int) (metrics.Stream, error) {
	uncertainty := make([]float64, len(in.Splits))
	s := newReverseStream("reverse_linear", in, rows, func(ctx context.Context, in metrics.NeuralInput, split int, _ []float64) (h hat, err error) {
		h, uncertainty[split], err = hatInDouble(ctx, in, in.Splits[split], func(f *doubleRegression) hat {
			return f.hat(f.leastNorm)
		}, func() (hat, float64, error) { return linearHat(in, in.Splits[split]) })
		return h, err
	})
	s.finish = func(score *metrics.Score) {
		score.Warnings = append(score.Warnings, collinear("reverse_linear", uncertainty)...)
	}
	return s, nil
}

// linearHat is H = X_test·X⁺: by QR where the rank is full beyond doubt, by
// singular values where it may not be.
func linearHat(in metrics.NeuralInput, s metrics.Split) (h hat, uncertainty float64, err error) {
	r := newSplitResponses(in, s)
	if h, ok := r.byQR(0); ok {
		return h, 0, nil
	}
	basis, err := r.basis(in.Neuroids)
	if err != nil {
		return hat{}, 0, err
	}
	return basis.hat(func(s float64) float64 { return 1 / s }), basis.uncertainty(0), nil
}

// Memory is that of all reverse mappings.
func (reverseLinear) Memory(s metrics.Shape) metrics.Memory { return leastSquaresMemory(s) }

var reverseLinearInfo = metrics.Info{
	Name:      "reverse_linear",
	Version:   7,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "ordinary least squares from responses to activations",
	Formula:   "least squares with intercept from responses to activations; where the centred train responses are rank-deficient the solution of least norm, singular values below max(n_train, T)·ε of the largest taken as zero" + reverseEnd,
	Range:     "-1 to 1",
	NaN:       reverseNaN,
	Needs:     stream.Needs{Columns: true},
	References: []string{
		"Penrose (1956), Math. Proc. Camb. Philos. Soc. 52 (least-norm solution)",
		"scikit-learn, linear_model.LinearRegression",
	},
}

func init() {
	metrics.Register(reverseLinearInfo, func(metrics.Options) (metrics.Metric, error) { return reverseLinear{}, nil })
}
