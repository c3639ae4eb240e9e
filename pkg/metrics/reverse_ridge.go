package metrics

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// reverseRidge predicts features from responses by ridge regression.
type reverseRidge struct{ alpha float64 }

func (reverseRidge) Info() Info { return reverseRidgeInfo }

// ScoreNeural takes the activations where they are held; wide ones come
// through NewStream.
func (m reverseRidge) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (m reverseRidge) NewStream(in NeuralInput, rows []int) (Stream, error) {
	fit := func(_ context.Context, in NeuralInput, split int, _ []float64) (hat, error) {
		return ridgeHat(in, in.Splits[split], m.alpha)
	}
	return newReverseStream("reverse_ridge", in, rows, fit), nil
}

// ridgeHat is H = X_test·(XᵀX + αI)⁻¹·Xᵀ for responses X centred on the train
// rows, or X_test·Xᵀ·(X·Xᵀ + αI)⁻¹ where neuroids are more than train stimuli.
func ridgeHat(in NeuralInput, s Split, alpha float64) (hat, error) {
	n, t := len(s.Train), in.Neuroids
	x, test := centredTrainTest(in, s)
	if t > n {
		k, b := responseProducts(in.Workers, x, test, n, len(s.Test), t)
		for i := range n {
			k[i*n+i] += alpha
		}
		factor, ok := cholesky(k, n)
		if !ok {
			return hat{}, ErrIllConditioned
		}
		lapack64.Potrs(factor, general(b, n, len(s.Test)))
		return hatOfDual(b, n, len(s.Test)), nil
	}
	c := make([]float64, t*t)
	kernel.Gemm(in.Workers, true, false, t, t, n, 1, x, t, x, t, c, t)
	for j := range t {
		c[j*t+j] += alpha
	}
	factor, ok := cholesky(c, t)
	if !ok {
		return hat{}, ErrIllConditioned
	}
	right := transposed(x, n, t)
	lapack64.Potrs(factor, general(right, t, n))
	return hat{rank: t, left: test, right: right}, nil
}

// centredTrainTest copies the responses on train and test rows, both less the
// mean on the train rows.
func centredTrainTest(in NeuralInput, s Split) (train, test []float64) {
	train, mean := centredRows(in.Responses, in.Neuroids, s.Train)
	test = selectRows(in.Responses, in.Neuroids, s.Test)
	for at := 0; at < len(test); at += in.Neuroids {
		axpy(-1, mean, test[at:at+in.Neuroids])
	}
	return train, test
}

// responseProducts are X·Xᵀ (n × n) and X·X_testᵀ (n × m).
func responseProducts(workers int, x, test []float64, n, m, t int) (k, b []float64) {
	k, b = make([]float64, n*n), make([]float64, n*m)
	kernel.SyrkUpper(workers, n, t, x, t, k, n)
	kernel.Mirror(workers, n, k, n)
	kernel.Gemm(workers, false, true, n, m, t, 1, x, t, test, t, b, m)
	return k, b
}

// hatOfDual is the hat matrix whose transpose is d, n × m.
func hatOfDual(d []float64, n, m int) hat { return hat{rank: m, right: transposed(d, n, m)} }

// transposed copies the transpose of a rows × cols matrix.
func transposed(x []float64, rows, cols int) []float64 {
	out := make([]float64, len(x))
	for i := range rows {
		for j := range cols {
			out[j*rows+i] = x[i*cols+j]
		}
	}
	return out
}

var reverseRidgeInfo = Info{
	Name:    "reverse_ridge",
	Kind:    KindMapping,
	Summary: "ridge regression from responses to activations",
	Formula: "min ‖Y − XB‖² + α‖B‖² on the train rows, X the responses and Y the activations, both centred there" + reverseEnd,
	Range:   "-1 to 1",
	NaN:     reverseNaN,
	Needs:   Needs{Columns: true},
	Options: []Option{{Name: "alpha", Type: "number", Default: "1", Doc: "penalty α on the squared weights, in squared units of the responses"}},
	References: []string{
		"Hoerl & Kennard (1970), Technometrics 12",
		"Muzellec & Kar (2025), bioRxiv 2025.08.08.669382 (reverse predictivity)",
	},
}

func init() {
	register(reverseRidgeInfo, func(o Options) (Metric, error) {
		alpha, err := o.Positive("alpha", 1)
		return reverseRidge{alpha}, err
	})
}
