package dense

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// Cholesky is the factor R of a positive definite matrix A = RᵀR.
type Cholesky struct{ factor blas64.Triangular }

// FactorCholesky decomposes the n × n matrix a in place, of which it reads the upper
// triangle. It returns false if rounding leaves no positive definite matrix.
func FactorCholesky(a []float64, n int) (Cholesky, bool) {
	factor, ok := lapack64.Potrf(symmetric(a, n))
	return Cholesky{factor}, ok
}

// FactorCholeskyBy is FactorCholesky by a number of workers, with its bits: the steps are those of
// Dpotrf, whose products otherwise take all processors. If several matrices are decomposed
// concurrently, one worker for each divides, and packs, less.
func FactorCholeskyBy(workers int, a []float64, n int) (Cholesky, bool) {
	lda := max(1, n)
	c := Cholesky{blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: n, Data: a, Stride: lda}}
	bi := kernel.BLAS(workers)
	for j := 0; j < n; j += TriangleStep {
		jb := min(TriangleStep, n-j)
		diagonal := a[j*lda+j:]
		bi.Dsyrk(blas.Upper, blas.Trans, jb, j, -1, a[j:], lda, 1, diagonal, lda)
		if !routines.Dpotf2(blas.Upper, jb, diagonal, lda) {
			return c, false
		}
		if width := n - j - jb; width > 0 {
			bi.Dgemm(blas.Trans, blas.NoTrans, jb, width, j, -1, a[j:], lda, a[j+jb:], lda, 1, diagonal[jb:], lda)
			bi.Dtrsm(blas.Left, blas.Upper, blas.Trans, blas.NonUnit, jb, width, 1, diagonal, lda, diagonal[jb:], lda)
		}
	}
	return c, true
}

// Solve replaces b, n × cols, by A⁻¹·b.
func (c Cholesky) Solve(b []float64, cols int) {
	lapack64.Potrs(c.factor, Of(b, c.factor.N, cols).General())
}

// Condition estimates the inverse of A's condition, given A's largest absolute row sum. It
// is LAPACK's estimate, Dpocon, which solves systems by columns of R that are rows apart in
// memory, and scales them so that nothing overflows: here systems are solved by rows, some
// ten times faster, and by Dpocon if anything overflows.
//
// Source: Higham (1988), ACM Transactions on Mathematical Software 14.
func (c Cholesky) Condition(norm float64) float64 {
	n := c.factor.N
	if inverse := c.inverseNorm(); n > 0 && inverse > 0 && inverse <= math.MaxFloat64 && norm > 0 {
		return 1 / inverse / norm
	}
	return lapack64.Pocon(symmetric(c.factor.Data, n), norm, make([]float64, 3*n), make([]int, n))
}

// inverseNorm estimates the largest absolute row sum of A⁻¹; +Inf or NaN if a number
// overflows on the way.
func (c Cholesky) inverseNorm() float64 {
	n := c.factor.N
	if n == 0 {
		return 0
	}
	v, x, signs := make([]float64, n), make([]float64, n), make([]int, n)
	var saved [3]int
	norm, step := routines.Dlacn2(n, v, x, signs, 0, 0, &saved)
	for step != 0 {
		c.solveVec(x)
		if sum := blas64.Asum(vector(x)); !(sum <= math.MaxFloat64) {
			return sum
		}
		norm, step = routines.Dlacn2(n, v, x, signs, norm, step, &saved) // A is symmetric: either kind of step
	}
	return norm
}

// solveVec replaces x by A⁻¹·x, row by row of R.
func (c Cholesky) solveVec(x []float64) {
	n := c.factor.N
	row := func(i int) []float64 { return c.factor.Data[i*c.factor.Stride+i : i*c.factor.Stride+n] }
	for i := range n {
		r := row(i)
		x[i] /= r[0]
		AddScaled(-x[i], r[1:], x[i+1:])
	}
	for i := n - 1; i >= 0; i-- {
		r := row(i)
		x[i] = (x[i] - Dot(r[1:], x[i+1:])) / r[0]
	}
}

// Upper returns R.
func (c Cholesky) Upper() Upper { return UpperOf(c.factor.Data, c.factor.N) }

// Invert replaces R by the upper triangle of A⁻¹ and reports whether it could.
func (c Cholesky) Invert() bool {
	return routines.Dpotri(blas.Upper, c.factor.N, c.factor.Data, c.factor.Stride)
}

// FactorPivoted decomposes the positive semidefinite n × n matrix a in place as
// PᵀAP = RᵀR, up to a remainder with no diagonal element above tolerance. The first rank
// rows of a are then R, and row i of PᵀAP is row pivots[i] of A.
func FactorPivoted(a []float64, n int, tolerance float64) (rank int, pivots []int) {
	pivots = make([]int, n)
	_, rank, _ = lapack64.Pstrf(symmetric(a, n), pivots, tolerance, make([]float64, 2*n))
	return rank, pivots
}

func symmetric(a []float64, n int) blas64.Symmetric {
	return blas64.Symmetric{N: n, Stride: max(1, n), Data: a, Uplo: blas.Upper}
}
