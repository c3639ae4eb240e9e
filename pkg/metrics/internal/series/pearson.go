package series

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Pearson returns the correlation r of two equally long series, in [-1, 1]. Pairs
// with a NaN are left out. It is NaN where fewer than two pairs remain or one
// series is constant on them.
func Pearson(a, b []float64) float64 {
	x, y := bothNumbers(a, b)
	lowX, highX := Span(x)
	lowY, highY := Span(y)
	if !(lowX < highX) || !(lowY < highY) {
		return math.NaN()
	}
	return correlation(dense.InUnits(x, max(-lowX, highX)), dense.InUnits(y, max(-lowY, highY)))
}

// bothNumbers returns the values of two series at which neither is NaN: the series themselves,
// which are not changed, if there is no NaN.
func bothNumbers(a, b []float64) (x, y []float64) {
	from := 0
	for from < len(a) && !math.IsNaN(a[from]) && !math.IsNaN(b[from]) {
		from++
	}
	if from == len(a) {
		return a, b[:len(a)]
	}
	x, y = append(make([]float64, 0, len(a)), a[:from]...), append(make([]float64, 0, len(a)), b[:from]...)
	for i := from + 1; i < len(a); i++ {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	return x, y
}

// correlation returns Pearson's r of two series that vary and have no NaN.
func correlation(x, y []float64) float64 {
	meanX, meanY := Mean(x), Mean(y)
	var xy, xx, yy, sumX, sumY float64
	for i, v := range x {
		dx, dy := v-meanX, y[i]-meanY
		xy += float64(dx * dy)
		xx += float64(dx * dx)
		yy += float64(dy * dy)
		sumX += dx
		sumY += dy
	}
	// The mean itself is rounded, which shows where numbers are close together but far
	// from 0.
	n := float64(len(x))
	xy -= sumX * sumY / n
	xx -= sumX * sumX / n
	yy -= sumY * sumY / n
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// Mean returns the mean of a series as its first number and the mean distance
// from it, which keeps the digits of numbers that are close together.
func Mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v - x[0]
	}
	return x[0] + sum/float64(len(x))
}

// ColumnPearson returns the Pearson correlation of each pair of columns of two
// rows × cols row-major matrices.
func ColumnPearson(a, b []float64, rows, cols int) []float64 {
	r := make([]float64, cols)
	x, y := make([]float64, rows), make([]float64, rows)
	for j := range cols {
		for i := range rows {
			x[i], y[i] = a[i*cols+j], b[i*cols+j]
		}
		r[j] = Pearson(x, y)
	}
	return r
}

// PearsonOfLong returns Pearson's r of two long series that vary and have no NaN, whose
// squares neither overflow nor vanish: the same in either order, and 1 of a series with
// itself. Its sums run in blocks on several workers.
func PearsonOfLong(workers int, a, b []float64) float64 {
	n := len(a)
	if n < 2 {
		return math.NaN()
	}
	type sums [3]float64
	add := func(x, y sums) sums { return sums{x[0] + y[0], x[1] + y[1], x[2] + y[2]} }
	mean := crew.Sums(workers, n, sums{}, func(lo, hi int) (s sums) {
		for i, v := range a[lo:hi] {
			s[0] += v
			s[1] += b[lo+i]
		}
		return s
	}, add)
	meanA, meanB := mean[0]/float64(n), mean[1]/float64(n)
	s := crew.Sums(workers, n, sums{}, func(lo, hi int) sums {
		var ab, aa, bb float64
		y := b[lo:hi]
		for i, v := range a[lo:hi] {
			da, db := v-meanA, y[i]-meanB
			ab += float64(da * db)
			aa += float64(da * da)
			bb += float64(db * db)
		}
		return sums{ab, aa, bb}
	}, add)
	return max(-1, min(1, s[0]/math.Sqrt(s[1]*s[2])))
}
