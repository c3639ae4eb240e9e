package benchmarks

import (
	"fmt"
	"math"
)

// Below returns a line for each figure of a report that does not reach a threshold:
// the composite of each model or, if a model has none and none is needed, each of
// its ceiled scores. What is undefined or infinite does not reach any threshold, and
// nothing reaches an undefined one.
func (r *Report) Below(threshold float64, needsComposite bool) []string {
	var lines []string
	check := func(value float64, format string, args ...any) {
		figure := fmt.Sprintf(format, args...)
		switch {
		case math.IsNaN(value):
			lines = append(lines, fmt.Sprintf("%s is missing, but should reach %v", figure, threshold))
		case math.IsInf(value, 0):
			lines = append(lines, fmt.Sprintf("%s is %v, which is not a score, but should reach %v", figure, value, threshold))
		case !(value >= threshold):
			lines = append(lines, fmt.Sprintf("%s is %.4g, below %v", figure, value, threshold))
		}
	}
	for _, m := range r.Models {
		switch {
		case m.Composite != nil:
			check(m.Composite.Value, "%s: composite %s", m.Model, m.Composite.Name)
		case needsComposite:
			check(math.NaN(), "%s: the composite", m.Model)
		case len(m.Scores) == 0:
			check(math.NaN(), "%s: a score", m.Model)
		default:
			for _, s := range m.Scores {
				check(s.Ceiled.Value, "%s: the score of %s (%s)", m.Model, s.Benchmark, s.Layer)
			}
		}
	}
	return lines
}
