package kernel

import "gonum.org/v1/gonum/blas"

// The routines with a triangular or symmetric factor halve it until its diagonal
// blocks are small, which leaves nearly all work to products:
//
//	A = | A11 A12 |   or   | A11     |
//	    |     A22 |        | A21 A22 |
//
// The small diagonal blocks go to gonum, one strip of the other dimension for each
// worker; as its strips do not touch one another, their number changes no bits.

// halves describes the split of a triangle of order n: the first block's order, and
// the off-diagonal block's place and whether it is to be transposed so that it stands
// above the diagonal of op(A).
type halves struct {
	h     int
	off   []float64
	a22   []float64
	above bool // op(A) is upper triangular
	trans bool // the stored off-diagonal block is the transpose of op(A)'s
}

// halfOf returns the order of the first block of a triangle of order n.
func halfOf(n int) int { return (n/2 + 7) / 8 * 8 }

func split(ul blas.Uplo, t blas.Transpose, n int, a []float64, lda int) halves {
	h := halfOf(n)
	s := halves{h: h, a22: a[h*lda+h:], above: (ul == blas.Upper) == (t == blas.NoTrans), trans: t != blas.NoTrans}
	if ul == blas.Upper {
		s.off = a[h:]
	} else {
		s.off = a[h*lda:]
	}
	return s
}

// strips calls f for parts of 0..n, on all workers if the whole costs cost operations
// that are worth it.
func (impl blasFloat64) strips(n, cost int, f func(from, to int)) {
	const width = 64
	if impl.workers == 1 || cost < blasSmall || n < 2*width {
		f(0, n)
		return
	}
	size := max(width, ((n+4*impl.workers-1)/(4*impl.workers)+7)/8*8)
	parallel(impl.workers, (n+size-1)/size, func(_, i int) { f(i*size, min((i+1)*size, n)) })
}

func validSide(s blas.Side) bool { return s == blas.Left || s == blas.Right }

func validDiag(d blas.Diag) bool { return d == blas.Unit || d == blas.NonUnit }

// triangleRouted reports whether Dtrmm or Dtrsm has valid arguments and enough to do.
func triangleRouted(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) bool {
	k := n
	if s == blas.Left {
		k = m
	}
	return m*n*k >= blasSmall && alpha != 0 && validSide(s) && validUplo(ul) && validTranspose(tA) && validDiag(d) &&
		fits(k, k, lda, len(a)) && fits(m, n, ldb, len(b))
}

// Dtrsm solves op(A)·X = alpha·B (Left) or X·op(A) = alpha·B (Right) in place of B.
func (impl blasFloat64) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if !triangleRouted(s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		impl.smallTrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	scale(full, m, n, alpha, b, ldb)
	impl.trsm(s, ul, tA, d, m, n, a, lda, b, ldb)
}

func (impl blasFloat64) trsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, a []float64, lda int, b []float64, ldb int) {
	if s == blas.Left {
		if m <= blasBase {
			impl.strips(n, m*m*n, func(from, to int) {
				impl.smallTrsm(s, ul, tA, d, m, to-from, 1, a, lda, b[from:], ldb)
			})
			return
		}
		p := split(ul, tA, m, a, lda)
		b2 := b[p.h*ldb:]
		if p.above {
			impl.trsm(s, ul, tA, d, m-p.h, n, p.a22, lda, b2, ldb)
			Gemm(impl.workers, p.trans, false, p.h, n, m-p.h, -1, p.off, lda, b2, ldb, b, ldb)
			impl.trsm(s, ul, tA, d, p.h, n, a, lda, b, ldb)
		} else {
			impl.trsm(s, ul, tA, d, p.h, n, a, lda, b, ldb)
			Gemm(impl.workers, p.trans, false, m-p.h, n, p.h, -1, p.off, lda, b, ldb, b2, ldb)
			impl.trsm(s, ul, tA, d, m-p.h, n, p.a22, lda, b2, ldb)
		}
		return
	}
	if n <= blasBase {
		impl.strips(m, n*n*m, func(from, to int) {
			impl.Float64.Dtrsm(s, ul, tA, d, to-from, n, 1, a, lda, b[from*ldb:], ldb)
		})
		return
	}
	p := split(ul, tA, n, a, lda)
	b2 := b[p.h:]
	if p.above {
		impl.trsm(s, ul, tA, d, m, p.h, a, lda, b, ldb)
		Gemm(impl.workers, false, p.trans, m, n-p.h, p.h, -1, b, ldb, p.off, lda, b2, ldb)
		impl.trsm(s, ul, tA, d, m, n-p.h, p.a22, lda, b2, ldb)
	} else {
		impl.trsm(s, ul, tA, d, m, n-p.h, p.a22, lda, b2, ldb)
		Gemm(impl.workers, false, p.trans, m, p.h, n-p.h, -1, b2, ldb, p.off, lda, b, ldb)
		impl.trsm(s, ul, tA, d, m, p.h, a, lda, b, ldb)
	}
}

// Dtrmm computes B = alpha·op(A)·B (Left) or B = alpha·B·op(A) (Right).
func (impl blasFloat64) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if !triangleRouted(s, ul, tA, d, m, n, alpha, a, lda, b, ldb) {
		impl.Float64.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	impl.trmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

func (impl blasFloat64) trmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if s == blas.Left {
		if m <= blasBase {
			impl.strips(n, m*m*n, func(from, to int) {
				impl.Float64.Dtrmm(s, ul, tA, d, m, to-from, alpha, a, lda, b[from:], ldb)
			})
			return
		}
		p := split(ul, tA, m, a, lda)
		b2 := b[p.h*ldb:]
		if p.above {
			impl.trmm(s, ul, tA, d, p.h, n, alpha, a, lda, b, ldb)
			Gemm(impl.workers, p.trans, false, p.h, n, m-p.h, alpha, p.off, lda, b2, ldb, b, ldb)
			impl.trmm(s, ul, tA, d, m-p.h, n, alpha, p.a22, lda, b2, ldb)
		} else {
			impl.trmm(s, ul, tA, d, m-p.h, n, alpha, p.a22, lda, b2, ldb)
			Gemm(impl.workers, p.trans, false, m-p.h, n, p.h, alpha, p.off, lda, b, ldb, b2, ldb)
			impl.trmm(s, ul, tA, d, p.h, n, alpha, a, lda, b, ldb)
		}
		return
	}
	if n <= blasBase {
		impl.strips(m, n*n*m, func(from, to int) {
			impl.Float64.Dtrmm(s, ul, tA, d, to-from, n, alpha, a, lda, b[from*ldb:], ldb)
		})
		return
	}
	p := split(ul, tA, n, a, lda)
	b2 := b[p.h:]
	if p.above {
		impl.trmm(s, ul, tA, d, m, n-p.h, alpha, p.a22, lda, b2, ldb)
		Gemm(impl.workers, false, p.trans, m, n-p.h, p.h, alpha, b, ldb, p.off, lda, b2, ldb)
		impl.trmm(s, ul, tA, d, m, p.h, alpha, a, lda, b, ldb)
	} else {
		impl.trmm(s, ul, tA, d, m, p.h, alpha, a, lda, b, ldb)
		Gemm(impl.workers, false, p.trans, m, p.h, n-p.h, alpha, b2, ldb, p.off, lda, b, ldb)
		impl.trmm(s, ul, tA, d, m, n-p.h, alpha, p.a22, lda, b2, ldb)
	}
}

// Dsymm computes C = alpha·A·B + beta·C (Left) or C = alpha·B·A + beta·C (Right) for
// symmetric A, of which one triangle is read.
func (impl blasFloat64) Dsymm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	k := n
	if s == blas.Left {
		k = m
	}
	if m*n*k < blasSmall || alpha == 0 || !validSide(s) || !validUplo(ul) ||
		!fits(k, k, lda, len(a)) || !fits(m, n, ldb, len(b)) || !fits(m, n, ldc, len(c)) {
		impl.Float64.Dsymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
		return
	}
	scale(full, m, n, beta, c, ldc)
	impl.symm(s, ul, m, n, alpha, a, lda, b, ldb, c, ldc)
}

func (impl blasFloat64) symm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
	const base = 2 * blasBase
	k := n
	if s == blas.Left {
		k = m
	}
	if k <= base {
		var whole [base * base]float64
		for i := range k {
			for j := range k {
				at := i*lda + j
				if (i > j) == (ul == blas.Upper) {
					at = j*lda + i
				}
				whole[i*k+j] = a[at]
			}
		}
		if s == blas.Left {
			Gemm(impl.workers, false, false, m, n, k, alpha, whole[:k*k], k, b, ldb, c, ldc)
		} else {
			Gemm(impl.workers, false, false, m, n, k, alpha, b, ldb, whole[:k*k], k, c, ldc)
		}
		return
	}
	p := split(ul, blas.NoTrans, k, a, lda)
	low := ul == blas.Lower // off is A21 rather than A12
	h, r := p.h, k-p.h
	if s == blas.Left {
		b2, c2 := b[h*ldb:], c[h*ldc:]
		impl.symm(s, ul, h, n, alpha, a, lda, b, ldb, c, ldc)
		Gemm(impl.workers, low, false, h, n, r, alpha, p.off, lda, b2, ldb, c, ldc)
		Gemm(impl.workers, !low, false, r, n, h, alpha, p.off, lda, b, ldb, c2, ldc)
		impl.symm(s, ul, r, n, alpha, p.a22, lda, b2, ldb, c2, ldc)
		return
	}
	b2, c2 := b[h:], c[h:]
	impl.symm(s, ul, m, h, alpha, a, lda, b, ldb, c, ldc)
	Gemm(impl.workers, false, !low, m, h, r, alpha, b2, ldb, p.off, lda, c, ldc)
	Gemm(impl.workers, false, low, m, r, h, alpha, b, ldb, p.off, lda, c2, ldc)
	impl.symm(s, ul, m, r, alpha, p.a22, lda, b2, ldb, c2, ldc)
}
