package mapping

import "github.com/brainscore-go/brainscore/pkg/metrics"

// rootMemory is what ridge, ridgecv and linear hold more where inner products do not
// do: the features, or a square root of their products, while twice as many columns
// as stimuli are reduced; and in each of so many splits that are fitted at a time, its
// rows, their decomposition, and what that is computed in.
func rootMemory(s metrics.Shape, splits int64) int64 {
	n, _, m := s.Sizes()
	columns := n
	if s.Features > 0 {
		columns = min(n, int64(s.Features))
	}
	made := 3 * n * n
	if columns < n {
		made = 0 // the activations themselves, which are counted
	}
	return metrics.FloatBytes * (made + splits*(n*columns+4*m*min(m, columns)+columns*columns))
}
