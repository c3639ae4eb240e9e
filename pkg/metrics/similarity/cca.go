package similarity

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// cca is the mean canonical correlation of activations and responses, regularised by the
// share alpha that singular values keep: the cosine of netrep's LinearMetric.
//
// With X_c = U·diag(s)·Pᵀ the thin singular value decomposition of the centred activations,
// a = α·s + 1 − α, and V and b likewise of the responses, it is
// ‖diag(a)·UᵀV·diag(b)‖_*/(‖a‖‖b‖). At α = 0 that is the sum of the canonical correlations
// over the root of the product of the ranks, at α = 1 the Procrustes similarity.
//
// # Error
//
// As ‖A·B‖_* ≤ ‖A‖‖B‖, directions that turn by δᵢ move the score by √(2·Σ(aᵢδᵢ)²)/‖a‖ at
// most (see directions), and singular values that are off by what they change of a.
type cca struct{ alpha float64 }

// Info returns the documentation of the metric; between 0 and 1, alpha asks for activations
// in their own unit.
func (m cca) Info() metrics.Info {
	info := ccaInfo
	info.Needs.Units = m.alpha > 0 && m.alpha < 1
	return info
}

const (
	ccaComplete = "cca: the features or the neuroids are no fewer than the stimuli allow (n − 1), so that canonical correlations are 1 whatever the data: take alpha above 0, svcca or more stimuli"
	ccaNear     = "cca: neither the features nor the neuroids are fewer than the stimuli allow (n − 1), so that the score tends to 1 whatever the data as alpha tends to 0"
)

// ScoreNeural compares the layer's directions with those of the responses.
func (m cca) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return m.shape().score(ctx, in, ccaComplete, ccaNear)
}

func (m cca) shape() shape {
	return shape{name: ccaInfo.Name, doubt: m.doubt, compare: m.compare, angles: true}
}

// Represent finds the directions of a layer.
func (m cca) Represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	return m.shape().represent(ctx, g, workers)
}

// weights returns a over its length.
func (m cca) weights(d *directions) []float64 {
	a := make([]float64, d.rank())
	for i, s := range d.values {
		a[i] = float64(m.alpha*math.Ldexp(s, d.exponent)) + (1 - m.alpha)
		if m.alpha == 1 {
			a[i] = s // in any unit
		}
	}
	dense.Scale(a, 1/dense.MaxAbs(a)) // squares neither overflow nor vanish
	dense.Scale(a, 1/math.Sqrt(dense.Dot(a, a)))
	return a
}

// doubt bounds how far rounding of a side moves the score.
func (m cca) doubt(d *directions) float64 {
	turns, moves := 0.0, 0.0
	for i, a := range m.weights(d) {
		turn, move := a*d.turned(i), d.error/d.values[i]
		if d.squared {
			move /= 2 * d.values[i]
		}
		// A singular value is a part of a only.
		part := math.Ldexp(m.alpha*d.values[i], d.exponent)
		if share := part / (part + 1 - m.alpha); m.alpha > 0 && m.alpha < 1 {
			move *= share
		} else if m.alpha == 0 {
			move = 0
		}
		turns += float64(turn * turn)
		moves += float64(a * move * a * move)
	}
	return math.Sqrt(2*turns) + math.Sqrt(moves)
}

func (m cca) compare(ctx context.Context, x, y *directions, workers int) (float64, []string, error) {
	var notes []string
	if m.alpha == 0 && (x.complete() || y.complete()) {
		least, most := min(x.rank(), y.rank()), max(x.rank(), y.rank())
		return math.Sqrt(float64(least) / float64(most)), []string{ccaComplete}, nil
	}
	if m.alpha < 1 && x.complete() && y.complete() {
		notes = append(notes, ccaNear)
	}
	nuclear, err := nuclearNorm(ctx, x.products(y, m.weights(x), m.weights(y), workers), x.rank(), y.rank())
	return min(1, nuclear), notes, err
}

// Memory counts the decompositions of both sides.
func (cca) Memory(s metrics.Shape) metrics.Memory { return shapeMemory(s) }

// PairMemory counts the directions of each layer.
func (cca) PairMemory(s metrics.Shape) metrics.Memory { return shapePairMemory(s) }

var ccaInfo = metrics.Info{
	Name:     "cca",
	Version:  1,
	Kind:     metrics.KindSimilarity,
	Ceilings: []string{metrics.BetweenSubjects},
	Summary:  "canonical correlation of activations and responses, regularised by alpha",
	Formula:  "cos θ = ‖diag(a)·UᵀV·diag(b)‖_*/(‖a‖‖b‖) with the nuclear norm, U and V the left singular vectors of the activations and responses centred over stimuli, s and t their singular values above √(n·ε) of the largest, a = α·s + 1 − α, b = α·t + 1 − α; JSON adds θ as distance, in radians. α = 0: Σ of the canonical correlations/√(rank X·rank Y); α = 1: procrustes",
	Range:    "0 to 1",
	NaN:      "activations or responses that are the same for all stimuli; with a warning. If either spans all n − 1 differences of stimuli, canonical correlations are 1 whatever the data, which a warning says too",
	Needs:    stream.Needs{Gram: true},
	Options: []metrics.Option{{Name: "alpha", Type: "number", Default: "0",
		Doc: "share of the singular values that is kept, from 0 (canonical correlation) to 1 (procrustes); between them, the score depends on the units of activations and responses"}},
	References: []string{
		"Williams, Kunz, Kornblith & Linderman (2021), Generalized shape metrics on neural representations, NeurIPS, arXiv:2110.14739 (netrep, LinearMetric)",
		"Hotelling (1936), Biometrika 28",
	},
}

func init() {
	metrics.Register(ccaInfo, func(o metrics.Options) (metrics.Metric, error) {
		alpha, err := o.Within("alpha", 0, 0, 1)
		return cca{alpha}, err
	})
}
