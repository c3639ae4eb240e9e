package choice

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/reasons"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// accuracyDelta compares how much accuracy falls from one kind of stimuli to another.
type accuracyDelta struct {
	contrast
	published bool // draws as those of the published figures
}

var _ metrics.Choices = accuracyDelta{}

var accuracyDeltaInfo = metrics.Info{
	Name:      "accuracy_delta",
	Version:   1,
	Kind:      metrics.KindChoices,
	Intervals: metrics.OfMetric,
	Score:     metrics.Ratio,
	Summary:   "how much accuracy falls from baseline to changed stimuli, for the model and for people",
	Formula:   "Δm = A(baseline) − A(changed) of the model, A = mean over truths of the accuracy on their stimuli; δ = a(baseline) − a(changed) of each subject on its trials; for each of 100 halves of the subjects, Δh = mean δ: max(0, 1 − |Δh − Δm|/|Δh|); mean over halves. Ceiling: 100 halves against the rest by the same formula, Spearman-Brown corrected by 2k/(1 + k), median",
	Range:     "0 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "a half is NaN and left out, with a count in the warnings, if neither its subjects nor the model differ between baseline and changed; it is 0 if only the model does. Subjects without trials of both, and truths without stimuli of one, are left out with a warning",
	Options: append(contrastOptions[:len(contrastOptions):len(contrastOptions)],
		metrics.Option{Name: "published_draws", Type: "boolean", Default: "false", Doc: "never draw the last subject into a half that is compared, as the published figures do"}),
	References: []string{
		"Baker & Elder 2022, Deep learning models fail to capture the configural nature of human shape perception, iScience 25(9):104913, doi:10.1016/j.isci.2022.104913",
		"brain-score/vision, metrics/baker_accuracy_delta",
	},
}

func (accuracyDelta) Info() metrics.Info { return accuracyDeltaInfo }

// Columns returns the column of the contrast.
func (m accuracyDelta) Columns() []string { return []string{m.by} }

// deltaSplits is the number of random halves of the subjects.
const deltaSplits = 100

// noDelta bounds what rounding leaves of a difference that is 0, in twice the precision
// of a number.
const noDelta = 1e-25

// ScoreChoices compares the model with halves of the subjects. Splits are the values by
// half, in the order they were drawn; the error is their population standard deviation.
func (m accuracyDelta) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := in.Check(true); err != nil {
		return metrics.Score{}, err
	}
	stimuli, people, err := m.sides(in.Columns[0])
	if err != nil {
		return metrics.Score{}, err
	}
	deltas, err := subjectDeltas(in.People, people)
	if err != nil {
		return metrics.Score{}, err
	}
	halves := make([]float64, deltaSplits)
	for i := range halves {
		halves[i] = meanDelta(deltas, m.half(numpyrand.New(uint32(i)), len(deltas)))
	}
	cells, right := cellsOfSides(in.Truth, stimuli), in.Right()
	figure := func(counts []int) ([]float64, float64) {
		model := accuracyDifference(len(in.Names), cells, right, counts)
		values := make([]float64, len(halves))
		for i, half := range halves {
			values[i] = deltaSimilarity(model, half)
		}
		return values, series.ExactMean(values)
	}
	var score metrics.Score
	values, mean := figure(nil)
	score.Raw = metrics.Estimate{Value: mean, Error: series.ExactDeviation(values), Splits: values}
	score.Warnings = m.doubts(in, stimuli, len(deltas), values)
	if in.Intervals.Samples > 0 {
		score.Raw.Interval, err = bootstrapShare(ctx, in.Intervals, mean, stratify(cells), countSamples(len(cells), func(counts []int) float64 {
			_, mean := figure(counts)
			return mean
		}))
	}
	return score, cmp.Or(err, ctx.Err())
}

// ChoicesCeiling compares halves of the subjects with each other. The value is the median
// over halves, the error their population standard deviation.
func (m accuracyDelta) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := in.Check(false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	_, people, err := m.sides(in.Columns[0])
	if err != nil {
		return metrics.Estimate{}, nil, err
	}
	deltas, err := subjectDeltas(in.People, people)
	if err != nil {
		return metrics.Estimate{}, nil, err
	}
	state := numpyrand.New(0)
	values := make([]float64, deltaSplits)
	for i := range values {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		half := m.half(state, len(deltas))
		drawn := make([]bool, len(deltas))
		for _, s := range half {
			drawn[s] = true
		}
		var others []int
		for s, d := range drawn {
			if !d {
				others = append(others, s)
			}
		}
		k := deltaSimilarity(meanDelta(deltas, half), meanDelta(deltas, others))
		values[i] = 2 * k / (1 + k)
	}
	var undefined reasons.Counts
	for _, v := range values {
		if math.IsNaN(v) {
			undefined.Add("accuracy does not differ between baseline and changed in either half")
		}
	}
	return metrics.Estimate{Value: series.Median(values), Error: series.ExactDeviation(values), Splits: values},
		undefinedSplits("ceiling: ", undefined, len(values)), nil
}

// half draws a half of n subjects.
func (m accuracyDelta) half(state *numpyrand.State, n int) []int {
	drawn := n
	if m.published {
		drawn--
	}
	return state.Permutation(drawn)[:n/2]
}

// subjectDeltas returns δ of each subject that has trials of both sides.
func subjectDeltas(p metrics.People, side []int) ([]series.Rate, error) {
	t := newTallies(p.Subjects * sides)
	t.addAll(cellsOfSides(p.Subject, side), p.Right, nil)
	var deltas []series.Rate
	for s := range p.Subjects {
		baseline, changed := s*sides+baselineSide, s*sides+changedSide
		if n, m := t.n[baseline], t.n[changed]; n > 0 && m > 0 {
			deltas = append(deltas, series.Ratio(float64(t.right[baseline]*m-t.right[changed]*n), float64(n*m), 0))
		}
	}
	if len(deltas) < 2 {
		return nil, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("accuracy_delta needs at least 2 subjects with trials of baseline and of changed; there is %d", len(deltas))}
	}
	return deltas, nil
}

// cellsOfSides returns the cells of codes and sides, negative ones for other sides.
func cellsOfSides(codes, side []int) []int {
	cells := make([]int, len(codes))
	for i, code := range codes {
		cells[i] = otherSide
		if side[i] != otherSide {
			cells[i] = code*sides + side[i]
		}
	}
	return cells
}

// meanDelta returns the mean over some subjects, 0 if it is that but for rounding.
func meanDelta(deltas []series.Rate, subjects []int) float64 {
	var sum series.ExactSum
	for _, s := range subjects {
		sum.AddRate(deltas[s].High, deltas[s].Low)
	}
	return dropRounding(sum.Mean())
}

func dropRounding(delta float64) float64 {
	if math.Abs(delta) <= noDelta {
		return 0
	}
	return delta
}

// deltaSimilarity returns max(0, 1 − |a − b|/|b|); if b is 0, 0, or NaN if a is 0 too.
func deltaSimilarity(a, b float64) float64 {
	if b == 0 && a != 0 {
		return 0
	}
	return max(0, 1-math.Abs(a-b)/math.Abs(b)) // 0/0 is NaN, which max keeps
}

// accuracyDifference returns Δm of right answers in cells of truth and side, each as often
// as counts has it.
func accuracyDifference(truths int, cells []int, right []bool, counts []int) float64 {
	t := newTallies(truths * sides)
	t.addAll(cells, right, counts)
	var means [sides]series.Rate
	for side := range means {
		var sum series.ExactSum
		for cell := side; cell < len(t.n); cell += sides {
			if t.n[cell] > 0 {
				r := series.Ratio(float64(t.right[cell]), float64(t.n[cell]), 0)
				sum.AddRate(r.High, r.Low)
			}
		}
		means[side] = sum.Rate()
	}
	a, b := means[baselineSide], means[changedSide]
	return dropRounding((a.High - b.High) + (a.Low - b.Low))
}

// doubts lists what is doubtful about a score.
func (m accuracyDelta) doubts(in metrics.ChoicesInput, stimuli []int, subjects int, values []float64) (warnings []string) {
	for side, value := range [sides]string{m.baseline, m.changed} {
		if names := truthsWithout(in, stimuli, side); len(names) > 0 {
			warnings = append(warnings, fmt.Sprintf("%d of the set's truths have no stimulus with %s %s and are left out of its mean accuracy: %s", len(names), m.by, value, firstNames(names)))
		}
	}
	if left := in.People.Subjects - subjects; left > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d subjects have no trials of %s %s or %s and are left out", left, in.People.Subjects, m.by, m.baseline, m.changed))
	}
	var undefined reasons.Counts
	for _, v := range values {
		if math.IsNaN(v) {
			undefined.Add("accuracy does not differ between baseline and changed, neither the model's nor that of the half's subjects")
		}
	}
	return append(warnings, undefinedSplits("", undefined, len(values))...)
}

// truthsWithout lists the truths of the set that have no stimulus of a side.
func truthsWithout(in metrics.ChoicesInput, stimuli []int, side int) (names []string) {
	present, has := make([]bool, len(in.Names)), make([]bool, len(in.Names))
	for i, truth := range in.Truth {
		present[truth] = true
		has[truth] = has[truth] || stimuli[i] == side
	}
	for truth, name := range in.Names {
		if present[truth] && !has[truth] {
			names = append(names, name)
		}
	}
	return names
}

func init() {
	metrics.Register(accuracyDeltaInfo, func(o metrics.Options) (metrics.Metric, error) {
		c, err := newContrast(o)
		if err != nil {
			return nil, err
		}
		published, err := o.Bool("published_draws", false)
		return accuracyDelta{c, published}, err
	})
}
