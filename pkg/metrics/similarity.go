package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// responseGram is the Gram matrix of the recordings themselves.
func responseGram(ctx context.Context, in NeuralInput, needs Needs) (*Gram, error) {
	source := inMemory{in.Responses, in.Gram.N, in.Neuroids}
	sink := NewGramSink(nil, source.rows, source.cols, needs, in.Workers)
	if err := RunPass(ctx, source, []Sink{sink}, PassOptions{}); err != nil {
		return nil, err
	}
	return sink.Gram(), nil
}

// inMemory is a row-major matrix as a source of columns.
type inMemory struct {
	x          []float64
	rows, cols int
}

func (m inMemory) Rows() int { return m.rows }
func (m inMemory) Cols() int { return m.cols }
func (m inMemory) ReadBlock(lo, hi int, dst []float64, ld int) error {
	for i := range m.rows {
		copy(dst[i*ld:i*ld+hi-lo], m.x[i*m.cols+lo:i*m.cols+hi])
	}
	return nil
}

// overSplits compares on the test rows of each split, or on all rows where
// there are no splits.
func overSplits(ctx context.Context, in NeuralInput, compare func(rows []int) (float64, error)) (Score, error) {
	if len(in.Splits) == 0 {
		rows := make([]int, in.Gram.N)
		for i := range rows {
			rows[i] = i
		}
		value, err := compare(rows)
		return Score{Raw: Exact(value)}, err
	}
	values := make([]float64, len(in.Splits))
	err := parallel(ctx, in.Workers, len(values), func(i int) (err error) {
		values[i], err = compare(slices.Sorted(slices.Values(in.Splits[i].Test)))
		return err
	})
	if err != nil {
		return Score{}, err
	}
	return Score{Raw: MeanSEM(values)}, nil
}

// TooFewError reports too few stimuli for a metric.
type TooFewError struct {
	Metric      string
	Have, Least int
}

func (e *TooFewError) Error() string {
	return fmt.Sprintf("%s needs %d stimuli at least, but has %d", e.Metric, e.Least, e.Have)
}

// uncentred is the inner product of two stimuli's features as they are.
func (g *Gram) uncentred(i, j int) float64 {
	return g.K[i*g.N+j] + g.Offsets[i] + g.Offsets[j] + g.MeanSquare
}

// rowCentred gives the inner product of two stimuli's features, each less its
// own mean over features. The column means take part less their own mean, so
// that a large common offset costs no digits.
func (g *Gram) rowCentred(i, j int) float64 {
	f := float64(g.Features)
	mean := g.MeanSum / f
	a, b := g.Offsets[i]-mean*g.RowSums[i], g.Offsets[j]-mean*g.RowSums[j]
	return g.K[i*g.N+j] + a + b + (g.MeanSquare - g.MeanSum*mean) - g.RowSums[i]*g.RowSums[j]/f
}

// defined says whether a norm is more than rounding of its parts.
func defined(squared, of float64) bool { return squared > 16*epsilon*math.Abs(of) }
