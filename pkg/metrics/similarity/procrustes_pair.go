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

// procrustesLayer is the root R of a layer's Gram matrix, with the stimuli in their order.
// As Y has the inner products of its own root S, ‖X_cᵀY_c‖_* = ‖R·Sᵀ‖_*.
type procrustesLayer struct {
	*root
	n int
}

// Represent factorises the Gram matrix of a layer.
func (procrustes) Represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	x, err := activationRoot(ctx, g, dense.AllRows(g.N), workers)
	if err != nil {
		return nil, err
	}
	ordered := make([]float64, len(x.r))
	for i := range x.rank {
		for j, row := range x.order {
			ordered[i*g.N+row] = x.r[i*g.N+j]
		}
	}
	x.r, x.order = ordered, nil
	return procrustesLayer{x, g.N}, nil
}

// Compare returns the cosine of the angle between two layers.
func (x procrustesLayer) Compare(ctx context.Context, other metrics.Represented, workers int) (metrics.Score, error) {
	y, err := partner(x, x.n, other, func(y procrustesLayer) int { return y.n })
	if err != nil {
		return metrics.Score{}, err
	}
	value := math.NaN()
	if !x.flat && !y.flat {
		if value, err = x.cosine(ctx, y, workers); err != nil {
			return metrics.Score{}, fmt.Errorf("%s: %w", procrustesInfo.Name, err)
		}
	}
	score := metrics.Score{Raw: metrics.Exact(value)}
	addAngles(&score)
	return score, nil
}

// cosine returns the cosine of two roots, which it multiplies in an order of their own, since
// a transposed product has singular values that are rounded in another way.
func (x procrustesLayer) cosine(ctx context.Context, y procrustesLayer, workers int) (float64, error) {
	switch order := slices.Compare(x.r, y.r); {
	case order == 0:
		return 1, nil
	case order > 0:
		x, y = y, x
	}
	product := make([]float64, x.rank*y.rank)
	dense.AddProduct(workers, dense.Of(product, x.rank, y.rank), 1, dense.Of(x.r, x.rank, x.n), dense.Of(y.r, y.rank, y.n).T())
	nuclear, err := nuclearNorm(ctx, product, x.rank, y.rank)
	return min(1, nuclear/math.Sqrt(x.trace*y.trace)), err
}

// Warnings say why the layer has no score, or an inexact one.
func (x procrustesLayer) Warnings() []string {
	switch {
	case x.flat:
		return []string{procrustesFlatX}
	case x.bound > 1e-6:
		return []string{procrustesRounding}
	}
	return nil
}

// PairMemory counts the root of each layer, and what the product of two is decomposed in.
func (procrustes) PairMemory(s metrics.Shape) metrics.Memory {
	const factors, decompositions = 3, 4
	n, _, _ := s.Sizes()
	rank := n
	if s.Features > 0 {
		rank = min(n, int64(s.Features))
	}
	return metrics.Memory{Kept: metrics.FloatBytes * n * rank, Working: metrics.FloatBytes * max(factors*n*n, decompositions*rank*rank)}
}
