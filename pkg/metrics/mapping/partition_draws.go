package mapping

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// measured is the variance of the responses to the test stimuli of all splits, of which
// models explain a part.
type measured struct {
	metrics.Resampling
	stimuli int
	splits  []metrics.Split
	varies  [][]bool  // by split and neuroid, on the train and on the test rows
	squares []float64 // of each neuroid, over all splits
	// drawn are the squares of each neuroid in each draw.
	drawn []float64
}

// missedSums are what a model misses on a split: the squared errors of each neuroid; and in
// each draw their mean over the drawn neuroids, each relative to the squares of the neuroid
// over all splits.
type missedSums struct{ squares, draws []float64 }

func newMeasured(in metrics.NeuralInput, r metrics.Resampling) *measured {
	t := in.Neuroids
	m := &measured{Resampling: r, stimuli: in.Stimuli, splits: in.Splits, squares: make([]float64, t), drawn: make([]float64, r.Samples*t)}
	if t == 0 {
		return m
	}
	for _, s := range in.Splits {
		varies := series.ColumnVaries(in.Responses, t, s.Train)
		for j, v := range series.ColumnVaries(in.Responses, t, s.Test) {
			varies[j] = varies[j] && v
		}
		m.varies = append(m.varies, varies)
		y := m.centred(dense.SelectRows(in.Responses, t, s.Test), len(m.varies)-1)
		// Added up as what a model misses is, so that a constant prediction explains exactly 0.
		own := make([]float64, t)
		dense.AddSquares(own, y)
		dense.AddScaled(1, own, m.squares)
		for from := 0; from < r.Samples; from += drawBlock {
			d := m.drawTimes(from, s.Test, t)
			d.eachSquares(in.Workers, y, t, func(k, j int, squares float64) { m.drawn[(from+k)*t+j] += squares })
		}
	}
	return m
}

// centred subtracts each column's mean from values of the test rows of a split, and makes
// those of a neuroid that does not vary 0.
func (m *measured) centred(x []float64, split int) []float64 {
	t := len(m.squares)
	dense.CenterColumns(x, t)
	for j, varies := range m.varies[split] {
		for at := j; !varies && at < len(x); at += t {
			x[at] = 0
		}
	}
	return x
}

// miss returns what predictions miss on a split.
func (m *measured) miss(ctx context.Context, of prediction, in metrics.NeuralInput, split int) (missedSums, error) {
	t, test := in.Neuroids, m.splits[split].Test
	e := dense.SelectRows(in.Responses, t, test)
	for i, v := range of.values {
		e[i] -= v
	}
	m.centred(e, split)
	out := missedSums{make([]float64, t), make([]float64, m.Samples)}
	dense.AddSquares(out.squares, e)
	for from := 0; from < m.Samples; from += drawBlock {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		d := m.drawTimes(from, test, t)
		d.eachSquares(in.Workers, e, t, func(k, j int, squares float64) {
			if own := d.neuroids[k*t+j]; own > 0 && m.isDrawn(from+k, j) {
				out.draws[from+k] += float64(own*squares) / m.drawn[(from+k)*t+j]
			}
		})
	}
	return out, nil
}

// isDrawn reports whether a neuroid varies over the stimuli of a draw.
func (m *measured) isDrawn(draw, neuroid int) bool {
	const nothing = 1e-12 // relative to the squares of all stimuli
	return m.drawn[draw*len(m.squares)+neuroid] > nothing*m.squares[neuroid]
}

// explained returns the explained variance of each neuroid by a model, and its mean in each
// draw, from what the model misses on each split.
func (m *measured) explained(missed [][]missedSums, model int) (neuroids, draws []float64) {
	t := len(m.squares)
	if t == 0 {
		return nil, slices.Repeat([]float64{math.NaN()}, m.Samples)
	}
	neuroids, draws = make([]float64, t), make([]float64, m.Samples)
	for _, models := range missed {
		dense.AddScaled(1, models[model].squares, neuroids)
		dense.AddScaled(1, models[model].draws, draws)
	}
	for j, squares := range m.squares {
		if neuroids[j] = 1 - neuroids[j]/squares; squares == 0 {
			neuroids[j] = math.NaN()
		}
	}
	for from := 0; from < m.Samples; from += drawBlock {
		d := m.drawTimes(from, nil, t)
		for k := range d.draws {
			count := 0.0
			for j := range t {
				if m.isDrawn(from+k, j) {
					count += d.neuroids[k*t+j]
				}
			}
			draws[from+k] = 1 - draws[from+k]/count // NaN of none
		}
	}
	return neuroids, draws
}

// Draws are made in blocks, and of blocks of neuroids, which bounds their memory.
const (
	drawBlock     = 64
	neuroidBlock  = 256
	promisedDraws = 1000 // that memory is promised for
)

// drawNumbers counts the numbers of a block of draws.
func drawNumbers(stimuli, neuroids, test int64) int64 {
	width := min(neuroidBlock, neuroids)
	return stimuli + drawBlock*(neuroids+test) + 2*width*(test+drawBlock)
}

// drawTimes is how often each test row, and each neuroid, is drawn in each of some draws.
type drawTimes struct {
	draws    int
	rows     []float64 // draws × rows
	totals   []float64 // of each draw
	neuroids []float64 // draws × neuroids
}

// drawTimes makes the draws of a block. All stimuli are drawn from, so that a stimulus is
// drawn as often in all splits.
func (m *measured) drawTimes(from int, test []int, t int) drawTimes {
	d := drawTimes{draws: min(drawBlock, m.Samples-from)}
	random := rand.New(rand.NewPCG(m.Seed, uint64(from)))
	d.rows, d.totals, d.neuroids = make([]float64, d.draws*len(test)), make([]float64, d.draws), make([]float64, d.draws*t)
	drawn := make([]float64, m.stimuli)
	for k := range d.draws {
		clear(drawn)
		for range m.stimuli {
			drawn[random.IntN(m.stimuli)]++
		}
		for i, row := range test {
			d.rows[k*len(test)+i] = drawn[row]
			d.totals[k] += drawn[row]
		}
		for range t {
			d.neuroids[k*t+random.IntN(t)]++
		}
	}
	return d
}

// eachSquares calls f with the sum of squared deviations from its mean over the drawn rows
// of each column of x, whose rows are the test rows.
func (d drawTimes) eachSquares(workers int, x []float64, t int, f func(draw, column int, squares float64)) {
	rows := len(x) / t
	for lo := 0; lo < t; lo += neuroidBlock {
		width := min(neuroidBlock, t-lo)
		values := make([]float64, 0, rows*width)
		for at := lo; at < len(x); at += t {
			values = append(values, x[at:at+width]...)
		}
		sums, squares := make([]float64, d.draws*width), make([]float64, d.draws*width)
		times := dense.Of(d.rows, d.draws, rows)
		dense.AddProduct(workers, dense.Of(sums, d.draws, width), 1, times, dense.Of(values, rows, width))
		for i, v := range values {
			values[i] = v * v
		}
		dense.AddProduct(workers, dense.Of(squares, d.draws, width), 1, times, dense.Of(values, rows, width))
		for k := range d.draws {
			for j := range width {
				at := k*width + j
				if v := squares[at] - float64(sums[at]/max(1, d.totals[k])*sums[at]); v > 0 {
					f(k, lo+j, v)
				}
			}
		}
	}
}
