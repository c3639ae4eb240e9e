package similarity

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// activeRDM compares the dissimilarities of the features whose mean over the stimuli stands
// out, each z-scored over the stimuli.
type activeRDM struct {
	rdm
	deviations float64 // of the features' means, beyond which a mean stands out
}

// Info returns the documentation of rdm, with two readings more: of the features' means and
// deviations, and of the features that stand out.
func (activeRDM) Info() metrics.Info {
	info := rdmInfo
	info.Needs.Again = 2
	return info
}

// ScoreNeural compares the dissimilarities of all pairs of stimuli.
func (m activeRDM) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	given := in.Gram.Dissimilarities != nil
	if !given {
		active, err := m.activeGram(ctx, in.Gram, in.Workers)
		if errors.Is(err, errNoneVaries) {
			score, err := overSplits(ctx, in, func([]int, int) (float64, error) { return math.NaN(), nil })
			score.Warnings = append(score.Warnings, errNoneVaries.Error()+", so there is no score")
			return score, err
		}
		if err != nil {
			return metrics.Score{}, err
		}
		in.Gram = active
	}
	score, err := m.rdm.ScoreNeural(ctx, in)
	if given {
		score.Warnings = append(score.Warnings, "rdm: a layer that is given as dissimilarities has no features to select: the option active has no effect")
	}
	return score, err
}

// errNoneVaries reports a layer without a feature to select from.
const errNoneVaries = dataerr.Error("rdm: no feature varies over the stimuli")

// Represent computes the dissimilarities of a layer.
func (m activeRDM) Represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	if g.Dissimilarities == nil {
		var err error
		if g, err = m.activeGram(ctx, g, workers); err != nil {
			return nil, err
		}
	}
	return m.rdm.Represent(ctx, g, workers)
}

// Memory adds what the selection takes.
func (m activeRDM) Memory(s metrics.Shape) metrics.Memory {
	return m.rdm.Memory(s).Plus(selectionMemory(s))
}

// PairMemory adds what the selection takes.
func (m activeRDM) PairMemory(s metrics.Shape) metrics.Memory {
	return m.rdm.PairMemory(s).Plus(selectionMemory(s))
}

// activeGram returns the Gram matrix of the features that stand out, z-scored. The layer is
// read twice more, once for the means and deviations of the features, and once for the matrix.
//
// Source: Coggan & Tong (2024), whose fMRI analysis selects voxels by their mean response.
func (m activeRDM) activeGram(ctx context.Context, g *stream.Gram, workers int) (*stream.Gram, error) {
	if g.Again == nil {
		return nil, metrics.ErrColumns
	}
	moments := &columnMoments{rows: g.PassRows(), n: g.N, mean: make([]float64, g.Features), deviation: make([]float64, g.Features)}
	if err := g.Again(ctx, moments); err != nil {
		return nil, err
	}
	count, err := moments.keepActive(m.deviations)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, sink stream.Sink) error {
		return g.Again(ctx, &zScoreSink{columnMoments: moments, sink: sink, slab: make([]float64, g.N*stream.SlabCols)})
	}
	sink := stream.NewGramSink(nil, g.N, count, rdmInfo.Needs, workers)
	if err := read(ctx, sink); err != nil {
		return nil, err
	}
	active := sink.Gram()
	active.Again, active.Rare = read, g.Rare
	return active, nil
}

// columnMoments finds the mean and the population deviation over rows of each column of a
// pass. The deviation is 0 of columns that do not vary, or are not kept.
type columnMoments struct {
	rows            []int // nil stands for the first n
	n               int
	mean, deviation []float64
}

func (c *columnMoments) row(i int) int {
	if c.rows != nil {
		return c.rows[i]
	}
	return i
}

func (c *columnMoments) Block(_ context.Context, b stream.Block) error {
	mean, squares := c.mean[b.Lo:b.Lo+b.Cols], make([]float64, b.Cols)
	b.Means(c.rows, c.n, 0, b.Cols, mean)
	first, row, varies := make([]float64, b.Cols), make([]float64, b.Cols), make([]bool, b.Cols)
	for i := range c.n {
		b.Row(c.row(i), 0, row)
		if i == 0 {
			copy(first, row)
		}
		for j, v := range row {
			d := v - mean[j]
			squares[j] += float64(d * d)
			varies[j] = varies[j] || v != first[j]
		}
	}
	for j, varies := range varies {
		if varies {
			c.deviation[b.Lo+j] = math.Sqrt(squares[j] / float64(c.n))
		}
	}
	return nil
}

func (c *columnMoments) Done(context.Context) error { return nil }

// keepActive keeps, of the columns that vary, those whose mean is further from 0 than a
// number of deviations of the means of all that vary, and returns how many these are.
func (c *columnMoments) keepActive(deviations float64) (count int, err error) {
	var means []float64
	for j, d := range c.deviation {
		if d > 0 {
			means = append(means, c.mean[j])
		}
	}
	if len(means) == 0 {
		return 0, errNoneVaries
	}
	_, sd, _ := series.Moments(means)
	for j, mean := range c.mean {
		if c.deviation[j] > 0 && math.Abs(mean) > deviations*sd {
			count++
		} else {
			c.deviation[j] = 0
		}
	}
	if count == 0 {
		return 0, dataerr.Error(fmt.Sprintf("%s: none of the %d features that vary over the stimuli has a mean beyond %v standard deviations (%.4g) of their means: score another layer, or lower the option active", rdmInfo.Name, len(means), deviations, deviations*sd))
	}
	return count, nil
}

// zScoreSink passes the kept columns, z-scored over their rows, to a sink in whole slabs, so
// that sums do not depend on the size of blocks.
type zScoreSink struct {
	*columnMoments
	sink          stream.Sink
	slab          []float64 // n × SlabCols
	passed, count int       // columns before the slab, and in it
	precision     float64
}

func (z *zScoreSink) Block(ctx context.Context, b stream.Block) error {
	row := make([]float64, b.Cols)
	z.precision = max(stream.DoublePrecision, b.Precision)
	for lo := 0; lo < b.Cols; {
		// As many columns as fill the slab.
		hi, added := lo, 0
		for ; hi < b.Cols && z.count+added < stream.SlabCols; hi++ {
			if z.deviation[b.Lo+hi] > 0 {
				added++
			}
		}
		for i := range z.n {
			part := row[:hi-lo]
			b.Row(z.row(i), lo, part)
			to := z.slab[i*stream.SlabCols+z.count:]
			k := 0
			for j, v := range part {
				if d := z.deviation[b.Lo+lo+j]; d > 0 {
					to[k] = (v - z.mean[b.Lo+lo+j]) / d
					k++
				}
			}
		}
		z.count, lo = z.count+added, hi
		if z.count == stream.SlabCols {
			if err := z.flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush passes the columns of the slab on.
func (z *zScoreSink) flush(ctx context.Context) error {
	if z.count == 0 {
		return nil
	}
	err := z.sink.Block(ctx, stream.Block{Lo: z.passed, Cols: z.count, Stride: stream.SlabCols, X: z.slab, Precision: z.precision})
	z.passed, z.count = z.passed+z.count, 0
	return err
}

func (z *zScoreSink) Done(ctx context.Context) error {
	if err := z.flush(ctx); err != nil {
		return err
	}
	return z.sink.Done(ctx)
}

// selectionMemory counts the moments of features, and the Gram matrix of all of them at most.
func selectionMemory(s metrics.Shape) metrics.Memory {
	n, features := int64(s.Stimuli), int64(s.Features)
	return metrics.Memory{Working: s.Reading + metrics.FloatBytes*(3*features+n*n+2*n*stream.SlabCols)}
}
