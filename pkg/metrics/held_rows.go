package metrics

import (
	"context"
	"math"
	"math/bits"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// heldRows holds activations or responses as they were read, rows × cols, row-major.
type heldRows struct {
	x    []float64
	cols int
	// precision is the relative precision of the values, 0 for whole numbers.
	precision float64
	// short is true of whole numbers and if all values are multiples of one power of
	// two and at most 2^shortBits times as large: counts, levels, pixels, with any
	// offset. They are taken as exact. Other values may be rounded, as by a change
	// of unit, which would part dissimilarities that are meant to be equal.
	short bool
	// lowest is the exponent of that power of two.
	lowest int
}

const shortBits = 45

func newHeldRows(x []float64, cols int, precision float64) *heldRows {
	h := &heldRows{x: x, cols: cols, precision: precision}
	lowest, highest := math.MaxInt, math.MinInt
	for _, v := range x {
		if v == 0 {
			continue
		}
		fraction, exponent := math.Frexp(v)
		const digits = 53
		mantissa := uint64(math.Abs(fraction) * (1 << digits))
		lowest = min(lowest, exponent-digits+bits.TrailingZeros64(mantissa))
		highest = max(highest, exponent)
	}
	h.lowest = lowest
	h.short = precision == 0 || lowest > highest || highest-lowest <= shortBits
	return h
}

func (h *heldRows) row(i int) []float64 { return h.x[i*h.cols : (i+1)*h.cols] }

// heldCache keeps the activations that a second reading of a layer returned.
type heldCache struct {
	mutex sync.Mutex
	rows  *heldRows
}

// holdRows returns the layer's activations, which it reads again the first time. The
// caller has made sure that Again is set and that they are few.
func holdRows(ctx context.Context, g *stream.Gram) (*heldRows, error) {
	c := stream.Attached[heldCache](g)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.rows == nil {
		sink := &heldSink{rows: g.PassRows(), n: g.N, cols: g.Features, x: make([]float64, g.N*g.Features)}
		if err := g.Again(ctx, sink); err != nil {
			return nil, err
		}
		c.rows = newHeldRows(sink.x, g.Features, g.Precision)
	}
	return c.rows, nil
}

// heldSink copies the given rows of a pass; nil stands for the first n.
type heldSink struct {
	rows    []int
	n, cols int
	x       []float64
}

// Block copies the block's columns.
func (s *heldSink) Block(_ context.Context, b stream.Block) error {
	for i := range s.n {
		row := i
		if s.rows != nil {
			row = s.rows[i]
		}
		b.Row(row, 0, s.x[i*s.cols+b.Lo:i*s.cols+b.Lo+b.Cols])
	}
	return nil
}

// Done does nothing.
func (s *heldSink) Done(context.Context) error { return nil }
