package scoring

import "math"

// center subtracts each neuroid's mean over the stimuli, and returns the relative precision
// of what is left of responses of a given one: a mean that is far above the differences
// takes digits of these.
func (g *group) center(precision float64) float64 {
	columns, n, lost := len(g.neuroids), float64(len(g.rows)), 1.
	for j := range columns {
		// Distances from the first response keep a constant neuroid exactly 0.
		first, mean := g.responses[j], 0.
		for i := j; i < len(g.responses); i += columns {
			mean += (g.responses[i] - first) / n
		}
		mean += first
		largest, left := 0., 0.
		for i := j; i < len(g.responses); i += columns {
			largest = max(largest, math.Abs(g.responses[i]))
			g.responses[i] -= mean
			left = max(left, math.Abs(g.responses[i]))
		}
		if left > 0 {
			lost = max(lost, largest/left)
		}
	}
	return precision * lost
}
