package mapping

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// trainCorrelations computes Pearson's r on a split's train rows between columns of a
// slab and all neuroids. It is off by no more than the window of each pair, of the
// order n·ε, since sums that leave too little on the train rows are taken anew from
// the values as read.
type trainCorrelations struct {
	train, test, out []int     // out: all rows that are not train rows
	raw              []float64 // responses, all rows
	yMean, yNorm     []float64 // over train rows, of responses centred over all
	yRoot            []float64 // of yNorm
	yOut             []float64 // responses of the rows that are out
	yWindow          []float64 // √ of how much larger a neuroid's squares are over all rows
	yTrain           []float64 // raw responses centred on the train rows, once they are needed
	yTrainNorm       []float64
	direct           bool // a neuroid has too little on the train rows: no differences at all
	slabMoments
	window []float64 // of the slab's columns
	rs     []float64 // slab columns × neuroids
}

// newTrainCorrelations needs the responses as read and centred over all rows.
func newTrainCorrelations(s metrics.Split, raw, y []float64, n, t int) trainCorrelations {
	train, test := slices.Sorted(slices.Values(s.Train)), slices.Sorted(slices.Values(s.Test))
	c := trainCorrelations{train: train, test: test, out: dense.Complement(train, n), raw: raw, slabMoments: newSlabMoments(),
		window: make([]float64, stream.SlabCols), yNorm: make([]float64, t), yWindow: slices.Repeat([]float64{1}, t)}
	if t == 0 {
		return c
	}
	var centred []float64
	centred, c.yMean = dense.CenteredRows(y, t, train)
	dense.AddSquares(c.yNorm, centred)
	squares := make([]float64, t)
	dense.AddSquares(squares, y)
	for j, varies := range series.ColumnVaries(raw, t, train) {
		switch {
		case !varies:
			c.yNorm[j] = math.NaN() // constant on the train rows: no r
		case c.yNorm[j] < leastShare*squares[j]:
			c.direct = true
		default:
			c.yWindow[j] = math.Sqrt(squares[j] / c.yNorm[j])
		}
	}
	c.yRoot = make([]float64, t)
	for j, norm := range c.yNorm {
		c.yRoot[j] = math.Sqrt(norm)
	}
	c.yOut = dense.SelectRows(y, t, c.out)
	return c
}

// correlate sets rs for the slab's first width columns, NaN for one that is
// constant on the train rows. product is the slab's columns × neuroids product
// over all rows; those over the train rows are it less those over the others.
func (c *trainCorrelations) correlate(slab *featureSlab, product []float64, width int) {
	t := len(c.yNorm)
	slab.trainMoments(c.train, c.out, width, &c.slabMoments)
	if c.direct {
		c.far = c.far[:0]
		for j := range width {
			if c.varies[j] {
				c.far = append(c.far, j)
			}
		}
		c.rs = slices.Grow(c.rs[:0], width*t)[:width*t]
	} else {
		c.rs = append(c.rs[:0], product[:width*t]...)
		xOut := dense.SelectRows(slab.x, stream.SlabCols, c.out)
		dense.AddProduct(1, dense.Of(c.rs, width, t), -1, dense.Strided(xOut, len(c.out), width, stream.SlabCols).T(), dense.Of(c.yOut, len(c.out), t))
	}
	rounding := 4 * float64(slab.n) * dense.Epsilon
	for j := range width {
		// A column constant on the train rows has the norm NaN.
		c.window[j] = rounding * math.Sqrt(slab.squares[j]/c.norm[j])
		root, rs := math.Sqrt(c.norm[j]), c.rs[j*t:(j+1)*t]
		for k, v := range rs {
			rs[k] = (v - float64(c.sum[j]*c.yMean[k])) / (root * c.yRoot[k])
		}
	}
	if len(c.far) == 0 {
		return
	}
	if c.yTrain == nil {
		c.yTrain = dense.SelectRows(c.raw, t, c.train)
		dense.UnitColumns(c.yTrain, t)
		dense.CenterColumns(c.yTrain, t)
		c.yTrainNorm = make([]float64, t)
		dense.AddSquares(c.yTrainNorm, c.yTrain)
	}
	x, norms := slab.trainColumns(c.train, c.far)
	products := make([]float64, len(c.far)*t)
	dense.AddProduct(1, dense.Of(products, len(c.far), t), 1, dense.Of(x, len(c.train), len(c.far)).T(), dense.Of(c.yTrain, len(c.train), t))
	for a, j := range c.far {
		c.norm[j], c.window[j] = norms[a], rounding
		for k, v := range products[a*t : (a+1)*t] {
			c.rs[j*t+k] = v / math.Sqrt(norms[a]) / math.Sqrt(c.yTrainNorm[k])
			if math.IsNaN(c.yNorm[k]) {
				c.rs[j*t+k] = math.NaN()
			}
		}
	}
}

// responses copies a neuroid's responses as read on the train rows.
func (c *trainCorrelations) responses(k int) []float64 {
	t := len(c.yNorm)
	out := make([]float64, len(c.train))
	for a, i := range c.train {
		out[a] = c.raw[i*t+k]
	}
	return out
}

// seriesKey is the same for equal series, and else but for one in 2⁶⁴ another.
func seriesKey(x []float64) uint64 {
	key := uint64(len(x))
	for _, v := range x {
		key ^= math.Float64bits(v + 0) // −0 is 0
		key *= 0x9e3779b97f4a7c15
		key ^= key >> 29
		key *= 0xbf58476d1ce4e5b9
		key ^= key >> 32
	}
	return key
}
