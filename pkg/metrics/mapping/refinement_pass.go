package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// fittedSink computes X·(Xᵀ·D) of some splits in a pass over the activations X, of which inner
// products have lost digits: the weights Xᵀ·D of some features at a time, and what they fit. X
// is centred on the train rows of each split: on all rows, one that is far off, and is left out,
// would give all others an offset.
type fittedSink struct {
	rows    []int // of the pass; nil stands for all
	n       int
	workers int
	splits  []*fittedSplit
	cols    int       // of D: the neuroids of all splits, one split after the other
	d       []float64 // n × cols, 0 in rows that a split does not train on
	fitted  []float64 // n × cols

	slab     []float64 // n × stream.SlabCols, centred
	mean     []float64
	products []float64 // stream.SlabCols × neuroids of a split
	// alike has, by a hash of features that are the same but for a power of two and a sign, their
	// squared norms added up, the largest of any split.
	alike map[uint64]float64
}

// fittedSplit is what a fittedSink finds of a split.
type fittedSplit struct {
	train, test []int     // rows
	trains      []int     // train rows in the pass
	weights     []float64 // norm of each neuroid's weights
	square      float64   // squared norm of the train rows
	tests       []float64 // that of each test row
}

// newFittedSink returns a sink in memory of the pool, which release gives back.
func newFittedSink(in metrics.NeuralInput, cols int, d, fitted []float64) (sink *fittedSink, release func()) {
	g, pool := in.Gram, poolOf(in.Gram)
	s := &fittedSink{
		rows: g.PassRows(), n: g.N, workers: max(1, in.Workers), cols: cols, d: d, fitted: fitted,
		slab: pages.Take[float64](pool, g.N*stream.SlabCols), mean: make([]float64, stream.SlabCols), products: make([]float64, stream.SlabCols*in.Neuroids),
		alike: make(map[uint64]float64),
	}
	if g.X != nil {
		s.rows = nil
	}
	for _, split := range in.Splits {
		of := &fittedSplit{train: split.Train, test: split.Test, trains: split.Train, weights: make([]float64, in.Neuroids), tests: make([]float64, len(split.Test))}
		if s.rows != nil {
			of.trains = make([]int, len(split.Train))
			for a, i := range split.Train {
				of.trains[a] = s.rows[i]
			}
		}
		s.splits = append(s.splits, of)
	}
	clear(fitted)
	return s, func() { pages.Give(pool, s.slab) }
}

// Block adds what the block's columns fit, slab by slab.
func (s *fittedSink) Block(ctx context.Context, b stream.Block) error {
	for at := 0; at < b.Cols; at += stream.SlabCols {
		here := b.From(at)
		width := min(stream.SlabCols, here.Cols)
		keys, longest := make([]uint64, width), make([]float64, width)
		for k, of := range s.splits {
			squares := make([]float64, width)
			parts := crew.Chunks(width, s.workers, 16)
			err := crew.Each(ctx, s.workers, len(parts), func(i int) error {
				from, to := parts[i][0], parts[i][1]
				here.Means(of.trains, len(of.trains), from, to, s.mean[from:to])
				here.Centered(s.rows, s.n, from, to, s.mean[from:to], s.slab)
				s.addSquares(of.train, from, to, squares[from:to])
				if k == 0 {
					s.hash(from, to, keys[from:to])
				}
				return nil
			})
			if err != nil {
				return err
			}
			for j, square := range squares {
				of.square += square
				longest[j] = max(longest[j], square)
			}
			for a, i := range of.test {
				row := s.slab[i*stream.SlabCols:][:width]
				of.tests[a] += dense.Dot(row, row)
			}
			s.add(k, of, width)
		}
		for j, key := range keys {
			s.alike[key] += longest[j]
		}
	}
	return nil
}

// addSquares adds the squares of columns of the slab over the given rows.
func (s *fittedSink) addSquares(rows []int, from, to int, squares []float64) {
	for _, i := range rows {
		for j, v := range s.slab[i*stream.SlabCols+from : i*stream.SlabCols+to] {
			squares[j] += float64(v * v)
		}
	}
}

// hash sets hashes of columns of the slab, which are the same for those that are the same but
// for a power of two and a sign. That of a column of zeros is 0.
func (s *fittedSink) hash(from, to int, hashes []uint64) {
	by := make([]float64, to-from) // brings the first number to 0.5 … 1
	for i := range s.n {
		for j, v := range s.slab[i*stream.SlabCols+from : i*stream.SlabCols+to] {
			if by[j] == 0 {
				if v == 0 {
					continue
				}
				_, exponent := math.Frexp(v)
				by[j], hashes[j] = math.Copysign(math.Ldexp(1, -exponent), v), uint64(i)
			}
			hashes[j] = mix(hashes[j], float64(v*by[j]))
		}
	}
}

// add adds what the slab's columns fit in a split.
func (s *fittedSink) add(k int, of *fittedSplit, width int) {
	t := len(of.weights)
	x := dense.Strided(s.slab, s.n, width, stream.SlabCols)
	weights := s.products[:width*t]
	clear(weights)
	dense.AddProduct(s.workers, dense.Of(weights, width, t), 1, x.T(), dense.Strided(s.d[k*t:], s.n, t, s.cols))
	for j, norm := range dense.ColumnNorms(weights, t) {
		of.weights[j] = portable.Hypot(of.weights[j], norm)
	}
	dense.AddProduct(s.workers, dense.Strided(s.fitted[k*t:], s.n, t, s.cols), 1, x, dense.Of(weights, width, t))
}

// Done does nothing.
func (s *fittedSink) Done(context.Context) error { return nil }

// longest returns the norm of the longest feature. Rounding of weights is independent between
// features, but for those that are the same: these count as one.
func (s *fittedSink) longest() float64 {
	most := 0.0
	for _, square := range s.alike {
		most = max(most, square)
	}
	return math.Sqrt(most)
}

// read gives a layer's columns to the sink, from memory where they are held.
func (s *fittedSink) read(ctx context.Context, g *stream.Gram) error {
	if g.X == nil {
		return g.Again(ctx, s)
	}
	return stream.RunPass(ctx, stream.InMemory(g.X, g.N, g.Features), []stream.Sink{s}, stream.PassOptions{})
}
