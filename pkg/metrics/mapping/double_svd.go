package mapping

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
)

// doubleSVD holds the singular values of train rows X = U·diag(s)·Vᵀ in twice the
// precision, and X_test·V.
//
// Rows longer than there are of them are turned first so that they have no more columns
// than rows, by reflections from the right. Rotations of pairs of columns then make all
// orthogonal: these are U·diag(s). Small singular values keep their digits beside large
// ones.
//
// Sources: Hestenes (1958), J. SIAM 6 (one-sided rotations); Golub & Van Loan (2013),
// Matrix Computations, 5.1 and 8.6.
type doubleSVD struct {
	values  []double.Number
	columns []double.Vector // of U, for the values that are not 0
	tested  []double.Vector // of X_test·V
	beyond  []float64       // lengths of what X_test has outside of V
}

// doubleSVDTerms estimates the multiplications for n train rows, m test rows and p
// columns.
func doubleSVDTerms(n, m, p int) int {
	const sweeps = 10
	r := min(n, p)
	return 2*n*(n+m)*p + sweeps*r*r/2*(4*n+3*m)
}

// newDoubleSVD decomposes train, which it may overwrite as it may test.
func newDoubleSVD(ctx context.Context, train, test double.Matrix) (*doubleSVD, error) {
	f := &doubleSVD{beyond: make([]float64, test.Rows)}
	if train.Cols > train.Rows {
		rows := train.Rows
		train, test = lowerTriangle(train, test)
		for i := range f.beyond {
			rest := test.Row(i).High[rows:]
			f.beyond[i] = dense.Dot(rest, rest)
		}
		train, test = train.SelectColumns(dense.AllRows(rows)), test.SelectColumns(dense.AllRows(rows))
	}
	columns, tested := train.Transposed(), test.Transposed()
	if err := orthogonalise(ctx, columns, tested); err != nil {
		return nil, err
	}
	largest := 0.0
	for k := range columns.Rows {
		norm := columns.Row(k).Dot(columns.Row(k)).Root()
		largest = max(largest, norm.High)
		f.values = append(f.values, norm)
	}
	kept := 0
	for k, norm := range f.values {
		if norm.High > doubleRest*largest {
			column := columns.Row(k)
			column.Scale(double.Number{High: 1}.Over(norm))
			f.values[kept] = norm
			f.columns, f.tested = append(f.columns, column), append(f.tested, tested.Row(k))
			kept++
			continue
		}
		for i, v := range tested.Row(k).High {
			f.beyond[i] += float64(v * v)
		}
	}
	f.values = f.values[:kept]
	for i, square := range f.beyond {
		f.beyond[i] = math.Sqrt(square)
	}
	return f, nil
}

// lowerTriangle turns rows so that train·Q is lower triangular but for the order of its
// rows: no columns beyond their number count. The largest columns come first, and always the row that is the longest
// then: what is far smaller than others keeps its digits.
//
// Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, 19.4.
func lowerTriangle(train, test double.Matrix) (double.Matrix, double.Matrix) {
	norms := train.ColumnNorms()
	order := dense.AllRows(train.Cols)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(norms[b], norms[a]) })
	train, test = train.SelectColumns(order), test.SelectColumns(order)
	left := dense.AllRows(train.Rows)
	largest := dense.MaxAbs(train.All.High)
	for k := range train.Rows {
		from := func(m double.Matrix, i int) double.Vector {
			row := m.Row(i)
			return double.Vector{High: row.High[k:], Low: row.Low[k:]}
		}
		longest, at := -1.0, 0
		for place, i := range left {
			if tail := from(train, i).High; dense.Dot(tail, tail) > longest {
				longest, at = dense.Dot(tail, tail), place
			}
		}
		pivot := left[at]
		left = slices.Delete(left, at, at+1)
		row := from(train, pivot)
		v := row.Clone()
		length := v.Dot(v).Root()
		clear(row.High)
		clear(row.Low)
		if !(length.High > doubleRest*doubleRest*largest) { // squares of less may vanish
			continue
		}
		if v.High[0] < 0 {
			length = length.Negated()
		}
		row.Set(0, length.Negated())
		v.Set(0, v.At(0).Plus(length))
		factor := double.Number{High: 2}.Over(v.Dot(v))
		reflect := func(r double.Vector) {
			r.Add(r.Dot(v).Times(factor).Negated(), v)
		}
		for _, i := range left {
			reflect(from(train, i))
		}
		for i := range test.Rows {
			reflect(from(test, i))
		}
	}
	return train, test
}

// orthogonal is the cosine up to which columns count as orthogonal.
const orthogonal = 0x1p-97

// orthogonalise rotates pairs of the rows of columns until all are orthogonal, and those
// of tested with them.
func orthogonalise(ctx context.Context, columns, tested double.Matrix) error {
	const sweeps = 60
	squares := make([]double.Number, columns.Rows)
	for range sweeps {
		if err := ctx.Err(); err != nil {
			return err
		}
		largest := 0.0
		for i := range squares {
			squares[i] = columns.Row(i).Dot(columns.Row(i))
			largest = max(largest, squares[i].High)
		}
		rotated := false
		for i := range columns.Rows {
			for j := i + 1; j < columns.Rows; j++ {
				if least := doubleRest * doubleRest * largest; squares[i].High <= least || squares[j].High <= least {
					continue
				}
				product := columns.Row(i).Dot(columns.Row(j))
				if math.Abs(product.High) <= orthogonal*math.Sqrt(squares[i].High)*math.Sqrt(squares[j].High) {
					continue
				}
				rotated = true
				// The tangent need not be exact: the rotation is, and the next sweep mends it.
				cotangent := squares[j].Minus(squares[i]).High / (2 * product.High)
				t := math.Copysign(1/(math.Abs(cotangent)+portable.Hypot(1, cotangent)), cotangent)
				cosine := double.Number{High: 1}.Over(double.Number{High: 1}.Plus(double.Product(t, t)).Root())
				sine := cosine.Times(double.Number{High: t})
				double.Rotate(columns.Row(i), columns.Row(j), cosine, sine)
				double.Rotate(tested.Row(i), tested.Row(j), cosine, sine)
				moved := product.Times(double.Number{High: t})
				squares[i], squares[j] = squares[i].Minus(moved), squares[j].Plus(moved)
				for _, k := range []int{i, j} {
					if moved.High*moved.High > squares[k].High*squares[k].High { // digits are lost
						squares[k] = columns.Row(k).Dot(columns.Row(k))
					}
				}
			}
		}
		if !rotated {
			return nil
		}
	}
	return metrics.ErrIllConditioned
}
