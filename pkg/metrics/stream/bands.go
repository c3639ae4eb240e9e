package stream

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// BandedColumns is a layer that joins the columns of several layers, one layer after the other.
type BandedColumns interface {
	Columns
	// Bands returns the number of columns of each of them.
	Bands() []int
}

// BandsOf returns the numbers of columns of the layers that a layer is joined of; nil of one
// that is not joined.
func BandsOf(c Columns) []int {
	if banded, ok := c.(BandedColumns); ok && len(banded.Bands()) > 1 {
		return banded.Bands()
	}
	return nil
}

// InBands returns columns with their division into bands.
func InBands(c Columns, bands []int) Columns { return inBands{c, bands} }

type inBands struct {
	Columns
	bands []int
}

func (b inBands) Bands() []int { return b.bands }

func (b inBands) Precision() float64 { return PrecisionOf(b.Columns) }

// NewBandedGramSink makes a GramSink for a layer of the given bands. If there are several
// and needs ask for them, the Gram matrix of each is made, and that of all only if needs
// ask for it as well.
func NewBandedGramSink(rows []int, n int, bands []int, features int, needs Needs, workers int) *GramSink {
	if !needs.Bands || len(bands) < 2 {
		return NewGramSink(rows, n, features, needs, workers)
	}
	if rows != nil {
		n = len(rows)
	}
	var s *GramSink
	if whole := needs; needs.Gram || needs.Features || needs.ColumnMoments {
		whole.Bands = false
		s = NewGramSink(rows, n, features, whole, workers)
	} else {
		s = &GramSink{gram: &Gram{N: n, Features: features, rows: rows, Moments: newRowMoments(n, false)}, rows: rows, workers: workers, whole: true}
	}
	lo := 0
	for _, width := range bands {
		one := NewGramSinkWith(nil, pages.Of[float64](n*n), n, width, Needs{Gram: true}, workers)
		one.gram.rows = rows
		s.bands = append(s.bands, &bandSink{of: one, rows: rows, lo: lo, hi: lo + width, slab: pages.Of[float64](n * SlabCols), workers: workers})
		s.gram.Bands = append(s.gram.Bands, one.gram)
		lo += width
	}
	return s
}

// bandSink passes the columns of a band on in slabs that begin at its first one, so that
// its Gram matrix has the bits of a layer that is read alone.
type bandSink struct {
	of      *GramSink
	rows    []int // of the pass; nil takes all
	lo, hi  int   // columns of the pass
	slab    []float64
	filled  int // columns of the slab
	workers int
}

// Block adds the block's columns that are the band's.
func (s *bandSink) Block(ctx context.Context, b Block) error {
	n := s.of.gram.N
	for from, to := max(s.lo, b.Lo), min(s.hi, b.Lo+b.Cols); from < to; {
		width := min(SlabCols-s.filled, to-from)
		here := b.From(from - b.Lo)
		parts := crew.Chunks(n, max(1, s.workers), 16)
		err := crew.Each(ctx, s.workers, len(parts), func(k int) error {
			for i := parts[k][0]; i < parts[k][1]; i++ {
				row := i
				if s.rows != nil {
					row = s.rows[i]
				}
				here.Row(row, 0, s.slab[i*SlabCols+s.filled:][:width])
			}
			return nil
		})
		if err != nil {
			return err
		}
		from, s.filled = from+width, s.filled+width
		if s.filled < SlabCols && from < s.hi {
			continue
		}
		slab := Block{Lo: from - s.filled - s.lo, Cols: s.filled, Stride: SlabCols, X: s.slab, Precision: b.Precision}
		if err := s.of.Block(ctx, slab); err != nil {
			return err
		}
		s.filled = 0
	}
	return nil
}

// Combine returns the Gram matrix of the bands side by side, each times the root of its
// weight. A band without weight is left out of it.
func (g *Gram) Combine(weights []float64, workers int) *Gram {
	c := &Gram{N: g.N, K: make([]float64, g.N*g.N), rows: g.rows, Rare: g.Rare, Moments: newRowMoments(g.N, false)}
	var bands []scaledBand
	lo := 0
	for b, band := range g.Bands {
		if w := weights[b]; w > 0 {
			bands = append(bands, scaledBand{lo: lo, hi: lo + band.Features, to: c.Features, scale: math.Sqrt(w)})
			c.Features += band.Features
			c.Precision = max(c.Precision, band.Precision)
		}
		lo += band.Features
	}
	g.CombineInto(c.K, weights, workers)
	if g.Again != nil {
		c.Again = func(ctx context.Context, sink Sink) error {
			return g.Again(ctx, &scaledSink{of: sink, bands: bands})
		}
	}
	return c
}

// CombineInto writes the weighted sum of the bands' Gram matrices to k.
func (g *Gram) CombineInto(k []float64, weights []float64, workers int) {
	crew.EachRow(workers, g.N, func(i int) {
		out := k[i*g.N : (i+1)*g.N]
		clear(out)
		for b, band := range g.Bands {
			if w := weights[b]; w > 0 {
				for j, v := range band.K[i*g.N : (i+1)*g.N] {
					out[j] += float64(w * v)
				}
			}
		}
	})
}

// Parts returns the bands of a layer; one that is not joined is a band itself.
func (g *Gram) Parts() *Gram {
	if g.Bands != nil {
		return g
	}
	return &Gram{N: g.N, Features: g.Features, Bands: []*Gram{g}, Again: g.Again, Rare: g.Rare, rows: g.rows}
}

// WithBand returns the bands alone, without the Gram matrix of all, with other inner products
// of one of them, such as those of its features centred on some rows.
func (g *Gram) WithBand(band int, k []float64) *Gram {
	of := g.Bands[band]
	with := &Gram{N: g.N, Features: g.Features, Precision: g.Precision, Moments: g.Moments, Bands: slices.Clone(g.Bands), Again: g.Again, Rare: g.Rare, rows: g.rows}
	with.Bands[band] = &Gram{N: of.N, Features: of.Features, Precision: of.Precision, Moments: of.Moments, K: k, rows: of.rows}
	return with
}

// scaledBand is the columns of a band in a pass, and where they begin in a combination.
type scaledBand struct {
	lo, hi, to int
	scale      float64
}

// scaledSink passes on the columns of some bands, scaled.
type scaledSink struct {
	of    Sink
	bands []scaledBand
	x     []float64
}

// Block passes the block's columns on, band by band, in slabs as a pass over them has.
func (s *scaledSink) Block(ctx context.Context, b Block) error {
	held := max(len(b.X), len(b.Single))
	rows := (held + b.Stride - 1) / b.Stride
	for _, band := range s.bands {
		from, to := max(band.lo, b.Lo), min(band.hi, b.Lo+b.Cols)
		if from >= to {
			continue
		}
		width := to - from
		s.x = slices.Grow(s.x[:0], rows*width)[:rows*width]
		here := b.From(from - b.Lo)
		for i := range rows {
			row := s.x[i*width : (i+1)*width]
			here.Row(i, 0, row)
			for j := range row {
				row[j] *= band.scale
			}
		}
		if err := s.of.Block(ctx, Block{Lo: band.to + from - band.lo, Cols: width, Stride: width, X: s.x, Precision: b.Precision}); err != nil {
			return err
		}
	}
	return nil
}

// Done ends the sink that the columns are passed on to.
func (s *scaledSink) Done(ctx context.Context) error { return s.of.Done(ctx) }

// JoinGrams returns the bands that are Gram matrices of layers read one by one, on the same
// stimuli. Each must be centred on all of them.
func JoinGrams(bands []*Gram) *Gram {
	g := &Gram{N: bands[0].N, Bands: bands, Rare: bands[0].Rare, rows: bands[0].rows, Moments: newRowMoments(bands[0].N, false)}
	for _, band := range bands {
		g.Features += band.Features
	}
	g.Again = func(ctx context.Context, sink Sink) error {
		lo := 0
		for _, band := range bands {
			if err := band.Again(ctx, &shiftedSink{of: sink, by: lo}); err != nil {
				return err
			}
			lo += band.Features
		}
		return sink.Done(ctx)
	}
	return g
}

// shiftedSink passes on the columns of one of several layers, which Done does not end.
type shiftedSink struct {
	of Sink
	by int
}

func (s *shiftedSink) Block(ctx context.Context, b Block) error {
	b.Lo += s.by
	return s.of.Block(ctx, b)
}

func (s *shiftedSink) Done(context.Context) error { return nil }
