package metrics

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// The kinds of metrics on recordings.
const (
	// KindMapping predicts recordings from activations across splits.
	KindMapping Kind = "mapping"
	// KindSimilarity compares the geometry of activations and recordings.
	KindSimilarity Kind = "similarity"
)

// NeuralInput is what a metric on recordings compares: a layer's activations
// and the responses of neuroids to the same stimuli, in the same order.
type NeuralInput struct {
	// Gram is nil for a Streaming metric, which is given the columns, unless
	// its Needs say Gram as well.
	Gram    *stream.Gram
	Stimuli int
	// Responses are stimuli × neuroids, row-major, averaged over
	// repetitions, without NaN.
	Responses []float64
	Neuroids  int
	// Block, if it is set, returns the responses of the neuroids from … to-1 in place of
	// Responses, which is then nil: for metrics whose Info has Apart.
	Block func(ctx context.Context, from, to int) ([]float64, error)
	// Dissimilarities are those of recordings that are given as them, stimuli × stimuli,
	// row-major, instead of Responses; nil for others.
	Dissimilarities []float64
	// ResponsePrecision is the relative precision of the responses, as
	// RoundedColumns has it; 0 takes that of float64.
	ResponsePrecision float64
	// Measured are, for a Spanning mapping, the responses in each of several time bins, each
	// stimuli × neuroids: predictions are compared with those of each bin. The rows are then
	// either those stimuli, Responses their means over the bins, or, bin by bin, the stimuli
	// in each. nil for all others.
	Measured [][]float64
	// Splits divide the stimuli; train and test are sorted before use.
	Splits  []Split
	Workers int
	// Samples are those of the stimuli that a metric with intervals of its own is resampled
	// on; nil for none.
	Samples *StimulusSamples
	// Shared is true if further neuroids are compared with the same Gram matrix, so that
	// what depends on the activations alone is worth keeping.
	Shared bool
	// Allowed is the memory that the score may take in bytes, by which a metric chooses
	// between two ways to compute it; 0 for any.
	Allowed int64
}

// BlockNeuroids is the number of neuroids that are fitted together by a metric whose Info
// has Apart. It does not depend on memory or workers, and neither do the figures.
const BlockNeuroids = 1024

// Neural is a metric of KindMapping or KindSimilarity.
type Neural interface {
	Metric
	// ScoreNeural returns the raw score; Ceiling and Ceiled are left empty.
	ScoreNeural(ctx context.Context, in NeuralInput) (Score, error)
	// Memory estimates what the metric holds, an upper bound.
	Memory(s Shape) Memory
}

// Spanning is a mapping that can be fitted to several time bins at once.
type Spanning interface {
	Neural
	// OnMeans returns the mapping that, fitted to the mean responses over a number of bins,
	// predicts as this one does if fitted to all bins, the features being the same in each;
	// false if there is none.
	OnMeans(bins int) (Neural, bool)
}

// Streaming is a neural metric that takes the columns of the activations in the
// pass itself. One whose Needs say Gram as well takes them in a second pass,
// once the first has completed the Gram matrix.
type Streaming interface {
	Neural
	// NewStream makes a sink for one comparison. rows are the pass's rows of
	// the stimuli, in the order of the responses; nil takes all. in.Gram is
	// set where the metric's Needs say Gram.
	NewStream(in NeuralInput, rows []int) (Stream, error)
}

// Stream is the sink of a Streaming metric.
type Stream interface {
	stream.Sink
	// Score is the raw score, once the pass is done.
	Score(ctx context.Context) (Score, error)
}

// ScoreColumns scores a metric on activations, whose rows are the stimuli in the
// order of the responses: it runs the pass that the metric needs, or the two.
// in.Gram and in.Stimuli are not used. Recordings or splits that do not fit the
// activations are an *InputError.
func ScoreColumns(ctx context.Context, metric Neural, activations stream.Columns, in NeuralInput) (Score, error) {
	in.Gram, in.Stimuli = nil, activations.Rows()
	if err := in.check(metric.Info().Kind == KindMapping); err != nil {
		return Score{}, err
	}
	needs := metric.Info().Needs
	if needs.Held() {
		sink := stream.NewBandedGramSink(nil, activations.Rows(), stream.BandsOf(activations), activations.Cols(), needs, in.Workers)
		if err := stream.RunPass(ctx, activations, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
			return Score{}, err
		}
		in.Gram = sink.Gram()
		in.Gram.Again = func(ctx context.Context, sink stream.Sink) error {
			return stream.RunPass(ctx, activations, []stream.Sink{sink}, stream.PassOptions{})
		}
	}
	streaming, ok := metric.(Streaming)
	if !ok {
		return metric.ScoreNeural(ctx, in)
	}
	sink, err := streaming.NewStream(in, nil)
	if err != nil {
		return Score{}, err
	}
	if err := stream.RunPass(ctx, activations, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		return Score{}, err
	}
	return sink.Score(ctx)
}

// BetweenRecordings scores a metric between two recordings of the same stimuli, the first in
// place of a model's activations. Both are stimuli × neuroids, row-major.
func BetweenRecordings(ctx context.Context, metric Metric, a, b []float64, stimuli, workers int) (Score, error) {
	neural, ok := metric.(Neural)
	if !ok || stimuli == 0 {
		return Score{}, &InputError{"they have no stimuli, or the metric is not one on recordings"}
	}
	return ScoreColumns(ctx, neural, stream.InMemory(a, stimuli, len(a)/stimuli), NeuralInput{Responses: b, Neuroids: len(b) / stimuli, Workers: workers})
}

// ErrColumns reports a Streaming metric that was given no columns.
var ErrColumns = errors.New("the metric takes the columns of the activations, but these are held as inner products alone: give them in a pass")

// ConstantNeuroids lists the neuroids whose response is the same to all stimuli.
func ConstantNeuroids(responses []float64, neuroids int) []int {
	if neuroids == 0 {
		return nil
	}
	var constant []int
	for j, varies := range series.ColumnVaries(responses, neuroids, dense.AllRows(len(responses)/neuroids)) {
		if !varies {
			constant = append(constant, j)
		}
	}
	return constant
}

// InputError reports recordings or splits that do not fit the activations.
type InputError struct{ Problem string }

func (e *InputError) Error() string { return "recordings: " + e.Problem }

// DataError reports that the cause is invalid data.
func (e *InputError) DataError() bool { return true }

// check returns an *InputError if the responses are not stimuli × neuroids finite
// numbers, or a split is not of the stimuli. A mapping needs train and test stimuli in
// each split.
func (in NeuralInput) check(mapping bool) error {
	problem := func(format string, args ...any) error { return &InputError{fmt.Sprintf(format, args...)} }
	if in.Neuroids < 1 || len(in.Responses) != in.Stimuli*in.Neuroids {
		return problem("%d responses for %d stimuli × %d neuroids", len(in.Responses), in.Stimuli, in.Neuroids)
	}
	for i, v := range in.Responses {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return problem("the response of neuroid %d to stimulus %d is %v: leave out one of the two", i%in.Neuroids, i/in.Neuroids, v)
		}
	}
	if mapping && len(in.Splits) == 0 {
		return problem("there are no splits to cross-validate on")
	}
	for k, s := range in.Splits {
		for _, rows := range [][]int{s.Train, s.Test} {
			for _, i := range rows {
				if i < 0 || i >= in.Stimuli {
					return problem("row %d of split %d is not one of %d stimuli", i, k+1, in.Stimuli)
				}
			}
		}
		if len(s.Test) == 0 || mapping && len(s.Train) == 0 {
			return problem("split %d has %d train and %d test stimuli", k+1, len(s.Train), len(s.Test))
		}
	}
	return nil
}
