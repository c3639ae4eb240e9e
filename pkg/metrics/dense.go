package metrics

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// syrk adds B·Bᵀ to the upper triangle of the n × n matrix c, with B n × k.
func syrk(workers, n, k int, b []float64, ldb int, c []float64, ldc int) {
	blas64.Syrk(blas.NoTrans, 1, blas64.General{Rows: n, Cols: k, Stride: ldb, Data: b}, 1,
		blas64.Symmetric{N: n, Stride: ldc, Data: c, Uplo: blas.Upper})
}

// mirror copies the upper triangle to the lower.
func mirror(n int, c []float64, ldc int) {
	for i := range n {
		for j := i + 1; j < n; j++ {
			c[j*ldc+i] = c[i*ldc+j]
		}
	}
}

// gemm adds alpha·op(A)·op(B) to the m × n matrix c, with k the inner size.
func gemm(workers int, transA, transB bool, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, c []float64, ldc int) {
	ta, tb := blas.NoTrans, blas.NoTrans
	ga := blas64.General{Rows: m, Cols: k, Stride: lda, Data: a}
	gb := blas64.General{Rows: k, Cols: n, Stride: ldb, Data: b}
	if transA {
		ta, ga.Rows, ga.Cols = blas.Trans, k, m
	}
	if transB {
		tb, gb.Rows, gb.Cols = blas.Trans, n, k
	}
	blas64.Gemm(ta, tb, alpha, ga, gb, 1, blas64.General{Rows: m, Cols: n, Stride: ldc, Data: c})
}

// general is a row-major matrix as gonum's blas64 takes it.
func general(x []float64, rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: x}
}

// cholesky factors the n × n matrix k in place; false where it is not positive
// definite.
func cholesky(k []float64, n int) (blas64.Triangular, bool) {
	return lapack64.Potrf(blas64.Symmetric{N: n, Stride: n, Data: k, Uplo: blas.Upper})
}

// symmetricOf is the factor of a Cholesky decomposition as lapack's condition
// estimate takes it.
func symmetricOf(factor blas64.Triangular) blas64.Symmetric {
	return blas64.Symmetric{N: factor.N, Stride: factor.Stride, Data: factor.Data, Uplo: factor.Uplo}
}

// matrixNorm is the largest absolute row sum of an n × n matrix.
func matrixNorm(x []float64, n int) float64 {
	norm := 0.0
	for i := range n {
		sum := 0.0
		for _, v := range x[i*n : (i+1)*n] {
			sum += math.Abs(v)
		}
		norm = max(norm, sum)
	}
	return norm
}

// transpose writes the transpose of the n × n matrix src to dst, in tiles.
func transpose(dst, src []float64, n int) {
	const tile = 32
	for i0 := 0; i0 < n; i0 += tile {
		for j0 := 0; j0 < n; j0 += tile {
			for i := i0; i < min(i0+tile, n); i++ {
				for j := j0; j < min(j0+tile, n); j++ {
					dst[j*n+i] = src[i*n+j]
				}
			}
		}
	}
}
