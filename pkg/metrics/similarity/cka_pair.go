package similarity

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// ckaLayer is a layer's centred Gram matrix.
type ckaLayer struct{ *centredGram }

// Represent centres the Gram matrix of a layer.
func (m cka) Represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	if err := m.checkStimuli(g.N); err != nil {
		return nil, err
	}
	k, err := newCentredGram(g, dense.AllRows(g.N), workers, m.biased)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ckaInfo.Name, err)
	}
	products(k, k, workers)
	closer, err := k.closer(ctx, activationSide(g), workers)
	if err != nil {
		return nil, err
	}
	if closer != k {
		products(closer, closer, workers)
	}
	return ckaLayer{closer}, nil
}

// Compare returns the alignment of two layers.
func (k ckaLayer) Compare(_ context.Context, other metrics.Represented, workers int) (metrics.Score, error) {
	l, err := partner(k, len(k.rows), other, func(l ckaLayer) int { return len(l.rows) })
	if err != nil {
		return metrics.Score{}, err
	}
	if k.alike() || l.alike() {
		return metrics.Score{Raw: metrics.Exact(math.NaN())}, nil
	}
	return metrics.Score{Raw: metrics.Exact(alignment(products(k.centredGram, l.centredGram, workers), k.centredGram, l.centredGram))}, nil
}

// Warnings say why the layer has no alignment, or an inexact one.
func (k ckaLayer) Warnings() []string {
	switch {
	case k.alike():
		return []string{ckaAlike}
	case k.uncertainty() > exactTo:
		return []string{ckaRounding(k.uncertainty())}
	}
	return nil
}

// PairMemory counts the Gram matrix, which stays.
func (cka) PairMemory(s metrics.Shape) metrics.Memory {
	n, _, _ := s.Sizes()
	const pair = 2 * 3 * metrics.FloatBytes // as Memory has it
	return metrics.Memory{Kept: metrics.FloatBytes * n * n}.Plus(layerMemory(s, pair))
}
