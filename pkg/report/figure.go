package report

import (
	"strconv"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// short returns a number for the page's data, rounded to six significant digits to
// keep the page small. Values that are not finite become null.
func short(v float64) results.Number {
	// The largest float64 is rounded down, so the text is always in range.
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64)
	return results.Number(rounded)
}

// text formats a figure for people, as a dash if it is missing.
func text(v float64, digits int) string {
	if !stats.Finite(v) {
		return "–"
	}
	return strconv.FormatFloat(v, 'f', digits, 64)
}
