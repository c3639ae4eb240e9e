package choice

import (
	"math"
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// fisher is a correlation on Fisher's scale, artanh r, where errors do not depend on
// r. What is closer to 1 than its rounding counts as that.
func fisher(r float64) float64 {
	const most = 1 - 1e-12
	return portable.Atanh(max(-most, min(most, r)))
}

// aboutCorrelation is About of a correlation, or of a mean of some, of which value
// and draws are on Fisher's scale: it lies within -1 and 1.
func aboutCorrelation(value float64, draws []float64, widen, alpha float64) metrics.Interval {
	i := metrics.About(fisher(value), draws, widen, alpha)
	// The value is in it to the last digit.
	return metrics.Interval{Low: min(value, portable.Tanh(i.Low)), High: max(value, portable.Tanh(i.High))}
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

// elements returns the number of elements of all strata.
func (s strata) elements() int {
	n := 0
	for _, members := range s {
		n += len(members)
	}
	return n
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
	return widen * portable.StudentQuantile(alpha/2, float64(free)) / portable.NormalQuantile(alpha/2)
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
				errors[k] += float64(float64(len(values)-1) * sd * sd)
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
