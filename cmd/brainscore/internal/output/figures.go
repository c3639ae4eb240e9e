package output

import (
	"math"
	"strconv"
)

// exactText returns a figure with the shortest digits that read back as the same number,
// or "" for NaN and ±Inf.
func exactText(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// figureText returns a figure for people, or a dash for NaN and ±Inf.
func figureText(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return "–"
	case math.Abs(f) >= 1e9: // not a score, and its digits would widen the table
		return strconv.FormatFloat(f, 'g', 5, 64)
	}
	return strconv.FormatFloat(f, 'f', 4, 64)
}

// countText returns a count, or "" for zero.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
