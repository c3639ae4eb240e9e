package choice

import (
	"context"
	"fmt"
	"math"
	"math/big"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
)

// confusionSimilarity is the correlation of the model's confusions with people's.
type confusionSimilarity struct{}

var _ metrics.Choices = confusionSimilarity{}

var confusionSimilarityInfo = metrics.Info{
	Name:      "confusion_similarity",
	Version:   1,
	Kind:      metrics.KindChoices,
	Intervals: metrics.OfMetric,
	Score:     metrics.Ratio,
	Summary:   "correlation of how often the model and people take one object for another",
	Formula:   "counts M[truth, choice] of the model's stimuli and H[truth, choice] of all people's trials, over the labels that the model can choose: Pearson's r of the cells off the diagonal. Ceiling: the same of two halves of the subjects; mean over 100 halves",
	Range:     "-1 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "r is NaN if all cells off the diagonal are equal, as without errors, on one side; such halves are left out of the ceiling, with a count in the warnings. Rows whose truth or choice is none of the labels are left out, with a count",
	References: []string{
		"Maniquet, Op de Beeck & Costantino 2024, Recurrent issues with deep neural network models of visual recognition, bioRxiv, doi:10.1101/2024.04.02.587669",
		"brain-score/vision, metrics/maniquet2024_metrics",
	},
}

func (confusionSimilarity) Info() metrics.Info { return confusionSimilarityInfo }

// Columns returns none.
func (confusionSimilarity) Columns() []string { return nil }

// confusionHalvings is the number of random halves of the subjects.
const confusionHalvings = 100

// confusion is a cell off the diagonal.
type confusion struct{ truth, choice int }

// confusions counts the confusions that occur. Others are cells of 0.
type confusions map[confusion]int

// add counts a choice a number of times, if it is wrong.
func (c confusions) add(truth, choice, times int) {
	if truth != choice && times > 0 {
		c[confusion{truth, choice}] += times
	}
}

// correlation returns Pearson's r over all cells of so many labels. Sums of counts are
// exact, so that a constant side is recognised; it is then NaN.
func (c confusions) correlation(other confusions, labels int) float64 {
	cells := big.NewInt(int64(labels) * int64(labels-1))
	product := func(x, y confusions) *big.Int {
		var products, sumX, sumY int64
		for cell, n := range x {
			products += int64(n) * int64(y[cell])
			sumX += int64(n)
		}
		for _, n := range y {
			sumY += int64(n)
		}
		whole := new(big.Int).Mul(cells, big.NewInt(products))
		return whole.Sub(whole, new(big.Int).Mul(big.NewInt(sumX), big.NewInt(sumY)))
	}
	number := func(n *big.Int) float64 {
		f, _ := new(big.Float).SetInt(n).Float64()
		return f
	}
	r := number(product(c, other)) / math.Sqrt(number(product(c, c))) / math.Sqrt(number(product(other, other))) // 0/0 is NaN
	return max(-1, min(1, r))
}

// isLabel reports whether both are labels of the model.
func isLabel(in metrics.ChoicesInput, truth, choice int) bool {
	return in.Offered[truth] && in.Offered[choice]
}

// labels returns the number of labels.
func labels(in metrics.ChoicesInput) (n int) {
	for _, offered := range in.Offered {
		if offered {
			n++
		}
	}
	return n
}

// check returns an error for codes that do not exist and for trials without choices.
func (confusionSimilarity) check(in metrics.ChoicesInput, withModel bool) error {
	if err := in.Check(withModel); err != nil {
		return err
	}
	if in.People.Choice == nil {
		return &metrics.TrialError{Trial: -1, Problem: "the trials hold no choices, only whether they were right: confusion_similarity needs a column choice"}
	}
	return nil
}

// ScoreChoices correlates the confusions. There is no error.
func (m confusionSimilarity) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := m.check(in, true); err != nil {
		return metrics.Score{}, err
	}
	var score metrics.Score
	people, outside := confusions{}, 0
	for i, truth := range in.People.Truth {
		if choice := in.People.Choice[i]; isLabel(in, truth, choice) {
			people.add(truth, choice, 1)
		} else {
			outside++
		}
	}
	if outside > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%d of %d trials are left out: their truth or choice is none of the %d labels", outside, len(in.People.Truth), labels(in)))
	}
	strata, outside := make([]int, len(in.Truth)), 0
	for i, truth := range in.Truth {
		if strata[i] = truth; !isLabel(in, truth, in.Choice[i]) {
			strata[i] = -1
			outside++
		}
	}
	if outside > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%d of %d stimuli are left out: their truth or the model's choice is none of the %d labels", outside, len(in.Truth), labels(in)))
	}
	figure := func(times func(i int) int) float64 {
		model := confusions{}
		for i, truth := range strata {
			if truth >= 0 {
				model.add(truth, in.Choice[i], times(i))
			}
		}
		return model.correlation(people, labels(in))
	}
	score.Raw = metrics.Exact(figure(func(int) int { return 1 }))
	if math.IsNaN(score.Raw.Value) {
		score.Warnings = append(score.Warnings, "the confusions do not correlate: all of the model's or all of people's are equally frequent, or there are none")
	}
	if in.Intervals.Samples == 0 {
		return score, ctx.Err()
	}
	var err error
	score.Raw.Interval, err = bootstrapCorrelation(ctx, in.Intervals, score.Raw.Value, stratify(strata), countSamples(len(strata), func(counts []int) float64 {
		return figure(func(i int) int { return counts[i] })
	}))
	return score, err
}

// ChoicesCeiling correlates the confusions of random halves of the subjects. Splits are
// the correlations by halving; the error is their population standard deviation.
func (m confusionSimilarity) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := m.check(in, false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	p := in.People
	if p.Subjects < 2 {
		return metrics.Estimate{}, nil, &SubjectsError{Subjects: p.Subjects}
	}
	bySubject := make([]confusions, p.Subjects)
	for s := range bySubject {
		bySubject[s] = confusions{}
	}
	for i, truth := range p.Truth {
		if choice := p.Choice[i]; isLabel(in, truth, choice) {
			bySubject[p.Subject[i]].add(truth, choice, 1)
		}
	}
	state := numpyrand.New(0)
	var undefined reasons.Counts
	values := make([]float64, confusionHalvings)
	for i := range values {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		sums := [2]confusions{{}, {}}
		for k, half := range halvesOf(state.Permutation(p.Subjects)) {
			for _, s := range half {
				for cell, n := range bySubject[s] {
					sums[k][cell] += n
				}
			}
		}
		if values[i] = sums[0].correlation(sums[1], labels(in)); math.IsNaN(values[i]) {
			undefined.Add("all confusions of a half of the subjects are equally frequent, or there are none")
		}
	}
	return exactMeanSD(values), undefinedSplits("ceiling: ", undefined, len(values)), nil
}

func init() {
	metrics.Register(confusionSimilarityInfo, func(metrics.Options) (metrics.Metric, error) { return confusionSimilarity{}, nil })
}
