package dense

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
)

// rotatedColumns is the number of columns that rotations are applied to at once: they stay
// in the cache.
const rotatedColumns = 64

// Singular returns the singular values of a rows × cols matrix of no more columns than
// rows, which it overwrites, the largest first, and the right singular vectors as the rows
// of vt, cols × cols. It returns false if they do not converge.
//
// The matrix is made bidiagonal by reflections, in products of the kernels, and its
// singular values are found by rotations of pairs of rows of vt, which are the same for
// all columns: workers apply them to some columns each, however many workers there are
// with the same bits.
//
// Sources: Golub & Kahan (1965), SIAM J. Numer. Anal. 2; Demmel & Kahan (1990), SIAM J.
// Sci. Stat. Comput. 11.
func Singular(workers int, x []float64, rows, cols int) (values, vt []float64, ok bool) {
	by, exponent := UnitOf(MaxAbs(x))
	Scale(x, by) // squares are then in range
	if rows > 2*cols {
		FactorQR(Of(x, rows, cols))
		for i := range cols {
			clear(x[i*cols : i*cols+i])
		}
		rows, x = cols, x[:cols*cols]
	}
	diagonal, off := make([]float64, cols), make([]float64, max(0, cols-1))
	tauQ, tauP := make([]float64, cols), make([]float64, cols)
	withWork(func(work []float64, size int) {
		routines.Dgebrd(rows, cols, x, cols, diagonal, off, tauQ, tauP, work, size)
	})
	vt = x[:cols*cols]
	withWork(func(work []float64, size int) {
		routines.Dorgbr(lapack.GeneratePT, cols, cols, rows, vt, cols, tauP, work, size)
	})
	parts := crew.Chunks(cols, (cols+rotatedColumns-1)/rotatedColumns, 1)
	all, converged := make([][]float64, len(parts)), make([]bool, len(parts))
	// The tasks give no error, and no context stops them.
	_ = crew.Each(context.Background(), workers, len(parts), func(p int) error {
		lo, hi := parts[p][0], parts[p][1]
		width := hi - lo
		part := Submatrix(vt, cols, AllRows(cols), AllRows(hi)[lo:])
		all[p] = slices.Clone(diagonal)
		converged[p] = routines.Dbdsqr(blas.Upper, cols, width, 0, 0, all[p], slices.Clone(off), part, width, nil, 1, nil, 1, make([]float64, 4*cols))
		for i := range cols {
			copy(vt[i*cols+lo:i*cols+hi], part[i*width:(i+1)*width])
		}
		return nil
	})
	values = all[0]
	for i, v := range values {
		values[i] = math.Ldexp(v, exponent)
	}
	return values, vt, !slices.Contains(converged, false)
}
