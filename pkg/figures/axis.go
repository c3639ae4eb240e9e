package figures

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticks places round numbers along an axis, at most max of them; zero is six.
type ticks struct{ max int }

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	limit := t.max
	if limit == 0 {
		limit = 6
	}
	length := high - low
	if !(length > 0) || math.IsInf(length, 0) {
		return []plot.Tick{{Value: low, Label: numberText(low, 4)}}
	}
	step := math.Pow(10, math.Floor(math.Log10(length/float64(limit))))
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10 times a power of ten
		if length/step > float64(limit) {
			step *= factor
		}
	}
	decimals := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	var all []plot.Tick
	for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
		all = append(all, plot.Tick{Value: i * step, Label: numberText(i*step, decimals)})
		if len(all) > 100 {
			break // steps are below the rounding of the ends
		}
	}
	return all
}

// numberText formats a number for people: large numbers with a suffix, and with a
// typographic minus sign.
func numberText(v float64, decimals int) string {
	var text string
	switch a := math.Abs(v); {
	case v == 0:
		text = "0"
	case a >= 1e15 || a < 1e-5:
		text = strconv.FormatFloat(v, 'g', 4, 64)
	case a >= 1e9:
		text = strconv.FormatFloat(v/1e9, 'f', -1, 64) + "G"
	case a >= 1e6:
		text = strconv.FormatFloat(v/1e6, 'f', -1, 64) + "M"
	case a >= 1e4:
		text = strconv.FormatFloat(v/1e3, 'f', -1, 64) + "k"
	default:
		text = strconv.FormatFloat(v, 'f', decimals, 64)
	}
	return strings.Replace(text, "-", "−", 1)
}

// widen extends an axis to include values.
func widen(a *plot.Axis, low, high float64) {
	a.Min, a.Max = min(a.Min, low), max(a.Max, high)
}

// spread adds room at the ends of an axis. An axis of a single value gets some length.
func spread(a *plot.Axis, share float64) {
	length := a.Max - a.Min
	if length <= 1e-9*max(math.Abs(a.Min), math.Abs(a.Max)) {
		length = max(math.Abs(a.Max), 1e-3)
	}
	a.Min, a.Max = a.Min-share*length, a.Max+share*length
}

// drawable reports whether a value can be drawn: differences of larger ones could
// overflow.
func drawable(v float64) bool { return math.Abs(v) < 1e100 }
