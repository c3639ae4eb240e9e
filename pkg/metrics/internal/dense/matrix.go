package dense

import "math"

// Matrix is a row-major matrix in an array that it does not own: element (i, j) is
// Data[i*Stride+j].
type Matrix struct {
	Data       []float64
	Rows, Cols int
	Stride     int
	// transposed is true of a view by T, of which element (i, j) is Data[j*Stride+i].
	transposed bool
}

// Of returns an array as a matrix whose rows follow one another.
func Of(data []float64, rows, cols int) Matrix { return Strided(data, rows, cols, max(1, cols)) }

// Strided returns an array as a matrix whose rows begin stride elements apart.
func Strided(data []float64, rows, cols, stride int) Matrix {
	return Matrix{Data: data, Rows: rows, Cols: cols, Stride: stride}
}

// T returns the transpose, as an operand of a product. It copies nothing.
func (m Matrix) T() Matrix {
	m.Rows, m.Cols, m.transposed = m.Cols, m.Rows, !m.transposed
	return m
}

// MaxRowSum is the largest absolute row sum of an n × n matrix.
func MaxRowSum(x []float64, n int) float64 {
	norm := 0.0
	for i := range n {
		sum := 0.0
		for _, v := range x[i*n : (i+1)*n] {
			sum += math.Abs(v)
		}
		norm = max(norm, sum)
	}
	return norm
}

// Transpose writes the transpose of the n × n matrix src to dst, in tiles.
func Transpose(dst, src []float64, n int) {
	const tile = 32
	for i0 := 0; i0 < n; i0 += tile {
		for j0 := 0; j0 < n; j0 += tile {
			for i := i0; i < min(i0+tile, n); i++ {
				for j := j0; j < min(j0+tile, n); j++ {
					dst[j*n+i] = src[i*n+j]
				}
			}
		}
	}
}

// ScaleAddIdentity scales an n × n matrix and adds the unit matrix.
func ScaleAddIdentity(a []float64, n int, by float64) {
	Scale(a, by)
	for i := range n {
		a[i*n+i]++
	}
}

// Transposed copies the transpose of a rows × cols matrix.
func Transposed(x []float64, rows, cols int) []float64 {
	out := make([]float64, len(x))
	for i := range rows {
		for j := range cols {
			out[j*rows+i] = x[i*cols+j]
		}
	}
	return out
}
