package series

import (
	"math"
	"slices"
)

// Moments returns mean, population standard deviation and count of the numbers
// among values. Without any, mean and deviation are NaN.
func Moments(values []float64) (mean, sd float64, n int) {
	sum := 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	if n == 0 {
		return math.NaN(), math.NaN(), 0
	}
	mean = sum / float64(n)
	ss := 0.0
	for _, v := range values {
		if !math.IsNaN(v) {
			ss += float64((v - mean) * (v - mean))
		}
	}
	return mean, math.Sqrt(ss / float64(n)), n
}

// Median is the middle of the numbers among values, the mean of the two middle
// ones where they are even in number; NaN where there is none.
func Median(values []float64) float64 {
	numbers := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) {
			numbers = append(numbers, v)
		}
	}
	return MedianOf(numbers)
}

// MedianOf returns the median of numbers, which it sorts; NaN if there are none.
func MedianOf(numbers []float64) float64 {
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

// ColumnMeans returns the mean over rows of each column's numbers, NaN left out.
func ColumnMeans(rows [][]float64, cols int) []float64 {
	means := make([]float64, cols)
	column := make([]float64, len(rows))
	for j := range cols {
		for i, row := range rows {
			column[i] = row[j]
		}
		means[j], _, _ = Moments(column)
	}
	return means
}

// ExactMean returns the mean of the numbers among values, as exact as they are.
func ExactMean(values []float64) float64 {
	var sum ExactSum
	for _, v := range values {
		sum.Add(v)
	}
	return sum.Mean()
}

// ExactDeviation returns the population standard deviation of the numbers among values, 0 of
// equal ones.
func ExactDeviation(values []float64) float64 {
	var squares ExactSum
	mean := ExactMean(values)
	for _, v := range values {
		squares.Add((v - mean) * (v - mean))
	}
	return math.Sqrt(squares.Mean())
}
