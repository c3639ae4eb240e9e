package ranking

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/internal/stats"
)

// correlate returns Pearson's r of paired values with its 95 % interval.
func correlate(x, y []float64) (r float64, interval Interval) {
	x, y = inUnits(x), inUnits(y)
	r = weightedPearson(x, y, ones(len(x)))
	return r, pearsonInterval(x, y, r)
}

// inUnits returns values divided by the power of two next to the largest, which
// leaves correlations as they are and keeps their squares from underflow.
func inUnits(values []float64) []float64 {
	largest := 0.0
	for _, v := range values {
		largest = max(largest, math.Abs(v))
	}
	_, exponent := math.Frexp(largest)
	scaled := make([]float64, len(values))
	for i, v := range values {
		scaled[i] = math.Ldexp(v, -exponent)
	}
	return scaled
}

// weightedPearson returns Pearson's r of a resample, NaN if x or y is constant on it.
// It is metrics.Pearson of values that are repeated by their counts, without building
// the repeated lists.
func weightedPearson(x, y []float64, counts []int32) float64 {
	if !varies(x, counts) || !varies(y, counts) {
		return math.NaN()
	}
	var n, meanX, meanY float64
	for i, c := range counts {
		n += float64(c)
		meanX += float64(float64(c) * x[i])
		meanY += float64(float64(c) * y[i])
	}
	meanX /= n
	meanY /= n
	var xy, xx, yy float64
	for i, c := range counts {
		dx, dy := x[i]-meanX, y[i]-meanY
		xy += float64(float64(c) * dx * dy)
		xx += float64(float64(c) * dx * dx)
		yy += float64(float64(c) * dy * dy)
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// varies reports whether a resample has values that differ by more than rounding. It
// decides by the smallest and the largest value: a sum of squared deviations would
// contain the rounding of the mean.
func varies(values []float64, counts []int32) bool {
	const tolerance = 16 * 0x1p-52
	low, high := math.Inf(1), math.Inf(-1)
	for i, c := range counts {
		if c == 0 {
			continue
		}
		low, high = min(low, values[i]), max(high, values[i])
		if high-low > tolerance*max(math.Abs(low), math.Abs(high)) {
			return true
		}
	}
	return false
}

// pearsonInterval returns the 95 % confidence interval of a correlation r of values
// in units (see inUnits), computed on Fisher's scale, z = artanh r, so that it lies
// between -1 and 1. Its half-width is the larger of two: 1.96/√(n − 3), which holds for
// normal values, and the jackknife's standard error of z times the quantile of
// Student's t with n − 2 degrees of freedom, which holds for other distributions and
// with ties. Fewer than four pairs have no interval. If r is undefined without one of
// the pairs, it rests on that pair alone, and the interval is [-1, 1]. If r is ±1, the
// pairs do not vary about a line; a share q of pairs off the line, which lowers r to
// 1 − q, is missed with probability (1 − q)ⁿ, and the interval ends where this is 2.5 %.
//
// Sources: Fisher 1921, Metron 1:3-32; Efron & Stein 1981, Ann. Stat. 9:586-596 (the
// jackknife's variance is not below the true one in expectation).
func pearsonInterval(x, y []float64, r float64) Interval {
	n := len(x)
	if n < 4 || !stats.Finite(r) {
		return NoInterval
	}
	if math.Abs(r) == 1 {
		end := math.Copysign(portable.Pow(0.025, 1/float64(n)), r)
		return Interval{Low: min(r, end), High: max(r, end)}
	}
	without := pearsonWithout(x, y)
	for i, r := range without {
		without[i] = portable.Atanh(r)
		if !stats.Finite(without[i]) {
			return Interval{Low: -1, High: 1}
		}
	}
	squares := 0.0
	for _, z := range centred(without) {
		squares += float64(z * z)
	}
	jackknife := math.Sqrt(squares * float64(n-1) / float64(n))
	student := portable.StudentQuantile(0.975, float64(n-2))
	half := max(portable.NormalQuantile(0.975)/math.Sqrt(float64(n-3)), student*jackknife)
	z := portable.Atanh(r)
	return Interval{Low: portable.Tanh(z - half), High: portable.Tanh(z + half)}
}

// pearsonWithout returns Pearson's r without each of the pairs. It subtracts a pair from
// the sums over all, which loses no precision unless the pair is far from all others.
// Then it has the smallest or the largest x or y, and r is computed anew; so is whether
// the others vary at all.
func pearsonWithout(x, y []float64) []float64 {
	n := float64(len(x))
	dx, dy := centred(x), centred(y)
	var xx, yy, xy float64
	for i := range dx {
		xx += float64(dx[i] * dx[i])
		yy += float64(dy[i] * dy[i])
		xy += float64(dx[i] * dy[i])
	}
	without := make([]float64, len(x))
	for i := range without {
		share := n / (n - 1)
		r := (xy - float64(share*dx[i]*dy[i])) / math.Sqrt(xx-float64(share*dx[i]*dx[i])) / math.Sqrt(yy-float64(share*dy[i]*dy[i]))
		without[i] = max(-1, min(1, r))
	}
	counts := ones(len(x))
	for _, values := range [][]float64{x, y} {
		for _, end := range []float64{slices.Min(values), slices.Max(values)} {
			i := slices.Index(values, end)
			counts[i] = 0
			without[i] = weightedPearson(x, y, counts)
			counts[i] = 1
		}
	}
	return without
}
