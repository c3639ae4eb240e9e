package metrics

import (
	"context"
	"errors"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// Gram is what almost every metric needs of a layer's activations X
// (n stimuli × F features): inner products instead of features.
//
// K is the n × n matrix X_c·X_cᵀ, row-major, with X_c = X less each column's
// mean over the n stimuli. Centring before the product keeps the digits of
// activations with a large offset; centring anew on the train rows of a split
// is then a rank-one change.
type Gram struct {
	N        int
	Features int
	K        []float64
	// RowSums and Offsets recover products of the uncentred rows, where they
	// were asked for: with μ the column means, RowSums[i] = Σ_f X_c[i,f],
	// Offsets[i] = Σ_f X_c[i,f]·μ[f], and
	// X·Xᵀ = K + Offsets·1ᵀ + 1·Offsetsᵀ + MeanSquare, the row sums of X being
	// RowSums + MeanSum.
	RowSums, Offsets    []float64
	MeanSquare, MeanSum float64
	// X is X_c itself, N × Features, row-major, where it was asked for and has
	// no more columns than rows; else nil.
	X []float64

	rdms rdmCache
	hats ridgeHats
}

// ErrOverflow reports activations so large that their products overflow.
var ErrOverflow = errors.New("products of activations overflow: rescale the layer")

// GramSink builds a Gram matrix in a pass.
type GramSink struct {
	gram    *Gram
	rows    []int
	workers int
	sums    bool
	slab    []float64
	mean    []float64
}

// NewGramSink makes a sink for the Gram matrix of the given rows of the pass,
// in that order; nil takes all n rows of it. needs says whether row sums are
// kept too.
func NewGramSink(rows []int, n, features int, needs Needs, workers int) *GramSink {
	if rows != nil {
		n = len(rows)
	}
	s := &GramSink{
		gram:    &Gram{N: n, Features: features, K: make([]float64, n*n)},
		rows:    rows,
		workers: workers,
		sums:    needs.RowSums,
		slab:    make([]float64, n*slabCols),
		mean:    make([]float64, slabCols),
	}
	if s.sums {
		s.gram.RowSums, s.gram.Offsets = make([]float64, n), make([]float64, n)
	}
	if needs.Narrow && features <= n {
		s.gram.X = make([]float64, n*features)
	}
	return s
}

// Gram is the matrix, complete once the pass is done.
func (s *GramSink) Gram() *Gram { return s.gram }

// Block adds the block's columns, slab by slab.
func (s *GramSink) Block(ctx context.Context, lo, cols int, x []float64, ld int) error {
	g := s.gram
	for at := 0; at < cols; at += slabCols {
		if err := ctx.Err(); err != nil {
			return err
		}
		width := min(slabCols, cols-at)
		centre := func(part [2]int) error {
			s.centre(x[at:], ld, part[0], part[1])
			return nil
		}
		parts := chunks(width, max(1, s.workers), 16)
		if err := parallel(ctx, s.workers, len(parts), func(i int) error { return centre(parts[i]) }); err != nil {
			return err
		}
		if s.sums {
			s.addSums(width)
		}
		if g.X != nil {
			for i := range g.N {
				copy(g.X[i*g.Features+lo+at:], s.slab[i*slabCols:i*slabCols+width])
			}
		}
		kernel.SyrkUpper(s.workers, g.N, width, s.slab, slabCols, g.K, g.N)
	}
	return nil
}

// centre fills columns from … to-1 of the slab with those of x less their mean.
func (s *GramSink) centre(x []float64, ld, from, to int) {
	centreSlab(x, ld, s.rows, s.gram.N, from, to, s.mean, s.slab)
}

// centreSlab fills columns from … to-1 of a slab with those of the given rows
// of x, all n where rows is nil, less their mean.
func centreSlab(x []float64, ld int, rows []int, n, from, to int, means, slab []float64) {
	at := func(i int) []float64 {
		if rows != nil {
			i = rows[i]
		}
		return x[i*ld+from : i*ld+to]
	}
	mean := means[from:to]
	clear(mean)
	for i := range n {
		for j, v := range at(i) {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float64(n)
	}
	for i := range n {
		row := slab[i*slabCols+from : i*slabCols+to]
		for j, v := range at(i) {
			row[j] = v - mean[j]
		}
	}
}

// addSums adds what row-centring needs of the slab's first columns.
func (s *GramSink) addSums(width int) {
	g := s.gram
	for i := range g.N {
		sum, offset := 0.0, 0.0
		for j, v := range s.slab[i*slabCols : i*slabCols+width] {
			sum += v
			offset += v * s.mean[j]
		}
		g.RowSums[i] += sum
		g.Offsets[i] += offset
	}
	for _, m := range s.mean[:width] {
		g.MeanSum += m
		g.MeanSquare += m * m
	}
}

// Done completes the lower triangle.
func (s *GramSink) Done(context.Context) error {
	g := s.gram
	kernel.Mirror(g.N, g.K, g.N)
	s.slab = nil
	for i := range g.N {
		if d := g.K[i*g.N+i]; math.IsInf(d, 0) || math.IsNaN(d) {
			return ErrOverflow
		}
	}
	return nil
}
