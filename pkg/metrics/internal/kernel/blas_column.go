package kernel

import "gonum.org/v1/gonum/blas"

// smallTrsm is gonum's Dtrsm, whose bits it keeps. gonum calls a routine for each element of a
// triangle and the columns of B: of a single column, as solving with a Cholesky factor has, the
// calls take several times what they do.
func (impl blasFloat64) smallTrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	if n != 1 || ldb != 1 || s != blas.Left || ul != blas.Upper || d != blas.NonUnit || alpha != 1 || !validTranspose(tA) || !fits(m, m, lda, len(a)) || len(b) < m {
		impl.Float64.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
		return
	}
	if tA == blas.NoTrans {
		solveUpper(a, lda, b[:m])
	} else {
		solveUpperTransposed(a, lda, b[:m])
	}
}

// solveUpper solves A·x = b in place of b, for upper triangular A. It skips zeros of A, as gonum
// does, which then hide what is not finite.
func solveUpper(a []float64, lda int, b []float64) {
	for i := len(b) - 1; i >= 0; i-- {
		row, known := a[i*lda+i:i*lda+len(b)], b[i:]
		known = known[:len(row)]
		sum := known[0]
		for j := 1; j < len(row); j++ {
			if v := row[j]; v != 0 {
				sum += float64(-v * known[j])
			}
		}
		known[0] = 1 / row[0] * sum
	}
}

// solveUpperTransposed solves Aᵀ·x = b as solveUpper does A·x = b.
func solveUpperTransposed(a []float64, lda int, b []float64) {
	for i := range b {
		row, rest := a[i*lda+i:i*lda+len(b)], b[i:]
		rest = rest[:len(row)]
		x := 1 / row[0] * rest[0]
		rest[0] = x
		for j := 1; j < len(row); j++ {
			if v := row[j]; v != 0 {
				rest[j] += float64(-v * x)
			}
		}
	}
}
