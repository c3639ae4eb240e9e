package figures

import "github.com/brainscore-go/brainscore/pkg/ranking"

// maxCompared is the largest number of rows or columns of a matrix of similarities: of more,
// cells could not be told apart.
const maxCompared = 300

// Matrix is a matrix of similarities with the names of its rows and columns.
type Matrix struct {
	Title, Caption string
	Rows, Columns  []string
	Values         [][]float64 // NaN if there is none
}

// slightlyNegative is how far below 0 estimates of a similarity of 0 may be, as those of cka.
const slightlyNegative = -0.1

// NewOfMatrix returns a heat map of similarities on a scale from 0 to 1, or from -1 if some are
// more than slightly negative.
func NewOfMatrix(m Matrix, r Request) (*Figure, error) {
	if n := max(len(m.Rows), len(m.Columns)); n > maxCompared {
		return nil, dataErrorf("a heat map has up to %d layers on a side, not %d: name some, or write the figures into a .csv file", maxCompared, n)
	}
	h := heatmap{rows: m.Rows, columns: m.Columns}
	for _, values := range m.Values {
		row := make([]heat, len(values))
		for j, v := range values {
			row[j] = heat{v, ranking.NoInterval}
			if v < slightlyNegative {
				h.low = -1
			}
		}
		h.cells = append(h.cells, row)
	}
	return h.figure(r, m.Title, m.Caption), nil
}
