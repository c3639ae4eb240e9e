package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// inverseNodes are a few penalties α_k of a list. The inverse (K + αI)⁻¹ for another
// penalty α is close to the sum of β_k·(K + α_kI)⁻¹: with zeros μ_k and
// r(λ) = Π (λ − μ_k)/(λ + α_k), there are weights β_k with
//
//	1 − Σ β_k·(λ + α)/(λ + α_k) = r(λ)/r(−α),
//
// the error relative to the inverse in a direction of K with the eigenvalue λ. Its largest
// size bounds the error of whatever depends linearly on the inverse.
//
// Nodes and zeros are chosen in turn, where r is smallest and largest.
//
// Source: Bagby (1969), Duke Mathematical Journal 36.
type inverseNodes struct {
	alphas, zeros []float64
	largest       float64 // bound of |r| over the eigenvalues
}

// eigenvalueCells returns intervals that cover the eigenvalues from low to high, and 0 if zero
// is true. They are so short that r hardly changes within one. least is the least penalty.
func eigenvalueCells(low, high, least float64, zero bool) (cells [][2]float64) {
	const (
		ratio = 1.05
		share = 1e-3 // of a penalty, on which inverses hardly depend
	)
	if zero {
		cells = append(cells, [2]float64{})
	}
	for from := low; from < high || len(cells) == 0; {
		to := max(ratio*from, share*least)
		if !(to > from) {
			to = high // of numbers so small that their product with the ratio is rounded away
		}
		cells = append(cells, [2]float64{from, min(to, high)})
		from = to
	}
	return cells
}

// newInverseNodes chooses nodes among penalties, beginning with the one at index first: as
// many as give each the error that is wanted of it, but no more than most.
func newInverseNodes(penalties, wanted []float64, first int, cells [][2]float64, most int) *inverseNodes {
	p := &inverseNodes{}
	over, under := make([]float64, len(cells)), make([]float64, len(penalties)) // |r| of cells, at most, and at −α, times what is wanted
	for i := range over {
		over[i] = 1
	}
	copy(under, wanted)
	zero, alpha := cells[len(cells)-1][1], penalties[first]
	for len(p.alphas) < most {
		p.alphas, p.zeros = append(p.alphas, alpha), append(p.zeros, zero)
		p.largest = 0
		for i, c := range cells {
			over[i] *= max(math.Abs(c[0]-zero), math.Abs(c[1]-zero)) / (c[0] + alpha)
			p.largest = max(p.largest, over[i])
		}
		for i, a := range penalties {
			under[i] *= (a + zero) / math.Abs(a-alpha) // +Inf at a node
		}
		worst := indexOf(under, func(a, b float64) bool { return a < b })
		if p.largest <= under[worst] {
			break
		}
		widest := cells[indexOf(over, func(a, b float64) bool { return a > b })]
		zero, alpha = (widest[0]+widest[1])/2, penalties[worst]
	}
	return p
}

// indexOf returns the index of the number that none comes before.
func indexOf(x []float64, before func(a, b float64) bool) int {
	first := 0
	for i, v := range x {
		if before(v, x[first]) {
			first = i
		}
	}
	return first
}

// weights sets the weights of the nodes for a penalty that is not one, and returns the
// bound of the relative error, rounding of the weights included.
func (p *inverseNodes) weights(alpha float64, weights []float64) (within float64) {
	at := 1.0
	for k, node := range p.alphas {
		at *= (alpha + p.zeros[k]) / (alpha - node)
	}
	lost := 0.0
	for k, node := range p.alphas {
		weight := (node + p.zeros[k]) / ((alpha - node) * at)
		for m, other := range p.alphas {
			if m != k {
				weight *= (node + p.zeros[m]) / (node - other)
			}
		}
		weights[k] = weight
		lost += float64(math.Abs(weight) * max(1, alpha/node))
	}
	steps := 16 * float64(len(p.alphas))
	return p.largest/math.Abs(at) + float64(steps*dense.Epsilon*lost)
}
