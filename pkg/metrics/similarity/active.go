package similarity

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

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

// Info returns the documentation of rdm. The first reading is of the features' means and
// deviations in the place of a Gram matrix, and a second one of the features that stand out.
func (activeRDM) Info() metrics.Info {
	info := rdmInfo
	info.Needs = stream.Needs{ColumnMoments: true, Again: 1}
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

// activeGrams keeps the Gram matrices of features that stand out, by the number of
// deviations, for further responses.
type activeGrams struct {
	mutex sync.Mutex
	of    map[float64]*stream.Gram
}

// activeGram returns the Gram matrix of the features that stand out, z-scored. The layer is
// read once more for it, and before that for the moments of its features if they are not known.
//
// Source: Coggan & Tong (2024), whose fMRI analysis selects voxels by their mean response.
func (m activeRDM) activeGram(ctx context.Context, g *stream.Gram, workers int) (*stream.Gram, error) {
	if g.Again == nil {
		return nil, metrics.ErrColumns
	}
	known := stream.Attached[activeGrams](g)
	known.mutex.Lock()
	defer known.mutex.Unlock()
	if active, ok := known.of[m.deviations]; ok {
		return active, nil
	}
	all := g.ColumnMoments
	if all == nil {
		all = stream.NewColumnMoments(g, g.Features)
		if err := g.Again(ctx, all); err != nil {
			return nil, err
		}
	}
	own := *all
	own.Deviation = slices.Clone(all.Deviation)
	moments := activeColumns{&own}
	count, err := moments.keepActive(m.deviations)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, sink stream.Sink) error {
		return g.Again(ctx, &zScoreSink{activeColumns: moments, sink: sink, slab: make([]float64, g.N*stream.SlabCols)})
	}
	sink := stream.NewGramSink(nil, g.N, count, rdmInfo.Needs, workers)
	if err := read(ctx, sink); err != nil {
		return nil, err
	}
	active := sink.Gram()
	active.Again, active.Rare = read, g.Rare
	if known.of == nil {
		known.of = make(map[float64]*stream.Gram)
	}
	known.of[m.deviations] = active
	return active, nil
}

// activeColumns are the features that stand out: the deviations of others are 0.
type activeColumns struct{ *stream.ColumnMoments }

// keepActive keeps, of the columns that vary, those whose mean is further from 0 than a
// number of deviations of the means of all that vary, and returns how many these are.
func (c activeColumns) keepActive(deviations float64) (count int, err error) {
	var means []float64
	for j, d := range c.Deviation {
		if d > 0 {
			means = append(means, c.Mean[j])
		}
	}
	if len(means) == 0 {
		return 0, errNoneVaries
	}
	_, sd, _ := series.Moments(means)
	for j, mean := range c.Mean {
		if c.Deviation[j] > 0 && math.Abs(mean) > deviations*sd {
			count++
		} else {
			c.Deviation[j] = 0
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
	activeColumns
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
			if z.Deviation[b.Lo+hi] > 0 {
				added++
			}
		}
		for i := range z.Rows() {
			part := row[:hi-lo]
			b.Row(z.Row(i), lo, part)
			to := z.slab[i*stream.SlabCols+z.count:]
			k := 0
			for j, v := range part {
				if d := z.Deviation[b.Lo+lo+j]; d > 0 {
					to[k] = (v - z.Mean[b.Lo+lo+j]) / d
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

// selectionMemory counts the moments of features, and the Gram matrix of all of them at most,
// which stays.
func selectionMemory(s metrics.Shape) metrics.Memory {
	n, features := int64(s.Stimuli), int64(s.Features)
	return metrics.Memory{Kept: metrics.FloatBytes * n * n, Working: s.Reading + metrics.FloatBytes*(3*features+n*n+2*n*stream.SlabCols)}
}
