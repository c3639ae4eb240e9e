package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// reverseRidgeCV predicts features from responses by ridge regression with the
// penalty chosen on the train rows. It works on the singular values of the responses:
// what the penalty's choice and inner products of the activations leave uncertain, a
// warning tells (penaltyChoice, responseBasis.uncertainty).
type reverseRidgeCV struct{}

func (reverseRidgeCV) Info() metrics.Info { return reverseRidgeCVInfo }

// ScoreNeural needs the activations to be held; wide ones come
// through NewStream.
func (m reverseRidgeCV) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison; in.Gram is that of the activations.
func (m reverseRidgeCV) NewStream(in metrics.NeuralInput, rows []int) (metrics.Stream, error) {
	fits := newReverseRidgeCVFits(in)
	s := newReverseStream("reverse_ridgecv", in, rows, func(ctx context.Context, in metrics.NeuralInput, split int, _ []float64) (hat, error) {
		return fits.fit(ctx, in, split)
	})
	s.finish = fits.finish
	s.retry = func(ctx context.Context) (*reverseStream, error) { return fits.inDouble(ctx, in, rows) }
	return s, nil
}

// reverseRidgeCVFits are what is told of the fits of all splits.
type reverseRidgeCVFits struct {
	alphas       []float64
	uncertainty  []float64
	unsure, lost []bool
}

func newReverseRidgeCVFits(in metrics.NeuralInput) *reverseRidgeCVFits {
	n := len(in.Splits)
	return &reverseRidgeCVFits{
		alphas:      slices.Repeat([]float64{math.NaN()}, n),
		uncertainty: make([]float64, n), unsure: make([]bool, n), lost: make([]bool, n),
	}
}

// fit fits a split by the singular values of the responses.
func (f *reverseRidgeCVFits) fit(ctx context.Context, in metrics.NeuralInput, split int) (hat, error) {
	r := newSplitResponses(in, in.Splits[split])
	basis, err := r.basis(in.Neuroids)
	if err != nil {
		return hat{}, err
	}
	choice := penaltyChoice{basis: basis}
	if err := choice.choose(ctx, in, in.Splits[split]); err != nil {
		return hat{}, err
	}
	f.alphas[split], f.unsure[split], f.lost[split] = choice.alpha, choice.unsure, choice.lost
	alpha := r.penalty(choice.alpha)
	f.uncertainty[split] = max(basis.uncertainty(alpha), basis.leftOut(in, in.Splits[split].Train, alpha))
	return basis.hat(func(s float64) float64 {
		if alpha < 1 {
			return s / (float64(s*s) + alpha)
		}
		return s / (s*s/alpha + 1) // r knows no factor, and no penalty overflows
	}), nil
}

// inDouble returns a stream that is fitted in twice the precision, passed over the
// activations, if the splits are small or uncertain and this does not take long; else nil.
func (f *reverseRidgeCVFits) inDouble(ctx context.Context, in metrics.NeuralInput, rows []int) (*reverseStream, error) {
	const certain = 1e-11
	p, q := in.Neuroids, in.Gram.Features
	held, splits, err := doubleFit{
		terms: func(s metrics.Split) int {
			n := len(s.Train)
			return doubleRegressionTerms(n, len(s.Test), p, q) + n*n*q + doublePenaltyTerms(usualPenalties(), n, p, q)
		},
		uncertain: func(i int) bool { return f.uncertainty[i] > certain || f.unsure[i] || f.lost[i] },
	}.hold(ctx, in)
	if err != nil || held == nil {
		return nil, err
	}
	fits := newReverseRidgeCVFits(in)
	s := newReverseStream("reverse_ridgecv", in, rows, func(ctx context.Context, in metrics.NeuralInput, split int, _ []float64) (hat, error) {
		if !slices.Contains(splits, split) {
			return fits.fit(ctx, in, split)
		}
		r, err := newDoubleRegression(ctx, in.Responses, in.Neuroids, held.X, q, in.Splits[split])
		if err != nil {
			return hat{}, err
		}
		alphas, certain, err := r.chooseAlpha(ctx, usualPenalties())
		if err != nil {
			return hat{}, err
		}
		fits.alphas[split], fits.lost[split] = alphas[0], !certain
		return r.hat(r.penalised(fits.alphas[split])), nil
	})
	s.finish = fits.finish
	return s, in.Gram.Again(ctx, s)
}

// finish adds the penalties and the warnings to a score.
func (f *reverseRidgeCVFits) finish(score *metrics.Score) {
	score.Alphas = f.alphas
	score.Warnings = append(score.Warnings, collinear("reverse_ridgecv", f.uncertainty)...)
	if n := count(f.unsure); n > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("reverse_ridgecv: in %d of %d splits the leave-one-out errors of several penalties differ by no more than the rounding of the activations' inner products, which a few features of far larger size or offset make large: the penalty is one of several as good; rescale or leave out these features", n, len(f.unsure)))
	}
	if n := count(f.lost); n > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("reverse_ridgecv: in %d of %d splits the leave-one-out errors of several penalties differ by less than their own rounding, as where the responses tell the activations wholly: the penalty reported is one of several that cannot be told apart", n, len(f.lost)))
	}
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

// Memory counts, for each split worked on concurrently, the products of features among
// the train stimuli beside the fit, and two products with the stimuli that the responses
// nearly determine: those are no more than neuroids, since leverages add up to the rank.
func (reverseRidgeCV) Memory(s metrics.Shape) metrics.Memory {
	n, t, m := s.Sizes()
	terms := doubleRegressionTerms(s.Train, s.Stimuli-s.Train, s.Neuroids, s.Features) + s.Train*s.Train*s.Features + doublePenaltyTerms(usualPenalties(), s.Train, s.Neuroids, s.Features)
	return reverseAgain(s, reverseMemory(s, m*m+max(m*m/4, min(m*m, 2*m*(t+t/50+1)))+2*n*t+m*min(t, m)), terms, doubleFitBytes(s))
}

var reverseRidgeCVInfo = metrics.Info{
	Name:      "reverse_ridgecv",
	Version:   8,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "ridge regression from responses to activations with the penalty chosen by leave-one-out on the train rows",
	Formula:   "the α of 99 from 0.01 to 1e7 with the least mean squared leave-one-out error over all features together, then ridge with it; the α of each split is reported" + reverseEnd,
	Range:     "-1 to 1",
	NaN:       reverseNaN,
	Needs:     stream.Needs{Gram: true, Columns: true},
	References: []string{
		"Golub, Heath & Wahba (1979), Technometrics 21",
		"scikit-learn 1.2.1, linear_model.RidgeCV",
	},
}

func init() {
	metrics.Register(reverseRidgeCVInfo, func(metrics.Options) (metrics.Metric, error) { return reverseRidgeCV{}, nil })
}
