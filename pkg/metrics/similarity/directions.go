package similarity

import (
	"context"
	"fmt"
	"math"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// directions are the left singular vectors of centred activations or responses, by which
// these set stimuli apart, with their singular values s. Those with s ≤ √(n·ε)·s₁ count as
// zero, n the number of stimuli.
//
// # Error
//
// Of rows that are held, the singular value decomposition is that of a matrix which is off
// by e = n·ε·s₁ at most; vectors turn out of their span by e/s. Of a Gram matrix whose
// elements are off by γ·tr K, it is γ·tr K/s². Vectors also turn among each other where
// singular values are close, which no function of s and of the span notices. If all n − 1
// directions count, the span is that of all differences of stimuli and has no error.
type directions struct {
	vectors  []float64 // rank × n, the largest singular value first
	values   []float64 // singular values in units of 2^exponent
	exponent int
	n        int
	error    float64 // of singular values; of their squares if inner products are known alone
	squared  bool
	// doubtful is true if rounding may have made a direction count, or not.
	doubtful bool
}

// rank returns the number of directions.
func (d *directions) rank() int { return len(d.values) }

// complete reports whether all differences of stimuli are within the span.
func (d *directions) complete() bool { return d.rank() == d.n-1 }

// turned bounds how far rounding turns a direction out of the span.
func (d *directions) turned(i int) float64 {
	switch {
	case d.complete():
		return 0
	case d.squared:
		return d.error / (d.values[i] * d.values[i])
	}
	return d.error / d.values[i]
}

// activationDirections returns those of a layer: of its rows if they are few or rounding of
// inner products matters, as doubt estimates it, else of its Gram matrix. It returns nil if
// the activations are the same for all stimuli.
func activationDirections(ctx context.Context, g *stream.Gram, rows []int, workers int, doubt func(*directions) float64) (*directions, error) {
	side := activationSide(g)
	cache := new(directionsCache)
	if len(rows) == g.N {
		cache = stream.Attached[directionsCache](g)
	}
	cache.mutex.Lock()
	defer cache.mutex.Unlock()
	if !cache.measured {
		c, err := newCentredGram(g, rows, workers, true)
		if err != nil {
			return nil, err
		}
		cache.measured, cache.flat = true, !(c.norm(workers) > c.noise)
	}
	if cache.flat {
		return nil, nil
	}
	if held, err := side.hold(ctx, len(rows), fewValues, fewTerms); err != nil {
		return nil, err
	} else if held {
		return cache.ofRows(ctx, side.held, rows, workers)
	}
	if cache.gram == nil {
		c, err := newCentredGram(g, rows, workers, true)
		if err != nil {
			return nil, err
		}
		if cache.gram, err = gramDirections(ctx, c, workers); err != nil {
			return nil, err
		}
	}
	if cache.gram.doubtful || doubt(cache.gram) > closeTo {
		if held, err := side.hold(ctx, len(rows), stream.MaxHeld, manyTerms); err != nil {
			return nil, err
		} else if held {
			return cache.ofRows(ctx, side.held, rows, workers)
		}
	}
	return cache.gram, nil
}

// directionsCache keeps a layer's directions on all stimuli for further responses.
type directionsCache struct {
	mutex          sync.Mutex
	measured, flat bool // flat once measured: the activations are the same for all stimuli
	gram, rows     *directions
}

func (c *directionsCache) ofRows(ctx context.Context, h *stream.HeldRows, rows []int, workers int) (d *directions, err error) {
	if c.rows == nil {
		c.rows, err = rowDirections(ctx, h, rows, workers)
	}
	return c.rows, err
}

// gramDirections returns the directions of a centred Gram matrix.
func gramDirections(ctx context.Context, c *centredGram, workers int) (*directions, error) {
	return crew.Interruptible(ctx, func() (*directions, error) {
		n := len(c.rows)
		squares, vectors, ok := dense.Singular(workers, c.dense(), n, n)
		if !ok {
			return nil, metrics.ErrIllConditioned
		}
		_, exponent := math.Frexp(c.by)
		d := &directions{exponent: (1 - exponent) / 2, error: c.gamma * c.trace, squared: true}
		d.set(squares, vectors, n, c.gram.Features, max(float64(n)*dense.Epsilon, 4*c.gamma), d.error)
		for i, v := range d.values {
			d.values[i] = math.Sqrt(v)
		}
		return d, nil
	})
}

// rowDirections returns the directions of some rows of held activations or responses; nil
// if all are the same.
func rowDirections(ctx context.Context, h *stream.HeldRows, rows []int, workers int) (*directions, error) {
	return crew.Interruptible(ctx, func() (*directions, error) {
		n, cols := len(rows), h.Cols
		x, _, exponent := centredColumnsOf(h, rows, workers)
		if dense.MaxAbs(x) == 0 {
			return nil, nil
		}
		var values, vectors []float64
		ok := true
		if cols >= n {
			values, vectors, ok = dense.Singular(workers, dense.Transposed(x, n, cols), cols, n)
		} else { // X = Q·R, and the directions are Q times those of R
			q := dense.FactorQR(dense.Of(x, n, cols))
			r := make([]float64, cols*cols) // transposed
			for i := range cols {
				for j := i; j < cols; j++ {
					r[j*cols+i] = x[i*cols+j]
				}
			}
			q.FormQ()
			var inner []float64
			values, inner, ok = dense.Singular(workers, r, cols, cols)
			vectors = make([]float64, cols*n)
			dense.AddProduct(workers, dense.Of(vectors, cols, n), 1, dense.Of(inner, cols, cols), dense.Of(x, n, cols).T())
		}
		if !ok {
			return nil, metrics.ErrIllConditioned
		}
		d := &directions{exponent: exponent}
		d.error = float64(n) * dense.Epsilon * values[0]
		d.set(values, vectors, n, cols, math.Sqrt(float64(n)*dense.Epsilon), d.error)
		return d, nil
	})
}

// set keeps the values that are more than a share of the first one, and as many vectors.
func (d *directions) set(values, vectors []float64, n, cols int, share, rounding float64) {
	most := min(len(values), cols, n-1)
	bound, rank := float64(share*values[0]), 0
	for rank < most && values[rank] > bound {
		rank++
	}
	if rank < most {
		d.doubtful = values[rank] > bound-rounding && values[rank] > rounding
	}
	d.doubtful = d.doubtful || rank > 0 && rank < most && values[rank-1] < bound+rounding
	d.n, d.values, d.vectors = n, values[:rank], vectors[:rank*n]
}

// products returns the inner products of the first k and l directions of two sides, each
// times its weights.
func (d *directions) products(e *directions, a, b []float64, workers int) []float64 {
	weighted := func(d *directions, by []float64) []float64 {
		out := make([]float64, len(by)*d.n)
		for i, w := range by {
			dense.AddScaled(w, d.vectors[i*d.n:(i+1)*d.n], out[i*d.n:(i+1)*d.n])
		}
		return out
	}
	p := make([]float64, len(a)*len(b))
	dense.AddProduct(workers, dense.Of(p, len(a), len(b)), 1, dense.Of(weighted(d, a), len(a), d.n), dense.Of(weighted(e, b), len(b), d.n).T())
	return p
}

// nuclearNorm returns the sum of the singular values of a matrix.
func nuclearNorm(ctx context.Context, x []float64, rows, cols int) (float64, error) {
	return crew.Interruptible(ctx, func() (float64, error) {
		var svd mat.SVD
		if !svd.Factorize(mat.NewDense(rows, cols, x), mat.SVDNone) {
			return 0, metrics.ErrIllConditioned
		}
		sum := 0.0
		for _, s := range svd.Values(nil) {
			sum += s
		}
		return sum, nil
	})
}

// shape is a metric on the directions of activations and responses.
type shape struct {
	name string
	// doubt estimates how far rounding may move the score, by one side's directions.
	doubt func(*directions) float64
	// compare returns the score of two sides, and what there is to note.
	compare func(ctx context.Context, x, y *directions, workers int) (float64, []string, error)
	angles  bool // the score is the cosine of an angle
}

// checkStimuli returns an error if stimuli are too few to differ.
func (s shape) checkStimuli(n int) error {
	if least := 2; n < least {
		return &metrics.TooFewError{Metric: s.name, Have: n, Least: least}
	}
	return nil
}

func (s shape) flatX() string {
	return s.name + ": the activations are the same for all stimuli to their precision, so there is no score"
}

func (s shape) rounding() string {
	return s.name + ": a few far larger activations or responses hide others in rounding, which may move the score by more than 1e-6"
}

// score compares a layer with responses on the stimuli of each split.
func (s shape) score(ctx context.Context, in metrics.NeuralInput, notes ...string) (metrics.Score, error) {
	flatX, rounding := s.flatX(), s.rounding()
	flatY := s.name + ": the responses are the same for all stimuli, so there is no score"
	notes = append(notes, flatX, flatY, rounding)
	given := make(chan string, len(notes)*max(1, len(in.Splits)))
	responses := stream.NewHeldRows(in.Responses, in.Neuroids, max(stream.DoublePrecision, in.ResponsePrecision))
	score, err := overSplits(ctx, in, func(rows []int, workers int) (float64, error) {
		if err := s.checkStimuli(len(rows)); err != nil {
			return 0, err
		}
		x, err := activationDirections(ctx, in.Gram, rows, workers, s.doubt)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", s.name, err)
		}
		y, err := rowDirections(ctx, responses, rows, workers)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", s.name, err)
		}
		if x == nil {
			given <- flatX
		}
		if y == nil {
			given <- flatY
		}
		if x == nil || y == nil {
			return math.NaN(), nil
		}
		value, found, err := s.compare(ctx, x, y, workers)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", s.name, err)
		}
		for _, note := range found {
			given <- note
		}
		if x.doubtful || y.doubtful || s.doubt(x)+s.doubt(y) > 1e-6 {
			given <- rounding
		}
		return value, nil
	})
	close(given)
	addNotes(&score, given, len(in.Splits), notes...)
	if s.angles {
		addAngles(&score)
	}
	return score, err
}

// shapeMemory counts, for each split worked on at a time, the centred Gram matrix with its
// decomposition, the responses in twice the precision and theirs, and the products of both.
func shapeMemory(s metrics.Shape) metrics.Memory {
	_, t, _ := s.Sizes()
	rows, concurrent := comparedRows(s)
	rank, own := min(rows, t), min(rows, int64(s.Features))
	working := metrics.Memory{Working: metrics.FloatBytes * concurrent * (2*rows*rows + 5*rows*own/2 + 5*rows*t + 4*rows*rank)}
	if s.Splits <= 1 {
		working.Kept = metrics.FloatBytes * rows * rows
	}
	return working.Plus(rowsMemory(s, func(rows, columns int64) int64 { return 3 * metrics.FloatBytes * rows * min(rows, columns) })) // decompositions
}
