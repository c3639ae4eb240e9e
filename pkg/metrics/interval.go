package metrics

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Interval is a confidence interval; its ends are NaN where there is none.
type Interval struct{ Low, High float64 }

// NoInterval is the interval where none can be had.
var NoInterval = Interval{math.NaN(), math.NaN()}

// None says whether there is no interval.
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
	mean := meanOfNumbers(draws)
	i := Quantiles(draws, alpha)
	return Interval{value + widen*(i.Low-mean), value + widen*(i.High-mean)}
}

// aboutCorrelation is About of a correlation, or of a mean of some, on Fisher's
// scale, artanh r, where errors do not depend on r: it lies within -1 and 1.
func aboutCorrelation(value float64, draws []float64, widen, alpha float64) Interval {
	const most = 1 - 1e-12 // what the scale takes for 1
	scale := func(r float64) float64 { return math.Atanh(max(-most, min(most, r))) }
	scaled := make([]float64, len(draws))
	for i, r := range draws {
		scaled[i] = scale(r)
	}
	i := About(scale(value), scaled, widen, alpha)
	// The value is in it to the last digit.
	return Interval{min(value, math.Tanh(i.Low)), max(value, math.Tanh(i.High))}
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

// magnitude is the interval of absolute values.
func (i Interval) magnitude() Interval {
	switch {
	case i.Low < 0 && i.High > 0:
		return Interval{0, max(-i.Low, i.High)}
	case i.High <= 0:
		return Interval{-i.High, -i.Low}
	}
	return i
}

// strata are lists of elements that samples are drawn from: of each as many as
// it has.
type strata [][]int

// stratify groups elements by their codes; negative ones belong nowhere.
func stratify(codes []int) strata {
	var of strata
	for i, code := range codes {
		if code < 0 {
			continue
		}
		for code >= len(of) {
			of = append(of, nil)
		}
		of[code] = append(of[code], i)
	}
	return of
}

// widening is by how much distances of bootstrap samples from their mean are too
// small: a sample of m elements of a stratum varies as if it had m − 1, and the ends
// of normal samples are as far out as those of Student's t of as many degrees of
// freedom as all strata have (Hesterberg 2015, doi:10.1080/00031305.2015.1089789).
// NaN, which makes no interval, where every stratum has one element alone.
func (s strata) widening(alpha float64) float64 {
	all, free := 0, 0
	for _, members := range s {
		all += len(members)
		free += max(0, len(members)-1)
	}
	if free == 0 {
		return math.NaN()
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(free)}
	return t.Quantile(alpha/2) / distuv.UnitNormal.Quantile(alpha/2) * math.Sqrt(float64(all)/float64(free))
}

// draw is one sample of all strata.
func (s strata) draw(r *rand.Rand, sample []int) []int {
	sample = sample[:0]
	for _, members := range s {
		for range members {
			sample = append(sample, members[r.IntN(len(members))])
		}
	}
	return sample
}
