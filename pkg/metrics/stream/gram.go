package stream

import (
	"context"
	"math"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
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
	// K is nil if X is held and no metric asked for K; FormProducts then makes it. It is also
	// nil if ColumnMoments alone were asked for.
	K []float64
	// Triangle is the upper triangle of K, in the place of K, for metrics that may
	// overwrite it; else nil. Diagonal is then K's diagonal.
	Triangle *dense.Triangle
	Diagonal []float64
	// Precision is the relative precision of the activations: 2⁻²⁴ where they
	// were kept as float32, 0 where they are whole numbers.
	Precision float64
	// Moments are of the column means, and of each row where they were asked for.
	Moments *RowMoments
	// X is X_c itself, N × Features, row-major, if it was asked for and has no more
	// columns than rows; else nil.
	X []float64
	// Dissimilarities are those of a layer that is given as them, N × N, row-major; K, X and
	// Moments are then nil, and a metric whose Info does not list it is not given such a layer.
	Dissimilarities []float64
	// Bands are the Gram matrices of the layers that the layer is joined of, if they were
	// asked for; K may then be nil. nil for a layer that is not joined.
	Bands []*Gram
	// ColumnMoments are of each feature, if they were asked for.
	ColumnMoments *ColumnMoments
	// Again, where it is set, gives the layer's columns to one more sink, for what
	// inner products have lost. They must be those that K is made of.
	Again func(ctx context.Context, sink Sink) error

	// Rare, where it is set, is called before work for which rounding of inner products is
	// the reason; its error is that there is no memory for it.
	Rare func() error

	rows     []int     // of a pass, those that K is of; nil stands for all
	formed   sync.Once // K from X
	attached attachments
}

// PassRows returns the rows of the pass that the matrix is of; nil stands for all.
func (g *Gram) PassRows() []int { return g.rows }

// AllowRare calls Rare.
func (g *Gram) AllowRare() error {
	if g.Rare == nil {
		return nil
	}
	return g.Rare()
}

// ErrOverflow reports activations so large that their products overflow.
var ErrOverflow error = dataerr.Error("products of activations overflow: rescale the layer")

// GramSink builds a Gram matrix in a pass.
type GramSink struct {
	gram    *Gram
	rows    []int
	workers int
	whole   bool // true if all activations so far are whole numbers
	slab    []float64
	mean    []float64
	bands   []*bandSink
}

// NewGramSink makes a sink for the Gram matrix of the given rows of the pass,
// in that order; nil takes all n rows of it. needs determines whether row sums are
// kept too, and the features themselves, with the matrix or instead of it.
func NewGramSink(rows []int, n, features int, needs Needs, workers int) *GramSink {
	if rows != nil {
		n = len(rows)
	}
	if needs.momentsAlone() || needs.Features && !needs.Gram && !needs.Bands && features <= n {
		return NewGramSinkWith(rows, nil, n, features, needs, workers)
	}
	return NewGramSinkWith(rows, pages.Of[float64](n*n), n, features, needs, workers)
}

// NewGramSinkWith makes a sink that adds to k, n × n; k may be nil if features are held.
func NewGramSinkWith(rows []int, k []float64, n, features int, needs Needs, workers int) *GramSink {
	s := &GramSink{
		gram:    &Gram{N: n, Features: features, K: k, rows: rows, Moments: newRowMoments(n, needs.RowSums)},
		rows:    rows,
		workers: workers,
		whole:   true,
		mean:    make([]float64, SlabCols),
	}
	if needs.ColumnMoments {
		s.gram.ColumnMoments = NewColumnMoments(s.gram, features)
	}
	if needs.Features && features <= n {
		s.gram.X = pages.Of[float64](n * features)
	}
	return s
}

// Gram is the matrix, complete once the pass is done.
func (s *GramSink) Gram() *Gram { return s.gram }

// Block adds the block's columns.
func (s *GramSink) Block(ctx context.Context, b Block) error {
	if s.gram.Dissimilarities != nil {
		s.addDissimilarities(b)
		return nil
	}
	if s.gram.ColumnMoments != nil {
		if err := s.gram.ColumnMoments.Block(ctx, b); err != nil {
			return err
		}
	}
	for _, band := range s.bands {
		if err := band.Block(ctx, b); err != nil {
			return err
		}
	}
	if !s.gram.held() {
		return nil
	}
	if s.whole && !b.wholeNumbers(s.rows, s.gram.N) {
		s.whole, s.gram.Precision = false, b.Precision
	}
	if b.Single != nil && s.rows == nil {
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
	parts := crew.Chunks(b.Cols, 4*max(1, s.workers), 16)
	err := crew.Each(ctx, s.workers, len(parts), func(i int) error {
		from, to := parts[i][0], parts[i][1]
		b.Means(nil, g.N, from, to, s.mean[from:to])
		return nil
	})
	if err != nil {
		return err
	}
	for at := 0; at < b.Cols; at += SlabCols {
		if err := g.Moments.add(ctx, s.workers, b.From(at), nil, s.mean[at:min(at+SlabCols, b.Cols)]); err != nil {
			return err
		}
	}
	if g.X != nil {
		if err := s.keep(ctx, b); err != nil {
			return err
		}
	}
	if g.K == nil && g.Triangle == nil {
		return nil
	}
	step := slabsAtOnce(g.N)
	for at := 0; at < b.Cols; at += step {
		if err := ctx.Err(); err != nil {
			return err
		}
		cols := min(step, b.Cols-at)
		if g.Triangle != nil {
			kernel.SyrkTriangleSingle(s.workers, g.Triangle, cols, b.Single[at:], b.Stride, s.mean[at:])
		} else {
			kernel.SyrkUpperSingle(s.workers, g.N, cols, b.Single[at:], b.Stride, s.mean[at:], g.K, g.N)
		}
	}
	return nil
}

// keep copies the block's columns in single precision, centred, to the features.
func (s *GramSink) keep(ctx context.Context, b Block) error {
	g := s.gram
	parts := crew.Chunks(g.N, 4*max(1, s.workers), 8)
	return crew.Each(ctx, s.workers, len(parts), func(k int) error {
		for i := parts[k][0]; i < parts[k][1]; i++ {
			row := b.Single[i*b.Stride:][:b.Cols]
			out, mean := g.X[i*g.Features+b.Lo:][:len(row)], s.mean[:len(row)]
			for j, v := range row {
				out[j] = float64(v) - mean[j]
			}
		}
		return nil
	})
}

// slabsAtOnce is how many columns are added in one call, which is not to be
// stopped: a fraction of a second's work.
func slabsAtOnce(n int) int {
	const products = 1 << 33
	if kernel.Path() == kernel.Portable {
		return SlabCols
	}
	return max(1, products/(n*n*SlabCols)) * SlabCols
}

// addSlabs adds the columns by way of a centred copy.
func (s *GramSink) addSlabs(ctx context.Context, b Block) error {
	g := s.gram
	if s.slab == nil {
		s.slab = make([]float64, g.N*SlabCols)
	}
	for at := 0; at < b.Cols; at += SlabCols {
		if err := ctx.Err(); err != nil {
			return err
		}
		here := b.From(at)
		width := min(SlabCols, here.Cols)
		parts := crew.Chunks(width, max(1, s.workers), 16)
		err := crew.Each(ctx, s.workers, len(parts), func(i int) error {
			from, to := parts[i][0], parts[i][1]
			here.Means(s.rows, g.N, from, to, s.mean[from:to])
			here.Centered(s.rows, g.N, from, to, s.mean[from:to], s.slab)
			return nil
		})
		if err != nil {
			return err
		}
		if err := g.Moments.add(ctx, s.workers, here, s.rows, s.mean[:width]); err != nil {
			return err
		}
		if g.X != nil {
			for i := range g.N {
				copy(g.X[i*g.Features+here.Lo:], s.slab[i*SlabCols:i*SlabCols+width])
			}
		}
		if g.K != nil {
			kernel.SyrkUpper(s.workers, g.N, width, s.slab, SlabCols, g.K, g.N)
		}
		if g.Triangle != nil {
			kernel.SyrkTriangle(s.workers, g.Triangle, width, s.slab, SlabCols)
		}
	}
	return nil
}

// Done completes the lower triangle.
func (s *GramSink) Done(ctx context.Context) error {
	g := s.gram
	if g.Dissimilarities != nil {
		return nil
	}
	s.slab = nil
	for _, band := range s.bands {
		band.slab = nil
		if err := band.of.Done(ctx); err != nil {
			return err
		}
	}
	if !g.held() {
		return nil
	}
	if g.K != nil {
		kernel.Mirror(s.workers, g.N, g.K, g.N)
	}
	g.setDiagonal()
	for i := range g.N {
		var square float64
		if g.K != nil || g.Triangle != nil {
			square = g.Square(i)
		} else {
			square = dense.Dot(g.X[i*g.Features:(i+1)*g.Features], g.X[i*g.Features:(i+1)*g.Features])
		}
		if math.IsInf(square, 0) || math.IsNaN(square) {
			return ErrOverflow
		}
	}
	return nil
}

// FormProducts makes K from X if it is not there but X is. It has the bits that a pass gives it.
func (g *Gram) FormProducts(workers int) {
	g.formed.Do(func() {
		if g.K != nil || g.X == nil {
			return
		}
		g.K = pages.Of[float64](g.N * g.N)
		for lo := 0; lo < g.Features; lo += SlabCols {
			kernel.SyrkUpper(workers, g.N, min(SlabCols, g.Features-lo), g.X[lo:], g.Features, g.K, g.N)
		}
		kernel.Mirror(workers, g.N, g.K, g.N)
	})
}
