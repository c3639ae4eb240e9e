package kernel

import "gonum.org/v1/gonum/blas"

// gemvLarge is the number of elements from which a product of a matrix and a vector is worth
// dividing: it is read from memory then.
const gemvLarge = 1 << 16

// gemvStrip is what strips of rows, or of columns, are multiples of. It is one of the numbers
// that gonum works on together, so that a strip has the bits of the whole.
const gemvStrip = 8

// Dgemv computes y = alpha·op(A)·x + beta·y. Workers take strips of y, which they gather if
// it is read with every row of A: half of the work of reducing a matrix to bidiagonal form
// waits for memory in it.
func (impl blasFloat64) Dgemv(t blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	inputs, outputs := n, m
	if t != blas.NoTrans {
		inputs, outputs = m, n
	}
	if m*n < gemvLarge || outputs < 2*gemvStrip || !validTranspose(t) || incX <= 0 || incY <= 0 ||
		!fits(m, n, lda, len(a)) || len(x) <= (inputs-1)*incX || len(y) <= (outputs-1)*incY {
		impl.Float64.Dgemv(t, m, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	strips := min(impl.workers, outputs/gemvStrip)
	size := (outputs/strips + gemvStrip - 1) / gemvStrip * gemvStrip
	parallel(impl.workers, (outputs+size-1)/size, func(_, i int) {
		from := i * size
		part, own := min(size, outputs-from), y[from*incY:]
		switch {
		case t == blas.NoTrans:
			impl.Float64.Dgemv(t, part, n, alpha, a[from*lda:], lda, x, incX, beta, own, incY)
		case incY == 1:
			impl.Float64.Dgemv(t, m, part, alpha, a[from:], lda, x, incX, beta, own, 1)
		default:
			gathered := make([]float64, part)
			for j := range gathered {
				gathered[j] = own[j*incY]
			}
			impl.Float64.Dgemv(t, m, part, alpha, a[from:], lda, x, incX, beta, gathered, 1)
			for j, v := range gathered {
				own[j*incY] = v
			}
		}
	})
}
