package double

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// Vector is a series in twice the precision.
type Vector struct{ High, Low []float64 }

// NewVector returns n zeros.
func NewVector(n int) Vector {
	return Vector{make([]float64, n), make([]float64, n)}
}

// At returns a number.
func (v Vector) At(i int) Number { return Number{v.High[i], v.Low[i]} }

// Set replaces a number.
func (v Vector) Set(i int, d Number) { v.High[i], v.Low[i] = d.High, d.Low }

// Clone returns a copy.
func (v Vector) Clone() Vector {
	return Vector{slices.Clone(v.High), slices.Clone(v.Low)}
}

// Dot returns the inner product.
func (v Vector) Dot(w Vector) Number { return Dot(v.High, v.Low, w.High, w.Low) }

// Scale multiplies each number by a.
func (v Vector) Scale(a Number) {
	for i := range v.High {
		v.Set(i, v.At(i).Times(a))
	}
}

// Add adds a times w.
func (v Vector) Add(a Number, w Vector) {
	n := len(v.High)
	high, low, wHigh, wLow := v.High, v.Low[:n], w.High[:n], w.Low[:n]
	for i := kernel.AddScaled(high, low, wHigh, wLow, [2]float64{a.High, a.Low}); i < n; i++ {
		x, y := high[i], wHigh[i]
		product := float64(a.High * y)
		rest := math.FMA(a.High, y, -product) + (float64(a.High*wLow[i]) + float64(a.Low*y))
		// Conversions keep the compiler from fusing operations.
		sum := float64(x + product)
		part := float64(sum - x)
		rest += float64(float64(x-float64(sum-part))+float64(product-part)) + low[i]
		high[i] = float64(sum + rest)
		low[i] = rest - float64(high[i]-sum)
	}
}

// Rotate sets x to cosine·x − sine·y and y to sine·x + cosine·y.
func Rotate(x, y Vector, cosine, sine Number) {
	done := kernel.Rotate(x.High, x.Low, y.High, y.Low, [2]float64{cosine.High, cosine.Low}, [2]float64{sine.High, sine.Low})
	for i := done; i < len(x.High); i++ {
		a, b := x.At(i), y.At(i)
		x.Set(i, cosine.Times(a).Minus(sine.Times(b)))
		y.Set(i, sine.Times(a).Plus(cosine.Times(b)))
	}
}

// TowardsOne multiplies by the power of two that brings the largest number close to 1.
func (v Vector) TowardsOne() {
	_, exponent := math.Frexp(dense.MaxAbs(v.High))
	for i := range v.High {
		v.High[i], v.Low[i] = math.Ldexp(v.High[i], -exponent), math.Ldexp(v.Low[i], -exponent)
	}
}

// Matrix is a row-major matrix in twice the precision. Only small ones are
// computed with: an operation takes some 5 ns.
type Matrix struct {
	Rows, Cols int
	All        Vector
}

// NewMatrix returns a matrix of zeros.
func NewMatrix(rows, cols int) Matrix {
	return Matrix{rows, cols, NewVector(rows * cols)}
}

// Row returns a row, which shares its numbers with the matrix.
func (m Matrix) Row(i int) Vector {
	from, to := i*m.Cols, (i+1)*m.Cols
	return Vector{m.All.High[from:to], m.All.Low[from:to]}
}

// Column returns a copy of a column.
func (m Matrix) Column(j int) Vector {
	v := NewVector(m.Rows)
	for i := range m.Rows {
		v.Set(i, m.All.At(i*m.Cols+j))
	}
	return v
}

// Transposed returns the transpose, a copy.
func (m Matrix) Transposed() Matrix {
	t := NewMatrix(m.Cols, m.Rows)
	for i := range m.Rows {
		for j := range m.Cols {
			t.All.Set(j*m.Rows+i, m.All.At(i*m.Cols+j))
		}
	}
	return t
}

// Times returns m·v.
func (m Matrix) Times(v Vector) Vector {
	out := NewVector(m.Rows)
	for i := range m.Rows {
		out.Set(i, m.Row(i).Dot(v))
	}
	return out
}

// TransposedTimes returns mᵀ·v.
func (m Matrix) TransposedTimes(v Vector) Vector {
	out := NewVector(m.Cols)
	for i := range m.Rows {
		out.Add(v.At(i), m.Row(i))
	}
	return out
}

// SubtractOuter subtracts v·wᵀ.
func (m Matrix) SubtractOuter(v, w Vector) {
	for i := range m.Rows {
		m.Row(i).Add(v.At(i).Negated(), w)
	}
}

// OwnProduct returns m·mᵀ.
func (m Matrix) OwnProduct() Matrix {
	p := NewMatrix(m.Rows, m.Rows)
	for i := range m.Rows {
		for j := range i + 1 {
			d := m.Row(i).Dot(m.Row(j))
			p.All.Set(i*m.Rows+j, d)
			p.All.Set(j*m.Rows+i, d)
		}
	}
	return p
}

// ColumnNorms returns the norm of each column, to the precision of float64.
func (m Matrix) ColumnNorms() []float64 { return dense.ColumnNorms(m.All.High, m.Cols) }

// CenteredRows returns train and test rows of x, each less their own mean and times
// 2^−exponent, which brings the train rows close to 1. r does not depend on what is
// subtracted from all test rows.
func CenteredRows(x []float64, cols int, train, test []int) (a, b Matrix, exponent int) {
	a, b = lessMean(x, cols, train), lessMean(x, cols, test)
	_, exponent = math.Frexp(dense.MaxAbs(a.All.High))
	for _, v := range []Vector{a.All, b.All} {
		for i := range v.High {
			v.High[i], v.Low[i] = math.Ldexp(v.High[i], -exponent), math.Ldexp(v.Low[i], -exponent)
		}
	}
	return a, b, exponent
}

// lessMean returns some rows of x less their mean.
func lessMean(x []float64, cols int, rows []int) Matrix {
	m := NewMatrix(len(rows), cols)
	for j := range cols {
		if len(rows) == 0 {
			break
		}
		// Of the distances from the first row: an offset takes no digit.
		first, sum := x[rows[0]*cols+j], Number{}
		for _, i := range rows {
			sum = sum.Plus(Sum(x[i*cols+j], -first))
		}
		mean := sum.Over(Number{High: float64(len(rows))})
		for k, i := range rows {
			m.All.Set(k*cols+j, Sum(x[i*cols+j], -first).Minus(mean))
		}
	}
	return m
}

// LessFirst returns the rows less the first, rounded to float64.
func (m Matrix) LessFirst() []float64 {
	out := make([]float64, m.Rows*m.Cols)
	for i := range m.Rows {
		for j := range m.Cols {
			out[i*m.Cols+j] = m.Row(i).At(j).Minus(m.All.At(j)).High
		}
	}
	return out
}

// SelectColumns copies the given columns.
func (m Matrix) SelectColumns(keep []int) Matrix {
	return Matrix{m.Rows, len(keep), Vector{dense.SelectColumns(m.All.High, m.Cols, keep), dense.SelectColumns(m.All.Low, m.Cols, keep)}}
}
