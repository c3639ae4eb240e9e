package metrics

import (
	"context"
	"errors"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
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
	// Again, where it is set, gives the layer's columns to one more sink, for what
	// inner products have lost. They must be those that K is made of.
	Again func(ctx context.Context, sink Sink) error

	rows  []int // of a pass, those that K is of; nil stands for all
	roots rootCache

	// scratch has what metrics on this matrix have done with.
	scratch pages.Pool

	rdms     rdmCache
	inverse  ridgeInverse
	products featureProducts
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
// kept too, and the features themselves where they are few.
func NewGramSink(rows []int, n, features int, needs Needs, workers int) *GramSink {
	if rows != nil {
		n = len(rows)
	}
	return newGramSink(rows, pages.Of[float64](n*n), n, features, needs, workers)
}

// newGramSink makes a sink that adds to k, n × n.
func newGramSink(rows []int, k []float64, n, features int, needs Needs, workers int) *GramSink {
	s := &GramSink{
		gram:    &Gram{N: n, Features: features, K: k, rows: rows},
		rows:    rows,
		workers: workers,
		sums:    needs.RowSums,
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

// Block adds the block's columns.
func (s *GramSink) Block(ctx context.Context, b Block) error {
	if b.Single != nil && s.rows == nil && s.gram.X == nil {
		return s.addSingle(ctx, b)
	}
	return s.addSlabs(ctx, b)
}

// addSingle adds single precision as it is: the kernel takes the means off, and
// packs the next slab while it multiplies one.
func (s *GramSink) addSingle(ctx context.Context, b Block) error {
	g := s.gram
	if len(s.mean) < b.Cols {
		s.mean = make([]float64, b.Cols)
	}
	parts := chunks(b.Cols, 4*max(1, s.workers), 16)
	err := parallel(ctx, s.workers, len(parts), func(i int) error {
		from, to := parts[i][0], parts[i][1]
		b.means(nil, g.N, from, to, s.mean[from:to])
		return nil
	})
	if err != nil {
		return err
	}
	for at := 0; s.sums && at < b.Cols; at += slabCols {
		if err := s.addSums(ctx, b.from(at), s.mean[at:min(at+slabCols, b.Cols)]); err != nil {
			return err
		}
	}
	step := slabsAtOnce(g.N)
	for at := 0; at < b.Cols; at += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		kernel.SyrkUpperSingle(s.workers, g.N, min(step, b.Cols-at), b.Single[at:], b.Stride, s.mean[at:], g.K, g.N)
	}
	return nil
}

// slabsAtOnce is how many columns are added in one call, which is not to be
// stopped: a fraction of a second's work.
func slabsAtOnce(n int) int {
	const products = 1 << 33
	if kernel.Path() == "generic" {
		return slabCols
	}
	return max(1, products/(n*n*slabCols)) * slabCols
}

// addSlabs adds the columns by way of a centred copy.
func (s *GramSink) addSlabs(ctx context.Context, b Block) error {
	g := s.gram
	if s.slab == nil {
		s.slab = make([]float64, g.N*slabCols)
	}
	for at := 0; at < b.Cols; at += slabCols {
		if err := ctx.Err(); err != nil {
			return err
		}
		here := b.from(at)
		width := min(slabCols, here.Cols)
		parts := chunks(width, max(1, s.workers), 16)
		err := parallel(ctx, s.workers, len(parts), func(i int) error {
			from, to := parts[i][0], parts[i][1]
			here.means(s.rows, g.N, from, to, s.mean[from:to])
			here.centred(s.rows, g.N, from, to, s.mean[from:to], s.slab)
			return nil
		})
		if err != nil {
			return err
		}
		if s.sums {
			if err := s.addSums(ctx, here, s.mean[:width]); err != nil {
				return err
			}
		}
		if g.X != nil {
			for i := range g.N {
				copy(g.X[i*g.Features+here.Lo:], s.slab[i*slabCols:i*slabCols+width])
			}
		}
		kernel.SyrkUpper(s.workers, g.N, width, s.slab, slabCols, g.K, g.N)
	}
	return nil
}

// addSums adds what row-centring needs of the block's first columns, whose
// means are given.
func (s *GramSink) addSums(ctx context.Context, b Block, mean []float64) error {
	g := s.gram
	for _, m := range mean {
		g.MeanSum += m
		g.MeanSquare += m * m
	}
	parts := chunks(g.N, 2*max(1, s.workers), 16)
	return parallel(ctx, s.workers, len(parts), func(k int) error {
		row := make([]float64, len(mean))
		for i := parts[k][0]; i < parts[k][1]; i++ {
			at := i
			if s.rows != nil {
				at = s.rows[i]
			}
			b.row(at, 0, row)
			sum, offset := 0.0, 0.0
			for j, v := range row {
				v -= mean[j]
				sum += v
				offset += v * mean[j]
			}
			g.RowSums[i] += sum
			g.Offsets[i] += offset
		}
		return nil
	})
}

// Done completes the lower triangle.
func (s *GramSink) Done(context.Context) error {
	g := s.gram
	kernel.Mirror(s.workers, g.N, g.K, g.N)
	s.slab = nil
	for i := range g.N {
		if d := g.K[i*g.N+i]; math.IsInf(d, 0) || math.IsNaN(d) {
			return ErrOverflow
		}
	}
	return nil
}
