package metrics

import (
	"cmp"
	"context"
	"math"
	"slices"
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
	values  []double
	columns []doubleVector // of U, for the values that are not 0
	tested  []doubleVector // of X_test·V
}

// doubleSVDTerms estimates the multiplications for n train rows, m test rows and p
// columns.
func doubleSVDTerms(n, m, p int) int {
	const sweeps = 10
	r := min(n, p)
	return 2*n*(n+m)*p + sweeps*r*r/2*(4*n+3*m)
}

// newDoubleSVD decomposes train, which it may overwrite as it may test.
func newDoubleSVD(ctx context.Context, train, test doubleMatrix) (*doubleSVD, error) {
	if train.cols > train.rows {
		train, test = lowerTriangle(train, test)
	}
	columns, tested := train.transposed(), test.transposed()
	if err := orthogonalise(ctx, columns, tested); err != nil {
		return nil, err
	}
	f := &doubleSVD{}
	largest := 0.0
	for k := range columns.rows {
		norm := columns.row(k).dot(columns.row(k)).root()
		largest = max(largest, norm.high)
		f.values = append(f.values, norm)
	}
	kept := 0
	for k, norm := range f.values {
		if norm.high > doubleRest*largest {
			column := columns.row(k)
			column.scale(double{high: 1}.over(norm))
			f.values[kept] = norm
			f.columns, f.tested = append(f.columns, column), append(f.tested, tested.row(k))
			kept++
		}
	}
	f.values = f.values[:kept]
	return f, nil
}

// lowerTriangle turns rows so that train has no more columns than rows: train·Q is lower
// triangular but for the order of its rows, and it and the columns of test·Q that count
// are returned. The largest columns come first, and always the row that is the longest
// then: what is far smaller than others keeps its digits.
//
// Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, 19.4.
func lowerTriangle(train, test doubleMatrix) (doubleMatrix, doubleMatrix) {
	norms := train.columnNorms()
	order := allRows(train.cols)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(norms[b], norms[a]) })
	train, test = train.selectColumns(order), test.selectColumns(order)
	left := allRows(train.rows)
	largest := maxAbs(train.all.high)
	for k := range train.rows {
		from := func(m doubleMatrix, i int) doubleVector {
			row := m.row(i)
			return doubleVector{row.high[k:], row.low[k:]}
		}
		longest, at := -1.0, 0
		for place, i := range left {
			if tail := from(train, i).high; dot(tail, tail) > longest {
				longest, at = dot(tail, tail), place
			}
		}
		pivot := left[at]
		left = slices.Delete(left, at, at+1)
		row := from(train, pivot)
		v := row.clone()
		length := v.dot(v).root()
		clear(row.high)
		clear(row.low)
		if !(length.high > doubleRest*doubleRest*largest) { // squares of less may vanish
			continue
		}
		if v.high[0] < 0 {
			length = double{-length.high, -length.low}
		}
		row.set(0, double{-length.high, -length.low})
		v.set(0, v.at(0).plus(length))
		factor := double{high: 2}.over(v.dot(v))
		reflect := func(r doubleVector) {
			along := r.dot(v).times(factor)
			r.add(double{-along.high, -along.low}, v)
		}
		for _, i := range left {
			reflect(from(train, i))
		}
		for i := range test.rows {
			reflect(from(test, i))
		}
	}
	return train.selectColumns(allRows(train.rows)), test.selectColumns(allRows(train.rows))
}

func (m doubleMatrix) selectColumns(keep []int) doubleMatrix {
	return doubleMatrix{m.rows, len(keep), doubleVector{selectColumnsOf(m.all.high, m.cols, keep), selectColumnsOf(m.all.low, m.cols, keep)}}
}

// orthogonalise rotates pairs of the rows of columns until all are orthogonal, and those
// of tested with them.
func orthogonalise(ctx context.Context, columns, tested doubleMatrix) error {
	const sweeps, orthogonal = 60, 0x1p-97
	squares := make([]double, columns.rows)
	for range sweeps {
		if err := ctx.Err(); err != nil {
			return err
		}
		largest := 0.0
		for i := range squares {
			squares[i] = columns.row(i).dot(columns.row(i))
			largest = max(largest, squares[i].high)
		}
		rotated := false
		for i := range columns.rows {
			for j := i + 1; j < columns.rows; j++ {
				if least := doubleRest * doubleRest * largest; squares[i].high <= least || squares[j].high <= least {
					continue
				}
				product := columns.row(i).dot(columns.row(j))
				if math.Abs(product.high) <= orthogonal*math.Sqrt(squares[i].high)*math.Sqrt(squares[j].high) {
					continue
				}
				rotated = true
				// The tangent need not be exact: the rotation is, and the next sweep mends it.
				cotangent := squares[j].minus(squares[i]).high / (2 * product.high)
				t := math.Copysign(1/(math.Abs(cotangent)+math.Hypot(1, cotangent)), cotangent)
				cosine := double{high: 1}.over(addExactly(1, 0).plus(multiplyExactly(t, t)).root())
				sine := cosine.times(double{high: t})
				rotate(columns.row(i), columns.row(j), cosine, sine)
				rotate(tested.row(i), tested.row(j), cosine, sine)
				moved := product.times(double{high: t})
				squares[i], squares[j] = squares[i].minus(moved), squares[j].plus(moved)
				for _, k := range []int{i, j} {
					if moved.high*moved.high > squares[k].high*squares[k].high { // digits are lost
						squares[k] = columns.row(k).dot(columns.row(k))
					}
				}
			}
		}
		if !rotated {
			return nil
		}
	}
	return ErrIllConditioned
}

// rotate sets x to cosine·x − sine·y and y to sine·x + cosine·y.
func rotate(x, y doubleVector, cosine, sine double) {
	for i := range x.high {
		a, b := x.at(i), y.at(i)
		x.set(i, cosine.times(a).minus(sine.times(b)))
		y.set(i, sine.times(a).plus(cosine.times(b)))
	}
}
