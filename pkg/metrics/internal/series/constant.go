package series

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Whether a series varies is decided by its smallest and its largest value, never
// by a sum of squared deviations from its mean: the mean of equal numbers is
// seldom that number, and how far it is off grows with their count.

// Varies reports whether a series has two different numbers. NaN is left out.
func Varies(x []float64) bool {
	low, high := Span(x)
	return low < high
}

// Span returns the smallest and the largest number of a series, +Inf and -Inf
// where it has none. NaN is left out.
func Span(x []float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range x {
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	return low, high
}

// VariesBeyond reports whether a computed series varies by more than rounding,
// which may have moved each of its values by as much as rounding.
func VariesBeyond(x []float64, rounding float64) bool {
	low, high := Span(x)
	return high-low > 2*rounding
}

// OwnRounding bounds the rounding of computed values of which nothing is known
// but the values: some units in the last place of the largest.
func OwnRounding(x []float64) float64 {
	const ulps = 8 * 0x1p-52
	return ulps * dense.MaxAbs(x)
}

// ColumnVaries reports, for each column of a row-major matrix, whether it has two
// different numbers among the given rows.
func ColumnVaries(x []float64, cols int, rows []int) []bool {
	low, high := make([]float64, cols), make([]float64, cols)
	for j := range cols {
		low[j], high[j] = math.Inf(1), math.Inf(-1)
	}
	for _, i := range rows {
		for j, v := range x[i*cols : (i+1)*cols] {
			if v < low[j] {
				low[j] = v
			}
			if v > high[j] {
				high[j] = v
			}
		}
	}
	varies := make([]bool, cols)
	for j := range cols {
		varies[j] = low[j] < high[j]
	}
	return varies
}
