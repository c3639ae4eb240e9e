package metrics

import (
	"math"
	"slices"
)

// Pearson is the correlation r of two equally long series, in [-1, 1]. Pairs
// with a NaN are left out. It is NaN where fewer than two pairs remain or one
// series is constant.
func Pearson(a, b []float64) float64 {
	var meanA, meanB float64
	n := 0
	for i, v := range a {
		if !math.IsNaN(v) && !math.IsNaN(b[i]) {
			meanA += v
			meanB += b[i]
			n++
		}
	}
	if n < 2 {
		return math.NaN()
	}
	meanA /= float64(n)
	meanB /= float64(n)
	var ab, aa, bb float64
	for i, v := range a {
		if !math.IsNaN(v) && !math.IsNaN(b[i]) {
			da, db := v-meanA, b[i]-meanB
			ab += da * db
			aa += da * da
			bb += db * db
		}
	}
	if roundingOnly(aa, meanA, n) || roundingOnly(bb, meanB, n) {
		return math.NaN()
	}
	return max(-1, min(1, ab/math.Sqrt(aa)/math.Sqrt(bb)))
}

// roundingOnly says whether a sum of squared deviations from the mean is no
// more than the mean's own rounding, so that the series is constant.
func roundingOnly(squares, mean float64, n int) bool {
	const ulps = 8 * 0x1p-52
	bound := ulps * mean
	return squares <= float64(n)*bound*bound
}

// columnPearson is the Pearson correlation of each pair of columns of two
// rows × cols row-major matrices.
func columnPearson(a, b []float64, rows, cols int) []float64 {
	return columnPearsonAt(a, b, allRows(rows), cols)
}

// columnPearsonAt takes the given rows of b beside the rows of a.
func columnPearsonAt(a, b []float64, rows []int, cols int) []float64 {
	r := make([]float64, cols)
	x, y := make([]float64, len(rows)), make([]float64, len(rows))
	for j := range cols {
		for i, row := range rows {
			x[i], y[i] = a[i*cols+j], b[row*cols+j]
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
