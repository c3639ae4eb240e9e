package lapack

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"

	unfused "github.com/brainscore-go/brainscore/pkg/metrics/internal/unfused/blas"
)

func init() { blas64.Use(unfused.Implementation{}) }

// routines are those that metrics use.
type routines interface {
	Dgeqrf(m, n int, a []float64, lda int, tau, work []float64, lwork int)
	Dorgqr(m, n, k int, a []float64, lda int, tau, work []float64, lwork int)
	Dormqr(side blas.Side, trans blas.Transpose, m, n, k int, a []float64, lda int, tau, c []float64, ldc int, work []float64, lwork int)
	Dgeqp3(m, n int, a []float64, lda int, jpvt []int, tau, work []float64, lwork int)
	Dgesvd(jobU, jobVT lapack.SVDJob, m, n int, a []float64, lda int, s, u []float64, ldu int, vt []float64, ldvt int, work []float64, lwork int) bool
	Dsyev(jobz lapack.EVJob, uplo blas.Uplo, n int, a []float64, lda int, w, work []float64, lwork int) bool
	Dpotrf(ul blas.Uplo, n int, a []float64, lda int) bool
	Dpotri(uplo blas.Uplo, n int, a []float64, lda int) bool
	Dpotrs(uplo blas.Uplo, n, nrhs int, a []float64, lda int, b []float64, ldb int)
	Dpocon(uplo blas.Uplo, n int, a []float64, lda int, anorm float64, work []float64, iwork []int) float64
	Dpstrf(uplo blas.Uplo, n int, a []float64, lda int, piv []int, tol float64, work []float64) (rank int, ok bool)
	Dtrcon(norm lapack.MatrixNorm, uplo blas.Uplo, diag blas.Diag, n int, a []float64, lda int, work []float64, iwork []int) float64
	Dorgbr(vect lapack.GenOrtho, m, n, k int, a []float64, lda int, tau, work []float64, lwork int)
	Dormbr(vect lapack.ApplyOrtho, side blas.Side, trans blas.Transpose, m, n, k int, a []float64, lda int, tau, c []float64, ldc int, work []float64, lwork int)
	Dgebrd(m, n int, a []float64, lda int, d, e, tauQ, tauP, work []float64, lwork int)
	Dsytrd(uplo blas.Uplo, n int, a []float64, lda int, d, e, tau, work []float64, lwork int)
	Dorgtr(uplo blas.Uplo, n int, a []float64, lda int, tau, work []float64, lwork int)
}

// matrices returns rows × cols matrices: any, of low rank, and of far columns. Normal
// numbers would depend on the architecture.
func matrices(r *rand.Rand, rows, cols int) [][]float64 {
	out := make([][]float64, 3)
	for k := range out {
		out[k] = make([]float64, rows*cols)
		for i := range out[k] {
			out[k][i] = r.Float64() - 0.5
		}
	}
	low, far := out[1], out[2]
	for i := range rows {
		for j := range cols {
			if j >= (cols+1)/2 {
				low[i*cols+j] = low[i*cols+j-(cols+1)/2]
			}
			far[i*cols+j] *= [4]float64{1, 1e-9, 1e120, 1e-130}[j%4]
		}
	}
	return out
}

// results returns what the routines of an implementation compute.
func results(l routines) map[string][]float64 {
	out := map[string][]float64{}
	r := rand.New(rand.NewPCG(1, 2))
	keep := func(name string, values ...float64) { out[name] = append(out[name], values...) }
	work := make([]float64, 20000)
	for _, shape := range [][2]int{{1, 1}, {2, 2}, {3, 2}, {9, 7}, {41, 40}, {90, 13}, {75, 70}} {
		m, n := shape[0], shape[1]
		for _, x := range matrices(r, m, n) {
			decompose(l, keep, x, m, n, work)
			gram := make([]float64, n*n)
			blas64.Implementation().Dsyrk(blas.Upper, blas.Trans, n, m, 1, x, n, 0, gram, n)
			symmetric(l, keep, gram, n, work)
		}
	}
	return out
}

// decompose computes the decompositions of an m × n matrix.
func decompose(l routines, keep func(string, ...float64), x []float64, m, n int, work []float64) {
	a, tau := slices.Clone(x), make([]float64, n)
	l.Dgeqrf(m, n, a, n, tau, work, len(work))
	keep("Dgeqrf", append(a, l.Dtrcon(lapack.MaxColumnSum, blas.Upper, blas.NonUnit, n, a, n, work, make([]int, n)))...)
	c := slices.Clone(x)
	l.Dormqr(blas.Left, blas.Trans, m, n, n, a, n, tau, c, n, work, len(work))
	l.Dorgqr(m, n, n, a, n, tau, work, len(work))
	keep("Dorgqr", append(a, c...)...)
	a, pivots := slices.Clone(x), make([]int, n)
	for i := range pivots {
		pivots[i] = -1
	}
	l.Dgeqp3(m, n, a, n, pivots, tau, work, len(work))
	keep("Dgeqp3", a...)
	for _, job := range []lapack.SVDJob{lapack.SVDNone, lapack.SVDStore} {
		for _, turned := range []bool{false, true} {
			rows, cols, a := m, n, slices.Clone(x)
			if turned { // as a matrix of other numbers, more columns than rows
				rows, cols = n, m
			}
			s, u, vt := make([]float64, n), make([]float64, m*n), make([]float64, m*n)
			l.Dgesvd(job, job, rows, cols, a, cols, s, u, min(m, n), vt, cols, work, len(work))
			keep("Dgesvd", append(append(s, u...), vt...)...)
		}
	}
	a, d, e, tauP := slices.Clone(x), make([]float64, n), make([]float64, n-1), make([]float64, n)
	l.Dgebrd(m, n, a, n, d, e, tau, tauP, work, len(work))
	q, z := slices.Clone(a), slices.Clone(x[:n])
	l.Dorgbr(lapack.GenerateQ, m, n, n, q, n, tau, work, len(work))
	l.Dormbr(lapack.ApplyP, blas.Right, blas.NoTrans, 1, n, m, a, n, tauP, z, n, work, len(work))
	keep("Dgebrd", slices.Concat(a, d, e, q, z)...)
}

// symmetric computes the decompositions of an n × n matrix given by its upper triangle.
func symmetric(l routines, keep func(string, ...float64), x []float64, n int, work []float64) {
	a, w := slices.Clone(x), make([]float64, n)
	l.Dsyev(lapack.EVCompute, blas.Upper, n, a, n, w, work, len(work))
	keep("Dsyev", append(a, w...)...)
	l.Dsyev(lapack.EVNone, blas.Upper, n, slices.Clone(x), n, w, work, len(work))
	keep("Dsyev", w...)
	a, e, tau := slices.Clone(x), make([]float64, n-1), make([]float64, n)
	if n > 1 {
		l.Dsytrd(blas.Upper, n, a, n, w, e, tau, work, len(work))
		l.Dorgtr(blas.Upper, n, a, n, tau, work, len(work))
		keep("Dsytrd", slices.Concat(a, w, e)...)
	}
	a = slices.Clone(x)
	rank, _ := l.Dpstrf(blas.Upper, n, a, n, make([]int, n), -1, work)
	keep("Dpstrf", append(a, float64(rank))...)
	a = slices.Clone(x)
	for i := range n {
		a[i*n+i] += 1e-3
	}
	if !l.Dpotrf(blas.Upper, n, a, n) {
		return
	}
	b := slices.Clone(x)
	l.Dpotrs(blas.Upper, n, n, a, n, b, n)
	keep("Dpotrs", append(b, l.Dpocon(blas.Upper, n, a, n, 1, work, make([]int, n)))...)
	l.Dpotri(blas.Upper, n, a, n)
	keep("Dpotri", a...)
}

// TestBits compares the bits of results with those on amd64.
func TestBits(t *testing.T) {
	want := map[string]string{
		"Dgebrd": "cb15186c81d3",
		"Dgeqp3": "cca49e7ff2b2",
		"Dgeqrf": "e66f576f6eed",
		"Dgesvd": "3a8f6d3bd5b6",
		"Dorgqr": "2e32368c138b",
		"Dpotri": "806bed063870",
		"Dpotrs": "c486b5966c07",
		"Dpstrf": "36a2209aec30",
		"Dsyev":  "1fd1567f74ed",
		"Dsytrd": "9bc5bb39bf5c",
	}
	for name, values := range results(Implementation{}) {
		sum := sha256.New()
		if err := binary.Write(sum, binary.LittleEndian, values); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sum.Sum(nil)[:6]); got != want[name] {
			t.Errorf("%s: the results have the hash %s, want %s", name, got, want[name])
		}
	}
}
