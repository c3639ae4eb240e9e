package mapping

import (
	"context"
	"maps"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// turnedStimuli are Qᵀ·x of train stimuli, or the columns of Qᵀ in the dual form: rows hold one
// step of the elimination for all stimuli. They are held, or made block by block whenever they
// are asked for: a pass over all of them takes as long as the errors with some penalties.
type turnedStimuli struct {
	n    int
	held []float64 // n columns; nil if blocks are made
	pool *pages.Pool
	q    []float64 // features × features
	f    *primalFeatures
	gram *stream.Gram
	rows []int // of the Gram matrix
}

// each calls a function with the stimuli from … to-1 until it has had all. z has rows of the
// given stride.
func (s *turnedStimuli) each(ctx context.Context, workers int, call func(from, to int, z []float64, stride int) error) error {
	if s.held != nil {
		return call(0, s.n, s.held, s.n)
	}
	features := s.gram.Features
	room := pages.Take[float64](s.pool, min(s.n, turnedBlock)*features)
	defer pages.Give(s.pool, room)
	for from := 0; from < s.n; from += turnedBlock {
		if err := ctx.Err(); err != nil {
			return err
		}
		to := min(s.n, from+turnedBlock)
		z := room[:(to-from)*features]
		s.write(workers, from, to, z)
		if err := call(from, to, z, to-from); err != nil {
			return err
		}
	}
	return nil
}

// write makes the stimuli from … to-1.
func (s *turnedStimuli) write(workers, from, to int, z []float64) {
	features, size := s.gram.Features, to-from
	clear(z)
	room := pages.Take[float64](s.pool, min(size, turnedAtOnce)*features)
	defer pages.Give(s.pool, room)
	for at := 0; at < size; at += turnedAtOnce {
		some := min(turnedAtOnce, size-at)
		x := room[:some*features]
		s.f.centred(s.gram, s.rows[from+at:from+at+some], x)
		dense.AddProduct(workers, dense.Strided(z[at:], features, some, size), 1, dense.Of(s.q, features, features).T(), dense.Of(x, some, features).T())
	}
}

// A block has turnedBlock stimuli, whose features are copied turnedAtOnce by turnedAtOnce. Of smaller
// blocks, solving the systems once for each would be a larger share of the time.
const (
	turnedBlock  = 4 * stream.SlabCols
	turnedAtOnce = stream.SlabCols
)

// turnedNumbers returns how many numbers blocks take that are made.
func turnedNumbers(features, train int64) int64 {
	return features * (min(train, turnedBlock) + min(train, turnedAtOnce))
}

// sample returns about the given count of the stimuli, at equal distances, with their indices,
// if blocks are made; else all stimuli, which cost nothing.
func (s *turnedStimuli) sample(count int) (some *turnedStimuli, indices []int) {
	if s.held != nil || count >= s.n {
		return s, dense.AllRows(s.n)
	}
	part := *s
	part.n, part.rows = count, make([]int, count)
	for i := range count {
		index := i * s.n / count
		indices, part.rows[i] = append(indices, index), s.rows[index]
	}
	return &part, indices
}

// eachFit calls a function with what w, the image of t neuroids, predicts of each stimulus.
// room holds the predictions of some stimuli. If blocks are made, Q·w takes less than these.
func (s *turnedStimuli) eachFit(workers int, w []float64, t int, room []float64, call func(stimulus int, fit []float64)) {
	features := len(w) / t
	weights, x := w, []float64(nil)
	if s.held == nil {
		weights = pages.Take[float64](s.pool, len(w))
		defer pages.Give(s.pool, weights)
		clear(weights)
		dense.AddProduct(workers, dense.Of(weights, features, t), 1, dense.Of(s.q, features, features), dense.Of(w, features, t))
		x = pages.Take[float64](s.pool, min(s.n, stimuliAtOnce)*features)
		defer pages.Give(s.pool, x)
	}
	for from := 0; from < s.n; from += stimuliAtOnce {
		to := min(s.n, from+stimuliAtOnce)
		var rows dense.Matrix
		if s.held == nil {
			rows = dense.Of(x[:(to-from)*features], to-from, features)
			s.f.centred(s.gram, s.rows[from:to], rows.Data)
		} else {
			rows = dense.Strided(s.held[from:], features, to-from, s.n).T()
		}
		fits := room[:(to-from)*t]
		clear(fits)
		dense.AddProduct(workers, dense.Of(fits, to-from, t), 1, rows, dense.Of(weights, features, t))
		for i := range to - from {
			call(from+i, fits[i*t:(i+1)*t])
		}
	}
}

// factoredPenalty is a penalty with T + αI = L·D·Lᵀ.
type factoredPenalty struct {
	alpha float64
	d, l  []float64
}

// pass computes the diagonals of some penalties, and calls a function, unless it is nil, with
// each block of the stimuli.
func (c *inverseDiagonals) pass(ctx context.Context, workers int, penalties []factoredPenalty, turned *turnedStimuli, call func(from, to int, z []float64, stride int) error) (diagonals [][]float64, err error) {
	diagonals = make([][]float64, len(penalties))
	if turned.held != nil { // others who share the form need not wait while call takes its time
		for k, p := range penalties {
			if diagonals[k], err = c.at(ctx, workers, p.alpha, p.d, p.l, turned.held, turned.n); err != nil {
				return nil, err
			}
		}
		if call == nil {
			return diagonals, nil
		}
		return diagonals, turned.each(ctx, workers, call)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	var unknown []int
	for k, p := range penalties {
		known := c.of[p.alpha]
		if known == nil {
			unknown, known = append(unknown, k), make([]float64, turned.n)
		}
		diagonals[k] = known
	}
	if len(unknown) == 0 && call == nil {
		return diagonals, nil
	}
	err = turned.each(ctx, workers, func(from, to int, z []float64, stride int) error {
		for _, k := range unknown {
			p := penalties[k]
			if err := dense.InverseDiagonal(ctx, workers, p.d, p.l, z, stride, diagonals[k][from:to]); err != nil {
				return err
			}
		}
		if call == nil {
			return nil
		}
		return call(from, to, z, stride)
	})
	if err != nil {
		return nil, err
	}
	if c.of == nil {
		c.of = make(map[float64][]float64)
	}
	for _, k := range unknown {
		c.of[penalties[k].alpha] = diagonals[k]
	}
	return diagonals, nil
}

// makeRoom forgets the diagonals of all but the given penalties, unless others may ask for
// these.
func (s *turnedStimuli) makeRoom(c *inverseDiagonals, alphas []float64) {
	if s.held != nil {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	maps.DeleteFunc(c.of, func(alpha float64, _ []float64) bool { return !slices.Contains(alphas, alpha) })
}
