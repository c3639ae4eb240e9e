package metrics

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// reverseNeuronToNeuron predicts each feature by the one neuroid most like it.
type reverseNeuronToNeuron struct{}

func (reverseNeuronToNeuron) Info() Info { return reverseNeuronToNeuronInfo }

// ScoreNeural takes the activations where they are held; wide ones come
// through NewStream.
func (m reverseNeuronToNeuron) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (reverseNeuronToNeuron) NewStream(in NeuralInput, rows []int) (Stream, error) {
	in.Workers = max(1, in.Workers)
	kept := keptNeuroids(in)
	s := &bestNeuroids{workers: in.Workers, neuroids: len(kept), slab: newFeatureSlab(rows, in.Stimuli, in.Workers),
		y: selectColumns(in.Responses, in.Neuroids, kept), product: make([]float64, slabCols*len(kept))}
	if len(kept) > 0 {
		centreAll(s.y, len(kept))
	}
	for _, split := range in.Splits {
		s.splits = append(s.splits, &bestNeuroidsOfSplit{trainCorrelations: newTrainCorrelations(split, s.y, in.Stimuli, len(kept))})
	}
	return s, nil
}

// bestNeuroids finds the neuroid most like each feature as they go by.
type bestNeuroids struct {
	workers, neuroids int
	slab              *featureSlab
	y                 []float64
	product           []float64 // slab columns × neuroids: Xᵀ·Y over all stimuli
	splits            []*bestNeuroidsOfSplit
	dead, seen        int
}

type bestNeuroidsOfSplit struct {
	trainCorrelations
	r []float64
}

// Block compares the block's columns with all neuroids in every split.
func (s *bestNeuroids) Block(ctx context.Context, b Block) error {
	n, t := s.slab.n, s.neuroids
	for at := 0; at < b.Cols; at += slabCols {
		width := min(slabCols, b.Cols-at)
		if err := s.slab.load(ctx, b.from(at), width); err != nil {
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
		kernel.Gemm(s.workers, true, false, width, t, n, 1, s.slab.x, slabCols, s.y, t, s.product, t)
		err := parallel(ctx, s.workers, len(s.splits), func(i int) error {
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
	b.correlate(s.slab, s.product, width)
	predicted := make([]float64, len(b.test)*width)
	for j := range width {
		best := -1
		for k, r := range b.rs[j*t : (j+1)*t] {
			if !math.IsNaN(r) && (best < 0 || r > b.rs[j*t+best]) {
				best = k
			}
		}
		if best < 0 {
			b.norm[j] = math.NaN()
			continue
		}
		for a, row := range b.test {
			predicted[a*width+j] = s.y[row*t+best]
		}
	}
	at := len(b.r)
	b.r = slices.Grow(b.r, width)[:at+width]
	s.slab.testCorrelations(b.test, predicted, b.norm, b.r[at:])
}

// Done has nothing left to do.
func (s *bestNeuroids) Done(context.Context) error { return nil }

// Score takes the median over features in each split.
func (s *bestNeuroids) Score(context.Context) (Score, error) {
	return reverseScore("reverse_neuron_to_neuron", s.dead, s.seen, func(i int) []float64 { return s.splits[i].r }, len(s.splits)), nil
}

var reverseNeuronToNeuronInfo = Info{
	Name:    "reverse_neuron_to_neuron",
	Kind:    KindMapping,
	Summary: "the single neuroid most correlated with each feature",
	Formula: "for each feature the neuroid with the highest train Pearson's r (signed, the first on ties); its test responses are the prediction" + reverseEnd,
	Range:   "-1 to 1",
	NaN:     "neuroids constant on the train stimuli are passed over; " + reverseNaN,
	Needs:   Needs{Columns: true},
	References: []string{
		"Li et al. (2016), ICLR, arXiv:1511.07543",
		"Arend et al. (2018), bioRxiv 395715 (single neurons)",
	},
}

func init() {
	register(reverseNeuronToNeuronInfo, func(Options) (Metric, error) { return reverseNeuronToNeuron{}, nil })
}
