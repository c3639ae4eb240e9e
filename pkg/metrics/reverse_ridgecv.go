package metrics

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/mat"
)

// reverseRidgeCV predicts features from responses by ridge regression with the
// penalty chosen on the train rows.
type reverseRidgeCV struct{}

func (reverseRidgeCV) Info() Info { return reverseRidgeCVInfo }

// ScoreNeural takes the activations where they are held; wide ones come
// through NewStream.
func (m reverseRidgeCV) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison; in.Gram is that of the activations.
func (reverseRidgeCV) NewStream(in NeuralInput, rows []int) (Stream, error) {
	alphas := make([]float64, len(in.Splits))
	for i := range alphas {
		alphas[i] = math.NaN()
	}
	s := newReverseStream("reverse_ridgecv", in, rows, func(ctx context.Context, in NeuralInput, split int, _ []float64) (hat, error) {
		x, test := centredTrainTest(in, in.Splits[split])
		basis, err := newResponseBasis(x, len(in.Splits[split].Train), in.Neuroids)
		if err != nil {
			return hat{}, err
		}
		alpha, err := reverseAlpha(ctx, in, in.Splits[split], basis)
		if err != nil {
			return hat{}, err
		}
		alphas[split] = alpha
		return basis.hat(test, func(s float64) float64 { return s / (s*s + alpha) }), nil
	})
	s.finish = func(score *Score) { score.Alphas = alphas }
	return s, nil
}

// reverseAlpha is the penalty with the least mean squared leave-one-out error
// over all features together. With the responses X = U·diag(s)·Vᵀ, the features
// Y and e = α/(s² + α), the leave-one-out residual of row i is c_i/g_i,
//
//	c = Y⊥ + U·diag(e)·UᵀY,  Y⊥ = Y − U·UᵀY,
//	g_i = 1 − 1/n − Σ_j (1 − e_j)·U_ij²,
//
// and ‖c_i‖² needs no more of Y than its Gram matrix K.
func reverseAlpha(ctx context.Context, in NeuralInput, s Split, basis *responseBasis) (float64, error) {
	n, r := len(s.Train), basis.rank
	if r == 0 {
		return ridgeAlphas()[0], nil
	}
	k, _ := trainGram(in.Gram, s.Train)
	u := mat.DenseCopyOf(basis.u.Slice(0, n, 0, r)).RawMatrix().Data
	ku, m := make([]float64, n*r), make([]float64, r*r)
	kernel.Gemm(in.Workers, false, false, n, r, n, 1, k, n, u, r, ku, r)
	kernel.Gemm(in.Workers, true, false, r, r, n, 1, u, r, ku, r, m, r)
	// What of K is outside of U: cross = (I − UUᵀ)·K·U, and the diagonal of
	// (I − UUᵀ)·K·(I − UUᵀ).
	cross := append([]float64(nil), ku...)
	kernel.Gemm(in.Workers, false, false, n, r, r, -1, u, r, m, r, cross, r)
	outside, free := make([]float64, n), make([]float64, n)
	for i := range n {
		row := u[i*r : (i+1)*r]
		free[i] = max(0, 1-1/float64(n)-dot(row, row))
		outside[i] = max(0, k[i*n+i]-dot(row, ku[i*r:(i+1)*r])-dot(row, cross[i*r:(i+1)*r]))
	}
	if r >= n-1 { // nothing is outside
		clear(outside)
		clear(free)
		clear(cross)
	}
	scale(cross, 2)

	best, least := math.NaN(), math.Inf(1)
	e := make([]float64, r)
	ue, c := make([]float64, n*r), make([]float64, n*r)
	for _, alpha := range ridgeAlphas() {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		for j := range e {
			e[j] = alpha / (basis.values[j]*basis.values[j] + alpha)
		}
		for at := 0; at < len(u); at += r {
			for j, f := range e {
				ue[at+j] = u[at+j] * f
			}
		}
		copy(c, cross)
		kernel.Gemm(in.Workers, false, false, n, r, r, 1, ue, r, m, r, c, r)
		loss := 0.0
		for i := range n {
			row := ue[i*r : (i+1)*r]
			gii := free[i] + dot(row, u[i*r:(i+1)*r])
			loss += max(0, outside[i]+dot(row, c[i*r:(i+1)*r])) / (gii * gii)
		}
		if loss < least {
			best, least = alpha, loss
		}
	}
	if math.IsNaN(best) {
		return 0, fmt.Errorf("leave-one-out: %w", ErrIllConditioned)
	}
	return best, nil
}

var reverseRidgeCVInfo = Info{
	Name:    "reverse_ridgecv",
	Kind:    KindMapping,
	Summary: "ridge regression from responses to activations with the penalty chosen by leave-one-out on the train rows",
	Formula: "the α of 99 from 0.01 to 1e7 with the least mean squared leave-one-out error over all features together, then ridge with it; the α of each split is reported" + reverseEnd,
	Range:   "-1 to 1",
	NaN:     reverseNaN,
	Needs:   Needs{Gram: true, Columns: true},
	References: []string{
		"Golub, Heath & Wahba (1979), Technometrics 21",
		"scikit-learn 1.2.1, linear_model.RidgeCV",
	},
}

func init() {
	register(reverseRidgeCVInfo, func(Options) (Metric, error) { return reverseRidgeCV{}, nil })
}
