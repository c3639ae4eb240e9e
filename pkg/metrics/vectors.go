package metrics

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

func dot(a, b []float64) float64 {
	return blas64.Dot(blas64.Vector{N: len(a), Data: a, Inc: 1}, blas64.Vector{N: len(b), Data: b, Inc: 1})
}

func axpy(alpha float64, x, y []float64) {
	blas64.Axpy(alpha, blas64.Vector{N: len(x), Data: x, Inc: 1}, blas64.Vector{N: len(y), Data: y, Inc: 1})
}

// cut removes and returns the first n numbers of an array.
func cut(from *[]float64, n int) []float64 {
	x := (*from)[:n:n]
	*from = (*from)[n:]
	return x
}

func scale(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}

func maxAbs(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}
