package metrics

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// Interval is a confidence interval; its ends are NaN where there is none.
type Interval struct{ Low, High float64 }

// NoInterval is the interval where none can be had.
var NoInterval = Interval{math.NaN(), math.NaN()}

// None reports whether there is no interval.
func (i Interval) None() bool { return math.IsNaN(i.Low) || math.IsNaN(i.High) }

// Resampling asks for bootstrap intervals: 95 % percentile intervals over so
// many samples of what a score is made of, drawn with replacement from a seed.
// Zero samples ask for none.
type Resampling struct {
	Samples int
	Seed    uint64
}

// Alpha is what intervals of scores leave out, half on each side.
const Alpha = 0.05

// Quantiles is the central interval of draws that holds 1 - alpha of them.
// Draws that are NaN are left out; where these are most of all, there is no
// interval. It is exactly mirrored where the draws are.
func Quantiles(draws []float64, alpha float64) Interval {
	kept := slices.DeleteFunc(slices.Clone(draws), math.IsNaN)
	if len(kept) == 0 || 2*len(kept) < len(draws) {
		return NoInterval
	}
	slices.Sort(kept)
	k := max(0, int(math.Round(float64(len(kept)+1)*alpha/2))-1)
	k = min(k, (len(kept)-1)/2)
	return Interval{kept[k], kept[len(kept)-1-k]}
}

// About is the central interval of draws that are moved so that their mean is
// the value: samples have fewer different elements than what they are drawn
// from, which lowers correlations by themselves. Distances from the mean are
// multiplied by widen.
func About(value float64, draws []float64, widen, alpha float64) Interval {
	mean := series.ExactMean(draws)
	i := Quantiles(draws, alpha)
	return Interval{value + float64(widen*(i.Low-mean)), value + float64(widen*(i.High-mean))}
}

// through is the interval after a raw score's form, whose values between the
// ends of the interval are all between those of the result.
func (i Interval) through(form Form, ceiling float64) Interval {
	if i.None() {
		return i
	}
	low, _ := Ceil(Exact(i.Low), Exact(ceiling), form)
	high, _ := Ceil(Exact(i.High), Exact(ceiling), form)
	out := Interval{min(low.Value, high.Value), max(low.Value, high.Value)}
	if form == ExplainedVariance && i.Low < 0 && i.High > 0 {
		out.Low = 0
	}
	return out
}

// Magnitude is the interval of absolute values.
func (i Interval) Magnitude() Interval {
	switch {
	case i.Low < 0 && i.High > 0:
		return Interval{0, max(-i.Low, i.High)}
	case i.High <= 0:
		return Interval{-i.High, -i.Low}
	}
	return i
}
