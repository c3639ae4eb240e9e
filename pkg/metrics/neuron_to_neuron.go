package metrics

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// neuronToNeuron predicts each neuroid by the one feature most like it.
type neuronToNeuron struct{}

func (neuronToNeuron) Info() Info { return neuronToNeuronInfo }

// ScoreNeural takes the activations where they are held; wide ones come
// through NewStream.
func (m neuronToNeuron) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (neuronToNeuron) NewStream(in NeuralInput, rows []int) (Stream, error) {
	n, all := in.Stimuli, in.Neuroids
	kept := keptNeuroids(in)
	in.Responses = selectColumns(in.Responses, all, kept)
	in.Neuroids = len(kept)
	s := &bestFeatures{in: in, all: all, kept: kept,
		slab: newFeatureSlab(rows, n, in.Workers), product: make([]float64, slabCols*len(kept))}
	s.y = slices.Clone(in.Responses)
	if len(kept) > 0 {
		centreAll(s.y, len(kept))
	}
	for _, split := range in.Splits {
		s.splits = append(s.splits, newBestOfSplit(split, s.y, n, len(kept)))
	}
	return s, nil
}

// bestFeatures finds, for each split and neuroid, the feature with the highest
// train correlation as the columns go by, and keeps its test values.
type bestFeatures struct {
	in      NeuralInput
	all     int   // neuroids, constant ones included
	kept    []int // those that are not constant
	y       []float64
	slab    *featureSlab
	product []float64 // slab columns × neuroids: Xᵀ·Y over all stimuli
	splits  []*bestOfSplit
}

// trainCorrelations gives Pearson's r on a split's train rows between columns
// of a slab and all neuroids.
type trainCorrelations struct {
	train, test, out []int     // out: all rows that are not train rows
	yMean, yNorm     []float64 // over train rows, of responses centred over all
	yOut             []float64 // responses of the rows that are out
	sum, norm        []float64 // of the slab's columns over train rows
	rs               []float64 // slab columns × neuroids
}

func newTrainCorrelations(s Split, y []float64, n, t int) trainCorrelations {
	train, test := slices.Sorted(slices.Values(s.Train)), slices.Sorted(slices.Values(s.Test))
	c := trainCorrelations{train: train, test: test, out: complement(train, n),
		sum: make([]float64, slabCols), norm: make([]float64, slabCols)}
	centred, mean := centredRows(y, t, train)
	c.yMean, c.yNorm = mean, make([]float64, t)
	for at := 0; at < len(centred); at += t {
		for j, v := range centred[at : at+t] {
			c.yNorm[j] += v * v
		}
	}
	for j, norm := range c.yNorm {
		if roundingOnly(norm, mean[j], len(train)) {
			c.yNorm[j] = math.NaN() // constant on the train rows: no r
		}
	}
	c.yOut = selectRows(y, t, c.out)
	return c
}

// correlate sets rs for the slab's first width columns, NaN for one that is
// constant on the train rows. product is the slab's columns × neuroids product
// over all rows; those over the train rows are it less those over the others.
func (c *trainCorrelations) correlate(slab *featureSlab, product []float64, width int) {
	t := len(c.yNorm)
	c.rs = append(c.rs[:0], product[:width*t]...)
	xOut := selectRows(slab.x, slabCols, c.out)
	kernel.Gemm(1, true, false, width, t, len(c.out), -1, xOut, slabCols, c.yOut, t, c.rs, t)
	slab.trainMoments(c.train, c.out, width, c.sum, c.norm)
	for j := range width {
		// A column constant on the train rows has the norm NaN.
		for k, v := range c.rs[j*t : (j+1)*t] {
			c.rs[j*t+k] = (v - c.sum[j]*c.yMean[k]) / math.Sqrt(c.norm[j]*c.yNorm[k])
		}
	}
}

// bestOfSplit is the state of one split.
type bestOfSplit struct {
	trainCorrelations
	r      []float64 // best correlation of each neuroid; NaN at first
	values []float64 // neuroids × test: values of the best feature
}

func newBestOfSplit(s Split, y []float64, n, t int) *bestOfSplit {
	b := &bestOfSplit{trainCorrelations: newTrainCorrelations(s, y, n, t)}
	b.r = slices.Repeat([]float64{math.NaN()}, t)
	b.values = slices.Repeat([]float64{math.NaN()}, t*len(b.test))
	return b
}

// Block compares the block's columns with all neuroids in every split.
func (s *bestFeatures) Block(ctx context.Context, b Block) error {
	n, t := s.in.Stimuli, len(s.kept)
	if t == 0 {
		return nil
	}
	for at := 0; at < b.Cols; at += slabCols {
		width := min(slabCols, b.Cols-at)
		if err := s.slab.load(ctx, b.from(at), width); err != nil {
			return err
		}
		clear(s.product)
		kernel.Gemm(s.in.Workers, true, false, width, t, n, 1, s.slab.x, slabCols, s.y, t, s.product, t)
		err := parallel(ctx, s.in.Workers, len(s.splits), func(i int) error {
			s.advance(s.splits[i], width)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// advance compares the slab's columns within one split.
func (s *bestFeatures) advance(b *bestOfSplit, width int) {
	t := len(s.kept)
	b.correlate(s.slab, s.product, width)
	for j := range width {
		for k, r := range b.rs[j*t : (j+1)*t] {
			if r > b.r[k] || math.IsNaN(b.r[k]) && !math.IsNaN(r) {
				b.r[k] = r
				for a, row := range b.test {
					b.values[k*len(b.test)+a] = s.slab.x[row*slabCols+j]
				}
			}
		}
	}
}

// Done has nothing left to do.
func (s *bestFeatures) Done(context.Context) error { return nil }

// Score correlates the best features' test values with the responses.
func (s *bestFeatures) Score(ctx context.Context) (Score, error) {
	in := s.in
	in.Responses, in.Neuroids = s.spread(), s.all
	return crossValidate(ctx, in, func(context.Context, NeuralInput) ([]prediction, []string, error) {
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
		return predictionsOf(predictions), nil, nil
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

var neuronToNeuronInfo = Info{
	Name:    "neuron_to_neuron",
	Kind:    KindMapping,
	Summary: "the single feature most correlated with each neuroid",
	Formula: "for each neuroid the feature with the highest train Pearson's r (signed, the first on ties); its test values are the prediction; score of a split: median over neuroids of Pearson's r on the test stimuli",
	Range:   "-1 to 1",
	NaN:     "features constant on the train stimuli are passed over; a feature constant on the test stimuli gives no r and its neuroid is left out of the median",
	Needs:   Needs{Columns: true},
	References: []string{
		"Li et al. (2016), ICLR, arXiv:1511.07543",
		"Arend et al. (2018), bioRxiv 395715 (single neurons)",
	},
}

func init() {
	register(neuronToNeuronInfo, func(Options) (Metric, error) { return neuronToNeuron{}, nil })
}
