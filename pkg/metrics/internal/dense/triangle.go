package dense

import (
	"context"
	"runtime"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// Triangle is the upper triangle of a symmetric matrix.
type Triangle = kernel.Triangle

// TriangleStep is the number of rows or columns that are decomposed together. It is
// LAPACK's, on which the bits depend.
const TriangleStep = 64

// FactorTriangle replaces a positive definite matrix by its factor R, A = RᵀR. It returns
// false if rounding leaves no positive definite matrix. The steps and the bits are those of
// FactorCholesky.
func FactorTriangle(ctx context.Context, t *Triangle) (bool, error) {
	n := t.N()
	if !t.Several() {
		data, ld, _ := t.Block(0, 0)
		return routines.Dpotrf(blas.Upper, n, data, ld), nil
	}
	bi, workers := blas64.Implementation(), runtime.GOMAXPROCS(0)
	panel := pages.Of[float64](n * TriangleStep)
	for j := 0; j < n; j += TriangleStep {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		jb := min(TriangleStep, n-j)
		diagonal, ld, _ := t.Block(j, j)
		if j > 0 {
			columnsOf(t, j, jb, panel)
			bi.Dsyrk(blas.Upper, blas.Trans, jb, j, -1, panel, jb, 1, diagonal, ld)
		}
		if !routines.Dpotf2(blas.Upper, jb, diagonal, ld) {
			return false, nil
		}
		if j+jb < n {
			t.SubtractProducts(workers, j, jb)
			bi.Dtrsm(blas.Left, blas.Upper, blas.Trans, blas.NonUnit, jb, n-j-jb, 1, diagonal, ld, diagonal[jb:], ld)
		}
	}
	return true, nil
}

// InvertTriangle replaces a factor R by the inverse of RᵀR, with the bits of
// Cholesky.Invert, and reports whether it could.
func InvertTriangle(ctx context.Context, t *Triangle) (bool, error) {
	n := t.N()
	if !t.Several() {
		data, ld, _ := t.Block(0, 0)
		return routines.Dpotri(blas.Upper, n, data, ld), nil
	}
	for i := range n {
		if t.At(i, i) == 0 {
			return false, nil
		}
	}
	bi, workers := blas64.Implementation(), runtime.GOMAXPROCS(0)
	panel := pages.Of[float64](n * TriangleStep)
	for j := 0; j < n; j += TriangleStep { // R⁻¹
		if err := ctx.Err(); err != nil {
			return false, err
		}
		jb := min(TriangleStep, n-j)
		diagonal, ld, _ := t.Block(j, j)
		if j > 0 {
			columnsOf(t, j, jb, panel)
			t.Multiply(workers, j, jb, panel)
			bi.Dtrsm(blas.Right, blas.Upper, blas.NoTrans, blas.NonUnit, j, jb, -1, diagonal, ld, panel, jb)
			setColumns(t, j, jb, panel)
		}
		routines.Dtrti2(blas.Upper, blas.NonUnit, jb, diagonal, ld)
	}
	for i := 0; i < n; i += TriangleStep { // R⁻¹·R⁻ᵀ
		if err := ctx.Err(); err != nil {
			return false, err
		}
		ib := min(TriangleStep, n-i)
		diagonal, ld, _ := t.Block(i, i)
		if i > 0 {
			columnsOf(t, i, ib, panel)
			bi.Dtrmm(blas.Right, blas.Upper, blas.Trans, blas.NonUnit, i, ib, 1, diagonal, ld, panel, ib)
		}
		routines.Dlauu2(blas.Upper, ib, diagonal, ld)
		if i > 0 {
			t.AddRowProducts(workers, i, ib, panel)
			setColumns(t, i, ib, panel)
		}
		if rest := n - i - ib; rest > 0 {
			bi.Dsyrk(blas.Upper, blas.NoTrans, ib, rest, 1, diagonal[ib:], ld, 1, diagonal, ld)
		}
	}
	return true, nil
}

// columnsOf copies the columns j … j+jb-1 of the rows above j.
func columnsOf(t *Triangle, j, jb int, panel []float64) {
	for i := range j {
		copy(panel[i*jb:(i+1)*jb], t.Row(i)[j-i:])
	}
}

// setColumns is the inverse of columnsOf.
func setColumns(t *Triangle, j, jb int, panel []float64) {
	for i := range j {
		copy(t.Row(i)[j-i:], panel[i*jb:(i+1)*jb])
	}
}

// TriangleRows is how many rows of a symmetric matrix EachRows holds at once.
const TriangleRows = 192

// EachRows calls f for blocks of rows of the symmetric matrix of which t is a triangle, in
// order: n numbers for each row from … to-1.
func EachRows(workers int, t *Triangle, f func(from, to int, rows []float64)) {
	n := t.N()
	rows := pages.Of[float64](min(n, TriangleRows) * n)
	for from := 0; from < n; from += TriangleRows {
		to := min(from+TriangleRows, n)
		t.Rows(workers, from, to, rows)
		f(from, to, rows[:(to-from)*n])
	}
}

// AddTriangleProduct adds to c the product of the symmetric matrix and b.
func AddTriangleProduct(workers int, c Matrix, t *Triangle, b Matrix) {
	n := t.N()
	EachRows(workers, t, func(from, to int, rows []float64) {
		AddProduct(workers, Strided(c.Data[from*c.Stride:], to-from, c.Cols, c.Stride), 1, Of(rows, to-from, n), b)
	})
}

// AddTriangleProductOfRows adds to each row of c the product of the symmetric matrix and that
// row of b.
func AddTriangleProductOfRows(workers int, c Matrix, t *Triangle, b Matrix) {
	n := t.N()
	EachRows(workers, t, func(from, to int, rows []float64) {
		AddProduct(workers, Strided(c.Data[from:], c.Rows, to-from, c.Stride), 1, b, Of(rows, to-from, n).T())
	})
}

// TriangleBlock returns the given rows and columns of the symmetric matrix.
func TriangleBlock(t *Triangle, rows, columns []int) []float64 {
	out := make([]float64, 0, len(rows)*len(columns))
	for _, i := range rows {
		for _, j := range columns {
			out = append(out, t.At(i, j))
		}
	}
	return out
}

// RowSquares returns the squared norm of each row of the symmetric matrix.
func RowSquares(workers int, t *Triangle) []float64 {
	n := t.N()
	squares := make([]float64, n)
	EachRows(workers, t, func(from, to int, rows []float64) {
		crew.EachRow(workers, to-from, func(a int) {
			row := rows[a*n : (a+1)*n]
			squares[from+a] = Dot(row, row)
		})
	})
	return squares
}
