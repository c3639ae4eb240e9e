package kernel

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	unfused "github.com/brainscore-go/brainscore/pkg/metrics/internal/unfused/blas"
)

// BLAS returns an implementation of gonum's blas.Float64 whose large matrix products
// run on the kernels of this package with the given number of workers; everything
// else is gonum's, or on the portable path its counterpart of package unfused. Installed
// with blas64.Use it carries LAPACK:
//
//	blas64.Use(kernel.BLAS(workers))
//
// Routed are Dgemm, Dsyrk, Dsyr2k, Dsymv and, split by recursion until only products
// are large, Dsymm, Dtrmm and Dtrsm; Dgemv is gonum's on strips of y. Their bits do not
// depend on the number of workers. Products of fewer than 32·32·32 terms stay with gonum,
// where zeros swallow NaN and Inf. Of the two triangles, factorisations are faster on the upper one.
func BLAS(workers int) blas.Float64 {
	if active == portable {
		return blasFloat64{unfused.Implementation{}, max(1, workers)}
	}
	return blasFloat64{gonum.Implementation{}, max(1, workers)}
}

type blasFloat64 struct {
	blas.Float64
	workers int
}

// blasSmall is the number of multiply-adds from which a product is routed, and
// blasBase the size of a triangle that is not divided further.
const (
	blasSmall = 32 * 32 * 32
	blasBase  = 32
)

// fits reports whether a rows×cols matrix with stride ld is within length elements. What
// does not fit goes to gonum, which panics as its callers expect.
func fits(rows, cols, ld, length int) bool {
	return rows > 0 && cols > 0 && ld >= cols && length >= (rows-1)*ld+cols
}

// stored returns the dimensions in memory of a matrix that is rows×cols after t.
func stored(t blas.Transpose, rows, cols int) (int, int) {
	if t == blas.NoTrans {
		return rows, cols
	}
	return cols, rows
}

func validTranspose(t blas.Transpose) bool {
	return t == blas.NoTrans || t == blas.Trans || t == blas.ConjTrans
}

func validUplo(ul blas.Uplo) bool { return ul == blas.Upper || ul == blas.Lower }

// scale multiplies the region of the m×n matrix C by beta; zero clears even NaN.
func scale(part triangle, m, n int, beta float64, c []float64, ldc int) {
	if beta == 1 {
		return
	}
	for i := range m {
		from, to := region{part: part}.span(i, 0, n)
		row := c[i*ldc+from : i*ldc+to]
		if beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= beta
		}
	}
}

// Dgemm computes C = alpha·op(A)·op(B) + beta·C.
func (impl blasFloat64) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	ra, ca := stored(tA, m, k)
	rb, cb := stored(tB, k, n)
	if m*n*k < blasSmall || alpha == 0 || !validTranspose(tA) || !validTranspose(tB) ||
		!fits(ra, ca, lda, len(a)) || !fits(rb, cb, ldb, len(b)) || !fits(m, n, ldc, len(c)) {
		impl.Float64.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	scale(full, m, n, beta, c, ldc)
	Gemm(impl.workers, tA != blas.NoTrans, tB != blas.NoTrans, m, n, k, alpha, a, lda, b, ldb, c, ldc)
}

// Dsyrk computes a triangle of C = alpha·op(A)·op(A)ᵀ + beta·C.
func (impl blasFloat64) Dsyrk(ul blas.Uplo, t blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	ra, ca := stored(t, n, k)
	if n*n*k < blasSmall || alpha == 0 || !validTranspose(t) || !validUplo(ul) ||
		!fits(ra, ca, lda, len(a)) || !fits(n, n, ldc, len(c)) {
		impl.Float64.Dsyrk(ul, t, n, k, alpha, a, lda, beta, c, ldc)
		return
	}
	src := &panelSource{f64: a, ld: lda, steps: t != blas.NoTrans}
	if ul == blas.Upper {
		scale(upper, n, n, beta, c, ldc)
		active.syrk(impl.workers, n, k, alpha, src, c, ldc)
		return
	}
	scale(lower, n, n, beta, c, ldc)
	ws := takeWorkspace()
	defer ws.release()
	active.triangular(ws, impl.workers, lower, n, n, k, alpha, src, src, c, ldc)
}

// Dsyr2k computes a triangle of C = alpha·(op(A)·op(B)ᵀ + op(B)·op(A)ᵀ) + beta·C.
func (impl blasFloat64) Dsyr2k(ul blas.Uplo, t blas.Transpose, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	ra, ca := stored(t, n, k)
	if n*n*k < blasSmall || alpha == 0 || !validTranspose(t) || !validUplo(ul) ||
		!fits(ra, ca, lda, len(a)) || !fits(ra, ca, ldb, len(b)) || !fits(n, n, ldc, len(c)) {
		impl.Float64.Dsyr2k(ul, t, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	part := upper
	if ul == blas.Lower {
		part = lower
	}
	scale(part, n, n, beta, c, ldc)
	ws := takeWorkspace()
	defer ws.release()
	if 2*k <= KC {
		// One pass over C instead of two: [A B]·[B A]ᵀ.
		left, right := ws.beside(t, n, k, a, lda, b, ldb)
		active.triangular(ws, impl.workers, part, n, n, 2*k, alpha, left, right, c, ldc)
		return
	}
	srcA := &panelSource{f64: a, ld: lda, steps: t != blas.NoTrans}
	srcB := &panelSource{f64: b, ld: ldb, steps: t != blas.NoTrans}
	active.triangular(ws, impl.workers, part, n, n, k, alpha, srcA, srcB, c, ldc)
	active.triangular(ws, impl.workers, part, n, n, k, alpha, srcB, srcA, c, ldc)
}

// beside copies op(A) and op(B) into [op(A) op(B)] and [op(B) op(A)], each n×2k.
func (ws *workspace) beside(t blas.Transpose, n, k int, a []float64, lda int, b []float64, ldb int) (left, right *panelSource) {
	ws.pair = grow(ws.pair, 4*n*k)
	l, r := ws.pair[:2*n*k], ws.pair[2*n*k:]
	if t == blas.NoTrans {
		for i := range n {
			row, at := l[i*2*k:], r[i*2*k:]
			copy(row[:k], a[i*lda:])
			copy(row[k:2*k], b[i*ldb:])
			copy(at[:k], b[i*ldb:])
			copy(at[k:2*k], a[i*lda:])
		}
		return &panelSource{f64: l, ld: 2 * k}, &panelSource{f64: r, ld: 2 * k}
	}
	for i := range k {
		copy(l[i*n:(i+1)*n], a[i*lda:])
		copy(l[(k+i)*n:(k+i+1)*n], b[i*ldb:])
		copy(r[i*n:(i+1)*n], b[i*ldb:])
		copy(r[(k+i)*n:(k+i+1)*n], a[i*lda:])
	}
	return &panelSource{f64: l, ld: n, steps: true}, &panelSource{f64: r, ld: n, steps: true}
}
