package mapping

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// scoreHeld scores a Streaming metric on activations that the Gram matrix holds.
func scoreHeld(ctx context.Context, metric metrics.Streaming, in metrics.NeuralInput) (metrics.Score, error) {
	if in.Gram == nil || in.Gram.X == nil {
		return metrics.Score{}, metrics.ErrColumns
	}
	return metrics.ScoreColumns(ctx, metric, stream.InMemory(in.Gram.X, in.Gram.N, in.Gram.Features), in)
}

// predictor fits a mapping on each split's train rows and returns its predictions
// for the test rows, one for each split.
type predictor func(ctx context.Context, in metrics.NeuralInput) (predictions []prediction, warnings []string, err error)

// crossValidate scores a mapping: Pearson's r between predicted and measured
// test responses for each neuroid and split, the median over neuroids as the
// split's score, mean and standard error over splits. Constant neuroids take
// no part and are NaN; so is, in a split, a neuroid that is constant on its train
// rows, whose predictions are its mean, or on its test rows.
func crossValidate(ctx context.Context, in metrics.NeuralInput, predict predictor) (metrics.Score, error) {
	all := in.Neuroids
	in, kept := prepared(in)
	splits := in.Splits
	var score metrics.Score
	predictions := make([]prediction, len(splits))
	if len(kept) > 0 {
		var err error
		predictions, score.Warnings, err = predict(ctx, in)
		if err != nil {
			return metrics.Score{}, err
		}
	}
	if in.Measured != nil {
		for _, measured := range in.Measured {
			bin := crossValidated{in, splits, predictions, kept, all, dense.SelectColumns(dense.NearOne(measured), all, kept), len(score.Parts)}
			part, err := bin.score(ctx)
			if err != nil {
				return metrics.Score{}, err
			}
			for _, w := range part.Warnings {
				if !slices.Contains(score.Warnings, w) {
					score.Warnings = append(score.Warnings, w)
				}
			}
			score.Parts = append(score.Parts, part)
		}
		return score, nil
	}
	of, err := crossValidated{in, splits, predictions, kept, all, in.Responses, 0}.score(ctx)
	of.Warnings = append(score.Warnings, of.Warnings...)
	return of, err
}

// prepared returns the input with sorted splits, responses near 1 and without the neuroids
// that are constant, and the indices of the others.
func prepared(in metrics.NeuralInput) (metrics.NeuralInput, []int) {
	splits := make([]metrics.Split, len(in.Splits))
	for i, s := range in.Splits {
		splits[i] = metrics.Split{Train: slices.Sorted(slices.Values(s.Train)), Test: slices.Sorted(slices.Values(s.Test))}
	}
	in.Splits, in.Responses, in.Workers = splits, dense.NearOne(in.Responses), max(1, in.Workers)
	all := in.Neuroids
	kept := keptNeuroids(in)
	if len(kept) < all {
		in.Responses = dense.SelectColumns(in.Responses, all, kept)
		in.Neuroids = len(kept)
	}
	return in, kept
}

// crossValidated is what a mapping predicts for the test rows of splits, and the responses
// that it is compared with.
type crossValidated struct {
	in          metrics.NeuralInput
	splits      []metrics.Split
	predictions []prediction
	kept        []int // of all neuroids
	all         int
	measured    []float64
	bin         int // of several that the rows run through
}

// score returns the correlations of predicted and measured responses.
func (c crossValidated) score(ctx context.Context) (score metrics.Score, err error) {
	medians := make([]float64, len(c.splits))
	score.SplitNeuroids = make([][]float64, len(c.splits))
	err = crew.Each(ctx, c.in.Workers, len(c.splits), func(i int) error {
		row := slices.Repeat([]float64{math.NaN()}, c.all)
		if len(c.kept) > 0 {
			// Whatever the mapping, it predicts its train mean for a neuroid that is
			// constant on the train rows.
			varies := series.ColumnVaries(c.in.Responses, c.in.Neuroids, c.splits[i].Train)
			predicted, test := c.ofBin(c.predictions[i], c.splits[i].Test)
			for j, r := range predicted.correlations(c.measured, test, c.in.Neuroids) {
				if varies[j] {
					row[c.kept[j]] = r
				}
			}
		}
		score.SplitNeuroids[i] = row
		medians[i] = series.Median(row)
		return nil
	})
	if err != nil {
		return metrics.Score{}, err
	}
	score.Warnings = splitsWithoutScore(medians)
	score.Raw = metrics.MeanSEM(medians)
	score.Neuroids = series.ColumnMeans(score.SplitNeuroids, c.all)
	return score, nil
}

// ofBin returns the predictions for the test rows of the bin, and their rows in it. Where
// the rows run through one bin alone, these are all.
func (c crossValidated) ofBin(p prediction, test []int) (prediction, []int) {
	n := len(c.measured) / max(1, c.in.Neuroids)
	if n == c.in.Stimuli {
		return p, test
	}
	from, _ := slices.BinarySearch(test, c.bin*n)
	to, _ := slices.BinarySearch(test, (c.bin+1)*n)
	rows := make([]int, 0, to-from)
	for _, row := range test[from:to] {
		rows = append(rows, row-c.bin*n)
	}
	p.values = p.values[from*c.in.Neuroids : to*c.in.Neuroids]
	return p, rows
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

func keptNeuroids(in metrics.NeuralInput) []int {
	constant := metrics.ConstantNeuroids(in.Responses, in.Neuroids)
	var kept []int
	for j := range in.Neuroids {
		if !slices.Contains(constant, j) {
			kept = append(kept, j)
		}
	}
	return kept
}
