package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
)

// rankLimit returns a number that the rank of the centred columns of x cannot exceed,
// whatever the rounding of x: from different rows and from columns that differ in more
// than an offset, a sign and a power of two. x must be as it was given, since columns
// can become equal when they are centred.
func rankLimit(x []float64, cols int) int {
	rows := make(map[uint64]bool)
	for at := 0; at < len(x); at += cols {
		rows[seriesKey(x[at:at+cols])] = true
	}
	return min(len(rows)-1, distinctColumns(x, cols))
}

// deviationsKey returns a key of a column that is the same for columns that differ in
// an offset, a sign and a power of two alone, and whether the column varies. Differences
// from the first number are formed without rounding.
func deviationsKey(column []float64) (key uint64, varies bool) {
	half := 0
	if dense.MaxAbs(column) > math.MaxFloat64/2 {
		half = 1 // differences would be infinite
	}
	from := math.Ldexp(column[0], -half)
	parts := make([]float64, 0, 2*len(column))
	first := 0.0
	for _, v := range column {
		d := double.Sum(math.Ldexp(v, -half), -from)
		parts = append(parts, d.High, d.Low)
		if first == 0 {
			first = d.High
		}
	}
	if first == 0 {
		return 0, false
	}
	_, exponent := math.Frexp(first)
	for i, v := range parts {
		parts[i] = math.Copysign(1, first) * math.Ldexp(v, -exponent)
	}
	return seriesKey(parts), true
}

// distinctColumns counts the columns that vary and differ in more than an offset, a sign
// and a power of two.
func distinctColumns(x []float64, cols int) int {
	keys := make(map[uint64]bool)
	column := make([]float64, len(x)/max(1, cols))
	for c := range cols {
		for i := range column {
			column[i] = x[i*cols+c]
		}
		if key, varies := deviationsKey(column); varies {
			keys[key] = true
		}
	}
	return len(keys)
}
