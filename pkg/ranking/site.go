package ranking

import (
	"math"
	"strconv"

	"github.com/brainscore-go/brainscore/internal/stats"
)

// FigureOfSite returns a figure as brain-score.org shows it: with three decimals, from 1
// on with one, X for a benchmark or group that failed, and nothing for a missing one.
func FigureOfSite(value float64, failed bool) string {
	switch {
	case failed:
		return "X"
	case !stats.Finite(value):
		return ""
	case value >= 1:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'f', 3, 64)
}

// rankedOnSite returns the value that brain-score.org ranks a composite by: two
// decimals, a half rounded up.
func rankedOnSite(composite float64) float64 { return math.Floor(float64(100*composite)+0.5) / 100 }
