package report

import (
	"math"
	"strconv"
)

// figure is a number in the page's data, to six significant digits; NaN is null.
type figure float64

// MarshalJSON implements json.Marshaler.
func (f figure) MarshalJSON() ([]byte, error) { return shortest(float64(f), 6), nil }

// exact is a number in the page's data that reads back as the same number; NaN
// is null.
type exact float64

// MarshalJSON implements json.Marshaler.
func (e exact) MarshalJSON() ([]byte, error) { return shortest(float64(e), -1), nil }

func shortest(v float64, digits int) []byte {
	if !finite(v) {
		return []byte("null")
	}
	return strconv.AppendFloat(nil, v, 'g', digits, 64)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// text is a figure for people, or a dash where there is none.
func text(v float64, digits int) string {
	if !finite(v) {
		return "–"
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}
