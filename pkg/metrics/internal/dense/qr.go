package dense

import (
	"gonum.org/v1/gonum/blas"
)

// QR is a matrix decomposed by Householder's reflections, A = Q·R, or A·P = Q·R.
type QR struct {
	a   Matrix // R above the reflections
	tau []float64
}

// FactorQR decomposes a matrix in place: R is then its upper triangle.
func FactorQR(a Matrix) QR {
	q := QR{a, make([]float64, min(a.Rows, a.Cols))}
	if len(q.tau) > 0 {
		withWork(func(work []float64, size int) {
			routines.Dgeqrf(a.Rows, a.Cols, a.Data, a.Stride, q.tau, work, size)
		})
	}
	return q
}

// FactorPivotedQR decomposes a matrix in place with its columns in the order of pivots,
// in which the diagonal of R descends.
func FactorPivotedQR(a Matrix) (q QR, pivots []int) {
	q = QR{a, make([]float64, min(a.Rows, a.Cols))}
	pivots = make([]int, a.Cols)
	for i := range pivots {
		pivots[i] = -1
	}
	withWork(func(work []float64, size int) {
		routines.Dgeqp3(a.Rows, a.Cols, a.Data, a.Stride, pivots, q.tau, work, size)
	})
	return q, pivots
}

// MulTransposed replaces c by Qᵀ·c.
func (q QR) MulTransposed(c Matrix) {
	if c.Cols == 0 || len(q.tau) == 0 {
		return
	}
	withWork(func(work []float64, size int) {
		routines.Dormqr(blas.Left, blas.Trans, c.Rows, c.Cols, len(q.tau), q.a.Data, q.a.Stride, q.tau, c.Data, c.Stride, work, size)
	})
}

// FormQ replaces the decomposed matrix by the first columns of Q, as many as R has rows.
func (q QR) FormQ() {
	withWork(func(work []float64, size int) {
		routines.Dorgqr(q.a.Rows, len(q.tau), len(q.tau), q.a.Data, q.a.Stride, q.tau, work, size)
	})
}

// withWork calls a routine of LAPACK twice: with size −1, at which it returns the size of
// its working memory, and with that.
func withWork(routine func(work []float64, size int)) {
	work := make([]float64, 1)
	routine(work, -1)
	work = make([]float64, max(1, int(work[0])))
	routine(work, len(work))
}
