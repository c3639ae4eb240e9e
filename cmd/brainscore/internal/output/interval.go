package output

import (
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// intervalText returns an interval of correlations for people.
func intervalText(i metrics.Interval) string {
	if i.None() {
		return "–"
	}
	return "[" + correlationText(i.Low) + ", " + correlationText(i.High) + "]"
}

// rangeText returns an interval of scores for people.
func rangeText(i *metrics.Interval) string {
	if i == nil || i.None() {
		return "–"
	}
	return "[" + figureText(i.Low) + ", " + figureText(i.High) + "]"
}

// ends returns an interval's ends in full precision, empty if there is no interval.
func ends(i *metrics.Interval) []string {
	if i == nil {
		return []string{"", ""}
	}
	return []string{exactText(i.Low), exactText(i.High)}
}

// withIntervals reports whether a score has an interval.
func withIntervals(models ...benchmarks.ModelResult) bool {
	return slices.ContainsFunc(models, func(m benchmarks.ModelResult) bool {
		return slices.ContainsFunc(m.Scores, func(r benchmarks.Result) bool { return r.Raw.Interval != nil || r.Ceiled.Interval != nil })
	})
}
