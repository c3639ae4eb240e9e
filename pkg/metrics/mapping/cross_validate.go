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
	splits := make([]metrics.Split, len(in.Splits))
	for i, s := range in.Splits {
		splits[i] = metrics.Split{Train: slices.Sorted(slices.Values(s.Train)), Test: slices.Sorted(slices.Values(s.Test))}
	}
	in.Splits, in.Responses = splits, dense.NearOne(in.Responses)
	if in.Workers < 1 {
		in.Workers = 1
	}
	all := in.Neuroids
	kept := keptNeuroids(in)
	if len(kept) < all {
		in.Responses = dense.SelectColumns(in.Responses, all, kept)
		in.Neuroids = len(kept)
	}
	var score metrics.Score
	predictions := make([]prediction, len(splits))
	if len(kept) > 0 {
		var err error
		predictions, score.Warnings, err = predict(ctx, in)
		if err != nil {
			return metrics.Score{}, err
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
		return metrics.Score{}, err
	}
	score.Warnings = append(score.Warnings, splitsWithoutScore(medians)...)
	score.Raw = metrics.MeanSEM(medians)
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
