package stream

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// SlabCols is the number of columns that are added to a Gram matrix at once.
// Sums run slab by slab from the first column, so that the size of the blocks
// read, a multiple of it, does not change a bit of the result.
const SlabCols = 256

// Columns is a layer's activations, stimuli × features, read by columns.
type Columns interface {
	Rows() int
	Cols() int
	// ReadBlock fills dst, row-major with stride ld, with columns lo … hi-1
	// of all rows. One call runs at a time.
	ReadBlock(lo, hi int, dst []float64, ld int) error
}

// SingleColumns is a layer that may hold no more than single precision. It is
// then read as float32, which takes half of the memory and gives the same figures.
type SingleColumns interface {
	Columns
	Single() bool
	ReadBlockSingle(lo, hi int, dst []float32, ld int) error
}

// Block is some columns of all rows of a layer, row-major with stride Stride, in X
// or in Single.
type Block struct {
	Lo, Cols int // columns Lo … Lo+Cols-1 of the layer
	Stride   int
	X        []float64
	Single   []float32 // where X is nil
	// Precision is the relative precision of the activations.
	Precision float64
}

// From is the block without its first columns.
func (b Block) From(column int) Block {
	b.Lo, b.Cols = b.Lo+column, b.Cols-column
	if b.X != nil {
		b.X = b.X[column:]
	} else {
		b.Single = b.Single[column:]
	}
	return b
}

// Sink is a part of a pass over a layer: it receives every block of columns
// once, in order. Sinks of one pass work side by side.
type Sink interface {
	// Block uses the next columns, which it may neither change nor keep.
	Block(ctx context.Context, b Block) error
	// Done is called after the last block.
	Done(ctx context.Context) error
}

// InTurn is a sink of several that share memory and so take a block one by one.
type InTurn []Sink

// Block passes the block to each.
func (s InTurn) Block(ctx context.Context, b Block) error {
	for _, sink := range s {
		if err := sink.Block(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// Done ends each.
func (s InTurn) Done(ctx context.Context) error {
	for _, sink := range s {
		if err := sink.Done(ctx); err != nil {
			return err
		}
	}
	return nil
}

// PassOptions bound a pass.
type PassOptions struct {
	// BlockBytes is the aimed size of one of the two block buffers; zero
	// takes a default.
	BlockBytes int
	// Progress, if set, is told after each block how many columns are done.
	Progress func(cols int)
}

// BlockCols is the number of columns that a pass over rows rows reads at once.
func (o PassOptions) BlockCols(rows, cols int) int {
	bytes := o.BlockBytes
	if bytes <= 0 {
		bytes = 32 << 20
	}
	slabs := max(1, bytes/(8*SlabCols*max(1, rows)))
	return min(slabs*SlabCols, max(1, cols))
}

// NonFiniteError reports a NaN or an infinite activation.
type NonFiniteError struct {
	Row, Col int
	Value    float64
}

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("activation in row %d, column %d is %v", e.Row, e.Col, e.Value)
}

// DataError reports that the cause is invalid data.
func (e *NonFiniteError) DataError() bool { return true }

// RunPass reads the columns once, block by block, and gives each block to all
// sinks, side by side. The next block is read while one is worked on. It returns a
// *NonFiniteError at the first activation that is not a number.
func RunPass(ctx context.Context, src Columns, sinks []Sink, options PassOptions) error {
	if single, ok := src.(SingleColumns); ok && single.Single() {
		return runPass(ctx, src, single.ReadBlockSingle, sinks, options, func(x []float32) Block { return Block{Single: x} })
	}
	return runPass(ctx, src, src.ReadBlock, sinks, options, func(x []float64) Block { return Block{X: x} })
}

func runPass[T float32 | float64](ctx context.Context, src Columns, read func(lo, hi int, dst []T, ld int) error,
	sinks []Sink, options PassOptions, of func([]T) Block) error {
	rows, cols := src.Rows(), src.Cols()
	width, precision := options.BlockCols(rows, cols), PrecisionOf(src)
	type block struct {
		lo, cols int
		x        []T
		err      error
	}
	free := make(chan []T, 2)
	free <- pages.Of[T](rows * width)
	if width < cols {
		free <- pages.Of[T](rows * width)
	}
	filled := make(chan block, 1)
	ctx, cancel := context.WithCancel(ctx)
	reader := make(chan struct{})
	go func() {
		defer close(reader)
		defer close(filled)
		for lo, step := 0, 0; lo < cols; lo += step {
			// Nothing is done while the first block is read: it is a small one.
			if step = width; lo == 0 && width < cols {
				step = min(SlabCols, width)
			}
			var x []T
			select {
			case x = <-free:
			case <-ctx.Done():
				return
			}
			b := block{lo: lo, cols: min(step, cols-lo), x: x}
			b.err = read(lo, lo+b.cols, x, width)
			if b.err == nil {
				b.err = checkFinite(x, rows, b.cols, width, lo)
			}
			select {
			case filled <- b:
			case <-ctx.Done():
				return
			}
			if b.err != nil {
				return
			}
		}
	}()
	// The reader must have stopped before the source may be closed.
	defer func() { cancel(); <-reader }()

	for b := range filled {
		if b.err != nil {
			return b.err
		}
		given := of(b.x)
		given.Lo, given.Cols, given.Stride, given.Precision = b.lo, b.cols, width, precision
		// Sinks do not see each other, so their order has no effect.
		err := crew.Each(ctx, len(sinks), len(sinks), func(i int) error { return sinks[i].Block(ctx, given) })
		if err != nil {
			return err
		}
		if options.Progress != nil {
			options.Progress(b.lo + b.cols)
		}
		free <- b.x
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, sink := range sinks {
		if err := sink.Done(ctx); err != nil {
			return err
		}
	}
	return nil
}

// checkFinite finds the first activation, by row, that is not finite.
func checkFinite[T float32 | float64](x []T, rows, cols, ld, lo int) error {
	for i := range rows {
		row := x[i*ld : i*ld+cols]
		// v-v is 0 for finite v and NaN else. A few sums a row, which do not wait for each
		// other, keep the common case fast.
		var sums [4]T
		four := row
		for ; len(four) >= 4; four = four[4:] {
			sums[0] += four[0] - four[0]
			sums[1] += four[1] - four[1]
			sums[2] += four[2] - four[2]
			sums[3] += four[3] - four[3]
		}
		for _, v := range four {
			sums[0] += v - v
		}
		if sums[0]+sums[1]+sums[2]+sums[3] == 0 {
			continue
		}
		for j, v := range row {
			if v := float64(v); math.IsNaN(v) || math.IsInf(v, 0) {
				return &NonFiniteError{Row: i, Col: lo + j, Value: v}
			}
		}
	}
	return nil
}

// InMemory makes a row-major matrix a source of columns.
func InMemory(x []float64, rows, cols int) Columns { return inMemory{x, rows, cols} }

// inMemory is a row-major matrix as a source of columns.
type inMemory struct {
	x          []float64
	rows, cols int
}

func (m inMemory) Rows() int { return m.rows }

func (m inMemory) Cols() int { return m.cols }

func (m inMemory) ReadBlock(lo, hi int, dst []float64, ld int) error {
	for i := range m.rows {
		copy(dst[i*ld:i*ld+hi-lo], m.x[i*m.cols+lo:i*m.cols+hi])
	}
	return nil
}
