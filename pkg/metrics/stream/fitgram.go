package stream

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
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
// stimuli; one that is constant over these counts for nothing (as with
// scikit-learn's StandardScaler, which divides it by 1).
func NewFitGramSink(fit, rest, features int, standardize bool, workers int) *FitGramSink {
	s := NewRepeatedFitGramSink(fit, rest, standardize, workers)
	s.Begin(nil, features, make([]float64, (fit+rest)*SlabCols))
	return s
}

// NewRepeatedFitGramSink makes a sink for several passes, each of which Begin readies.
func NewRepeatedFitGramSink(fit, rest int, standardize bool, workers int) *FitGramSink {
	return &FitGramSink{
		gram:        &FitGram{Fit: fit, Rest: rest, K: pages.Of[float64](fit * fit), Cross: pages.Of[float64](rest * fit)},
		standardize: standardize,
		workers:     workers,
		mean:        make([]float64, SlabCols),
		scale:       make([]float64, SlabCols),
	}
}

// Begin readies the sink for a pass, the first or a further one, over rows of
// which the first are to fit; nil takes the pass's as they come. Sinks that are
// given blocks in turn may share a slab, of SlabCols columns for each row.
func (s *FitGramSink) Begin(rows []int, features int, slab []float64) {
	s.rows, s.slab = rows, slab
	s.gram.Features = features
	clear(s.gram.K)
	clear(s.gram.Cross)
}

// Complete reports whether the pass is done.
func (s *FitGramSink) Complete() bool { return s.slab == nil }

// NewReadoutSink makes the sink for a read-out of standardised features: where
// these are at most half as many as the fitting stimuli it holds them, which is
// smaller and faster to fit on than inner products.
func NewReadoutSink(fit, rest, features, workers int) *FitGramSink {
	if 2*features > fit {
		return NewFitGramSink(fit, rest, features, true, workers)
	}
	s := NewFitGramSink(0, 0, features, true, workers)
	s.gram = &FitGram{Fit: fit, Rest: rest, Features: features, X: make([]float64, (fit+rest)*features)}
	s.slab = make([]float64, (fit+rest)*SlabCols)
	return s
}

// Gram is complete once the pass is done.
func (s *FitGramSink) Gram() *FitGram { return s.gram }

// Block adds the block's columns, slab by slab.
func (s *FitGramSink) Block(ctx context.Context, b Block) error {
	g := s.gram
	for at := 0; at < b.Cols; at += SlabCols {
		width := min(SlabCols, b.Cols-at)
		parts := crew.Chunks(width, max(1, s.workers), 16)
		err := crew.Each(ctx, s.workers, len(parts), func(i int) error {
			s.standard(b.From(at), parts[i][0], parts[i][1])
			return nil
		})
		if err != nil {
			return err
		}
		if g.X != nil {
			for i := range g.Fit + g.Rest {
				copy(g.X[i*g.Features+b.Lo+at:], s.slab[i*SlabCols:i*SlabCols+width])
			}
			continue
		}
		kernel.SyrkUpper(s.workers, g.Fit, width, s.slab, SlabCols, g.K, g.Fit)
		dense.AddProduct(s.workers, dense.Of(g.Cross, g.Rest, g.Fit), 1, dense.Strided(s.slab[g.Fit*SlabCols:], g.Rest, width, SlabCols), dense.Strided(s.slab, g.Fit, width, SlabCols).T())
	}
	return nil
}

// standard fills columns from … to-1 of the slab with centred, scaled values.
//
// Values are centred twice: the mean of numbers far from 0 is only as exact as
// they are, which the mean of their small distances from it makes up for.
func (s *FitGramSink) standard(b Block, from, to int) {
	g, width := s.gram, to-from
	mean := s.mean[from:to]
	b.Means(s.rows, g.Fit, from, to, mean)
	b.Centered(s.rows, g.Fit+g.Rest, from, to, mean, s.slab)
	row := func(i int) []float64 { return s.slab[i*SlabCols+from : i*SlabCols+to] }
	low, high, left := make([]float64, width), make([]float64, width), mean
	clear(left)
	for j := range width {
		low[j], high[j] = math.Inf(1), math.Inf(-1)
	}
	for i := range g.Fit {
		for j, v := range row(i) {
			low[j], high[j] = min(low[j], v), max(high[j], v)
			left[j] += v
		}
	}
	unit, scale := make([]float64, width), s.scale[from:to]
	for j := range width {
		left[j] /= float64(g.Fit)
		unit[j], scale[j] = 1, 1
		if low[j] == high[j] {
			left[j] = low[j] // of equal numbers it is exact
		}
	}
	if s.standardize {
		s.deviations(from, left, low, high, unit, scale)
	}
	for i := range g.Fit + g.Rest {
		out := row(i)
		for j, v := range out {
			out[j] = (v - left[j]) * unit[j] * scale[j]
		}
	}
}

// deviations sets unit and scale, by both of which a column's distances from its
// mean are multiplied, to 1 over their population standard deviation. unit is the
// power of two that keeps squares of very small or large distances in range. A
// column that is constant has no deviation: StandardScaler divides it by 1, which
// leaves the read-out without weights on it, so that 0 is the same for all rows.
func (s *FitGramSink) deviations(from int, left, low, high, unit, scale []float64) {
	fit := s.gram.Fit
	for j := range unit {
		_, exponent := math.Frexp(max(math.Abs(low[j]), math.Abs(high[j])))
		unit[j] = math.Ldexp(1, min(1023, -exponent))
		scale[j] = 0
	}
	for i := range fit {
		for j, v := range s.slab[i*SlabCols+from:][:len(scale)] {
			d := (v - left[j]) * unit[j]
			scale[j] += float64(d * d)
		}
	}
	for j, squares := range scale {
		scale[j] = 1 / math.Sqrt(squares/float64(fit))
		if low[j] == high[j] {
			scale[j] = 0
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
