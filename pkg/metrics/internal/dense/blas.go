package dense

import (
	"runtime"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/unfused/lapack"
)

// routines are those of LAPACK that have the same bits everywhere.
var routines lapack.Implementation

// Products run on the kernels of package kernel, and so does LAPACK, through its BLAS.
// What is parallel in them takes as many goroutines as the process has processors.
func init() {
	lapack64.Use(lapack.All{})
	blas64.Use(kernel.BLAS(runtime.GOMAXPROCS(0)))
}

// UseKernel makes a kernel the one that everything here runs on, as kernel.Use does.
func UseKernel(name string) error {
	err := kernel.Use(name)
	blas64.Use(kernel.BLAS(runtime.GOMAXPROCS(0)))
	return err
}

// AddProduct adds alpha·a·b to c.
func AddProduct(workers int, c Matrix, alpha float64, a, b Matrix) {
	if c.transposed || a.Rows != c.Rows || b.Cols != c.Cols || a.Cols != b.Rows {
		panic("dense: the shapes of a product do not fit")
	}
	kernel.Gemm(workers, a.transposed, b.transposed, c.Rows, c.Cols, a.Cols, alpha, a.Data, a.Stride, b.Data, b.Stride, c.Data, c.Stride)
}

// AddRowProducts adds a·aᵀ, the inner products of a's rows, to the symmetric matrix c.
func AddRowProducts(workers int, c, a Matrix) {
	if c.transposed || a.transposed || c.Rows != a.Rows || c.Cols != a.Rows {
		panic("dense: the shapes of row products do not fit")
	}
	kernel.SyrkUpper(workers, a.Rows, a.Cols, a.Data, a.Stride, c.Data, c.Stride)
	kernel.Mirror(workers, c.Rows, c.Data, c.Stride)
}

// AddColumnProducts adds alpha·aᵀ·a to the upper triangle of c.
func AddColumnProducts(workers int, c Matrix, alpha float64, a Matrix) {
	if c.transposed || a.transposed || c.Rows != a.Cols || c.Cols != a.Cols {
		panic("dense: the shapes of column products do not fit")
	}
	kernel.BLAS(workers).Dsyrk(blas.Upper, blas.Trans, a.Cols, a.Rows, alpha, a.Data, a.Stride, 1, c.Data, c.Stride)
}

// MulVec sets y to a·x.
func MulVec(y []float64, a Matrix, x []float64) { gemv(y, 0, 1, a, x) }

// AddMulVec adds alpha·a·x to y.
func AddMulVec(y []float64, alpha float64, a Matrix, x []float64) { gemv(y, 1, alpha, a, x) }

func gemv(y []float64, beta, alpha float64, a Matrix, x []float64) {
	op, m := blas.NoTrans, a
	if a.transposed {
		op, m = blas.Trans, a.T()
	}
	blas64.Gemv(op, alpha, m.General(), vector(x), beta, vector(y))
}

// AddOuter adds alpha·x·yᵀ to a.
func AddOuter(a Matrix, alpha float64, x, y []float64) {
	blas64.Ger(alpha, vector(x), vector(y), a.General())
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Data: x, Inc: 1} }

// General returns a matrix that is not transposed as gonum's blas64 takes it.
func (m Matrix) General() blas64.General {
	if m.transposed {
		panic("dense: a matrix that is changed cannot be transposed")
	}
	return blas64.General{Rows: m.Rows, Cols: m.Cols, Stride: m.Stride, Data: m.Data}
}
