package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// penaltyScreen rules out penalties whose errors on left-out stimuli are certainly larger
// than those of another one, without computing these errors: they change little between
// penalties that are close. What a fit misses of stimulus i when that is left out is
// M_i/D_i, where M, stimuli × responses, is (K + αI)⁻¹ times the responses, and D the
// diagonal of (K + αI)⁻¹, both without the direction of the mean. Both are approximated from
// those of a few penalties (inverseNodes): with a relative error of at most ε, D is within
// the share ε and M within ε·‖M‖, so that the loss Σ ‖M_i‖²/D_i² is bounded.
type penaltyScreen struct {
	workers          int
	diagonal, off    []float64 // of T
	rounding         float64   // of T, in norm
	n, t             int       // train stimuli, responses of each
	image            []float64 // Qᵀ·Y, or QᵀXᵀ·Y
	turned           []float64 // Qᵀ, or QᵀXᵀ: its transpose takes the image to the stimuli
	solved, products []float64 // scratch of the sizes of image and of some stimuli's responses
	// miss replaces the fit of some responses to a stimulus by what it misses, over the
	// penalty: M in the primal form. It is nil in the dual form, where products are M.
	miss              func(stimulus, response int, fit []float64, over float64)
	inverse           func(alpha float64, d, l []float64) ([]float64, error)
	growth            func(alpha, loss, least, largest float64) float64 // that of rounding, given bounds of D
	smallest, largest float64                                           // bounds of T's eigenvalues
}

// A round of a screen has at most mostNodes, and no more than give half of the penalties an
// error of nodeError.
const (
	mostNodes = 12
	nodeError = 1e-4
)

// screens reports whether a search has a screen: for one choice by single stimuli.
func (p penaltySearch) screens() bool { return !p.perNeuroid && p.folds == 0 }

// worthScreening reports whether the penalties, with a number of responses, take more than
// the nodes.
func worthScreening(penalties, responses int) bool {
	return responses >= mostNodes && penalties >= 4*mostNodes
}

// screenNumbers returns how many numbers a screen holds for some train stimuli.
func (p penaltySearch) screenNumbers(train, responses int64) int64 {
	if !p.screens() || !worthScreening(len(p.alphas), int(responses)) {
		return 0
	}
	return train * (mostNodes*(mostNodes+1)/2 + 3*mostNodes)
}

// penaltyNode is what is known at a penalty that is computed.
type penaltyNode struct {
	inverse        []float64 // D
	least, largest float64   // of D
	loss, norm     float64   // norm of M
	within         float64   // rounding of the loss, relative
}

// skipped reports, for each of the penalties, whether another one certainly has a smaller
// loss. Losses are known to a share 4·growth·rounding/(λ + α); a penalty that they may
// thereby tie with the best is not skipped.
func (s *penaltyScreen) skipped(ctx context.Context, alphas []float64) ([]bool, error) {
	skip := make([]bool, len(alphas))
	s.largest = 0
	for i, v := range s.diagonal {
		row := math.Abs(v)
		if i > 0 {
			row += math.Abs(s.off[i-1])
		}
		if i < len(s.off) {
			row += math.Abs(s.off[i])
		}
		s.largest = max(s.largest, row)
	}
	candidates := slices.Sorted(slices.Values(alphas))
	if !worthScreening(len(alphas), s.t) || s.rounding > (s.smallest+candidates[0])/1e4 {
		return skip, nil
	}
	ceiling := math.Inf(1)
	for len(candidates) > mostNodes {
		cells := eigenvalueCells(s.smallest-s.rounding, s.largest+s.rounding, candidates[0], s.miss != nil)
		nodes := newInverseNodes(candidates, cells, nodeError, mostNodes)
		at, products, ok, err := s.measure(ctx, nodes.alphas)
		if err != nil || !ok {
			return skip, err
		}
		for _, v := range at {
			ceiling = min(ceiling, v.loss*(1+v.within+v.within))
		}
		remaining := s.atMost(ceiling, candidates, nodes, at, products)
		ruledOut := len(candidates) - len(remaining)
		candidates = remaining
		if ruledOut < len(nodes.alphas) {
			break // which computing them would have done
		}
	}
	for i, alpha := range alphas {
		_, found := slices.BinarySearch(candidates, alpha)
		skip[i] = !found
	}
	return skip, nil
}

// measure computes the nodes, and for each stimulus the inner products of its rows of M at
// every two of them. ok is false if rounding leaves a node unknown.
func (s *penaltyScreen) measure(ctx context.Context, alphas []float64) (nodes []penaltyNode, products []float64, ok bool, err error) {
	count, p := len(alphas), len(s.diagonal)
	pairs := count * (count + 1) / 2
	nodes, products = make([]penaltyNode, count), make([]float64, s.n*pairs)
	factors := make([][2][]float64, count)
	for k, alpha := range alphas {
		d, l, ok := dense.FactorTridiagonal(s.diagonal, s.off, alpha)
		if !ok {
			return nil, nil, false, nil
		}
		factors[k] = [2][]float64{d, l}
		v := &nodes[k]
		if v.inverse, err = s.inverse(alpha, d, l); err != nil {
			return nil, nil, false, err
		}
		v.least, v.largest = slices.Min(v.inverse), slices.Max(v.inverse)
	}
	width := s.t / count
	for from := 0; from < s.t; from += width {
		if err := ctx.Err(); err != nil {
			return nil, nil, false, err
		}
		size := min(width, s.t-from)
		cols := count * size
		solved := s.solved[:p*cols]
		for k, factor := range factors {
			for i := range p {
				copy(solved[i*cols+k*size:i*cols+(k+1)*size], s.image[i*s.t+from:i*s.t+from+size])
			}
			dense.SolveTridiagonalColumns(factor[0], factor[1], solved, cols, k*size, (k+1)*size)
		}
		rows := len(s.products) / s.t
		for first := 0; first < s.n; first += rows {
			some := min(rows, s.n-first)
			out := s.products[:some*cols]
			clear(out)
			dense.AddProduct(s.workers, dense.Of(out, some, cols), 1, dense.Strided(s.turned[first:], p, some, s.n).T(), dense.Of(solved, p, cols))
			crew.EachRow(s.workers, some, func(i int) {
				row, sums := out[i*cols:(i+1)*cols], products[(first+i)*pairs:(first+i+1)*pairs]
				pair := 0
				for k := range count {
					own := row[k*size : (k+1)*size]
					if s.miss != nil {
						s.miss(first+i, from, own, alphas[k])
					}
					for other := range k + 1 {
						sums[pair] += dense.Dot(own, row[other*size:(other+1)*size])
						pair++
					}
				}
			})
		}
	}
	for k, alpha := range alphas {
		v, square := &nodes[k], 0.0
		if !(v.least > 0) {
			return nil, nil, false, nil
		}
		for i, d := range v.inverse {
			own := products[i*pairs+k*(k+1)/2+k]
			square += own
			v.loss += own / (d * d)
		}
		v.norm = math.Sqrt(square)
		if v.within = s.within(alpha, v.loss, v.least, v.largest); !(v.loss > 0 && v.within < 1e-3) {
			return nil, nil, false, nil
		}
	}
	return nodes, products, true, nil
}

// within bounds the rounding of a loss, relative to it.
func (s *penaltyScreen) within(alpha, loss, least, largest float64) float64 {
	return float64(4 * s.rounding / (s.smallest + alpha) * s.growth(alpha, loss, least, largest))
}

// atMost returns the penalties whose loss may be the ceiling or less.
func (s *penaltyScreen) atMost(ceiling float64, candidates []float64, nodes *inverseNodes, at []penaltyNode, products []float64) (remaining []float64) {
	possible := make([]bool, len(candidates))
	crew.EachRow(s.workers, len(candidates), func(c int) {
		alpha := candidates[c]
		loss, least, largest := 0.0, 0.0, 0.0
		if k := slices.Index(nodes.alphas, alpha); k >= 0 {
			loss, least, largest = at[k].loss, at[k].least, at[k].largest
		} else {
			loss, least, largest = s.bound(alpha, nodes, at, products)
		}
		possible[c] = true
		if loss > 0 && least > 0 {
			within := s.within(alpha, loss, least, largest)
			const rounding = 1e-9 // of sums
			possible[c] = !(within < 1e-3 && loss*(1-within-within) > ceiling*(1+rounding))
		}
	})
	for c, alpha := range candidates {
		if possible[c] {
			remaining = append(remaining, alpha)
		}
	}
	return remaining
}

// bound returns a lower bound of the loss of a penalty that is not a node, and bounds of D; 0
// if the nodes do not give any.
func (s *penaltyScreen) bound(alpha float64, nodes *inverseNodes, at []penaltyNode, products []float64) (loss, least, largest float64) {
	count := len(at)
	pairs := count * (count + 1) / 2
	weights := make([]float64, count)
	within := nodes.weights(alpha, weights)
	if !(within < 0.5) {
		return 0, 0, 0
	}
	// What rounding of the nodes makes of M, in norm, and of D, and the norms that are added.
	lost, vague, sizes := 0.0, 0.0, 0.0
	for k, v := range at {
		weight := math.Abs(weights[k])
		lost += float64(weight * v.within * math.Sqrt(v.loss) * v.largest)
		vague += float64(weight * v.within * v.largest)
		sizes += float64(weight * v.norm)
	}
	pairWeights := make([]float64, 0, pairs)
	for k, w := range weights {
		for _, other := range weights[:k] {
			pairWeights = append(pairWeights, 2*w*other)
		}
		pairWeights = append(pairWeights, w*w)
	}
	least = math.Inf(1)
	weighted, square := 0.0, 0.0
	for i := range s.n {
		d := 0.0
		for k, v := range at {
			d += float64(weights[k] * v.inverse[i])
		}
		own := max(0, dense.Dot(pairWeights, products[i*pairs:(i+1)*pairs]))
		least, largest = min(least, d), max(largest, d)
		square += own
		weighted += own / ((d + vague) * (d + vague))
	}
	if least, largest = (least-vague)/(1+within), (largest+vague)/(1-within); !(least > 0) {
		return 0, 0, 0
	}
	cancelled := float64(sizes * math.Sqrt(float64(s.t+pairs)*dense.Epsilon))
	reach := within / (1 - within)
	missed := float64(reach*(math.Sqrt(square)+cancelled+lost)) + cancelled + lost
	root := float64(math.Sqrt(weighted)*(1-within)) - missed/least
	return max(0, root) * max(0, root), least, largest
}
