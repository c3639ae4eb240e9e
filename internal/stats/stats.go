// Package stats holds small statistics that several packages use.
package stats

import "math"

// Finite reports whether v is a number: neither NaN nor infinite.
func Finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Quantile returns the q-quantile of ascending values, interpolated linearly
// between order statistics; NaN if there are no values.
func Quantile(ascending []float64, q float64) float64 {
	n := len(ascending)
	if n == 0 {
		return math.NaN()
	}
	position := q * float64(n-1)
	i := int(position)
	if i+1 >= n {
		return ascending[n-1]
	}
	return ascending[i] + float64((position-float64(i))*(ascending[i+1]-ascending[i]))
}
