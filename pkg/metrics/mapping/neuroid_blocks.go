package mapping

import (
	"context"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// apartMapping is a mapping that fits each neuroid for itself.
type apartMapping struct {
	name string
	// small predicts in twice the precision if the comparison is small enough for that; it
	// reports whether it is.
	small func(ctx context.Context, in metrics.NeuralInput) (predictions []prediction, doubts []string, done bool, err error)
	// fast predicts in float64. It leaves the predictions of a split empty that it cannot
	// make.
	fast func(ctx context.Context, in metrics.NeuralInput) ([]prediction, error)
	// settle replaces predictions of a split that are empty or that rounding has moved. doubt
	// describes what is then uncertain about them; it is empty if nothing is.
	settle func(ctx context.Context, in metrics.NeuralInput, s metrics.Split, of *prediction) (doubt string, err error)
}

// crossValidate cross-validates the mapping. It fits many neuroids block by block, and
// keeps no more of a block than its figures.
func (m apartMapping) crossValidate(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	if in.Block != nil || in.Neuroids > metrics.BlockNeuroids && in.Measured == nil {
		return m.crossValidateBlocks(ctx, in)
	}
	return crossValidate(ctx, in, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
		predictions, doubts, done, err := m.small(ctx, in)
		if !done && err == nil {
			if predictions, err = m.fast(ctx, in); err == nil {
				doubts, err = m.settleEach(ctx, in, predictions)
			}
		}
		return predictions, doubtWarnings(m.name, doubts), err
	})
}

// settleEach settles the predictions of all splits.
func (m apartMapping) settleEach(ctx context.Context, in metrics.NeuralInput, predictions []prediction) (doubts []string, err error) {
	doubts = make([]string, len(in.Splits))
	for i, s := range in.Splits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if doubts[i], err = m.settle(ctx, in, s, &predictions[i]); err != nil {
			return nil, fmt.Errorf("split %d: %w", i, err)
		}
	}
	return doubts, nil
}

// crossValidateBlocks is crossValidate block by block. The splits that are to be settled are
// fitted to all neuroids together.
func (m apartMapping) crossValidateBlocks(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	rows, unsettled := make([][]float64, len(in.Splits)), make([]bool, len(in.Splits))
	for i, s := range in.Splits {
		rows[i] = make([]float64, in.Neuroids)
		var err error
		if unsettled[i], err = constantOn(ctx, in.Gram, s.Train, in.Workers); err != nil {
			return metrics.Score{}, err
		}
	}
	err := eachBlock(ctx, in, func(part metrics.NeuralInput, from int) error {
		score, err := crossValidate(ctx, part, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
			predictions, err := m.fast(ctx, in)
			for i, p := range predictions {
				if p.values == nil || !p.resolved(in.Neuroids) {
					unsettled[i], predictions[i] = true, constantPrediction(in, in.Splits[i])
				}
			}
			return predictions, nil, err
		})
		for i, row := range score.SplitNeuroids {
			copy(rows[i][from:], row)
		}
		return err
	})
	if err != nil {
		return metrics.Score{}, err
	}
	doubts, err := m.settleWhole(ctx, in, unsettled, rows)
	if err != nil {
		return metrics.Score{}, err
	}
	score, medians := metrics.Score{SplitNeuroids: rows}, make([]float64, len(rows))
	for i, row := range rows {
		medians[i] = series.Median(row)
	}
	score.Warnings = append(doubtWarnings(m.name, doubts), splitsWithoutScore(medians)...)
	score.Raw, score.Neuroids = metrics.MeanSEM(medians), series.ColumnMeans(rows, in.Neuroids)
	return score, nil
}

// settleWhole settles splits, and replaces their rows of figures.
func (m apartMapping) settleWhole(ctx context.Context, in metrics.NeuralInput, unsettled []bool, rows [][]float64) (doubts []string, err error) {
	doubts = make([]string, len(in.Splits))
	var indices []int
	whole := in
	whole.Splits, whole.Block = nil, nil
	for i, is := range unsettled {
		if is {
			indices, whole.Splits = append(indices, i), append(whole.Splits, in.Splits[i])
		}
	}
	if len(indices) == 0 {
		return doubts, nil
	}
	if in.Block != nil {
		if err := in.Gram.AllowRare(); err != nil {
			return nil, err
		}
		if whole.Responses, err = in.Block(ctx, 0, in.Neuroids); err != nil {
			return nil, err
		}
	}
	score, err := crossValidate(ctx, whole, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
		predictions := make([]prediction, len(indices))
		found, err := m.settleEach(ctx, in, predictions)
		for k, doubt := range found {
			doubts[indices[k]] = doubt
		}
		return predictions, nil, err
	})
	for k, row := range score.SplitNeuroids {
		rows[indices[k]] = row
	}
	return doubts, err
}

// eachBlock calls f with the comparison of each block of neuroids, the first of which is
// from. What depends on the activations alone is shared by all blocks. A block that is read from
// a file is read while the one before is compared.
func eachBlock(ctx context.Context, in metrics.NeuralInput, f func(part metrics.NeuralInput, from int) error) error {
	type block struct {
		part metrics.NeuralInput
		err  error
	}
	next := make(chan block, 1)
	load := func(from int) {
		part, err := partOf(ctx, in, from, min(from+metrics.BlockNeuroids, in.Neuroids))
		next <- block{part, err}
	}
	load(0)
	for from := 0; from < in.Neuroids; from += metrics.BlockNeuroids {
		of, following := <-next, from+metrics.BlockNeuroids
		if of.err != nil {
			return of.err
		}
		ahead := in.Block != nil && following < in.Neuroids
		if ahead {
			go load(following)
		}
		if err := f(of.part, from); err != nil {
			if ahead {
				<-next // nothing is read any more once this returns
			}
			return err
		}
		if !ahead && following < in.Neuroids {
			load(following)
		}
	}
	return nil
}

// partOf returns the comparison of the neuroids from … to-1.
func partOf(ctx context.Context, in metrics.NeuralInput, from, to int) (part metrics.NeuralInput, err error) {
	part = in
	part.Neuroids, part.Block, part.Shared = to-from, nil, in.Shared || to-from < in.Neuroids
	if in.Block != nil {
		part.Responses, err = in.Block(ctx, from, to)
		return part, err
	}
	part.Responses = make([]float64, 0, in.Stimuli*part.Neuroids)
	for at := 0; at < len(in.Responses); at += in.Neuroids {
		part.Responses = append(part.Responses, in.Responses[at+from:at+to]...)
	}
	return part, nil
}

// blockMemory returns what a mapping holds that fits each neuroid for itself, from what it
// holds if it fits all of them together: of many neuroids a block with its responses, and
// the figures of all splits. Splits are settled with all responses.
func blockMemory(s metrics.Shape, together func(metrics.Shape) metrics.Memory) metrics.Memory {
	if s.Neuroids <= metrics.BlockNeuroids {
		return together(s)
	}
	n, t, _ := s.Sizes()
	block := s
	block.Neuroids, block.Shared = metrics.BlockNeuroids, true
	m := together(block)
	m.Working += metrics.FloatBytes * (n*metrics.BlockNeuroids + int64(s.Splits)*t)
	m.Rare = together(s).Rare + metrics.FloatBytes*n*t + predictionMemory(s)
	return m
}
