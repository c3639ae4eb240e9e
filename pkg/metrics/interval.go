package metrics

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

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
	return Interval{value + widen*(i.Low-mean), value + widen*(i.High-mean)}
}

// fisher is a correlation on Fisher's scale, artanh r, where errors do not depend on
// r. What is closer to 1 than its rounding counts as that.
func fisher(r float64) float64 {
	const most = 1 - 1e-12
	return math.Atanh(max(-most, min(most, r)))
}

// aboutCorrelation is About of a correlation, or of a mean of some, of which value
// and draws are on Fisher's scale: it lies within -1 and 1.
func aboutCorrelation(value float64, draws []float64, widen, alpha float64) Interval {
	i := About(fisher(value), draws, widen, alpha)
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

// widening is by how much distances of bootstrap draws of a figure from their mean
// are too small: a sample of m elements of a stratum varies as if it had m − 1, and
// what is no sum of elements, as a correlation or κ, by more. So draws are to spread
// as that has it, and no less than the jackknife's standard error, and their ends are
// to be as far out as those of Student's t of as many degrees of freedom as all
// strata have (Hesterberg 2015, doi:10.1080/00031305.2015.1089789; Efron & Stein 1981,
// Ann. Stat. 9:586-596). NaN, which makes no interval, where every stratum has one
// element alone.
func (s strata) widening(draws []float64, jackknife, alpha float64) float64 {
	all, free := 0, 0
	for _, members := range s {
		all += len(members)
		free += max(0, len(members)-1)
	}
	if free == 0 {
		return math.NaN()
	}
	widen := math.Sqrt(float64(all) / float64(free))
	if sd := series.ExactDeviation(draws); jackknife > widen*sd && sd > 0 {
		widen = jackknife / sd
	}
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(free)}
	return widen * t.Quantile(alpha/2) / distuv.UnitNormal.Quantile(alpha/2)
}

// fewElements is up to how many elements the jackknife is taken; of more, it and
// the bootstrap say the same.
const fewElements = 400

// jackknife returns the standard errors of two figures by leaving out one element
// at a time, 0 where there are more elements than few or a figure is not defined.
func (s strata) jackknife(figures func(sample []int) (float64, float64)) (errors [2]float64) {
	var all []int
	for _, members := range s {
		all = append(all, members...)
	}
	if len(all) > fewElements {
		return errors
	}
	sample, at := make([]int, 0, len(all)), 0
	for _, members := range s {
		var of [2][]float64
		for range members {
			sample = append(append(sample[:0], all[:at]...), all[at+1:]...)
			at++
			if len(members) > 1 {
				first, second := figures(sample)
				of[0], of[1] = append(of[0], first), append(of[1], second)
			}
		}
		for k, values := range of {
			if sd := series.ExactDeviation(values); sd > 0 { // the sum of squares is m times its square
				errors[k] += float64(len(values)-1) * sd * sd
			}
		}
	}
	return [2]float64{math.Sqrt(errors[0]), math.Sqrt(errors[1])}
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
