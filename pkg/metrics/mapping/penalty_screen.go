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
	diagonal, off    []float64         // of T
	rounding         float64           // of T, in norm
	n, t             int               // train stimuli, responses of each
	image            []float64         // Qᵀ·Y, or QᵀXᵀ·Y
	turned           *turnedStimuli    // Qᵀ, or QᵀXᵀ: its transpose takes the image to the stimuli
	diagonals        *inverseDiagonals // of the stimuli
	solved, products []float64         // scratch of the sizes of image and of some stimuli's responses
	pairs            []float64         // scratch of measure
	// squared is ‖Y‖² in the primal form.
	squared float64
	// whole is nil, or for a sketch the inner products of M of all responses at every two nodes.
	whole []float64
	// miss replaces the fit of some responses to a stimulus by what it misses, over the
	// penalty: M in the primal form. It is nil in the dual form, where products are M.
	miss              func(stimulus, response int, fit []float64, over float64)
	inverse           func(alpha float64, diagonal []float64) []float64 // D from the diagonal of the inverse
	growth            func(alpha, loss, least, largest float64) float64 // that of rounding, given bounds of D
	smallest, largest float64                                           // bounds of T's eigenvalues
}

// A round of a screen has at most mostNodes. A penalty whose loss is estimated to exceed the
// least by a share is to be ruled out by a bound that is off by gapShare of that.
const (
	mostNodes = 16
	gapShare  = 0.5
)

// screens reports whether a search has a screen: for one choice by single stimuli.
func (p penaltySearch) screens() bool { return !p.perNeuroid && p.folds == 0 }

// worthScreening reports whether the penalties, with a number of responses, take more than
// the nodes.
func worthScreening(penalties, responses int) bool {
	return responses >= mostNodes && penalties >= 3*mostNodes
}

// screenNumbers returns how many numbers a screen holds for some train stimuli.
func (p penaltySearch) screenNumbers(train, responses int64) int64 {
	if !p.screens() || !worthScreening(len(p.alphas), int(responses)) {
		return 0
	}
	return train*(mostNodes*(mostNodes+1)/2+3*mostNodes) + 2*train*int64(sketchColumns(int(responses)))
}

// penaltyNode is what is known at a penalty that is computed.
type penaltyNode struct {
	factoredPenalty
	inverse        []float64 // D
	least, largest float64   // of D
	loss, norm     float64   // norm of M
	within         float64   // rounding of the loss, relative
}

// skipped reports, for each of the penalties, whether another one certainly has a smaller
// loss. Losses are known to a share 4·growth·rounding/(λ + α); a penalty that they may
// thereby tie with the best is not skipped.
//
// The nodes of the first round are chosen by estimates from a sketch of the responses, those of the
// next ones by the estimates of the round before: many near the penalty that seems best, few
// elsewhere.
func (s *penaltyScreen) skipped(ctx context.Context, alphas []float64) ([]bool, error) {
	skip := make([]bool, len(alphas))
	s.largest = largestRowSum(s.diagonal, s.off)
	candidates := slices.Sorted(slices.Values(alphas))
	if !worthScreening(len(alphas), s.t) || s.rounding > (s.smallest+candidates[0])/1e4 {
		return skip, nil
	}
	cells := eigenvalueCells(s.smallest-s.rounding, s.largest+s.rounding, candidates[0], s.miss != nil)
	wanted, first, err := s.sketched(ctx, candidates, cells)
	if err != nil {
		return skip, err
	}
	ceiling := math.Inf(1)
	for len(candidates) > 2 {
		nodes := newInverseNodes(candidates, wanted, first, cells, mostNodes)
		if len(nodes.alphas)+1 >= len(candidates) {
			break // computing the candidates themselves takes no more
		}
		at, products, ok, err := s.measure(ctx, nodes.alphas)
		if err != nil || !ok {
			return skip, err
		}
		for _, v := range at {
			ceiling = min(ceiling, v.loss*(1+v.within+v.within))
		}
		bounds := s.bounds(candidates, nodes, at, products)
		var remaining []float64
		var near []penaltyBound
		for c, alpha := range candidates {
			if s.mayBeLeast(alpha, bounds[c], ceiling) {
				remaining, near = append(remaining, alpha), append(near, bounds[c])
			}
		}
		ruledOut := len(candidates) - len(remaining)
		candidates = remaining
		if ruledOut < len(nodes.alphas) {
			break // which computing them would have done
		}
		wanted, first = errorsWanted(near, 0)
	}
	for i, alpha := range alphas {
		_, found := slices.BinarySearch(candidates, alpha)
		skip[i] = !found
	}
	return skip, nil
}

// largestRowSum returns the largest sum of sizes in a row of a tridiagonal matrix, which no
// eigenvalue exceeds.
func largestRowSum(diagonal, off []float64) (largest float64) {
	for i, v := range diagonal {
		row := math.Abs(v)
		if i > 0 {
			row += math.Abs(off[i-1])
		}
		if i < len(off) {
			row += math.Abs(off[i])
		}
		largest = max(largest, row)
	}
	return largest
}

// measure computes the nodes, and for each stimulus the inner products of its rows of M at
// every two of them. ok is false if rounding leaves a node unknown.
func (s *penaltyScreen) measure(ctx context.Context, alphas []float64) (nodes []penaltyNode, products []float64, ok bool, err error) {
	count := len(alphas)
	pairs := count * (count + 1) / 2
	if cap(s.pairs) < s.n*pairs {
		s.pairs = make([]float64, s.n*pairs)
	}
	nodes, products = make([]penaltyNode, count), s.pairs[:s.n*pairs]
	clear(products)
	factors := make([]factoredPenalty, count)
	for k, alpha := range alphas {
		d, l, ok := dense.FactorTridiagonal(s.diagonal, s.off, alpha)
		if !ok {
			return nil, nil, false, nil
		}
		factors[k] = factoredPenalty{alpha, d, l}
		nodes[k].factoredPenalty = factors[k]
	}
	s.turned.makeRoom(s.diagonals, alphas)
	diagonals, err := s.diagonals.pass(ctx, s.workers, factors, s.turned, func(from, to int, z []float64, stride int) error {
		return s.addProducts(ctx, nodes, dense.Strided(z, len(s.diagonal), to-from, stride), from, products)
	})
	if err != nil {
		return nil, nil, false, err
	}
	for k, alpha := range alphas {
		v, square := &nodes[k], 0.0
		v.inverse = s.inverse(alpha, diagonals[k])
		v.least, v.largest = slices.Min(v.inverse), slices.Max(v.inverse)
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

// addProducts adds the inner products of M of some stimuli, whose columns of turned are given.
func (s *penaltyScreen) addProducts(ctx context.Context, nodes []penaltyNode, turned dense.Matrix, first int, products []float64) error {
	count, p := len(nodes), len(s.diagonal)
	pairs := count * (count + 1) / 2
	width := min(s.t, len(s.solved)/p/count)
	for from := 0; from < s.t; from += width {
		if err := ctx.Err(); err != nil {
			return err
		}
		size := min(width, s.t-from)
		cols := count * size
		solved := s.solve(nodes, from, size)
		rows := len(s.products) / cols
		for at := 0; at < turned.Cols; at += rows {
			some := min(rows, turned.Cols-at)
			out := s.products[:some*cols]
			clear(out)
			dense.AddProduct(s.workers, dense.Of(out, some, cols), 1, dense.Strided(turned.Data[at:], p, some, turned.Stride).T(), dense.Of(solved, p, cols))
			crew.EachRow(s.workers, some, func(i int) {
				stimulus := first + at + i
				row, sums := out[i*cols:(i+1)*cols], products[stimulus*pairs:(stimulus+1)*pairs]
				if s.miss != nil {
					for k, v := range nodes {
						s.miss(stimulus, from, row[k*size:(k+1)*size], v.alpha)
					}
				}
				addPairs(sums, row, size)
			})
		}
	}
	return nil
}

// solve returns (T + αI)⁻¹ times some responses' image for all nodes, in rows of scratch that have the
// responses of one node after those of the other.
func (s *penaltyScreen) solve(nodes []penaltyNode, from, size int) []float64 {
	p, cols := len(s.diagonal), len(nodes)*size
	solved := s.solved[:p*cols]
	crew.EachRow(s.workers, len(nodes), func(k int) {
		for i := range p {
			copy(solved[i*cols+k*size:i*cols+(k+1)*size], s.image[i*s.t+from:i*s.t+from+size])
		}
		dense.SolveTridiagonalColumns(nodes[k].d, nodes[k].l, solved, cols, k*size, (k+1)*size)
	})
	return solved
}

// addPairs adds the inner products of every two successive parts of a row, each of one size, and of each
// with itself.
func addPairs(sums, row []float64, size int) {
	const few = 64 // are multiplied here, four pairs at once: a call takes longer
	pair := 0
	for to := size; to <= len(row); to += size {
		own := row[to-size : to]
		from := 0
		for ; size < few && from+4*size <= to; from += 4 * size {
			a, b, c, d := row[from:][:len(own)], row[from+size:][:len(own)], row[from+2*size:][:len(own)], row[from+3*size:][:len(own)]
			var ofA, ofB, ofC, ofD float64
			for j, v := range own {
				ofA += float64(v * a[j])
				ofB += float64(v * b[j])
				ofC += float64(v * c[j])
				ofD += float64(v * d[j])
			}
			four := sums[pair : pair+4]
			four[0] += ofA
			four[1] += ofB
			four[2] += ofC
			four[3] += ofD
			pair += 4
		}
		for ; from < to; from += size {
			sums[pair] += dense.Dot(own, row[from:from+size])
			pair++
		}
	}
}

// within bounds the rounding of a loss, relative to it.
func (s *penaltyScreen) within(alpha, loss, least, largest float64) float64 {
	return float64(4 * s.rounding / (s.smallest + alpha) * s.growth(alpha, loss, least, largest))
}

// penaltyBound is what the nodes tell of a penalty.
type penaltyBound struct {
	low            float64 // bound of the loss; 0 if the nodes do not give any
	least, largest float64 // bounds of D
	// estimate is of the loss, and sensitivity the share that the bound loses of it for each
	// unit of the inverse's error.
	estimate, sensitivity float64
}

// bounds returns what the nodes tell of each candidate.
func (s *penaltyScreen) bounds(candidates []float64, nodes *inverseNodes, at []penaltyNode, products []float64) []penaltyBound {
	all := make([]penaltyBound, len(candidates))
	crew.EachRow(s.workers, len(candidates), func(c int) {
		if k := slices.Index(nodes.alphas, candidates[c]); k >= 0 {
			v := at[k]
			all[c] = penaltyBound{low: v.loss, least: v.least, largest: v.largest, estimate: v.loss, sensitivity: sensitivity(v.loss, v.norm, v.least)}
			if s.whole != nil {
				all[c].estimate *= s.whole[k*(k+1)/2+k] / (v.norm * v.norm)
			}
			return
		}
		all[c] = s.bound(candidates[c], nodes, at, products)
	})
	return all
}

// sensitivity returns how many times the error of the inverse a loss is off by, given the norm of M
// and the least of D.
func sensitivity(loss, norm, least float64) float64 {
	return 2 + 2*norm/(least*math.Sqrt(loss))
}

// mayBeLeast reports whether the loss of a penalty may be the ceiling or less.
func (s *penaltyScreen) mayBeLeast(alpha float64, b penaltyBound, ceiling float64) bool {
	if !(b.low > 0 && b.least > 0) {
		return true
	}
	within := s.within(alpha, b.low, b.least, b.largest)
	const rounding = 1e-9 // of sums
	return !(within < 1e-3 && b.low*(1-within-within) > ceiling*(1+rounding))
}

// bound returns what the nodes tell of a penalty that is not one.
func (s *penaltyScreen) bound(alpha float64, nodes *inverseNodes, at []penaltyNode, products []float64) (b penaltyBound) {
	count := len(at)
	pairs := count * (count + 1) / 2
	weights := make([]float64, count)
	within := nodes.weights(alpha, weights)
	if !(within < 0.5) {
		return penaltyBound{}
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
	least, largest := math.Inf(1), 0.0
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
		return penaltyBound{}
	}
	cancelled := float64(sizes * math.Sqrt(float64(s.t+pairs)*dense.Epsilon))
	reach := within / (1 - within)
	missed := float64(reach*(math.Sqrt(square)+cancelled+lost)) + cancelled + lost
	root := float64(math.Sqrt(weighted)*(1-within)) - missed/least
	b = penaltyBound{max(0, root) * max(0, root), least, largest, weighted, sensitivity(weighted, math.Sqrt(square), least)}
	if s.whole != nil {
		b.estimate *= dense.Dot(pairWeights, s.whole) / square
	}
	return b
}
