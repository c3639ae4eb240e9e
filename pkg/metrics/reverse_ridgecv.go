package metrics

import (
	"context"
	"fmt"
	"math"
)

// reverseRidgeCV predicts features from responses by ridge regression with the
// penalty chosen on the train rows. It works on the singular values of the responses:
// what the penalty's choice and inner products of the activations leave uncertain, a
// warning tells (penaltyChoice, responseBasis.uncertainty).
type reverseRidgeCV struct{}

func (reverseRidgeCV) Info() Info { return reverseRidgeCVInfo }

// ScoreNeural needs the activations to be held; wide ones come
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
	uncertainty, unsure, lost := make([]float64, len(in.Splits)), make([]bool, len(in.Splits)), make([]bool, len(in.Splits))
	s := newReverseStream("reverse_ridgecv", in, rows, func(ctx context.Context, in NeuralInput, split int, _ []float64) (hat, error) {
		r := newSplitResponses(in, in.Splits[split])
		basis, err := r.basis(in.Neuroids)
		if err != nil {
			return hat{}, err
		}
		choice := penaltyChoice{basis: basis}
		if err := choice.choose(ctx, in, in.Splits[split]); err != nil {
			return hat{}, err
		}
		alphas[split], unsure[split], lost[split] = choice.alpha, choice.unsure, choice.lost
		alpha := r.penalty(choice.alpha)
		uncertainty[split] = basis.uncertainty(alpha)
		return basis.hat(func(s float64) float64 {
			if alpha < 1 {
				return s / (s*s + alpha)
			}
			return s / (s*s/alpha + 1) // r knows no factor, and no penalty overflows
		}), nil
	})
	s.finish = func(score *Score) {
		score.Alphas = alphas
		score.Warnings = append(score.Warnings, collinear("reverse_ridgecv", uncertainty)...)
		if n := count(unsure); n > 0 {
			score.Warnings = append(score.Warnings, fmt.Sprintf("reverse_ridgecv: in %d of %d splits the leave-one-out errors of several penalties differ by no more than the rounding of the activations' inner products, which a few features of far larger size or offset make large: the penalty is one of several as good; rescale or leave out these features", n, len(unsure)))
		}
		if n := count(lost); n > 0 {
			score.Warnings = append(score.Warnings, fmt.Sprintf("reverse_ridgecv: in %d of %d splits the responses tell the activations so well that the least leave-one-out error is about its own rounding: the penalty reported is one of several that cannot be told apart", n, len(lost)))
		}
	}
	return s, nil
}

// count returns how many are true.
func count(of []bool) (n int) {
	for _, is := range of {
		if is {
			n++
		}
	}
	return n
}

// Memory is that of all reverse mappings.
func (reverseRidgeCV) Memory(s Shape) Memory { return reverseMemory(s) }

var reverseRidgeCVInfo = Info{
	Name:      "reverse_ridgecv",
	Version:   3,
	Kind:      KindMapping,
	Intervals: OfNeuroidsAndSplits,
	Summary:   "ridge regression from responses to activations with the penalty chosen by leave-one-out on the train rows",
	Formula:   "the α of 99 from 0.01 to 1e7 with the least mean squared leave-one-out error over all features together, then ridge with it; the α of each split is reported" + reverseEnd,
	Range:     "-1 to 1",
	NaN:       reverseNaN,
	Needs:     Needs{Gram: true, Columns: true},
	References: []string{
		"Golub, Heath & Wahba (1979), Technometrics 21",
		"scikit-learn 1.2.1, linear_model.RidgeCV",
	},
}

func init() {
	register(reverseRidgeCVInfo, func(Options) (Metric, error) { return reverseRidgeCV{}, nil })
}
