package stream

import (
	"context"
	"math"
)

// ColumnMoments are the mean and the population deviation of each column of a pass over the
// rows of a Gram. The deviation is 0 of columns that do not vary.
type ColumnMoments struct {
	Mean, Deviation []float64
	rows            []int // nil stands for the first n
	n               int
}

// NewColumnMoments returns a sink for the moments of the given number of columns over the rows of g.
func NewColumnMoments(g *Gram, columns int) *ColumnMoments {
	return &ColumnMoments{make([]float64, columns), make([]float64, columns), g.rows, g.N}
}

// Row returns a row of the pass.
func (c *ColumnMoments) Row(i int) int {
	if c.rows != nil {
		return c.rows[i]
	}
	return i
}

// Rows returns the number of rows.
func (c *ColumnMoments) Rows() int { return c.n }

// Block finds the moments of the block's columns.
func (c *ColumnMoments) Block(_ context.Context, b Block) error {
	mean, squares := c.Mean[b.Lo:b.Lo+b.Cols], make([]float64, b.Cols)
	b.Means(c.rows, c.n, 0, b.Cols, mean)
	first, row, varies := make([]float64, b.Cols), make([]float64, b.Cols), make([]bool, b.Cols)
	for i := range c.n {
		b.Row(c.Row(i), 0, row)
		if i == 0 {
			copy(first, row)
		}
		for j, v := range row {
			d := v - mean[j]
			squares[j] += float64(d * d)
			varies[j] = varies[j] || v != first[j]
		}
	}
	for j, varies := range varies {
		if varies {
			c.Deviation[b.Lo+j] = math.Sqrt(squares[j] / float64(c.n))
		}
	}
	return nil
}

// Done completes the pass.
func (c *ColumnMoments) Done(context.Context) error { return nil }
