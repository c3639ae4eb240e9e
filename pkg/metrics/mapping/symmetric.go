package mapping

import (
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// symmetric is a symmetric matrix of order n, held whole or as its upper triangle. Products
// have the same bits with either.
type symmetric struct {
	n        int
	whole    []float64 // n × n, row-major; nil if there is a triangle
	triangle *dense.Triangle
}

// symmetricOf returns the inner products that a Gram matrix holds.
func symmetricOf(g *stream.Gram) symmetric { return symmetric{g.N, g.K, g.Triangle} }

// addProduct adds the product of the matrix and b to c.
func (m symmetric) addProduct(workers int, c, b dense.Matrix) {
	if m.triangle != nil {
		dense.AddTriangleProduct(workers, c, m.triangle, b)
		return
	}
	dense.AddProduct(workers, c, 1, dense.Of(m.whole, m.n, m.n), b)
}

// addProductOfRows adds the products of the matrix and each row of b to the rows of c.
func (m symmetric) addProductOfRows(workers int, c, b dense.Matrix) {
	if m.triangle != nil {
		dense.AddTriangleProductOfRows(workers, c, m.triangle, b)
		return
	}
	dense.AddProduct(workers, c, 1, b, dense.Of(m.whole, m.n, m.n).T())
}

// blockInto writes the given rows and the same columns to out.
func (m symmetric) blockInto(out []float64, rows []int) {
	for a, i := range rows {
		block := out[a*len(rows) : (a+1)*len(rows)]
		if m.triangle != nil {
			for b, j := range rows {
				block[b] = m.triangle.At(i, j)
			}
			continue
		}
		row := m.whole[i*m.n : (i+1)*m.n]
		for b, j := range rows {
			block[b] = row[j]
		}
	}
}

// eachRow calls f for the given ascending rows, in order, with all n numbers of each.
func (m symmetric) eachRow(rows []int, f func(row []float64)) {
	if m.triangle == nil {
		for _, i := range rows {
			f(m.whole[i*m.n : (i+1)*m.n])
		}
		return
	}
	at := 0
	dense.EachRows(1, m.triangle, func(from, to int, all []float64) {
		for ; at < len(rows) && rows[at] < to; at++ {
			f(all[(rows[at]-from)*m.n : (rows[at]-from+1)*m.n])
		}
	})
}
