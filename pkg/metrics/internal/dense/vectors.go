package dense

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// Epsilon is the distance from 1 to the next float64.
const Epsilon = 0x1p-52

// Dot returns the inner product of two equally long series.
func Dot(a, b []float64) float64 {
	return blas64.Dot(vector(a), vector(b))
}

// AddScaled adds alpha·x to y.
func AddScaled(alpha float64, x, y []float64) {
	blas64.Axpy(alpha, vector(x), vector(y))
}

// Cut removes and returns the first n numbers of an array.
func Cut(from *[]float64, n int) []float64 {
	x := (*from)[:n:n]
	*from = (*from)[n:]
	return x
}

// Scale multiplies x by a factor.
func Scale(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}

// MaxAbs returns the largest magnitude, 0 of no numbers.
func MaxAbs(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}
