package choice

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// kappaTable counts two observers' right answers on the same trials.
type kappaTable struct{ n, rightA, rightB, agree int }

func (t *kappaTable) add(a, b bool) { t.addTimes(a, b, 1) }

// addTimes adds the same answers several times.
func (t *kappaTable) addTimes(a, b bool, times int) {
	t.n += times
	if a {
		t.rightA += times
	}
	if b {
		t.rightB += times
	}
	if a == b {
		t.agree += times
	}
}

// kappa is Cohen's κ, NaN without trials and where the expected agreement is 1. It
// is a ratio of counts: n² times the observed and the expected agreement.
func (t *kappaTable) kappa() float64 {
	n, a, b := int64(t.n), int64(t.rightA), int64(t.rightB)
	expected := a*b + (n-a)*(n-b)
	return float64(n*int64(t.agree)-expected) / float64(n*n-expected) // 0/0 is NaN
}

// meanKappa is the mean over conditions, then over subjects (or pairs), NaN left
// out, with the sign taken off; signed is the mean before that. What rounding
// leaves of a mean of 0 is 0: nothing is to be divided by it.
func meanKappa(kappas [][]float64) (e metrics.Estimate, signed float64) {
	var all, means []float64
	var sum series.ExactSum
	largest := 0.0
	for _, row := range kappas {
		mean := series.ExactMean(row)
		means = append(means, mean)
		sum.Add(mean)
		all = append(all, row...)
		for _, k := range row {
			if !math.IsNaN(k) {
				largest = max(largest, math.Abs(k))
			}
		}
	}
	signed = sum.Mean()
	if math.Abs(signed) <= series.OwnRounding([]float64{largest}) {
		signed = 0
	}
	return metrics.Estimate{Value: math.Abs(signed), Error: series.ExactDeviation(all), Splits: means}, signed
}
