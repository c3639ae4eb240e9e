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

// thresholdElevation compares by how much the threshold rises from one condition to
// another, for the model and for people.
type thresholdElevation struct {
	contrast
	threshold
}

var _ metrics.Choices = thresholdElevation{}

var thresholdElevationInfo = metrics.Info{
	Name:      "threshold_elevation",
	Version:   2,
	Kind:      metrics.KindThresholds,
	Intervals: metrics.OfMetric,
	Score:     metrics.Ratio,
	Summary:   "how near the ratio of the model's thresholds in two conditions is to people's",
	Formula:   "e = t(changed)/t(baseline) with thresholds t as those of metric threshold, e_s of each subject s with both: max(0, 1 − |e_s − e|/e_s); mean over subjects, error: their standard deviation. Ceiling: the same of each subject in the model's place and the others; mean over subjects",
	Range:     "0 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "never: if the model has no threshold in a condition, or one that is not above 0, the score is 0, with the reason in the warnings. Subjects without both thresholds are left out",
	Options:   slices.Concat(contrastOptions, thresholdOptions, publishedDraws),
	References: []string{
		"Malania, Herzog & Westheimer 2007, Grouping of contextual elements that affect vernier thresholds, J. Vis. 7(2):1, doi:10.1167/7.2.1",
		"brain-score/vision, metrics/threshold (ThresholdElevation), whose fit stops early",
	},
}

func (thresholdElevation) Info() metrics.Info { return thresholdElevationInfo }

// Columns returns the column of the conditions and that of x.
func (m thresholdElevation) Columns() []string { return []string{m.by, m.x} }

// ScoreChoices compares the model's elevation with people's. Splits are the values by
// subject.
func (m thresholdElevation) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := in.Check(true); err != nil {
		return metrics.Score{}, err
	}
	stimuli, people, warnings, err := m.elevations(in)
	if err != nil {
		return metrics.Score{}, err
	}
	x := in.Columns[1]
	var codes [sides][]int // of x, by side
	for side := range codes {
		codes[side] = slices.Clone(x.Stimulus)
		for i, of := range stimuli {
			if of != side {
				codes[side][i] = -1
			}
		}
	}
	right := in.Right()
	score := metrics.Score{Warnings: warnings}
	elevation, err := m.elevation(x, codes, right, nil)
	if errors.Is(err, errNotConverged) {
		return metrics.Score{}, err
	}
	if err != nil {
		score.Warnings = append(score.Warnings, fmt.Sprintf("the model has no elevation, so the score is 0: %v", err))
	}
	score.Raw = nearness(elevation, people)
	if in.Intervals.Samples == 0 {
		return score, ctx.Err()
	}
	score.Raw.Interval, err = bootstrapShare(ctx, in.Intervals, score.Raw.Value, stratify(cellsOfSides(x.Stimulus, stimuli)), countSamples(len(right), func(counts []int) float64 {
		elevation, _ := m.elevation(x, codes, right, counts)
		return nearness(elevation, people).Value
	}))
	return score, err
}

// elevation returns the ratio of the model's thresholds, or NaN and the reason why there
// is none.
func (m thresholdElevation) elevation(x metrics.Column, codes [sides][]int, right []bool, counts []int) (float64, error) {
	find := m.modelThreshold
	var found [sides]foundThreshold
	for side, value := range [sides]string{m.baseline, m.changed} {
		t, err := find.of(x, codes[side], right, counts)
		if err == nil && !(t.at > 0) {
			err = fmt.Errorf("the threshold is %.4g, not above 0", t.at)
		}
		if err != nil {
			return math.NaN(), fmt.Errorf("%s %s: %w", m.by, value, err)
		}
		found[side] = t
		// Both thresholds are those of one accuracy.
		find.accuracy, find.inflection = t.accuracy, false
	}
	return found[changedSide].at / found[baselineSide].at, nil
}

// ChoicesCeiling compares each subject with the others, as that of threshold.
func (m thresholdElevation) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := in.Check(false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	_, people, _, err := m.elevations(in)
	if err != nil {
		return metrics.Estimate{}, nil, err
	}
	ceiling, err := ceilingOfThresholds(people, m.published)
	return ceiling, nil, cmp.Or(err, ctx.Err())
}

// elevations returns the side of each stimulus and the elevation of each subject with
// both thresholds, in the order of the subjects; and warnings of subjects without, and of
// rows of conditions that no stimulus has.
func (m thresholdElevation) elevations(in metrics.ChoicesInput) (stimuli []int, people []float64, warnings []string, err error) {
	if err := wantOffsets(in.Columns[1]); err != nil {
		return nil, nil, nil, err
	}
	stimuli, rows, err := m.sides(in.Columns[0])
	if err != nil {
		return nil, nil, nil, err
	}
	thresholds, err := thresholdsOf(in.People, rows, sides)
	if err != nil {
		return nil, nil, nil, err
	}
	for s := range in.People.Subjects {
		changed, baseline := thresholds[s*sides+changedSide], thresholds[s*sides+baselineSide]
		e := changed / baseline
		if e == 0 || math.IsInf(e, 0) {
			return nil, nil, nil, &metrics.TrialError{Trial: -1, Problem: fmt.Sprintf("a subject has the thresholds %v and %v, whose ratio is beyond all numbers: correct them", baseline, changed)}
		}
		if !math.IsNaN(e) {
			people = append(people, e)
		}
	}
	warnings = missingThresholds(len(people), in.People.Subjects)
	if names := valuesWithoutStimuli(in.Columns[0]); len(names) > 0 {
		warnings = append(warnings, fmt.Sprintf("thresholds of %s are ignored: no stimulus has these values of %s", firstNames(names), m.by))
	}
	return stimuli, people, warnings, wantThresholds(len(people))
}

// valuesWithoutStimuli lists the values that people's rows have and no stimulus.
func valuesWithoutStimuli(column metrics.Column) (names []string) {
	has := make([]bool, len(column.Values))
	markCells(has, column.Stimulus)
	for _, value := range valuesOf(column, column.Row) {
		if code := column.Code(value); code >= 0 && !has[code] {
			names = append(names, value)
		}
	}
	return names
}

func init() {
	metrics.Register(thresholdElevationInfo, func(o metrics.Options) (metrics.Metric, error) {
		c, err := newContrast(o)
		if err != nil {
			return nil, err
		}
		m, err := newModelThreshold(o)
		if err != nil {
			return nil, err
		}
		published, err := o.Bool("published_draws", false)
		return thresholdElevation{c, threshold{m, condition{}, published}}, err
	})
}
