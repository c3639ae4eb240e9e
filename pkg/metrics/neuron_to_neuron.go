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
	stream, err := m.NewStream(in, nil)
	if err != nil {
		return Score{}, err
	}
	source := inMemory{in.Gram.X, in.Gram.N, in.Gram.Features}
	if err := RunPass(ctx, source, []Sink{stream}, PassOptions{}); err != nil {
		return Score{}, err
	}
	return stream.Score(ctx)
}

// NewStream begins one comparison.
func (neuronToNeuron) NewStream(in NeuralInput, rows []int) (Stream, error) {
	n, all := in.Stimuli, in.Neuroids
	kept := keptNeuroids(in)
	in.Responses = selectColumns(in.Responses, all, kept)
	in.Neuroids = len(kept)
	s := &bestFeatures{in: in, rows: rows, all: all, kept: kept,
		slab: make([]float64, n*slabCols), mean: make([]float64, slabCols), product: make([]float64, slabCols*len(kept))}
	s.y = slices.Clone(in.Responses)
	if len(kept) > 0 {
		centreAll(s.y, len(kept))
	}
	for _, split := range in.Splits {
		train := slices.Sorted(slices.Values(split.Train))
		test := slices.Sorted(slices.Values(split.Test))
		s.splits = append(s.splits, newBestOfSplit(train, test, s.y, n, len(kept)))
	}
	return s, nil
}

// bestFeatures finds, for each split and neuroid, the feature with the highest
// train correlation as the columns go by, and keeps its test values.
type bestFeatures struct {
	in            NeuralInput
	rows          []int
	all           int   // neuroids, constant ones included
	kept          []int // those that are not constant
	y             []float64
	slab, mean    []float64
	product       []float64 // slab columns × neuroids: Xᵀ·Y over all stimuli
	splits        []*bestOfSplit
	sums, squares [slabCols]float64
}

// bestOfSplit is the state of one split.
type bestOfSplit struct {
	train, test, out []int     // out: all rows that are not train rows
	yMean, yNorm     []float64 // over train rows, of responses centred over all
	yOut             []float64 // responses of the rows that are out
	r                []float64 // best correlation of each neuroid; NaN at first
	values           []float64 // neuroids × test: values of the best feature
}

func newBestOfSplit(train, test []int, y []float64, n, t int) *bestOfSplit {
	b := &bestOfSplit{train: train, test: test, out: complement(train, n)}
	centred, mean := centredRows(y, t, train)
	b.yMean, b.yNorm = mean, make([]float64, t)
	for at := 0; at < len(centred); at += t {
		for j, v := range centred[at : at+t] {
			b.yNorm[j] += v * v
		}
	}
	b.yOut = selectRows(y, t, b.out)
	b.r = slices.Repeat([]float64{math.NaN()}, t)
	b.values = slices.Repeat([]float64{math.NaN()}, t*len(test))
	return b
}

// Block compares the block's columns with all neuroids in every split.
func (s *bestFeatures) Block(ctx context.Context, _, cols int, x []float64, ld int) error {
	n, t := s.in.Stimuli, len(s.kept)
	if t == 0 {
		return nil
	}
	for at := 0; at < cols; at += slabCols {
		width := min(slabCols, cols-at)
		centreSlab(x[at:], ld, s.rows, n, 0, width, s.mean, s.slab)
		clear(s.product)
		kernel.Gemm(s.in.Workers, true, false, width, t, n, 1, s.slab, slabCols, s.y, t, s.product, t)
		for j := range width {
			s.sums[j], s.squares[j] = columnMoments(s.slab, j, n, nil)
		}
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

// columnMoments is a slab column's sum and sum of squares over the given rows,
// all n where there are none.
func columnMoments(slab []float64, column, n int, rows []int) (sum, squares float64) {
	if rows == nil {
		for i := range n {
			v := slab[i*slabCols+column]
			sum += v
			squares += v * v
		}
		return sum, squares
	}
	for _, i := range rows {
		v := slab[i*slabCols+column]
		sum += v
		squares += v * v
	}
	return sum, squares
}

// advance compares the slab's columns within one split: products and moments
// over the train rows are those over all rows less those over the others.
func (s *bestFeatures) advance(b *bestOfSplit, width int) {
	t, n := len(s.kept), float64(len(b.train))
	product := slices.Clone(s.product[:width*t])
	xOut := selectRows(s.slab, slabCols, b.out)
	kernel.Gemm(1, true, false, width, t, len(b.out), -1, xOut, slabCols, b.yOut, t, product, t)
	for j := range width {
		sumOut, squaresOut := columnMoments(s.slab, j, 0, b.out)
		sum, squares := s.sums[j]-sumOut, s.squares[j]-squaresOut
		norm := squares - sum*sum/n
		if norm < 1e-6*s.squares[j] {
			// Little is left of the column on the train rows: take it
			// from themselves, not as a difference.
			norm = s.trainNorm(b.train, j)
		}
		if math.IsNaN(norm) {
			continue // constant on the train rows
		}
		for k, v := range product[j*t : (j+1)*t] {
			r := (v - sum*b.yMean[k]) / math.Sqrt(norm*b.yNorm[k])
			if r > b.r[k] || math.IsNaN(b.r[k]) && !math.IsNaN(r) {
				b.r[k] = r
				for a, row := range b.test {
					b.values[k*len(b.test)+a] = s.slab[row*slabCols+j]
				}
			}
		}
	}
}

// trainNorm is a column's sum of squared deviations on the train rows, NaN
// where that is rounding alone.
func (s *bestFeatures) trainNorm(train []int, column int) float64 {
	mean := 0.0
	for _, i := range train {
		mean += s.slab[i*slabCols+column]
	}
	mean /= float64(len(train))
	norm := 0.0
	for _, i := range train {
		d := s.slab[i*slabCols+column] - mean
		norm += d * d
	}
	if roundingOnly(norm, max(math.Abs(mean), math.Abs(s.mean[column])), len(train)) {
		return math.NaN()
	}
	return norm
}

// Done has nothing left to do.
func (s *bestFeatures) Done(context.Context) error { return nil }

// Score correlates the best features' test values with the responses.
func (s *bestFeatures) Score(ctx context.Context) (Score, error) {
	in := s.in
	in.Responses, in.Neuroids = s.spread(), s.all
	return crossValidate(ctx, in, func(context.Context, NeuralInput) ([][]float64, []string, error) {
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
		return predictions, nil, nil
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
