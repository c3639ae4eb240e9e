package property

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// dimensionality is the share of a layer's dimensions that encode a factor: the covariance
// of activations to two stimuli that agree in the factor alone, over the variance,
// softmaxed over both factors and a residual of 1.
//
// The pairs are products of two activations summed column by column, so that one reading
// suffices and no stimuli × stimuli matrix is held. Columns are centred before, and sums
// over the columns are in twice the precision: a factor's score is within n·2⁻⁵² of the
// sum of its columns' absolute terms over the variance, n being the stimuli. The number of
// dimensions is whole, so that a share that close to a step may be one dimension off.
//
// Source: Islam et al. (2021); Esser, Rombach & Ommer (2020).
type dimensionality struct {
	factor string
	seed   uint32
}

func (dimensionality) Info() metrics.Info { return dimensionalityInfo }

// pair is two stimuli of one factor.
type pair struct{ first, second int }

// factorPairs draws a pair for each stimulus. They depend on the order of the stimuli and on
// the seed alone.
type factorPairs struct{ shape, texture []pair }

// NewFactors implements metrics.Factors.
func (d dimensionality) NewFactors(in metrics.FactorInput) (metrics.FactorStream, error) {
	n := len(in.Rows)
	if n == 0 || len(in.Shape) != n || len(in.Texture) != n || len(in.Original) != n {
		return nil, &metrics.InputError{Problem: "the factors are not those of the stimuli"}
	}
	pairs, err := drawPairs(in, d.seed)
	if err != nil {
		return nil, err
	}
	s := &factorSums{dimensionality: d, in: in, pairs: pairs, weights: make([]float64, n)}
	for _, list := range [][]pair{pairs.shape, pairs.texture} {
		for _, p := range list {
			s.weights[p.first]++
			s.weights[p.second]++
		}
	}
	return s, nil
}

// factorSums adds the covariances and variances of a layer's features.
type factorSums struct {
	dimensionality
	in      metrics.FactorInput
	pairs   factorPairs
	weights []float64 // how often each stimulus is in a pair
	// The covariance of pairs of each factor, and the variance, summed over features.
	shape, texture, variance double.Number
	features                 int
}

// Block adds the features of a block.
func (s *factorSums) Block(ctx context.Context, b stream.Block) error {
	terms := make([][3]float64, b.Cols)
	err := eachChunk(ctx, s.in.Workers, b, func(from, to int) { s.terms(b, from, to, terms[from:to]) })
	if err != nil {
		return err
	}
	add := func(sum *double.Number, v float64) { *sum = sum.Plus(double.Number{High: v}) }
	for _, t := range terms { // in the order of features, so that blocks have no effect
		add(&s.shape, t[0])
		add(&s.texture, t[1])
		add(&s.variance, t[2])
	}
	s.features += b.Cols
	return nil
}

// terms sets what each of some columns adds to the covariances and to the variance.
func (s *factorSums) terms(b stream.Block, from, to int, terms [][3]float64) {
	width := to - from
	x := make([]float64, len(s.in.Rows)*width) // stimuli × columns
	row := func(i int) []float64 { return x[i*width:][:width] }
	for i, r := range s.in.Rows {
		b.Row(r, from, row(i))
	}
	// Distances from the first stimulus keep a constant column exactly 0.
	first, mean := make([]float64, width), make([]float64, width)
	copy(first, row(0))
	total := 0.
	for i, w := range s.weights {
		total += w
		for j, v := range row(i) {
			mean[j] += float64(w * (v - first[j]))
		}
	}
	for j := range mean {
		mean[j] = first[j] + mean[j]/total
	}
	sums, squares := make([]float64, width), make([]float64, width)
	for i, w := range s.weights {
		at := row(i)
		for j, v := range at {
			v -= mean[j]
			at[j] = v
			sums[j] += float64(w * v)
			squares[j] += float64(w * float64(v*v))
		}
	}
	for j := range terms {
		m := sums[j] / total
		terms[j][2] = squares[j]/total - float64(m*m)
	}
	for k, list := range [][]pair{s.pairs.shape, s.pairs.texture} {
		products, sums, n := make([]float64, width), make([]float64, width), float64(len(list))
		for _, p := range list {
			second := row(p.second)
			for j, v := range row(p.first) {
				products[j] += float64(v * second[j])
				sums[j] += v + second[j]
			}
		}
		for j := range terms {
			m := sums[j] / (2 * n)
			terms[j][k] = products[j]/n - float64(m*m)
		}
	}
}

// Done completes the pass.
func (s *factorSums) Done(context.Context) error { return nil }

// Score implements metrics.FactorStream.
func (s *factorSums) Score(ctx context.Context) (metrics.Score, error) {
	none := func(why string) (metrics.Score, error) {
		return metrics.Score{Raw: metrics.None(), Warnings: []string{dimensionalityInfo.Name + ": " + why + ", so there is no score"}}, ctx.Err()
	}
	if s.features == 0 || s.variance.High == 0 {
		return none("the layer has the same activations to all stimuli")
	}
	shape, texture, residual := s.shape.Over(s.variance).High, s.texture.Over(s.variance).High, 1.
	largest := max(shape, texture, residual)
	if math.IsNaN(largest) || math.IsInf(largest, 0) {
		return none("sums of squared activations are not finite")
	}
	shape, texture, residual = portable.Exp(shape-largest), portable.Exp(texture-largest), portable.Exp(residual-largest)
	scored := shape
	if s.factor == metrics.TextureColumn {
		scored = texture
	}
	n := float64(s.features)
	dimensions := math.Floor(n * (scored / (shape + texture + residual)))
	return metrics.Score{Raw: metrics.Exact(dimensions / n)}, ctx.Err()
}

// Memory counts the chunk of columns of each worker, and three terms for each column.
func (d dimensionality) Memory(s metrics.Shape) metrics.Memory {
	n, _, _ := s.Sizes()
	features := int64(s.Features)
	if features == 0 {
		features = 1 << 20
	}
	const perStimulus, perFeature, sums = 12, 3, 12 // pairs, codes and weights
	workers := int64(max(1, s.Workers))
	return metrics.Memory{Streaming: metrics.FloatBytes * (perStimulus*n + perFeature*features + workers*columnsAtOnce*(n+sums))}
}

var dimensionalityInfo = metrics.Info{
	Name:      "factor_dimensionality",
	Version:   1,
	Kind:      metrics.KindFactors,
	Intervals: metrics.NoIntervals,
	Summary:   "share of a layer's dimensions that encode the shape, or the texture, of stimuli",
	Formula: "for each stimulus in the order of stimuli.csv a partner is drawn by Python's random.Random(seed): with equal chance one of the same original_image_id in another texture (a pair of shape), or one of the same texture in another shape (a pair of texture). " +
		"a, b = activations to the two, m_f = ½(mean a + mean b) over the pairs of factor f, s_f = (mean a·b - |m_f|²)/v, v = mean |z|² - |mean z|² over all a and b of both factors. " +
		"e = softmax(s_shape, s_texture, 1); value = ⌊N e_f⌋/N for N features. The stimulus set has the columns shape, texture and original_image_id",
	Range: "0 to 1",
	NaN:   "the raw score of a layer with the same activations to all stimuli",
	Needs: stream.Needs{Columns: true},
	Options: []metrics.Option{
		{Name: "factor", Type: "one of " + metrics.ShapeColumn + "|" + metrics.TextureColumn, Default: metrics.ShapeColumn, Doc: "the factor whose share is the score"},
		{Name: "seed", Type: "integer", Default: "1751", Doc: "seed of the pairs"},
	},
	References: []string{
		"Islam, Kowal, Esser, Jia, Ommer, Derpanis & Bruce (2021), Shape or Texture: Understanding Discriminative Features in CNNs, ICLR",
		"Brain-Score, brainscore_vision/benchmarks/islam2021 and metrics/dimensionality",
	},
}

func init() {
	metrics.Register(dimensionalityInfo, func(o metrics.Options) (metrics.Metric, error) {
		factor, err := o.OneOf("factor", metrics.ShapeColumn, metrics.ShapeColumn, metrics.TextureColumn)
		if err != nil {
			return nil, err
		}
		seed, err := seedOption(o, 1751)
		return dimensionality{factor, seed}, err
	})
}
