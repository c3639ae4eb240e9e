package dense

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// Upper is an upper triangular matrix R. What is below its diagonal is not read.
type Upper struct {
	Data      []float64
	N, Stride int
}

// UpperOf returns the upper triangle of an n × n matrix.
func UpperOf(data []float64, n int) Upper { return Upper{data, n, max(1, n)} }

// Solve replaces b by R⁻¹·b.
func (r Upper) Solve(workers int, b Matrix) { r.solve(workers, blas.Left, blas.NoTrans, b) }

// SolveTransposed replaces b by R⁻ᵀ·b.
func (r Upper) SolveTransposed(workers int, b Matrix) { r.solve(workers, blas.Left, blas.Trans, b) }

// SolveRight replaces b by b·R⁻¹.
func (r Upper) SolveRight(workers int, b Matrix) { r.solve(workers, blas.Right, blas.NoTrans, b) }

// SolveVec replaces b by R⁻¹·b.
func (r Upper) SolveVec(b []float64) {
	upper := blas64.Triangular{N: r.N, Stride: r.Stride, Data: r.Data, Uplo: blas.Upper, Diag: blas.NonUnit}
	blas64.Trsv(blas.NoTrans, upper, vector(b))
}

func (r Upper) solve(workers int, side blas.Side, op blas.Transpose, b Matrix) {
	g := b.General()
	kernel.BLAS(workers).Dtrsm(side, blas.Upper, op, blas.NonUnit, g.Rows, g.Cols, 1, r.Data, r.Stride, g.Data, g.Stride)
}

// Condition estimates the inverse of R's condition by column sums.
func (r Upper) Condition() float64 {
	return routines.Dtrcon(lapack.MaxColumnSum, blas.Upper, blas.NonUnit, r.N, r.Data, r.Stride, make([]float64, 3*r.N), make([]int, r.N))
}
