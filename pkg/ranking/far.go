package ranking

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// maxMagnitude bounds figures. Sums, squares and differences of figures beyond it
// could overflow, and an infinity would be ranked and drawn.
const maxMagnitude = 1e100

// isFar reports whether a figure is infinite or too far from 0. NaN is not far: it
// marks a missing figure.
func isFar(v float64) bool { return math.Abs(v) > maxMagnitude }

// bounded returns an interval with finite ends as it is, and NoInterval otherwise: a
// form with a raw value or ceiling of 0 has no finite ends.
func bounded(i Interval) Interval {
	if !stats.Finite(i.Low) || !stats.Finite(i.High) {
		return NoInterval
	}
	return i
}

// withoutFar returns results in which figures too far from 0 are missing, with a
// warning for each score and composite that has some.
func withoutFar(source string, results []benchmarks.ModelResult) (checked []benchmarks.ModelResult, warnings []string) {
	checked = slices.Clone(results)
	for i := range checked {
		m := &checked[i]
		m.Scores = slices.Clone(m.Scores)
		for k := range m.Scores {
			r := &m.Scores[k]
			if v, some := dropFar(r); some {
				warnings = append(warnings, fmt.Sprintf("%s: the score of model %q on %s (layer %s) holds %v, not a figure that can be compared, and is left out: score it again", source, m.Model, r.Benchmark, r.Layer, v))
			}
		}
		c := m.Composite
		if c == nil {
			continue
		}
		far := isFar(c.Value)
		for _, v := range c.Parts {
			far = far || isFar(v)
		}
		if far {
			m.Composite = nil
			warnings = append(warnings, fmt.Sprintf("%s: the composite of model %q holds figures that cannot be compared and is left out: score it again", source, m.Model))
		}
	}
	return checked, warnings
}

// dropFar replaces figures of a score that are too far from 0 by NaN, and returns the
// first of them.
func dropFar(r *benchmarks.Result) (first float64, some bool) {
	drop := func(v *float64) {
		if isFar(*v) {
			if !some {
				first, some = *v, true
			}
			*v = math.NaN()
		}
	}
	dropAll := func(values *[]float64) {
		if slices.ContainsFunc(*values, isFar) {
			*values = slices.Clone(*values)
			for i := range *values {
				drop(&(*values)[i])
			}
		}
	}
	for _, e := range []*metrics.Estimate{&r.Raw, &r.Ceiling, &r.Ceiled} {
		drop(&e.Value)
		drop(&e.Error)
		dropAll(&e.Splits)
		if e.Interval != nil && (isFar(e.Interval.Low) || isFar(e.Interval.High)) {
			i := *e.Interval
			drop(&i.Low)
			drop(&i.High)
			e.Interval = &Interval{Low: math.NaN(), High: math.NaN()}
		}
	}
	dropAll(&r.Neuroids)
	dropAll(&r.NeuroidCeilings)
	return first, some
}

// isNumber reports whether a text is a number, which may be NaN, infinite or too large
// for a float64.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

// checkNumbers returns an error for a column of metadata whose cells are all numbers,
// but some not finite. Read as text, these would silently make the whole column text.
func checkNumbers(t *stimuli.Table, column string, cells []string, rows []int) error {
	bad := -1
	for _, row := range rows {
		text := strings.TrimSpace(cells[row])
		if text == "" {
			continue
		}
		if !isNumber(text) {
			return nil
		}
		if bad < 0 && math.IsNaN(newValue(text).Number) {
			bad = row
		}
	}
	if bad < 0 {
		return nil
	}
	return &stimuli.FileError{Path: t.Path, Line: t.Line(bad), What: fmt.Sprintf("%s is %q, not a number that can be compared", column, cells[bad]),
		Remedy: "leave it empty where it is missing"}
}
