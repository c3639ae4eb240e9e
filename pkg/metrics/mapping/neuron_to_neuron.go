package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// neuronToNeuron predicts each neuroid by the one feature most like it. Correlations
// are products of the columns with the responses, off by no more than a multiple of
// n·ε, whatever their offset and unit; where that cannot tell which is the highest,
// they are taken in twice the precision (trainCorrelations, double). The values that
// predict are those that were read. So the score is as a float64 has it, to n·ε.
type neuronToNeuron struct{}

func (neuronToNeuron) Info() metrics.Info { return neuronToNeuronInfo }

// ScoreNeural needs the activations to be held; wide ones come
// through NewStream.
func (m neuronToNeuron) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (neuronToNeuron) NewStream(in metrics.NeuralInput, rows []int) (metrics.Stream, error) {
	n, all := in.Stimuli, in.Neuroids
	kept := keptNeuroids(in)
	in.Responses = dense.SelectColumns(in.Responses, all, kept)
	in.Neuroids = len(kept)
	in.Workers = max(1, in.Workers)
	s := &bestFeatures{in: in, all: all, kept: kept,
		slab: newFeatureSlab(rows, n, in.Workers), product: make([]float64, stream.SlabCols*len(kept))}
	raw := slices.Clone(in.Responses)
	dense.UnitColumns(raw, len(kept)) // r knows no unit
	s.y = slices.Clone(raw)
	if len(kept) > 0 {
		dense.CenterColumns(s.y, len(kept))
	}
	for _, split := range in.Splits {
		s.splits = append(s.splits, newBestOfSplit(split, raw, s.y, n, len(kept)))
	}
	return s, nil
}

// bestFeatures finds, for each split and neuroid, the feature with the highest
// train correlation as the columns go by, and keeps its test values.
type bestFeatures struct {
	in      metrics.NeuralInput
	all     int   // neuroids, constant ones included
	kept    []int // those that are not constant
	y       []float64
	slab    *featureSlab
	product []float64 // slab columns × neuroids: Xᵀ·Y over all stimuli
	splits  []*bestOfSplit
}

// bestOfSplit is the state of one split.
type bestOfSplit struct {
	trainCorrelations
	best   []bestFeature // of each neuroid
	values []float64     // neuroids × test: values of the best feature
}

// bestFeature is the feature most correlated with a neuroid so far.
type bestFeature struct {
	found     bool
	low, high float64       // bounds of its r
	r         double.Number // r itself, once it is needed
	exact     bool          // true if r is set
	column    []float64     // its train values
	key       uint64        // of these
	equal     uint64        // of the last other train values with the same r
}

// candidate is a column of the slab that may be a best feature.
type candidate struct {
	column []float64 // its train values
	key    uint64
	series double.Series // of these, once they are needed
}

// exactly returns the column centred in twice the precision.
func (c *candidate) exactly() double.Series {
	if c.series.High == nil {
		c.series = double.Centered(c.column)
	}
	return c.series
}

func newBestOfSplit(s metrics.Split, raw, y []float64, n, t int) *bestOfSplit {
	b := &bestOfSplit{trainCorrelations: newTrainCorrelations(s, raw, y, n, t), best: make([]bestFeature, t)}
	b.values = slices.Repeat([]float64{math.NaN()}, t*len(b.test))
	return b
}

// Block compares the block's columns with all neuroids in every split.
func (s *bestFeatures) Block(ctx context.Context, b stream.Block) error {
	n, t := s.in.Stimuli, len(s.kept)
	if t == 0 {
		return nil
	}
	for at := 0; at < b.Cols; at += stream.SlabCols {
		width := min(stream.SlabCols, b.Cols-at)
		if err := s.slab.load(ctx, b.From(at), width); err != nil {
			return err
		}
		clear(s.product)
		dense.AddProduct(s.in.Workers, dense.Of(s.product, width, t), 1, dense.Strided(s.slab.x, n, width, stream.SlabCols).T(), dense.Of(s.y, n, t))
		err := crew.Each(ctx, s.in.Workers, len(s.splits), func(i int) error {
			s.advance(s.splits[i], width)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// advance compares the slab's columns within one split. Where float64 cannot tell
// whose r is the highest, they are compared in twice the precision, in their order: the
// first of equal ones stays.
func (s *bestFeatures) advance(b *bestOfSplit, width int) {
	t := len(s.kept)
	b.correlate(s.slab, s.product, width)
	surely := make([]float64, t) // the highest r is no less
	for k, best := range b.best {
		if surely[k] = math.Inf(-1); best.found {
			surely[k] = best.low
		}
	}
	widest := dense.MaxAbs(b.yWindow)
	for j := range width {
		within := float64(b.window[j] * widest)
		for k, r := range b.rs[j*t : (j+1)*t] {
			if least := r - within; least > surely[k] {
				surely[k] = least
			}
		}
	}
	equal := double.EqualWithin(len(b.train))
	type pair struct{ column, neuroid int }
	var pairs []pair
	counts := make([]int, t)
	for j := range width {
		within := float64(b.window[j]*widest) + equal
		for k, r := range b.rs[j*t : (j+1)*t] {
			if r+within >= surely[k] {
				pairs = append(pairs, pair{j, k})
				counts[k]++
			}
		}
	}
	columns := make([]*candidate, width)
	responses := make([]*double.Series, t)
	for _, p := range pairs {
		c := columns[p.column]
		if c == nil {
			column := s.slab.column(p.column, b.train)
			c = &candidate{column: column, key: seriesKey(column)}
			columns[p.column] = c
		}
		best := &b.best[p.neuroid]
		if best.found && (c.key == best.key || c.key == best.equal) {
			continue
		}
		r, within := b.rs[p.column*t+p.neuroid], float64(b.window[p.column]*widest)
		next := bestFeature{found: true, low: r - within, high: r + within, column: c.column, key: c.key}
		if clear := counts[p.neuroid] == 1 && (!best.found || best.high+equal < next.low); !clear {
			if responses[p.neuroid] == nil {
				y := double.Centered(b.responses(p.neuroid))
				responses[p.neuroid] = &y
			}
			y := *responses[p.neuroid]
			next.r, next.exact = c.exactly().Correlation(y), true
			next.low, next.high = next.r.High, next.r.High
			if best.found && !best.exact {
				best.r, best.exact = double.Centered(best.column).Correlation(y), true
				best.low, best.high = best.r.High, best.r.High
			}
			if best.found {
				if order := next.r.Compare(best.r, len(b.train)); order <= 0 {
					if order == 0 {
						best.equal = c.key
					}
					continue
				}
			}
		}
		*best = next
		copy(b.values[p.neuroid*len(b.test):], s.slab.column(p.column, b.test))
	}
}

// Done has nothing left to do.
func (s *bestFeatures) Done(context.Context) error { return nil }

// Score correlates the best features' test values with the responses.
func (s *bestFeatures) Score(ctx context.Context) (metrics.Score, error) {
	in := s.in
	in.Responses, in.Neuroids = s.spread(), s.all
	return crossValidate(ctx, in, func(context.Context, metrics.NeuralInput) ([]prediction, []string, error) {
		predictions := make([][]float64, len(s.splits))
		for i, b := range s.splits {
			t, rows := len(s.kept), len(b.test)
			predictions[i] = make([]float64, rows*t)
			for k := range t {
				for a := range rows {
					predictions[i][a*t+k] = b.values[k*rows+a]
				}
			}
		}
		out := predictionsOf(predictions)
		for i := range out {
			out[i].exact = true
		}
		return out, nil, nil
	})
}

// spread puts the kept neuroids back among constant ones, as crossValidate
// expects them.
func (s *bestFeatures) spread() []float64 {
	out := make([]float64, s.in.Stimuli*s.all)
	for i := range s.in.Stimuli {
		for a, j := range s.kept {
			out[i*s.all+j] = s.in.Responses[i*len(s.kept)+a]
		}
	}
	return out
}

// Memory counts what a slab of columns may need of any number of neuroids.
func (neuronToNeuron) Memory(s metrics.Shape) metrics.Memory {
	return correlationMemory(s, int64(s.Neuroids))
}

// correlationMemory counts the responses three times, the products with a slab of columns and, of each
// split, its correlations with that, the best features and what they are on the train stimuli. Of so
// many neuroids at once a split needs the responses in twice the precision.
func correlationMemory(s metrics.Shape, exactly int64) metrics.Memory {
	n, t, m := s.Sizes()
	const best = 21 // numbers, and moments
	split := 2*(n-m)*t + (stream.SlabCols+best)*t + min(int64(s.Features), t)*m
	exact := s.AtOnce() * 2 * m * exactly
	return metrics.Memory{Streaming: metrics.FloatBytes * (3*n*t + stream.SlabCols*(2*n+t) + int64(s.Splits)*split + exact)}
}

var neuronToNeuronInfo = metrics.Info{
	Name:      "neuron_to_neuron",
	Version:   3,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "the single feature most correlated with each neuroid",
	Formula:   "for each neuroid the feature with the highest train Pearson's r (signed, the first of those that are equal); its test values are the prediction; score of a split: median over neuroids of Pearson's r on the test stimuli",
	Range:     "-1 to 1",
	NaN:       "features constant on the train stimuli are passed over; a feature constant on the test stimuli gives no r and its neuroid is left out of the median",
	Needs:     stream.Needs{Columns: true},
	References: []string{
		"Li et al. (2016), ICLR, arXiv:1511.07543",
		"Arend et al. (2018), bioRxiv 395715 (single neurons)",
	},
}

func init() {
	metrics.Register(neuronToNeuronInfo, func(metrics.Options) (metrics.Metric, error) { return neuronToNeuron{}, nil })
}
