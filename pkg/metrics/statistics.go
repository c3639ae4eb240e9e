package metrics

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Pearson returns the correlation r of two equally long series, in [-1, 1]. Pairs
// with a NaN are left out. It is NaN where fewer than two pairs remain or one
// series is constant on them.
func Pearson(a, b []float64) float64 {
	x, y := make([]float64, 0, len(a)), make([]float64, 0, len(a))
	for i, v := range a {
		if !math.IsNaN(v) && !math.IsNaN(b[i]) {
			x, y = append(x, v), append(y, b[i])
		}
	}
	if !Varies(x) || !Varies(y) {
		return math.NaN()
	}
	return correlation(dense.InUnits(x), dense.InUnits(y))
}

// correlation returns Pearson's r of two series that vary and have no NaN.
func correlation(x, y []float64) float64 {
	meanX, meanY := meanOf(x), meanOf(y)
	var xy, xx, yy, sumX, sumY float64
	for i, v := range x {
		dx, dy := v-meanX, y[i]-meanY
		xy += dx * dy
		xx += dx * dx
		yy += dy * dy
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

// meanOf returns the mean of a series as its first number and the mean distance
// from it, which keeps the digits of numbers that are close together.
func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v - x[0]
	}
	return x[0] + sum/float64(len(x))
}

// columnPearson returns the Pearson correlation of each pair of columns of two
// rows × cols row-major matrices.
func columnPearson(a, b []float64, rows, cols int) []float64 {
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

// Median is the middle of the numbers among values, the mean of the two middle
// ones where they are even in number; NaN where there is none.
func Median(values []float64) float64 {
	var numbers []float64
	for _, v := range values {
		if !math.IsNaN(v) {
			numbers = append(numbers, v)
		}
	}
	if len(numbers) == 0 {
		return math.NaN()
	}
	slices.Sort(numbers)
	n := len(numbers)
	if n%2 == 1 {
		return numbers[n/2]
	}
	return (numbers[n/2-1] + numbers[n/2]) / 2
}

// columnMeans is the mean over rows of each column's numbers, NaN left out.
func columnMeans(rows [][]float64, cols int) []float64 {
	means := make([]float64, cols)
	column := make([]float64, len(rows))
	for j := range cols {
		for i, row := range rows {
			column[i] = row[j]
		}
		means[j], _, _ = moments(column)
	}
	return means
}
