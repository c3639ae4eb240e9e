package series

import (
	"math"
	"slices"

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
	return float64(ulps * dense.MaxAbs(x))
}

// ColumnVaries reports, for each column of a row-major matrix, whether it has two
// different numbers among the given rows.
func ColumnVaries(x []float64, cols int, rows []int) []bool {
	first, varies := slices.Repeat([]float64{math.NaN()}, cols), make([]bool, cols)
	constant := cols // so far: most data show in a few rows that all columns vary
	for _, i := range rows {
		if constant == 0 {
			break
		}
		for j, v := range x[i*cols : (i+1)*cols] {
			switch {
			case varies[j]:
			case math.IsNaN(first[j]):
				first[j] = v
			case v < first[j] || v > first[j]:
				varies[j] = true
				constant--
			}
		}
	}
	return varies
}
