package readout

import (
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// gramFactor stands for features of which the inner products K alone are known:
// K = Z·Zᵀ with Z of as many columns as K has rank, so that a penalised fit on Z
// has the same scores as one on the features.
type gramFactor struct {
	m, rank int
	rows    []float64 // Z, m × rank
	pivots  []int     // the rows of K that the others are made of come first
	upper   []float64 // m × m; the first rank rows are Zᵀ, in the order of pivots unless transposed
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
		g.rank, g.pivots = dense.FactorPivoted(g.upper, m, float64(m)*dense.Epsilon*largest)
	}
	g.rows = make([]float64, m*g.rank)
	for j, row := range g.pivots {
		for c := range min(g.rank, j+1) {
			g.rows[row*g.rank+c] = g.upper[c*m+j]
		}
	}
	return g
}

// transposed returns Zᵀ, rank × m with the rows of K in their order, which takes the place of
// upper.
func (g *gramFactor) transposed() []float64 {
	const block = 32 // rows and columns that stay in the cache
	for i0 := 0; i0 < g.m; i0 += block {
		for c0 := 0; c0 < g.rank; c0 += block {
			for i := i0; i < min(i0+block, g.m); i++ {
				for c, v := range g.rows[i*g.rank+c0 : i*g.rank+min(c0+block, g.rank)] {
					g.upper[(c0+c)*g.m+i] = v
				}
			}
		}
	}
	return g.upper[:g.rank*g.m]
}

// addCoefficients adds to coefficients of the rows (classes × m) those that make
// up weights (classes × rank). It puts upper back in the place of what transposed returns.
func (g *gramFactor) addCoefficients(weights []float64, classes int, coefficients []float64) {
	if g.rank == 0 {
		return
	}
	for j, row := range g.pivots[:g.rank] {
		for c := range j + 1 {
			g.upper[c*g.m+j] = g.rows[row*g.rank+c]
		}
	}
	upper := dense.Upper{Data: g.upper, N: g.rank, Stride: g.m}
	for class := range classes {
		w := append([]float64(nil), weights[class*g.rank:(class+1)*g.rank]...)
		upper.SolveVec(w)
		for j, v := range w {
			coefficients[class*g.m+g.pivots[j]] += v
		}
	}
}
