package similarity

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// responseGram is the Gram matrix of the recordings themselves. done says that it
// is needed no more.
func responseGram(ctx context.Context, in metrics.NeuralInput, needs stream.Needs) (l *stream.Gram, done func(), err error) {
	n := in.Gram.N
	k := pages.Take[float64](stream.Attached[pages.Pool](in.Gram), n*n)
	crew.EachRow(in.Workers, n, func(i int) { clear(k[i*n : (i+1)*n]) })
	done = func() { pages.Give(stream.Attached[pages.Pool](in.Gram), k) }
	sink := stream.NewGramSinkWith(nil, k, n, in.Neuroids, needs, in.Workers)
	responses := stream.WithPrecision(stream.InMemory(dense.NearOne(in.Responses), n, in.Neuroids), max(stream.DoublePrecision, in.ResponsePrecision))
	if err := stream.RunPass(ctx, responses, []stream.Sink{sink}, stream.PassOptions{}); err != nil {
		done()
		return nil, nil, err
	}
	return sink.Gram(), done, nil
}

// overSplits compares on the test rows of each split, or on all rows where
// there are no splits. compare may use the workers it is given; splits run
// side by side.
func overSplits(ctx context.Context, in metrics.NeuralInput, compare func(rows []int, workers int) (float64, error)) (metrics.Score, error) {
	return overSplitsResampled(ctx, in, func(rows []int, workers int) (float64, []float64, error) {
		value, err := compare(rows, workers)
		return value, nil, err
	})
}

// overSplitsResampled does the same for a comparison that also returns the values on samples
// of the stimuli; nil for none.
func overSplitsResampled(ctx context.Context, in metrics.NeuralInput, compare func(rows []int, workers int) (float64, []float64, error)) (metrics.Score, error) {
	if len(in.Splits) == 0 {
		value, samples, err := compare(dense.AllRows(in.Gram.N), max(1, in.Workers))
		return metrics.Score{Raw: metrics.Exact(value), Resampled: meanSamples([][]float64{samples}, in.Samples)}, err
	}
	values, samples := make([]float64, len(in.Splits)), make([][]float64, len(in.Splits))
	inner := max(1, in.Workers/len(values))
	err := crew.Each(ctx, in.Workers, len(values), func(i int) (err error) {
		values[i], samples[i], err = compare(slices.Sorted(slices.Values(in.Splits[i].Test)), inner)
		return err
	})
	if err != nil {
		return metrics.Score{}, err
	}
	return metrics.Score{Raw: metrics.MeanSEM(values), Resampled: meanSamples(samples, in.Samples)}, nil
}

// meanSamples returns the mean over splits of the values on samples, NaN left out; nil if
// no split has them.
func meanSamples(splits [][]float64, samples *metrics.StimulusSamples) *metrics.Resampled {
	splits = slices.DeleteFunc(splits, func(values []float64) bool { return values == nil })
	if len(splits) == 0 {
		return nil
	}
	return metrics.NewResampled(series.ColumnMeans(splits, len(splits[0])), samples)
}

// addNotes adds those of some notes that splits gave to a score's warnings, with the number
// of these splits; of no splits is a comparison of all stimuli.
func addNotes(score *metrics.Score, given <-chan string, splits int, notes ...string) {
	counts := map[string]int{}
	for note := range given {
		counts[note]++
	}
	for _, note := range notes {
		if n := counts[note]; n > 0 && splits > 0 {
			score.Warnings = append(score.Warnings, fmt.Sprintf("%s (%d of %d splits)", note, n, splits))
		} else if n > 0 {
			score.Warnings = append(score.Warnings, note)
		}
	}
}

// addAngles adds the angles that a raw score, or those of its splits, are the cosines of.
func addAngles(score *metrics.Score) {
	cosines := score.Raw.Splits
	if cosines == nil {
		cosines = []float64{score.Raw.Value}
	}
	for _, v := range cosines {
		score.Angles = append(score.Angles, portable.Acos(v))
	}
}
