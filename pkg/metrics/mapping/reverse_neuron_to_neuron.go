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

// reverseNeuronToNeuron predicts each feature by the one neuroid most like it. Its
// rounding is that of neuron_to_neuron, of the order n·ε.
type reverseNeuronToNeuron struct{}

func (reverseNeuronToNeuron) Info() metrics.Info { return reverseNeuronToNeuronInfo }

// ScoreNeural needs the activations to be held; wide ones come
// through NewStream.
func (m reverseNeuronToNeuron) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (reverseNeuronToNeuron) NewStream(in metrics.NeuralInput, rows []int) (metrics.Stream, error) {
	in.Workers = max(1, in.Workers)
	kept := keptNeuroids(in)
	raw := dense.SelectColumns(in.Responses, in.Neuroids, kept)
	dense.UnitColumns(raw, len(kept)) // r knows no unit
	y := slices.Clone(raw)
	if len(kept) > 0 {
		dense.CenterColumns(y, len(kept))
	}
	in.Responses, in.Neuroids = raw, len(kept)
	s := &bestNeuroids{in: in, workers: in.Workers, neuroids: len(kept), slab: newFeatureSlab(rows, in.Stimuli, in.Workers),
		raw: raw, y: y, product: make([]float64, stream.SlabCols*len(kept))}
	for _, split := range in.Splits {
		of := newTrainCorrelations(split, raw, y, in.Stimuli, len(kept))
		s.splits = append(s.splits, &bestNeuroidsOfSplit{trainCorrelations: of, widest: dense.MaxAbs(of.yWindow)})
	}
	return s, nil
}

// bestNeuroids finds the neuroid most like each feature as they go by.
type bestNeuroids struct {
	in                metrics.NeuralInput // without constant neuroids
	workers, neuroids int
	slab              *featureSlab
	raw, y            []float64 // responses as read and centred over all stimuli
	product           []float64 // slab columns × neuroids: Xᵀ·Y over all stimuli
	splits            []*bestNeuroidsOfSplit
	dead, seen        int
}

type bestNeuroidsOfSplit struct {
	trainCorrelations
	features varyingRows
	r        []float64
	widest   float64         // of yWindow
	ties     []int           // neuroids that may be the best for the feature at hand
	keys     []uint64        // of the neuroids' train responses, once they are needed
	exact    []double.Series // these responses, likewise
}

// Block compares the block's columns with all neuroids in every split.
func (s *bestNeuroids) Block(ctx context.Context, b stream.Block) error {
	n, t := s.slab.n, s.neuroids
	for at := 0; at < b.Cols; at += stream.SlabCols {
		width := min(stream.SlabCols, b.Cols-at)
		if err := s.slab.load(ctx, b.From(at), width); err != nil {
			return err
		}
		for j := range width {
			if s.slab.constant(j) {
				s.dead++
			}
		}
		s.seen += width
		if t == 0 {
			continue
		}
		clear(s.product)
		dense.AddProduct(s.workers, dense.Of(s.product, width, t), 1, dense.Strided(s.slab.x, n, width, stream.SlabCols).T(), dense.Of(s.y, n, t))
		err := crew.Each(ctx, s.workers, len(s.splits), func(i int) error {
			s.advance(s.splits[i], width)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// advance appends the r of the slab's columns within one split.
func (s *bestNeuroids) advance(b *bestNeuroidsOfSplit, width int) {
	t := s.neuroids
	b.features.look(s.slab, metrics.Split{Train: b.train, Test: b.test}, width)
	b.correlate(s.slab, s.product, width)
	predicted := make([]float64, len(b.test)*width)
	predicts := make([]bool, width)
	best := make([]int, width)
	for j := range best {
		best[j] = b.bestFor(s.slab, j)
		predicts[j] = best[j] >= 0
		best[j] = max(0, best[j])
	}
	for a, row := range b.test {
		raw, out := s.raw[row*t:(row+1)*t], predicted[a*width:(a+1)*width]
		for j, k := range best {
			out[j] = raw[k]
		}
	}
	at := len(b.r)
	b.r = slices.Grow(b.r, width)[:at+width]
	s.slab.testCorrelations(b.test, predicted, predicts, make([]float64, width), b.r[at:])
}

// bestFor returns the first of the neuroids with the highest r with a column, −1
// where there is none. Those between which float64 cannot tell are compared in twice
// the precision.
func (b *bestNeuroidsOfSplit) bestFor(slab *featureSlab, j int) int {
	t := len(b.yNorm)
	rs, highest := b.rs[j*t:(j+1)*t], math.Inf(-1)
	for _, r := range rs {
		if r > highest {
			highest = r
		}
	}
	least := highest - float64(2*b.window[j]*b.widest) - double.EqualWithin(len(b.train))
	b.ties = b.ties[:0]
	for k, r := range rs {
		if r >= least {
			b.ties = append(b.ties, k)
		}
	}
	if len(b.ties) == 0 {
		return -1
	}
	best := b.ties[0]
	if len(b.ties) == 1 {
		return best
	}
	if b.keys == nil {
		b.keys, b.exact = make([]uint64, t), make([]double.Series, t)
		for k := range t {
			b.keys[k] = seriesKey(b.responses(k))
		}
	}
	var column double.Series
	var top double.Number
	equal := []uint64{b.keys[best]}
	for _, k := range b.ties[1:] {
		if slices.Contains(equal, b.keys[k]) {
			continue
		}
		if column.High == nil {
			column = double.Centered(slab.column(j, b.train))
			top = column.Correlation(b.responsesExactly(best))
		}
		equal = append(equal, b.keys[k])
		if r := column.Correlation(b.responsesExactly(k)); r.Compare(top, len(b.train)) > 0 {
			best, top = k, r
		}
	}
	return best
}

// responsesExactly returns a neuroid's train responses, centred in twice the precision.
func (b *bestNeuroidsOfSplit) responsesExactly(k int) double.Series {
	if b.exact[k].High == nil {
		b.exact[k] = double.Centered(b.responses(k))
	}
	return b.exact[k]
}

// Done has nothing left to do.
func (s *bestNeuroids) Done(context.Context) error { return nil }

// Score computes the median over features in each split.
func (s *bestNeuroids) Score(context.Context) (metrics.Score, error) {
	return reverseScore("reverse_neuron_to_neuron", s.dead, s.seen, s.in, func(i int) ([]float64, varyingRows) {
		return s.splits[i].r, s.splits[i].features
	}), nil
}

// Memory counts the responses twice and the products with a slab of columns.
func (reverseNeuronToNeuron) Memory(s metrics.Shape) metrics.Memory {
	// The features of a slab are each compared with few of the neuroids.
	memory := correlationMemory(s, int64(min(s.Neuroids, 4*stream.SlabCols)))
	memory.Streaming += metrics.FloatBytes * int64(s.Features) * int64(2*s.Splits+1) // the figures of all features
	return memory
}

var reverseNeuronToNeuronInfo = metrics.Info{
	Name:      "reverse_neuron_to_neuron",
	Version:   4,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "the single neuroid most correlated with each feature",
	Formula:   "for each feature the neuroid with the highest train Pearson's r (signed, the first of those that are equal); its test responses are the prediction" + reverseEnd,
	Range:     "-1 to 1",
	NaN:       "neuroids constant on the train stimuli are passed over; " + reverseNaN,
	Needs:     stream.Needs{Columns: true},
	References: []string{
		"Li et al. (2016), ICLR, arXiv:1511.07543",
		"Arend et al. (2018), bioRxiv 395715 (single neurons)",
	},
}

func init() {
	metrics.Register(reverseNeuronToNeuronInfo, func(metrics.Options) (metrics.Metric, error) { return reverseNeuronToNeuron{}, nil })
}
