package exact

// Matrix is row-major.
type Matrix struct {
	Rows, Cols int
	X          []Number
}

// New returns a matrix of zeros.
func New(rows, cols int) Matrix { return Matrix{rows, cols, make([]Number, rows*cols)} }

// From returns a matrix of the given rows of x, row-major with cols columns.
func From(x []float64, cols int, rows []int) Matrix {
	m := New(len(rows), cols)
	for a, i := range rows {
		for j := range cols {
			m.X[a*cols+j] = Of(x[i*cols+j])
		}
	}
	return m
}

// At returns the element of row i and column j.
func (m Matrix) At(i, j int) Number { return m.X[i*m.Cols+j] }

// Row returns row i, not a copy.
func (m Matrix) Row(i int) []Number { return m.X[i*m.Cols : (i+1)*m.Cols] }

// Column returns a copy of column j.
func (m Matrix) Column(j int) []Number {
	out := make([]Number, m.Rows)
	for i := range out {
		out[i] = m.At(i, j)
	}
	return out
}

// T returns the transpose.
func (m Matrix) T() Matrix {
	out := New(m.Cols, m.Rows)
	for i := range m.Rows {
		for j := range m.Cols {
			out.X[j*m.Rows+i] = m.At(i, j)
		}
	}
	return out
}

// Clone returns a copy.
func (m Matrix) Clone() Matrix {
	return Matrix{m.Rows, m.Cols, append([]Number(nil), m.X...)}
}

// Mul returns m·n.
func (m Matrix) Mul(n Matrix) Matrix {
	out := New(m.Rows, n.Cols)
	t := n.T()
	for i := range m.Rows {
		for j := range n.Cols {
			out.X[i*n.Cols+j] = Dot(m.Row(i), t.Row(j))
		}
	}
	return out
}

// MulVector returns m·v.
func (m Matrix) MulVector(v []Number) []Number {
	out := make([]Number, m.Rows)
	for i := range out {
		out[i] = Dot(m.Row(i), v)
	}
	return out
}

// Means returns the mean of each column.
func (m Matrix) Means() []Number {
	means := make([]Number, m.Cols)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			means[j] = means[j].Add(v)
		}
	}
	for j := range means {
		means[j] = means[j].Div(Int(m.Rows))
	}
	return means
}

// Less returns each row less v.
func (m Matrix) Less(v []Number) Matrix {
	out := m.Clone()
	for i := range m.Rows {
		for j, w := range v {
			out.X[i*m.Cols+j] = out.X[i*m.Cols+j].Sub(w)
		}
	}
	return out
}

// Centre subtracts the mean of the rows of m from them, and from those of others too. It does
// so twice: of a large mean the first time leaves its rounding.
func (m Matrix) Centre(others ...Matrix) (Matrix, []Matrix) {
	others = append([]Matrix(nil), others...)
	for range 2 {
		mean := m.Means()
		m = m.Less(mean)
		for i, o := range others {
			others[i] = o.Less(mean)
		}
	}
	return m, others
}
