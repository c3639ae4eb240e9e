package metrics

import (
	"math"
	"runtime"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Dense products run on the kernels of package kernel, and so does gonum's
// LAPACK, through its BLAS. What is parallel in them takes as many goroutines
// as the process has processors.
func init() { blas64.Use(kernel.BLAS(runtime.GOMAXPROCS(0))) }

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

// What of LAPACK's parameters is used with package lapack/gonum.
const (
	maxColumnSum = lapack.MaxColumnSum
	generateQ    = lapack.GenerateQ
	applyP       = lapack.ApplyP
)
