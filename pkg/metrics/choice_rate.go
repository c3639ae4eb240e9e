package metrics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Rates are ratios of counts, or of probabilities, and means of such ratios. Two
// rates that are equal in exact arithmetic, or that add up to 1, are to have
// quantiles that are equal, or opposite, to the last bit: o1 of two objects, for
// one, has the same two sums of quantiles, and no correlation. So a rate carries
// what rounding takes off it.

// rate is high + low, where low is below the rounding of high.
type rate struct{ high, low float64 }

// ratio returns part of the sum of whole and rest, as a rate.
func ratio(part, whole, rest float64) rate {
	q := part / whole
	if math.IsNaN(q) || math.IsInf(q, 0) {
		return rate{q, 0}
	}
	return normal(q, (math.FMA(-q, whole, part)-q*rest)/whole)
}

// normal is the rate of a number and a far smaller one.
func normal(high, low float64) rate {
	sum := high + low
	return rate{sum, (high - sum) + low}
}

// quantile is the standard normal quantile of a rate: −∞ of 0, +∞ of 1, NaN of NaN.
// It agrees with scipy.stats.norm.ppf to 1e-15 of its value. Quantiles of rates
// that add up to 1 are opposite.
func (r rate) quantile() float64 {
	switch {
	case math.IsNaN(r.high):
		return r.high
	case r.high > 0.5:
		return -mathext.NormalQuantile(max(0, (1-r.high)-r.low))
	}
	return mathext.NormalQuantile(r.high)
}

// exactSum is a sum of rates, or of numbers, as exact as a rate, NaN left out.
type exactSum struct {
	compensated
	n int
}

func (s *exactSum) add(v float64) { s.addRate(v, 0) }

func (s *exactSum) addRate(high, low float64) {
	if !math.IsNaN(high) {
		s.compensated.add(high)
		s.rest += low
		s.n++
	}
}

// rate returns the mean, NaN of nothing. The mean of equal rates is that rate.
func (s *exactSum) rate() rate {
	if s.n == 0 {
		return rate{math.NaN(), 0}
	}
	n := float64(s.n)
	q := s.sum / n
	if math.IsNaN(q) || math.IsInf(q, 0) {
		return rate{q, 0}
	}
	return normal(q, (math.FMA(-q, n, s.sum)+s.rest)/n)
}

// mean is the mean rounded to one number.
func (s *exactSum) mean() float64 { return s.rate().high }
