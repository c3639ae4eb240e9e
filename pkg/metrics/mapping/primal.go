package mapping

import (
	"context"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalIsSmaller reports whether a mapping on the given number of train stimuli is
// better solved in its primal form, with a matrix of features × features: if features
// are clearly fewer than these stimuli.
func primalIsSmaller(features, train int) bool { return 4*features <= 3*train }

// usesPrimal reports whether a split is solved in its primal form.
func usesPrimal(g *stream.Gram, train int) bool {
	return g.X != nil && primalIsSmaller(g.Features, train)
}

// allPrimal reports whether all splits are.
func allPrimal(in metrics.NeuralInput) bool {
	for _, s := range in.Splits {
		if !usesPrimal(in.Gram, len(s.Train)) {
			return false
		}
	}
	return true
}

// featureProducts holds the upper triangle of XᵀX over all stimuli, which regions,
// metrics and splits share.
type featureProducts struct {
	once sync.Once
	xx   []float64
}

func productsOf(g *stream.Gram, workers int) []float64 {
	p := stream.Attached[featureProducts](g)
	p.once.Do(func() {
		p.xx = pages.Of[float64](g.Features * g.Features)
		dense.AddColumnProducts(workers, dense.Of(p.xx, g.Features, g.Features), 1, dense.Of(g.X, g.N, g.Features))
	})
	return p.xx
}

// columnProducts returns aᵀ·b for matrices of the same number of rows.
func columnProducts(workers int, a, b []float64, rows, aCols, bCols int) []float64 {
	c := make([]float64, aCols*bCols)
	dense.AddProduct(workers, dense.Of(c, aCols, bCols), 1, dense.Of(a, rows, aCols).T(), dense.Of(b, rows, bCols))
	return c
}

// primalProducts holds what the splits of one mapping share.
type primalProducts struct {
	y       []float64 // responses, centred over all stimuli
	xy      []float64 // XᵀY
	squares []float64 // of each column of y
}

func newPrimalProducts(in metrics.NeuralInput) *primalProducts {
	g, t := in.Gram, in.Neuroids
	productsOf(g, in.Workers) // with all workers, before the splits need them
	p := &primalProducts{y: make([]float64, g.N*t), squares: make([]float64, t)}
	dense.CenterColumnsInto(in.Workers, p.y, in.Responses, t)
	p.xy = columnProducts(in.Workers, g.X, p.y, g.N, g.Features, t)
	dense.AddSquares(p.squares, p.y)
	return p
}

// eachPrimal calls f for each split, concurrently, with the number of workers that
// remains for each. It bounds the matrices that are held at once.
func eachPrimal(ctx context.Context, in metrics.NeuralInput, f func(in metrics.NeuralInput, split int) error) error {
	concurrent := min(max(1, in.Workers), 4)
	inner := in
	inner.Workers = max(1, in.Workers/concurrent)
	return crew.Each(ctx, concurrent, len(in.Splits), func(i int) error { return f(inner, i) })
}
