package stream

import (
	"context"
	"math"
	"math/bits"
	"sync"
)

// HeldRows holds activations or responses as they were read, rows × cols, row-major.
type HeldRows struct {
	X    []float64
	Cols int
	// Precision is the relative precision of the values, 0 for whole numbers.
	Precision float64
	// Short is true of whole numbers and if all values are multiples of one power of
	// two and at most 2^shortBits times as large: counts, levels, pixels, with any
	// offset. They are taken as exact. Other values may be rounded, as by a change
	// of unit, which would part dissimilarities that are meant to be equal.
	Short bool
	// Lowest is the exponent of that power of two.
	Lowest int
}

const shortBits = 45

// NewHeldRows returns rows of the given number of columns and relative precision.
func NewHeldRows(x []float64, cols int, precision float64) *HeldRows {
	h := &HeldRows{X: x, Cols: cols, Precision: precision}
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
	h.Lowest = lowest
	h.Short = precision == 0 || lowest > highest || highest-lowest <= shortBits
	return h
}

// Row returns a row.
func (h *HeldRows) Row(i int) []float64 { return h.X[i*h.Cols : (i+1)*h.Cols] }

// MaxHeld is the number of values up to which a layer is small enough for Hold.
const MaxHeld = 1 << 22

// heldCache keeps the activations that a second reading of a layer returned.
type heldCache struct {
	mutex sync.Mutex
	rows  *HeldRows
}

// Hold returns the layer's activations, which it reads again the first time. The
// caller has made sure that Again is set and that they are few.
func (g *Gram) Hold(ctx context.Context) (*HeldRows, error) {
	c := Attached[heldCache](g)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.rows == nil {
		sink := &heldSink{rows: g.PassRows(), n: g.N, cols: g.Features, x: make([]float64, g.N*g.Features)}
		if err := g.Again(ctx, sink); err != nil {
			return nil, err
		}
		c.rows = NewHeldRows(sink.x, g.Features, g.Precision)
	}
	return c.rows, nil
}

// LetGo lets go of the activations that Hold returned, which the next Hold reads again.
func (g *Gram) LetGo() {
	c := Attached[heldCache](g)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.rows = nil
}

// heldSink copies the given rows of a pass; nil stands for the first n.
type heldSink struct {
	rows    []int
	n, cols int
	x       []float64
}

// Block copies the block's columns.
func (s *heldSink) Block(_ context.Context, b Block) error {
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
