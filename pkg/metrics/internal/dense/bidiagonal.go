package dense

import (
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"
)

// Bidiagonal is a matrix of no more columns than rows as Q·B·Pᵀ, with B upper
// bidiagonal.
type Bidiagonal struct {
	Diagonal, Off []float64
	Q             []float64 // rows × columns
	rows, cols    int
	p, tau        []float64 // P's reflections, as LAPACK's dgebrd leaves them
}

// Bidiagonalize decomposes a rows × cols matrix, which it leaves as it is.
func Bidiagonalize(x []float64, rows, cols int) Bidiagonal {
	b := Bidiagonal{Diagonal: make([]float64, cols), Off: make([]float64, cols-1),
		rows: rows, cols: cols, p: slices.Clone(x), tau: make([]float64, cols)}
	tauQ := make([]float64, cols)
	withWork(func(work []float64, size int) {
		routines.Dgebrd(rows, cols, b.p, cols, b.Diagonal, b.Off, tauQ, b.tau, work, size)
	})
	b.Q = slices.Clone(b.p)
	withWork(func(work []float64, size int) {
		routines.Dorgbr(lapack.GenerateQ, rows, cols, cols, b.Q, cols, tauQ, work, size)
	})
	return b
}

// MulP returns z·P for a row z of as many numbers as the matrix has columns.
func (b Bidiagonal) MulP(z []float64) []float64 {
	z = slices.Clone(z)
	withWork(func(work []float64, size int) {
		routines.Dormbr(lapack.ApplyP, blas.Right, blas.NoTrans, 1, b.cols, b.rows, b.p, b.cols, b.tau, z, b.cols, work, size)
	})
	return z
}

// FactorBidiagonal factors B·Bᵀ + αI = L·D·Lᵀ with unit lower bidiagonal L, for the upper
// bidiagonal B of diagonal b and off-diagonal off, without a subtraction.
func FactorBidiagonal(b, off []float64, alpha float64) (d, l []float64) {
	d, l = make([]float64, len(b)), make([]float64, len(off))
	rest := float64(b[0]*b[0]) + alpha
	for i := range b {
		d[i] = rest
		if i < len(off) {
			d[i] = rest + float64(off[i]*off[i])
			l[i] = b[i+1] * (off[i] / d[i])
			rest = alpha + float64(b[i+1]*(b[i+1]*(rest/d[i])))
		}
	}
	return d, l
}
