package choice

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// threshold compares the value of x at which the model reaches an accuracy with people's
// thresholds.
type threshold struct {
	modelThreshold
	condition condition
	published bool // draws as those of the published figures
}

var _ metrics.Choices = threshold{}

var thresholdInfo = metrics.Info{
	Name:      "threshold",
	Version:   2,
	Kind:      metrics.KindThresholds,
	Intervals: metrics.OfMetric,
	Score:     metrics.Ratio,
	Summary:   "how near the x at which the model reaches an accuracy is to people's thresholds",
	Formula:   "t = x at which ψ(x) = ½ + (½ − λ)Φ(α(x − β)), fitted to the share of right choices by x by maximum likelihood (0.03 ≤ λ ≤ 0.5, α > 0), is accuracy: max(0, 1 − |t_s − t|/t_s) for the threshold t_s of each subject s; mean over subjects, error: their standard deviation. Ceiling: the same of each subject in the model's place and the others; mean over subjects",
	Range:     "0 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "never: without a threshold the score is 0, with the reason in the warnings. There is none if the accuracy of all stimuli is below required_accuracy; if less than a third of the x remain after those beyond the largest accuracy, from which on all lie a standard deviation or more away from it, are dropped; if R² of the fit is below 0.4; if t is beyond the largest x that remains or ψ does not reach accuracy. Subjects without a threshold are left out",
	Options:   slices.Concat(thresholdOptions, conditionOptions, publishedDraws),
	References: []string{
		"Malania, Herzog & Westheimer 2007, Grouping of contextual elements that affect vernier thresholds, J. Vis. 7(2):1, doi:10.1167/7.2.1",
		"Wichmann & Hill 2001, The psychometric function I, Percept. Psychophys. 63(8):1293-1313, doi:10.3758/BF03194544; brain-score/vision, metrics/threshold, whose fit stops early",
	},
}

var publishedDraws = []metrics.Option{
	{Name: "published_draws", Type: "boolean", Default: "false", Doc: "draw subjects for the ceiling at random, some twice, as the published figures do"},
}

func (threshold) Info() metrics.Info { return thresholdInfo }

// Columns returns the column of x and, if one is named, that of the conditions.
func (m threshold) Columns() []string {
	if m.condition.by == "" {
		return []string{m.x}
	}
	return []string{m.x, m.condition.by}
}

// ScoreChoices compares the model's threshold with people's. Splits are the values by
// subject.
func (m threshold) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := in.Check(true); err != nil {
		return metrics.Score{}, err
	}
	people, warnings, err := m.people(in)
	if err != nil {
		return metrics.Score{}, err
	}
	x := in.Columns[0]
	codes, err := m.condition.stimuli(in.Columns)
	if err != nil {
		return metrics.Score{}, err
	}
	right := in.Right()
	score := metrics.Score{Warnings: warnings}
	t, err := m.of(x, codes, right, nil)
	if errors.Is(err, errNotConverged) {
		return metrics.Score{}, err
	}
	if err != nil {
		score.Warnings = append(score.Warnings, fmt.Sprintf("the model has no threshold, so the score is 0: %v", err))
	}
	score.Raw = nearness(t.at, people)
	if in.Intervals.Samples == 0 {
		return score, ctx.Err()
	}
	score.Raw.Interval, err = bootstrapShare(ctx, in.Intervals, score.Raw.Value, stratify(codes), countSamples(len(right), func(counts []int) float64 {
		t, _ := m.of(x, codes, right, counts)
		return nearness(t.at, people).Value
	}))
	return score, err
}

// ChoicesCeiling compares each subject with the others. Splits are the values by subject;
// the error is their population standard deviation. It needs two subjects, else a
// *SubjectsError.
func (m threshold) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := in.Check(false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	people, _, err := m.people(in)
	if err != nil {
		return metrics.Estimate{}, nil, err
	}
	ceiling, err := ceilingOfThresholds(people, m.published)
	return ceiling, nil, cmp.Or(err, ctx.Err())
}

// people returns the measured thresholds in the order of the subjects, and a warning of
// those that are not. A subject of two thresholds in a condition is an error.
func (m threshold) people(in metrics.ChoicesInput) (thresholds []float64, warnings []string, err error) {
	if err := wantOffsets(in.Columns[0]); err != nil {
		return nil, nil, err
	}
	roles, err := m.condition.people(in)
	if err != nil {
		return nil, nil, err
	}
	bySubject, err := thresholdsOf(in.People, roles, conditionRoles)
	if err != nil {
		return nil, nil, err
	}
	for s := range in.People.Subjects {
		own := bySubject[s*conditionRoles:]
		if !math.IsNaN(own[comparedRole]) && (m.condition.with == "" || !math.IsNaN(own[withRole])) {
			thresholds = append(thresholds, own[comparedRole])
		}
	}
	return thresholds, missingThresholds(len(thresholds), in.People.Subjects), wantThresholds(len(thresholds))
}

// wantOffsets returns an error if the stimuli have no numbers x.
func wantOffsets(x metrics.Column) error { return cmp.Or(wantColumn(x, false), wantNumbers(x)) }

func missingThresholds(have, subjects int) []string {
	if missing := subjects - have; missing > 0 {
		return []string{fmt.Sprintf("%d of %d subjects have no threshold and are left out", missing, subjects)}
	}
	return nil
}

func wantThresholds(have int) error {
	if have > 0 {
		return nil
	}
	return &metrics.TrialError{Trial: -1, Problem: "no subject has the thresholds that are compared: add some, or name other conditions"}
}

// thresholdsOf returns people's thresholds by subject and side, NaN if there is none.
// Rows of negative sides are ignored.
func thresholdsOf(p metrics.People, side []int, sides int) ([]float64, error) {
	result := slices.Repeat([]float64{math.NaN()}, p.Subjects*sides)
	for i, t := range p.Threshold {
		if t <= 0 || math.IsInf(t, 0) {
			return nil, &metrics.TrialError{Trial: i, Problem: fmt.Sprintf("the threshold %v is not above 0: correct it, or leave it empty if it was not measured", t)}
		}
		if side[i] < 0 {
			continue
		}
		cell := p.Subject[i]*sides + side[i]
		if !math.IsNaN(result[cell]) && !math.IsNaN(t) {
			return nil, &metrics.TrialError{Trial: i, Problem: "the subject has another threshold in an earlier row: exclude other conditions, or delete one"}
		}
		if !math.IsNaN(t) {
			result[cell] = t
		}
	}
	return result, nil
}

// nearness returns the mean over people of max(0, 1 − |t_s − t|/t_s), 0 without t, with
// their standard deviation.
func nearness(t float64, people []float64) metrics.Estimate {
	values := make([]float64, len(people))
	for i, s := range people {
		if !math.IsNaN(t) {
			values[i] = max(0, 1-math.Abs(s-t)/s)
		}
	}
	return exactMeanSD(values)
}

func init() {
	metrics.Register(thresholdInfo, func(o metrics.Options) (metrics.Metric, error) {
		m, err := newModelThreshold(o)
		if err != nil {
			return nil, err
		}
		condition, err := newCondition(o)
		if err != nil {
			return nil, err
		}
		published, err := o.Bool("published_draws", false)
		return threshold{m, condition, published}, err
	})
}
