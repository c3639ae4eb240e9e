package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// sketchColumns returns the number of sums that stand for some responses while nodes are chosen.
func sketchColumns(responses int) int {
	return min(responses, max(4, min(32, responses/mostNodes)))
}

// Errors of the inverse that are wanted of a sketch, and for the first bounds: sketches do not
// tell penalties apart that are closer than that.
const (
	sketchError = 1e-2
	sketchFloor = 1e-4
)

// sketchStimuli is of how many stimuli a sketch is at least, or of a sixteenth of them, if they
// are not held.
const sketchStimuli = 256

// sketched returns how small the error of the inverse should be for each of the candidates, so
// that bounds rule it out, and the index of the penalty that seems best. It computes the losses of a
// few sums of responses with random signs, whose expected squares are those of all responses: they
// choose what is bounded and decide nothing.
func (s *penaltyScreen) sketched(ctx context.Context, candidates []float64, cells [][2]float64) (wanted []float64, first int, err error) {
	columns := sketchColumns(s.t)
	few := *s
	turned, sample := s.turned.sample(max(sketchStimuli, s.n/16))
	few.n, few.t, few.image = len(sample), columns, make([]float64, len(s.diagonal)*columns)
	if turned != s.turned {
		few.turned, few.diagonals = turned, &inverseDiagonals{}
	}
	for i := range s.diagonal {
		addSigned(few.image[i*columns:(i+1)*columns], s.image[i*s.t:(i+1)*s.t])
	}
	if s.miss != nil {
		truth, all := make([]float64, few.n*columns), make([]float64, s.t)
		for i, stimulus := range sample {
			clear(all)
			s.miss(stimulus, 0, all, 1)
			addSigned(truth[i*columns:(i+1)*columns], all)
		}
		few.miss = func(stimulus, response int, fit []float64, over float64) {
			for j, v := range truth[stimulus*columns+response:][:len(fit)] {
				fit[j] = (v - fit[j]) / over
			}
		}
	}
	few.growth = func(_, _, _, _ float64) float64 { return 0 }
	nodes := newInverseNodes(candidates, slices.Repeat([]float64{sketchError}, len(candidates)), len(candidates)/2, cells, mostNodes)
	at, products, ok, err := few.measure(ctx, nodes.alphas)
	s.pairs = few.pairs // for the rounds
	if err != nil || !ok {
		return slices.Repeat([]float64{sketchFloor}, len(candidates)), len(candidates) / 2, err
	}
	few.whole = s.wholeProducts(nodes.alphas, at)
	wanted, first = errorsWanted(few.bounds(candidates, nodes, at, products), sketchFloor)
	return wanted, first, nil
}

// wholeProducts returns the inner products of M, of all responses and stimuli, at every two of some
// nodes. They need no rotation to the stimuli: with W = (T + αI)⁻¹·QᵀY they are those of W, or in the
// primal form ‖Y‖² − ⟨QᵀXᵀY, W_m⟩ − α_m·⟨W_k, W_m⟩ over α_k·α_m.
func (s *penaltyScreen) wholeProducts(alphas []float64, nodes []penaltyNode) (products []float64) {
	count, p := len(alphas), len(s.diagonal)
	products = make([]float64, count*(count+1)/2)
	fits := make([]float64, count)
	width := s.t / count
	for from := 0; from < s.t; from += width {
		size := min(width, s.t-from)
		cols := count * size
		solved := s.solve(nodes, from, size)
		for i := range p {
			row, image := solved[i*cols:(i+1)*cols], s.image[i*s.t+from:i*s.t+from+size]
			for k := range count {
				fits[k] += dense.Dot(row[k*size:(k+1)*size], image)
			}
			addPairs(products, row, size)
		}
	}
	if s.miss == nil {
		return products
	}
	pair := 0
	for k, alpha := range alphas {
		for m, other := range alphas[:k+1] {
			products[pair] = (s.squared - fits[m] - float64(other*products[pair])) / (alpha * other)
			pair++
		}
	}
	return products
}

// addSigned adds each number to all sums, with signs that depend on its index.
func addSigned(sums, x []float64) {
	for j, v := range x {
		signs := splitmix64(uint64(j) * golden64)
		for k := range sums {
			sums[k] += math.Float64frombits(math.Float64bits(v) ^ signs>>k<<63)
		}
	}
}

// errorsWanted returns how small the error of the inverse should be for each penalty, so that a
// bound shows that its loss is not the least one, and the index of the least estimate. The bound of a
// loss is wanted to be no closer than the share floor.
func errorsWanted(bounds []penaltyBound, floor float64) (wanted []float64, first int) {
	wanted = make([]float64, len(bounds))
	least := math.Inf(1)
	for i, b := range bounds {
		if b.estimate > 0 && b.estimate < least {
			least, first = b.estimate, i
		}
	}
	const (
		unknown  = 0.1   // of a penalty without an estimate
		smallest = 1e-12 // that is of use
	)
	for i, b := range bounds {
		wanted[i] = unknown
		if b.estimate > 0 {
			wanted[i] = max(smallest, floor, gapShare*(1-least/b.estimate)) / b.sensitivity
		}
	}
	return wanted, first
}
