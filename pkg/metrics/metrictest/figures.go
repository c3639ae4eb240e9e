package metrictest

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// checkFigures wants figures without an infinite one and within the documented
// range, and a warning if there is no score.
func (s *subject) checkFigures(t *testing.T, score metrics.Score) {
	t.Helper()
	all := []metrics.Estimate{score.Raw, score.Ceiling, score.Ceiled}
	figures := slices.Concat(score.Neuroids, score.Alphas)
	for _, e := range all {
		figures = append(append(figures, e.Value, e.Error), e.Splits...)
		if e.Interval != nil {
			figures = append(figures, e.Interval.Low, e.Interval.High)
		}
	}
	for _, row := range score.SplitNeuroids {
		figures = append(figures, row...)
	}
	if slices.ContainsFunc(figures, func(v float64) bool { return math.IsInf(v, 0) }) {
		t.Errorf("an infinite figure: %+v", score)
	}
	low, high, ok := bounds(s.info.Range)
	if v := score.Raw.Value; ok && (v > high+roundoff || v < low-roundoff && s.info.Range == fmt.Sprintf("%v to %v", low, high)) {
		t.Errorf("raw score %v is outside of the documented range %q", v, s.info.Range)
	}
	if math.IsNaN(score.Raw.Value) && len(score.Warnings) == 0 {
		t.Error("the raw score is NaN without a warning that gives the reason")
	}
}

// compare wants two scores that agree in all figures. With tolerance 0 they are the
// same bits, with the same warnings.
func compare(t *testing.T, what string, got, want metrics.Score, tolerance float64) {
	t.Helper()
	differ := func(figure string, got, want []float64) bool {
		t.Helper()
		if len(got) != len(want) {
			t.Errorf("%s: %d values of %s, want %d", what, len(got), figure, len(want))
			return true
		}
		for i := range want {
			if !agree(got[i], want[i], tolerance) {
				t.Errorf("%s: %s %d is %v, want %v (differs by %.2g, may by %g)", what, figure, i, got[i], want[i], math.Abs(got[i]-want[i]), tolerance)
				return true
			}
		}
		return false
	}
	estimate := func(figure string, got, want metrics.Estimate) bool {
		t.Helper()
		return differ(figure, []float64{got.Value, got.Error}, []float64{want.Value, want.Error}) ||
			differ(figure+" split", got.Splits, want.Splits)
	}
	if estimate("raw", got.Raw, want.Raw) || estimate("ceiling", got.Ceiling, want.Ceiling) || estimate("ceiled", got.Ceiled, want.Ceiled) ||
		differ("neuroid", got.Neuroids, want.Neuroids) || differ("alpha", got.Alphas, want.Alphas) {
		return
	}
	if len(got.SplitNeuroids) != len(want.SplitNeuroids) {
		t.Errorf("%s: figures of neuroids in %d splits, want %d", what, len(got.SplitNeuroids), len(want.SplitNeuroids))
		return
	}
	for i := range want.SplitNeuroids {
		if differ(fmt.Sprintf("split %d neuroid", i), got.SplitNeuroids[i], want.SplitNeuroids[i]) {
			return
		}
	}
	if tolerance == 0 && !slices.Equal(got.Warnings, want.Warnings) {
		t.Errorf("%s: warnings %q, want %q", what, got.Warnings, want.Warnings)
	}
}

// agree reports whether two figures are within a tolerance, both NaN, or, with
// tolerance 0, the same bits.
func agree(a, b, tolerance float64) bool {
	switch {
	case math.IsNaN(a) || math.IsNaN(b):
		return math.IsNaN(a) && math.IsNaN(b)
	case tolerance == 0:
		return math.Float64bits(a) == math.Float64bits(b)
	}
	return math.Abs(a-b) <= tolerance
}

// sameNumbers reports whether two series have the same bits, whatever NaN.
func sameNumbers(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return agree(x, y, 0) })
}

// pick returns the elements of the given indices.
func pick[T any](values []T, indices []int) []T {
	out := make([]T, len(indices))
	for k, i := range indices {
		out[k] = values[i]
	}
	return out
}

// invert returns the inverse of a permutation.
func invert(order []int) []int {
	inverse := make([]int, len(order))
	for k, i := range order {
		inverse[i] = k
	}
	return inverse
}
