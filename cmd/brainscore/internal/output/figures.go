package output

import (
	"math"
	"strconv"
)

// exactText is a figure with the shortest digits that read back as the same
// number, or nothing where there is none.
func exactText(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// figureText is a figure for people, or a dash where there is none.
func figureText(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return "–"
	case math.Abs(f) >= 1e9: // no score, and its digits would stretch the table
		return strconv.FormatFloat(f, 'g', 5, 64)
	}
	return strconv.FormatFloat(f, 'f', 4, 64)
}

// countText is a size, or nothing for zero.
func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
