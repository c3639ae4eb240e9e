package similarity

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// svcca is the mean canonical correlation of the leading principal components of
// activations and responses.
//
// # Error
//
// The last component that counts and the first that does not turn into each other by the
// error of their singular values over the gap between these. Where a gap is too small for
// 1e-6, as between equal singular values, a warning says so.
type svcca struct{ variance float64 }

// Info returns the documentation of the metric.
func (svcca) Info() metrics.Info { return svccaInfo }

const svccaComplete = "svcca: the leading components of the activations or of the responses are as many as there are differences of stimuli, so that the correlations are 1 whatever the data: lower variance or take more stimuli"

// ScoreNeural compares the layer's leading components with those of the responses.
func (m svcca) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return m.shape().score(ctx, in, svccaComplete)
}

func (m svcca) shape() shape {
	return shape{name: svccaInfo.Name, doubt: m.doubt, compare: m.compare}
}

// Represent finds the directions of a layer.
func (m svcca) Represent(ctx context.Context, g *stream.Gram, workers int) (metrics.Represented, error) {
	return m.shape().represent(ctx, g, workers)
}

// leading returns the least number of components whose share of the variance is no less
// than asked for, to rounding: the others have no more than what it leaves.
func (m svcca) leading(d *directions) int {
	total := 0.0
	for _, s := range d.values {
		total += float64(s * s)
	}
	most := (1 - m.variance) * total * (1 + float64(4*float64(d.n)*dense.Epsilon))
	others, k := 0.0, d.rank()
	for k > 1 {
		s := d.values[k-1]
		if others += float64(s * s); others > most {
			break
		}
		k--
	}
	return k
}

// doubt bounds how far rounding of a side moves the score.
func (m svcca) doubt(d *directions) float64 {
	k := m.leading(d)
	if k == d.rank() {
		return math.Sqrt2 * d.turned(k-1)
	}
	s, next := d.values[k-1], d.values[k]
	if d.squared {
		s, next = s*s, next*next
	}
	if gap := s - next; gap > d.error {
		return math.Sqrt2 * d.error / gap
	}
	return 1
}

func (m svcca) compare(ctx context.Context, x, y *directions, workers int) (float64, []string, error) {
	k, l := m.leading(x), m.leading(y)
	if max(k, l) == x.n-1 {
		return 1, []string{svccaComplete}, nil
	}
	ones := make([]float64, max(k, l))
	for i := range ones {
		ones[i] = 1
	}
	nuclear, err := nuclearNorm(ctx, x.products(y, ones[:k], ones[:l], workers), k, l)
	return min(1, nuclear/float64(min(k, l))), nil, err
}

// Memory counts the decompositions of both sides.
func (svcca) Memory(s metrics.Shape) metrics.Memory { return shapeMemory(s) }

// PairMemory counts the directions of each layer.
func (svcca) PairMemory(s metrics.Shape) metrics.Memory { return shapePairMemory(s) }

var svccaInfo = metrics.Info{
	Name:     "svcca",
	Version:  1,
	Kind:     metrics.KindSimilarity,
	Ceilings: []string{metrics.BetweenSubjects},
	Summary:  "mean canonical correlation of the leading principal components of activations and responses",
	Formula:  "Σσ(U_kᵀV_l)/min(k, l), the mean of the singular values, U_k and V_l the left singular vectors of the activations and responses centred over stimuli with the largest singular values s, as many as have together the share variance of Σs²; s below √(n·ε) of the largest are left out",
	Range:    "0 to 1",
	NaN:      "activations or responses that are the same for all stimuli; with a warning. If the components of either are n − 1, the score is 1 whatever the data, which a warning says too",
	Needs:    stream.Needs{Gram: true},
	Options:  []metrics.Option{{Name: "variance", Type: "number", Default: "0.99", Doc: "share of the variance that the leading components have, above 0, of at most 1"}},
	References: []string{
		"Raghu, Gilmer, Yosinski & Sohl-Dickstein (2017), SVCCA, NeurIPS, arXiv:1706.05806",
	},
}

func init() {
	metrics.Register(svccaInfo, func(o metrics.Options) (metrics.Metric, error) {
		variance, err := o.Share("variance", .99)
		return svcca{variance}, err
	})
}
