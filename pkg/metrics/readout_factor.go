package metrics

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// gramFactor stands for features of which the inner products K alone are known:
// K = Z·Zᵀ with Z of as many columns as K has rank, so that a penalised fit on Z
// has the same scores as one on the features.
type gramFactor struct {
	m, rank int
	rows    []float64 // Z, m × rank
	pivots  []int     // the rows of K that the others are made of come first
	upper   []float64 // m × m; the first rank rows are Zᵀ, in the order of pivots
}

// factorGram is the Cholesky decomposition with pivots of a positive semidefinite
// matrix k, whose rank is where what is left is no more than m·ε of its largest
// diagonal element.
func factorGram(k []float64, m int) *gramFactor {
	g := &gramFactor{m: m, pivots: make([]int, m), upper: make([]float64, len(k))}
	copy(g.upper, k)
	largest := 0.0
	for i := range m {
		largest = max(largest, k[i*m+i])
	}
	if largest > 0 {
		of := blas64.Symmetric{N: m, Stride: m, Data: g.upper, Uplo: blas.Upper}
		_, g.rank, _ = lapack64.Pstrf(of, g.pivots, float64(m)*epsilon*largest, make([]float64, 2*m))
	}
	g.rows = make([]float64, m*g.rank)
	for j, row := range g.pivots {
		for c := range min(g.rank, j+1) {
			g.rows[row*g.rank+c] = g.upper[c*m+j]
		}
	}
	return g
}

// addCoefficients adds to coefficients of the rows (classes × m) those that make
// up weights (classes × rank).
func (g *gramFactor) addCoefficients(weights []float64, classes int, coefficients []float64) {
	if g.rank == 0 {
		return
	}
	upper := blas64.Triangular{N: g.rank, Stride: g.m, Data: g.upper, Uplo: blas.Upper, Diag: blas.NonUnit}
	for class := range classes {
		w := append([]float64(nil), weights[class*g.rank:(class+1)*g.rank]...)
		blas64.Trsv(blas.NoTrans, upper, blas64.Vector{N: g.rank, Inc: 1, Data: w})
		for j, v := range w {
			coefficients[class*g.m+g.pivots[j]] += v
		}
	}
}
