package series

import (
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
)

// Rates are ratios of counts, or of probabilities, and means of such ratios. Two
// rates that are equal in exact arithmetic, or that add up to 1, are to have
// quantiles that are equal, or opposite, to the last bit: o1 of two objects, for
// one, has the same two sums of quantiles, and no correlation. So a rate carries
// what rounding takes off it.

// Rate is high + low, where low is below the rounding of high.
type Rate struct{ High, Low float64 }

// Ratio returns part of the sum of whole and rest, as a rate.
func Ratio(part, whole, rest float64) Rate {
	q := part / whole
	if math.IsNaN(q) || math.IsInf(q, 0) {
		return Rate{q, 0}
	}
	return normal(q, (math.FMA(-q, whole, part)-float64(q*rest))/whole)
}

// normal is the rate of a number and a far smaller one.
func normal(high, low float64) Rate {
	sum := high + low
	return Rate{sum, (high - sum) + low}
}

// Quantile is the standard normal quantile of a rate: −∞ of 0, +∞ of 1, NaN of NaN.
// It agrees with scipy.stats.norm.ppf to 1e-15 of its value. Quantiles of rates
// that add up to 1 are opposite.
func (r Rate) Quantile() float64 {
	switch {
	case math.IsNaN(r.High):
		return r.High
	case r.High > 0.5:
		return -portable.NormalQuantile(max(0, (1-r.High)-r.Low))
	}
	return portable.NormalQuantile(r.High)
}

// ExactSum is a sum of rates, or of numbers, as exact as a rate, NaN left out.
type ExactSum struct {
	Sum
	n int
}

// Add adds a number.
func (s *ExactSum) Add(v float64) { s.AddRate(v, 0) }

// AddRate adds a rate.
func (s *ExactSum) AddRate(high, low float64) {
	if !math.IsNaN(high) {
		s.Sum.Add(high)
		s.rest += low
		s.n++
	}
}

// Rate returns the mean, NaN of nothing. The mean of equal rates is that rate.
func (s *ExactSum) Rate() Rate {
	if s.n == 0 {
		return Rate{math.NaN(), 0}
	}
	n := float64(s.n)
	q := s.sum / n
	if math.IsNaN(q) || math.IsInf(q, 0) {
		return Rate{q, 0}
	}
	return normal(q, (math.FMA(-q, n, s.sum)+s.rest)/n)
}

// Mean is the mean rounded to one number.
func (s *ExactSum) Mean() float64 { return s.Rate().High }
