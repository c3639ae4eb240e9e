package stream

import "github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"

// NewDissimilaritySink makes a sink for a layer that is given as the dissimilarities of its
// rows, so that the columns of the pass are its rows. Its Gram holds those between the given
// rows, in that order; nil takes all n rows.
func NewDissimilaritySink(rows []int, n int) *GramSink {
	if rows != nil {
		n = len(rows)
	}
	return &GramSink{gram: GivenGram(pages.Of[float64](n*n), n), rows: rows}
}

// GivenGram returns what stands for a layer that is given as dissimilarities, n × n.
func GivenGram(dissimilarities []float64, n int) *Gram {
	return &Gram{N: n, Features: n, Dissimilarities: dissimilarities}
}

// addDissimilarities copies the block's columns of the sink's rows.
func (s *GramSink) addDissimilarities(b Block) {
	n := s.gram.N
	row := make([]float64, b.Cols)
	for i := range n {
		at := i
		if s.rows != nil {
			at = s.rows[i]
		}
		b.Row(at, 0, row)
		out := s.gram.Dissimilarities[i*n : (i+1)*n]
		for j := range n {
			column := j
			if s.rows != nil {
				column = s.rows[j]
			}
			if column -= b.Lo; column >= 0 && column < b.Cols {
				out[j] = row[column]
			}
		}
	}
}
