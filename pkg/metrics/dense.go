package metrics

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
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
