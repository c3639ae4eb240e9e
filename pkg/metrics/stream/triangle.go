package stream

import (
	"context"
	"errors"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// TriangleBytes returns the size of the triangle of a Gram matrix of n stimuli.
func TriangleBytes(n int) int64 { return 8 * int64(kernel.TriangleLen(n)) }

// PackedCols returns how many columns of n stimuli are packed at most while they are added to
// a Gram matrix.
func PackedCols(n int) int { return min(2*SlabCols, slabsAtOnce(n)) }

// NewTriangleSink makes a sink for the upper triangle of the Gram matrix of the given rows of
// the pass, nil for all n of it, that a metric may overwrite. If a metric needs the matrix
// after that, the columns must be given again.
func NewTriangleSink(rows []int, n, features, workers int) *GramSink {
	if rows != nil {
		n = len(rows)
	}
	return &GramSink{
		gram:    &Gram{N: n, Features: features, Triangle: kernel.NewTriangle(n), rows: rows, Moments: newRowMoments(n, false)},
		rows:    rows,
		workers: workers,
		whole:   true,
		mean:    make([]float64, SlabCols),
	}
}

// held reports whether columns are used.
func (g *Gram) held() bool { return g.K != nil || g.X != nil || g.Triangle != nil }

// Square returns the squared length of a row of the centred activations.
func (g *Gram) Square(i int) float64 {
	if g.K == nil {
		return g.Diagonal[i]
	}
	return g.K[i*g.N+i]
}

// setDiagonal copies the diagonal of a triangle that is complete.
func (g *Gram) setDiagonal() {
	if g.Triangle == nil {
		return
	}
	g.Diagonal = make([]float64, g.N)
	for i := range g.Diagonal {
		g.Diagonal[i] = g.Triangle.At(i, i)
	}
	// What columns are packed into is a good part of what a fit on a large triangle holds beside it.
	kernel.DropIdle()
}

var errOverwritten = errors.New("inner products are overwritten, and the layer cannot be read again")

// readAgain keeps what ReadWhole has read.
type readAgain struct {
	mutex sync.Mutex
	gram  *Gram
}

// ReadWhole returns the Gram matrix with all of K: g itself or, if g holds a triangle, which may
// be overwritten, what another reading of the layer gives. It calls AllowRare before that.
func (g *Gram) ReadWhole(ctx context.Context, workers int) (*Gram, error) {
	if g.Triangle == nil {
		return g, nil
	}
	kept := Attached[readAgain](g)
	kept.mutex.Lock()
	defer kept.mutex.Unlock()
	if kept.gram != nil {
		return kept.gram, nil
	}
	if g.Again == nil {
		return nil, errOverwritten
	}
	if err := g.AllowRare(); err != nil {
		return nil, err
	}
	sink := NewGramSink(g.rows, g.N, g.Features, Needs{Gram: true}, workers)
	if err := g.Again(ctx, sink); err != nil {
		return nil, err
	}
	kept.gram = sink.Gram()
	kept.gram.Again, kept.gram.Rare = g.Again, g.Rare
	return kept.gram, nil
}
