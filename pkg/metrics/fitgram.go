package metrics

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// FitGram holds inner products between fitting stimuli, and of further stimuli
// with them, of activations that were centred, and where asked standardised,
// by the fitting stimuli alone. A read-out or a principal component analysis
// fitted on them needs no more of the features.
type FitGram struct {
	Fit, Rest int
	Features  int
	// K is Fit × Fit, row-major; Cross is Rest × Fit. They are nil where X is
	// held instead.
	K, Cross []float64
	// X is the activations themselves, (Fit + Rest) × Features, where they were
	// asked for and are few; else nil.
	X []float64
}

// FitReadout fits a read-out on the fitting stimuli, on features or inner
// products, whichever are held, and gives the class probabilities of the rest,
// Rest × classes. See the function FitReadout.
func (g *FitGram) FitReadout(ctx context.Context, labels []int, classes int, c float64, workers int) ([]float64, error) {
	if g.X == nil {
		r, err := FitReadout(ctx, g.K, g.Fit, labels, classes, c, workers)
		if err != nil {
			return nil, err
		}
		return r.Probabilities(g.Cross, g.Rest), nil
	}
	fit := g.Fit * g.Features
	r, err := FitReadoutFeatures(ctx, g.X[:fit], g.Fit, g.Features, labels, classes, c, workers)
	if err != nil {
		return nil, err
	}
	return r.ProbabilitiesOf(g.X[fit:], g.Rest), nil
}

// FitGramSink builds a FitGram in a pass.
type FitGramSink struct {
	gram        *FitGram
	rows        []int // of the pass, those to fit first; nil takes them as they come
	standardize bool
	workers     int
	slab        []float64
	mean, scale []float64
}

// NewFitGramSink makes a sink for a pass whose first rows are the fitting
// stimuli, as many as fit, and whose other rows are the rest. With standardize,
// each feature is divided by its population standard deviation over the fitting
// stimuli, a constant one by 1 (as scikit-learn's StandardScaler).
func NewFitGramSink(fit, rest, features int, standardize bool, workers int) *FitGramSink {
	s := newFitGramSink(fit, rest, standardize, workers)
	s.begin(nil, features, make([]float64, (fit+rest)*slabCols))
	return s
}

// newFitGramSink makes a sink that is to begin.
func newFitGramSink(fit, rest int, standardize bool, workers int) *FitGramSink {
	return &FitGramSink{
		gram:        &FitGram{Fit: fit, Rest: rest, K: pages.Of[float64](fit * fit), Cross: pages.Of[float64](rest * fit)},
		standardize: standardize,
		workers:     workers,
		mean:        make([]float64, slabCols),
		scale:       make([]float64, slabCols),
	}
}

// begin readies the sink for a pass, the first or a further one, over rows of
// which the first are to fit; nil takes the pass's as they come. Sinks that are
// given blocks in turn may share a slab, of slabCols columns for each row.
func (s *FitGramSink) begin(rows []int, features int, slab []float64) {
	s.rows, s.slab = rows, slab
	s.gram.Features = features
	clear(s.gram.K)
	clear(s.gram.Cross)
}

// done says whether the pass is.
func (s *FitGramSink) done() bool { return s.slab == nil }

// NewReadoutSink makes the sink for a read-out of standardised features: where
// these are at most half as many as the fitting stimuli it holds them, which is
// smaller and faster to fit on than inner products.
func NewReadoutSink(fit, rest, features, workers int) *FitGramSink {
	if 2*features > fit {
		return NewFitGramSink(fit, rest, features, true, workers)
	}
	s := NewFitGramSink(0, 0, features, true, workers)
	s.gram = &FitGram{Fit: fit, Rest: rest, Features: features, X: make([]float64, (fit+rest)*features)}
	s.slab = make([]float64, (fit+rest)*slabCols)
	return s
}

// Gram is complete once the pass is done.
func (s *FitGramSink) Gram() *FitGram { return s.gram }

// Block adds the block's columns, slab by slab.
func (s *FitGramSink) Block(ctx context.Context, b Block) error {
	g := s.gram
	for at := 0; at < b.Cols; at += slabCols {
		width := min(slabCols, b.Cols-at)
		parts := chunks(width, max(1, s.workers), 16)
		err := parallel(ctx, s.workers, len(parts), func(i int) error {
			s.standard(b.from(at), parts[i][0], parts[i][1])
			return nil
		})
		if err != nil {
			return err
		}
		if g.X != nil {
			for i := range g.Fit + g.Rest {
				copy(g.X[i*g.Features+b.Lo+at:], s.slab[i*slabCols:i*slabCols+width])
			}
			continue
		}
		kernel.SyrkUpper(s.workers, g.Fit, width, s.slab, slabCols, g.K, g.Fit)
		kernel.Gemm(s.workers, false, true, g.Rest, g.Fit, width, 1,
			s.slab[g.Fit*slabCols:], slabCols, s.slab, slabCols, g.Cross, g.Fit)
	}
	return nil
}

// standard fills columns from … to-1 of the slab with centred, scaled values.
func (s *FitGramSink) standard(b Block, from, to int) {
	g := s.gram
	mean, scale := s.mean[from:to], s.scale[from:to]
	b.means(s.rows, g.Fit, from, to, mean)
	b.centred(s.rows, g.Fit+g.Rest, from, to, mean, s.slab)
	for j := range scale {
		scale[j] = 1
	}
	if s.standardize {
		clear(scale)
		for i := range g.Fit {
			for j, v := range s.slab[i*slabCols+from : i*slabCols+to] {
				scale[j] += v * v
			}
		}
		for j, ss := range scale {
			scale[j] = 1
			sd := math.Sqrt(ss / float64(g.Fit))
			// A constant column may have a deviation of rounding size:
			// scikit-learn's StandardScaler bounds it like this.
			n, eps := float64(g.Fit), 0x1p-52
			bound := n*eps*sd*sd + n*mean[j]*eps*n*mean[j]*eps
			if sd*sd > bound {
				scale[j] = 1 / sd
			}
		}
	}
	if !s.standardize {
		return
	}
	for i := range g.Fit + g.Rest {
		row := s.slab[i*slabCols+from : i*slabCols+to]
		for j := range row {
			row[j] *= scale[j]
		}
	}
}

// Done completes the lower triangle.
func (s *FitGramSink) Done(context.Context) error {
	g := s.gram
	s.slab = nil
	if g.X != nil {
		for _, v := range g.X {
			if math.IsInf(v, 0) || math.IsNaN(v) {
				return ErrOverflow
			}
		}
		return nil
	}
	kernel.Mirror(s.workers, g.Fit, g.K, g.Fit)
	for i := range g.Fit {
		if d := g.K[i*g.Fit+i]; math.IsInf(d, 0) || math.IsNaN(d) {
			return ErrOverflow
		}
	}
	for _, v := range g.Cross {
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return ErrOverflow
		}
	}
	return nil
}
