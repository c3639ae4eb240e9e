package metrics

import (
	"math"
	"slices"
)

// doubleVector is a series in twice the precision.
type doubleVector struct{ high, low []float64 }

func newDoubleVector(n int) doubleVector {
	return doubleVector{make([]float64, n), make([]float64, n)}
}

func (v doubleVector) at(i int) double { return double{v.high[i], v.low[i]} }

func (v doubleVector) set(i int, d double) { v.high[i], v.low[i] = d.high, d.low }

func (v doubleVector) clone() doubleVector {
	return doubleVector{slices.Clone(v.high), slices.Clone(v.low)}
}

func (v doubleVector) dot(w doubleVector) double { return dotDoubles(v.high, v.low, w.high, w.low) }

// scale multiplies each number by a.
func (v doubleVector) scale(a double) {
	for i := range v.high {
		v.set(i, v.at(i).times(a))
	}
}

// add adds a times w.
func (v doubleVector) add(a double, w doubleVector) {
	n := len(v.high)
	high, low, wHigh, wLow := v.high, v.low[:n], w.high[:n], w.low[:n]
	for i, x := range high {
		y := wHigh[i]
		product := float64(a.high * y)
		rest := math.FMA(a.high, y, -product) + (a.high*wLow[i] + a.low*y)
		// Conversions keep the compiler from fusing operations.
		sum := float64(x + product)
		part := float64(sum - x)
		rest += float64(float64(x-float64(sum-part))+float64(product-part)) + low[i]
		high[i] = float64(sum + rest)
		low[i] = rest - float64(high[i]-sum)
	}
}

// towardsOne multiplies by the power of two that brings the largest number close to 1.
func (v doubleVector) towardsOne() {
	_, exponent := math.Frexp(maxAbs(v.high))
	for i := range v.high {
		v.high[i], v.low[i] = math.Ldexp(v.high[i], -exponent), math.Ldexp(v.low[i], -exponent)
	}
}

// doubleMatrix is a row-major matrix in twice the precision. Only small ones are
// computed with: an operation takes some 5 ns.
type doubleMatrix struct {
	rows, cols int
	all        doubleVector
}

func newDoubleMatrix(rows, cols int) doubleMatrix {
	return doubleMatrix{rows, cols, newDoubleVector(rows * cols)}
}

func (m doubleMatrix) row(i int) doubleVector {
	from, to := i*m.cols, (i+1)*m.cols
	return doubleVector{m.all.high[from:to], m.all.low[from:to]}
}

func (m doubleMatrix) column(j int) doubleVector {
	v := newDoubleVector(m.rows)
	for i := range m.rows {
		v.set(i, m.all.at(i*m.cols+j))
	}
	return v
}

func (m doubleMatrix) transposed() doubleMatrix {
	t := newDoubleMatrix(m.cols, m.rows)
	for i := range m.rows {
		for j := range m.cols {
			t.all.set(j*m.rows+i, m.all.at(i*m.cols+j))
		}
	}
	return t
}

// times returns m·v.
func (m doubleMatrix) times(v doubleVector) doubleVector {
	out := newDoubleVector(m.rows)
	for i := range m.rows {
		out.set(i, m.row(i).dot(v))
	}
	return out
}

// transposedTimes returns mᵀ·v.
func (m doubleMatrix) transposedTimes(v doubleVector) doubleVector {
	out := newDoubleVector(m.cols)
	for i := range m.rows {
		out.add(v.at(i), m.row(i))
	}
	return out
}

// subtractOuter subtracts v·wᵀ.
func (m doubleMatrix) subtractOuter(v, w doubleVector) {
	for i := range m.rows {
		m.row(i).add(double{-v.high[i], -v.low[i]}, w)
	}
}

// ownProduct returns m·mᵀ.
func (m doubleMatrix) ownProduct() doubleMatrix {
	p := newDoubleMatrix(m.rows, m.rows)
	for i := range m.rows {
		for j := range i + 1 {
			d := m.row(i).dot(m.row(j))
			p.all.set(i*m.rows+j, d)
			p.all.set(j*m.rows+i, d)
		}
	}
	return p
}

// columnNorms returns the norm of each column, to the precision of float64.
func (m doubleMatrix) columnNorms() []float64 { return columnNorms(m.all.high, m.cols) }

// centredDoubleRows returns train and test rows of x, each less their own mean and times
// 2^−exponent, which brings the train rows close to 1. r does not depend on what is
// subtracted from all test rows.
func centredDoubleRows(x []float64, cols int, train, test []int) (a, b doubleMatrix, exponent int) {
	a, b = lessMean(x, cols, train), lessMean(x, cols, test)
	_, exponent = math.Frexp(maxAbs(a.all.high))
	for _, v := range []doubleVector{a.all, b.all} {
		for i := range v.high {
			v.high[i], v.low[i] = math.Ldexp(v.high[i], -exponent), math.Ldexp(v.low[i], -exponent)
		}
	}
	return a, b, exponent
}

// lessMean returns some rows of x less their mean.
func lessMean(x []float64, cols int, rows []int) doubleMatrix {
	m := newDoubleMatrix(len(rows), cols)
	for j := range cols {
		if len(rows) == 0 {
			break
		}
		// Of the distances from the first row: an offset takes no digit.
		first, sum := x[rows[0]*cols+j], double{}
		for _, i := range rows {
			sum = sum.plus(addExactly(x[i*cols+j], -first))
		}
		mean := sum.over(double{high: float64(len(rows))})
		for k, i := range rows {
			m.all.set(k*cols+j, addExactly(x[i*cols+j], -first).minus(mean))
		}
	}
	return m
}
