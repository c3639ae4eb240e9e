package metrics

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
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
	// ResponsePrecision is the relative precision of the responses, as
	// RoundedColumns has it; 0 takes that of float64.
	ResponsePrecision float64
	// Splits divide the stimuli; train and test are sorted before use.
	Splits  []Split
	Workers int
}

// Neural is a metric of KindMapping or KindSimilarity.
type Neural interface {
	Metric
	// ScoreNeural returns the raw score; Ceiling and Ceiled are left empty.
	ScoreNeural(ctx context.Context, in NeuralInput) (Score, error)
	// Memory estimates what the metric holds, an upper bound.
	Memory(s Shape) Memory
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
		sink := stream.NewGramSink(nil, activations.Rows(), activations.Cols(), needs, in.Workers)
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

// ErrColumns reports a Streaming metric that was given no columns.
var ErrColumns = errors.New("the metric takes the columns of the activations, but these are held as inner products alone: give them in a pass")

// scoreHeld scores a Streaming metric on activations that the Gram matrix holds.
func scoreHeld(ctx context.Context, metric Streaming, in NeuralInput) (Score, error) {
	if in.Gram == nil || in.Gram.X == nil {
		return Score{}, ErrColumns
	}
	return ScoreColumns(ctx, metric, stream.InMemory(in.Gram.X, in.Gram.N, in.Gram.Features), in)
}

// prediction holds the responses that a mapping predicts for the test rows of one
// split.
type prediction struct {
	// values are test × neuroids, row-major, up to a constant for each neuroid: they
	// are best given less the train mean, which would hide the digits of small ones.
	values []float64
	// rounding bounds, for each neuroid, how far rounding may have moved a
	// value: predictions that differ by no more than twice that are constant.
	// nil stands for some units in the last place of the values.
	rounding []float64
	// exact predictions are values as they were read: any two different ones vary.
	exact bool
}

// correlations returns Pearson's r between the predictions and the measured
// responses to the test rows for each neuroid; NaN where either is constant.
func (p prediction) correlations(responses []float64, test []int, neuroids int) []float64 {
	r := make([]float64, neuroids)
	x, y := make([]float64, len(test)), make([]float64, len(test))
	for j := range neuroids {
		for i, row := range test {
			x[i], y[i] = p.values[i*neuroids+j], responses[row*neuroids+j]
		}
		rounding := series.OwnRounding(x)
		if p.rounding != nil {
			rounding = max(rounding, p.rounding[j])
		}
		if p.exact {
			rounding = 0
		}
		if r[j] = math.NaN(); series.VariesBeyond(x, rounding) {
			r[j] = series.Pearson(x, y)
		}
	}
	return r
}

// predictionsOf holds predictions of several splits of whose rounding nothing is
// known.
func predictionsOf(values [][]float64) []prediction {
	predictions := make([]prediction, len(values))
	for i, v := range values {
		predictions[i].values = v
	}
	return predictions
}

// predictor fits a mapping on each split's train rows and returns its predictions
// for the test rows, one for each split.
type predictor func(ctx context.Context, in NeuralInput) (predictions []prediction, warnings []string, err error)

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

// crossValidate scores a mapping: Pearson's r between predicted and measured
// test responses for each neuroid and split, the median over neuroids as the
// split's score, mean and standard error over splits. Constant neuroids take
// no part and are NaN; so is, in a split, a neuroid that is constant on its train
// rows, whose predictions are its mean, or on its test rows.
func crossValidate(ctx context.Context, in NeuralInput, predict predictor) (Score, error) {
	splits := make([]Split, len(in.Splits))
	for i, s := range in.Splits {
		splits[i] = Split{Train: slices.Sorted(slices.Values(s.Train)), Test: slices.Sorted(slices.Values(s.Test))}
	}
	in.Splits = splits
	if in.Workers < 1 {
		in.Workers = 1
	}
	all := in.Neuroids
	kept := keptNeuroids(in)
	if len(kept) < all {
		in.Responses = dense.SelectColumns(in.Responses, all, kept)
		in.Neuroids = len(kept)
	}
	var score Score
	predictions := make([]prediction, len(splits))
	if len(kept) > 0 {
		var err error
		predictions, score.Warnings, err = predict(ctx, in)
		if err != nil {
			return Score{}, err
		}
	}
	medians := make([]float64, len(splits))
	score.SplitNeuroids = make([][]float64, len(splits))
	err := crew.Each(ctx, in.Workers, len(splits), func(i int) error {
		row := slices.Repeat([]float64{math.NaN()}, all)
		if len(kept) > 0 {
			// Whatever the mapping, it predicts its train mean for a neuroid that is
			// constant on the train rows.
			varies := series.ColumnVaries(in.Responses, in.Neuroids, splits[i].Train)
			for j, r := range predictions[i].correlations(in.Responses, splits[i].Test, in.Neuroids) {
				if varies[j] {
					row[kept[j]] = r
				}
			}
		}
		score.SplitNeuroids[i] = row
		medians[i] = series.Median(row)
		return nil
	})
	if err != nil {
		return Score{}, err
	}
	score.Warnings = append(score.Warnings, splitsWithoutScore(medians)...)
	score.Raw = MeanSEM(medians)
	score.Neuroids = series.ColumnMeans(score.SplitNeuroids, all)
	return score, nil
}

// splitsWithoutScore returns a warning if a mapping has no score in some splits.
func splitsWithoutScore(medians []float64) []string {
	without := 0
	for _, m := range medians {
		if math.IsNaN(m) {
			without++
		}
	}
	if without == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d splits have no score: no neuroid has a correlation there, as its responses or their predictions are constant", without, len(medians))}
}

func keptNeuroids(in NeuralInput) []int {
	constant := ConstantNeuroids(in.Responses, in.Neuroids)
	var kept []int
	for j := range in.Neuroids {
		if !slices.Contains(constant, j) {
			kept = append(kept, j)
		}
	}
	return kept
}
