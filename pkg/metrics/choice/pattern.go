package choice

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// choicePattern is a metric on two-way choices. The metrics differ in the
// pattern of d′ that they take of a matrix of choices.
type choicePattern struct {
	info        metrics.Info
	skipMissing bool
	pattern     func(choiceMatrix) []float64
	// cell reports which stimulus, object shown and choice an element of the
	// pattern stands for, -1 where it is collapsed.
	cell func(index, objects int) (stimulus, object, choice int)
}

var _ metrics.Behavioral = (*choicePattern)(nil)

func (c *choicePattern) Info() metrics.Info { return c.info }

// UndefinedError reports a cell of one pattern of d′ that is not a number where
// the pattern it is compared with has one.
type UndefinedError struct {
	// Model is true if the cell is the model's; else it is of one half of the
	// humans' trials.
	Model bool
	// Halving counts from 0.
	Halving int
	// Stimulus, Object and Choice are codes, -1 where the metric has no such
	// axis: the stimulus of i1 and i2, the object shown of o2, the choice of
	// i2, o1 and o2.
	Stimulus, Object, Choice int
	// Cells counts all such cells of this halving.
	Cells int
}

// Where names the cell by its codes.
func (e *UndefinedError) Where() string {
	where := ""
	for _, axis := range []struct {
		name string
		code int
	}{{"stimulus", e.Stimulus}, {"object", e.Object}, {"choice", e.Choice}} {
		if axis.code >= 0 {
			if where != "" {
				where += ", "
			}
			where += fmt.Sprintf("%s %d", axis.name, axis.code)
		}
	}
	return where
}

// Reason describes what can have led to it and what to do.
func (e *UndefinedError) Reason() string {
	if e.Model {
		return "the model gives both objects of a choice probability 0, or d′ is ∞ − ∞; probabilities must not be rounded to 0"
	}
	return "one half of the trials has no number there (no trials, or d′ is ∞ − ∞) while the other has; with the metric's option skip_missing: true the ceiling takes only the cells where both halves have one"
}

func (e *UndefinedError) Error() string {
	pattern := "the humans' first half"
	if e.Model {
		pattern = "the model"
	}
	return fmt.Sprintf("d′ of %s is not defined for %s (%d such cells in halving %d): %s", pattern, e.Where(), e.Cells, e.Halving+1, e.Reason())
}

// DataError reports that the cause is invalid data.
func (e *UndefinedError) DataError() bool { return true }

// ScoreBehavior correlates the model's pattern with that of each halving's
// first half, and divides by the root of the halving's ceiling.
func (c *choicePattern) ScoreBehavior(ctx context.Context, in metrics.BehavioralInput) (metrics.Score, error) {
	if err := checkTrials(in.Human); err != nil {
		return metrics.Score{}, err
	}
	if err := checkModel(in); err != nil {
		return metrics.Score{}, err
	}
	choices := matrixOfProbabilities(in.Probabilities, in.Truth, in.Human.Objects)
	model := c.pattern(choices)
	var score metrics.Score
	raw := make([]float64, choiceHalvings)
	empty, cells := 0, 0
	for i, halves := range halveTrials(in.Human.Len()) {
		if err := ctx.Err(); err != nil {
			return metrics.Score{}, err
		}
		half := matrixOfTrials(in.Human, halves[0])
		empty += half.empty()
		cells += len(half.p) - len(half.truth)
		human := c.pattern(half)
		if err := c.undefined(model, human, in.Human.Objects); err != nil {
			err.Model, err.Halving = true, i
			return metrics.Score{}, err
		}
		raw[i] = choiceCorrelation(model, human)
	}
	ceiling, err := c.BehavioralCeiling(ctx, in.Human)
	if err != nil {
		return metrics.Score{}, err
	}
	score.Raw = metrics.MeanSD(raw)
	score.Ceiling = ceiling
	score.Ceiled = ceilHalvings(raw, ceiling.Splits)
	score.Warnings = choiceWarnings(score, empty, cells)
	if n := choices.empty(); n > 0 {
		score.Warnings = append(score.Warnings, fmt.Sprintf("%d of %d cells (stimulus by distractor) of the model have no number, as it gives both objects probability 0, and are left out", n, len(choices.p)-len(choices.truth)))
	}
	if low, high := series.Span(model); high > low && high-low < faintPattern {
		score.Warnings = append(score.Warnings, fmt.Sprintf("the model's d′ differ by no more than %.2g, of which rounding is a part: its probabilities are nearly all alike", high-low))
	}
	if in.Intervals.Samples > 0 {
		if err := c.addIntervals(ctx, in, &score); err != nil {
			return metrics.Score{}, err
		}
	}
	return score, nil
}

// BehavioralCeiling correlates the patterns of the two halves of each halving.
func (c *choicePattern) BehavioralCeiling(ctx context.Context, in metrics.ChoiceTrials) (metrics.Estimate, error) {
	if err := checkTrials(in); err != nil {
		return metrics.Estimate{}, err
	}
	r := make([]float64, choiceHalvings)
	for i, halves := range halveTrials(in.Len()) {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, err
		}
		first := c.pattern(matrixOfTrials(in, halves[0]))
		second := c.pattern(matrixOfTrials(in, halves[1]))
		if !c.skipMissing {
			if err := c.undefined(first, second, in.Objects); err != nil {
				err.Halving = i
				return metrics.Estimate{}, err
			}
		}
		r[i] = choiceCorrelation(first, second)
	}
	return metrics.MeanSD(r), nil
}

// undefined finds the cells of a pattern that are NaN where the target is not.
func (c *choicePattern) undefined(pattern, target []float64, objects int) *UndefinedError {
	var found *UndefinedError
	for i, v := range pattern {
		if !math.IsNaN(v) || math.IsNaN(target[i]) {
			continue
		}
		if found == nil {
			found = &UndefinedError{}
			found.Stimulus, found.Object, found.Choice = c.cell(i, objects)
		}
		found.Cells++
	}
	return found
}

// ceilHalvings returns raw / √ceiling in each halving. With a ceiling of 0, but for
// rounding, or below the halves do not agree at all, so there is nothing to normalise by.
func ceilHalvings(raw, ceiling []float64) metrics.Estimate {
	ceiled := make([]float64, len(raw))
	for i := range raw {
		ceiled[i] = math.NaN()
		if ceiling[i] > metrics.SplitRounding {
			ceiled[i] = raw[i] / math.Sqrt(ceiling[i])
		}
	}
	return metrics.MeanSD(ceiled)
}

func choiceWarnings(s metrics.Score, empty, cells int) []string {
	var warnings []string
	if empty > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d cells (stimulus by distractor) have no trials in the humans' first halves, %d halvings together, and are left out",
			empty, cells, choiceHalvings))
	}
	for i, c := range s.Ceiling.Splits {
		switch {
		case math.IsNaN(c):
			warnings = append(warnings, fmt.Sprintf("the ceiling of halving %d is not defined (fewer than two cells, or all alike); it has no ceiled score", i+1))
		case c <= metrics.SplitRounding:
			warnings = append(warnings, fmt.Sprintf("the ceiling of halving %d is %.4g, not above 0: the halves do not agree; it has no ceiled score", i+1, c))
		}
	}
	for i, r := range s.Raw.Splits {
		if math.IsNaN(r) {
			warnings = append(warnings, fmt.Sprintf("the raw score of halving %d is not defined (fewer than two cells, or all alike)", i+1))
		}
	}
	if n := finite(s.Ceiled.Splits); n == 1 && len(s.Ceiled.Splits) > 1 {
		warnings = append(warnings, fmt.Sprintf("the ceiled score is that of 1 of %d halvings, so that its error of 0 is no measure of it", len(s.Ceiled.Splits)))
	}
	if s.Ceiled.Value > 1 {
		warnings = append(warnings, fmt.Sprintf("the ceiled score %.4g is above 1", s.Ceiled.Value))
	}
	return warnings
}

// finite returns the number of values that are not NaN.
func finite(values []float64) (n int) {
	for _, v := range values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// patternRounding bounds what rounding adds to d′, a difference of two quantiles
// within ±5, and to its means: what varies by less is constant, and a correlation
// that is less far from 0 is 0.
const patternRounding = 1e-14

// faintPattern is how much d′ have to differ for their rounding, of some 1e-15, not
// to reach the first six digits of a correlation.
const faintPattern = 1e-8

// choiceCorrelation is Pearson's r over the cells where both have a number. NaN
// with fewer than two cells or a constant side.
func choiceCorrelation(x, y []float64) float64 {
	var xs, ys []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			xs, ys = append(xs, x[i]), append(ys, y[i])
		}
	}
	if !series.VariesBeyond(xs, patternRounding/2) || !series.VariesBeyond(ys, patternRounding/2) {
		return math.NaN()
	}
	unitDeviations(xs)
	unitDeviations(ys)
	var r series.Sum
	for i := range xs {
		r.Add(xs[i] * ys[i])
	}
	if math.Abs(r.Value()) <= patternRounding {
		return 0
	}
	return min(max(r.Value(), -1), 1)
}

// unitDeviations centres values that vary and scales them to length 1, in place.
func unitDeviations(values []float64) {
	var m series.ExactSum
	for _, v := range values {
		m.Add(v)
	}
	mean, ss := m.Mean(), 0.0
	for i, v := range values {
		values[i] = v - mean
		ss += float64(values[i] * values[i])
	}
	norm := math.Sqrt(ss)
	for i := range values {
		values[i] /= norm
	}
}

// registerChoice makes a metric on choice patterns known.
func registerChoice(info metrics.Info, pattern func(choiceMatrix) []float64, cell func(index, objects int) (stimulus, object, choice int)) {
	info.Kind, info.Intervals = metrics.KindBehavior, metrics.OfMetric
	info.Range = "-1 to 1 (raw and ceiling); a ceiled score can exceed 1, with a warning"
	info.NaN = "cells where the humans have no number (never offered, ∞ − ∞) are left out; a NaN of the model in any other cell is an error; a constant pattern has no correlation: NaN"
	info.Options = []metrics.Option{{
		Name: "skip_missing", Type: "boolean", Default: "false",
		Doc: "the ceiling takes only cells where both halves have a number; without it, a cell that only the second half has is an error",
	}}
	info.References = append(info.References,
		"Rajalingham, Issa, et al. 2018, J. Neurosci. 38(33):7255-7269, doi:10.1523/JNEUROSCI.0388-18.2018",
		"Schrimpf, Kubilius, et al. 2018, bioRxiv 407007 (false-alarm rates by object); brain-score/vision, metrics/i1i2")
	metrics.Register(info, func(options metrics.Options) (metrics.Metric, error) {
		skip, err := options.Bool("skip_missing", false)
		if err != nil {
			return nil, err
		}
		return &choicePattern{info: info, skipMissing: skip, pattern: pattern, cell: cell}, nil
	})
}
