package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// fittedSink computes X·(Xᵀ·D) in a pass over the activations X, of which inner products
// have lost digits: the weights Xᵀ·D of some features at a time, and what they fit.
type fittedSink struct {
	rows     []int // of the pass; nil stands for all
	n        int
	workers  int
	splits   []metrics.Split
	cols     int       // of D: the neuroids of each split
	d        []float64 // n × cols, 0 in rows that a split does not train on
	fitted   []float64 // n × cols
	weights  []float64 // norm of each column's weights
	longest  []float64 // of each split, the largest squared norm of a feature over the train rows
	slab     []float64 // n × stream.SlabCols, centred
	mean     []float64
	products []float64 // stream.SlabCols × cols
}

// newFittedSink returns a sink in memory of the pool, which release gives back.
func newFittedSink(g *stream.Gram, workers int, splits []metrics.Split, cols int, d, fitted []float64) (sink *fittedSink, release func()) {
	pool := stream.Attached[pages.Pool](g)
	s := &fittedSink{
		rows: g.PassRows(), n: g.N, workers: max(1, workers), splits: splits, cols: cols, d: d, fitted: fitted,
		weights: make([]float64, cols), longest: make([]float64, len(splits)),
		slab: pages.Take[float64](pool, g.N*stream.SlabCols), mean: make([]float64, stream.SlabCols), products: make([]float64, stream.SlabCols*cols),
	}
	clear(fitted)
	return s, func() { pages.Give(pool, s.slab) }
}

// Block adds what the block's columns fit, slab by slab.
func (s *fittedSink) Block(ctx context.Context, b stream.Block) error {
	for at := 0; at < b.Cols; at += stream.SlabCols {
		here := b.From(at)
		width := min(stream.SlabCols, here.Cols)
		longest := make([][]float64, len(s.splits))
		for k := range longest {
			longest[k] = make([]float64, width)
		}
		parts := crew.Chunks(width, s.workers, 16)
		err := crew.Each(ctx, s.workers, len(parts), func(i int) error {
			from, to := parts[i][0], parts[i][1]
			here.Means(s.rows, s.n, from, to, s.mean[from:to])
			here.Centered(s.rows, s.n, from, to, s.mean[from:to], s.slab)
			for k, split := range s.splits {
				squares := longest[k][from:to]
				for _, row := range split.Train {
					for j, v := range s.slab[row*stream.SlabCols+from : row*stream.SlabCols+to] {
						squares[j] += float64(v * v)
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for k := range longest {
			s.longest[k] = max(s.longest[k], slices.Max(longest[k]))
		}
		x := dense.Strided(s.slab, s.n, width, stream.SlabCols)
		weights := s.products[:width*s.cols]
		clear(weights)
		dense.AddProduct(s.workers, dense.Of(weights, width, s.cols), 1, x.T(), dense.Of(s.d, s.n, s.cols))
		for j, norm := range dense.ColumnNorms(weights, s.cols) {
			s.weights[j] = math.Hypot(s.weights[j], norm)
		}
		dense.AddProduct(s.workers, dense.Of(s.fitted, s.n, s.cols), 1, x, dense.Of(weights, width, s.cols))
	}
	return nil
}

// Done does nothing.
func (s *fittedSink) Done(context.Context) error { return nil }

// readFitted gives a layer's columns to the sink, from memory where they are held.
func readFitted(ctx context.Context, g *stream.Gram, sink *fittedSink) error {
	if g.X == nil {
		return g.Again(ctx, sink)
	}
	sink.rows = nil
	return stream.RunPass(ctx, stream.InMemory(g.X, g.N, g.Features), []stream.Sink{sink}, stream.PassOptions{})
}
