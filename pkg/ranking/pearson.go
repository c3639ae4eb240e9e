package ranking

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// pearsonInterval is the 95 % confidence interval of a correlation r on Fisher's
// scale, z = artanh r, so that it lies within -1 and 1. Its half-width is the larger
// of what normal values have, 1.96/√(n − 3), and of the jackknife's standard error of
// z with the quantile of Student's t of n − 2 degrees of freedom, which holds for
// values of other distributions and with ties. Fewer than four pairs have none.
// Where r is not defined without one of the pairs, all of it hangs on this pair,
// and the interval is all from -1 to 1. Where r is ±1, pairs do not vary about a line;
// a share q of pairs off it, which lowers r to 1 − q, goes unseen with probability
// (1 − q)ⁿ, and the interval ends where this is 2.5 %.
//
// Sources: Fisher 1921, Metron 1:3-32; Efron & Stein 1981, Ann. Stat. 9:586-596 (the
// jackknife's variance is not below the true one in expectation).
func pearsonInterval(x, y []float64, r float64) Interval {
	n := len(x)
	if n < 4 || !finite(r) {
		return NoInterval
	}
	if math.Abs(r) == 1 {
		least := math.Pow(0.025, 1/float64(n))
		return Interval{Low: min(r, math.Copysign(least, r)), High: max(r, math.Copysign(least, r))}
	}
	counts, without := ones(n), make([]float64, n)
	for i := range without {
		counts[i] = 0
		without[i] = math.Atanh(pearson(x, y, counts))
		counts[i] = 1
		if !finite(without[i]) {
			return Interval{Low: -1, High: 1}
		}
	}
	squares := 0.0
	for _, z := range centred(without) {
		squares += z * z
	}
	jackknife := math.Sqrt(squares * float64(n-1) / float64(n))
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(n - 2)}.Quantile(0.975)
	half := max(distuv.UnitNormal.Quantile(0.975)/math.Sqrt(float64(n-3)), student*jackknife)
	z := math.Atanh(r)
	return Interval{Low: math.Tanh(z - half), High: math.Tanh(z + half)}
}
