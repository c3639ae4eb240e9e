package similarity

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// shapeLayer is the directions of a layer; nil if its activations are the same for all
// stimuli.
type shapeLayer struct {
	shape
	n          int
	directions *directions
}

// represent finds the directions of a layer.
func (s shape) represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	if err := s.checkStimuli(g.N); err != nil {
		return nil, err
	}
	d, err := activationDirections(ctx, g, dense.AllRows(g.N), workers, s.doubt)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return shapeLayer{s, g.N, d}, nil
}

// Compare returns the score of two layers, which are compared in an order of their own, since
// a transposed matrix has singular values that are rounded in another way.
func (x shapeLayer) Compare(ctx context.Context, other metrics.Represented, workers int) (metrics.Score, error) {
	y, err := partner(x, x.n, other, func(y shapeLayer) int { return y.n })
	if err != nil {
		return metrics.Score{}, err
	}
	score := metrics.Score{Raw: metrics.Exact(math.NaN())}
	if x.directions != nil && y.directions != nil {
		order := slices.Compare(x.directions.vectors, y.directions.vectors)
		if order == 0 {
			order = slices.Compare(x.directions.values, y.directions.values)
		}
		if order > 0 {
			x, y = y, x
		}
		value, notes, err := x.compare(ctx, x.directions, y.directions, workers)
		if err != nil {
			return metrics.Score{}, fmt.Errorf("%s: %w", x.name, err)
		}
		if order == 0 && x.directions.exponent == y.directions.exponent {
			value = 1
		}
		score = metrics.Score{Raw: metrics.Exact(value), Warnings: notes}
	}
	if x.angles {
		addAngles(&score)
	}
	return score, nil
}

// Warnings say why the layer has no score, or an inexact one.
func (x shapeLayer) Warnings() []string {
	switch {
	case x.directions == nil:
		return []string{x.flatX()}
	case x.directions.doubtful || x.doubt(x.directions) > 1e-6:
		return []string{x.rounding()}
	}
	return nil
}

// shapePairMemory counts the directions of each layer, what they are decomposed in, and the
// products of two.
func shapePairMemory(s metrics.Shape) metrics.Memory {
	const decompositions = 4
	n, _, _ := s.Sizes()
	const pair = 6 * metrics.FloatBytes // as shapeMemory has it
	rank := n
	if s.Features > 0 {
		rank = min(n, int64(s.Features))
	}
	memory := metrics.Memory{Kept: metrics.FloatBytes * n * (rank + 1), Working: metrics.FloatBytes * decompositions * n * n}
	return memory.Plus(layerMemory(s, pair))
}
