package metrics

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// responseGram is the Gram matrix of the recordings themselves. done says that it
// is needed no more.
func responseGram(ctx context.Context, in NeuralInput, needs Needs) (l *Gram, done func(), err error) {
	source := inMemory{in.Responses, in.Gram.N, in.Neuroids}
	k := pages.Take[float64](&in.Gram.scratch, source.rows*source.rows)
	crew.EachRow(in.Workers, source.rows, func(i int) { clear(k[i*source.rows : (i+1)*source.rows]) })
	done = func() { pages.Give(&in.Gram.scratch, k) }
	sink := newGramSink(nil, k, source.rows, source.cols, needs, in.Workers)
	responses := WithPrecision(source, max(doublePrecision, in.ResponsePrecision))
	if err := RunPass(ctx, responses, []Sink{sink}, PassOptions{}); err != nil {
		done()
		return nil, nil, err
	}
	return sink.Gram(), done, nil
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
// there are no splits. compare may use the workers it is given; splits run
// side by side.
func overSplits(ctx context.Context, in NeuralInput, compare func(rows []int, workers int) (float64, error)) (Score, error) {
	if len(in.Splits) == 0 {
		value, err := compare(dense.AllRows(in.Gram.N), max(1, in.Workers))
		return Score{Raw: Exact(value)}, err
	}
	values := make([]float64, len(in.Splits))
	inner := max(1, in.Workers/len(values))
	err := crew.Each(ctx, in.Workers, len(values), func(i int) (err error) {
		values[i], err = compare(slices.Sorted(slices.Values(in.Splits[i].Test)), inner)
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

// DataError reports that the cause is invalid data.
func (e *TooFewError) DataError() bool { return true }
