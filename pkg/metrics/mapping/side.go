package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// cost is the work of a fit: operations on numbers, and bytes to and from memory.
type cost struct{ operations, bytes float64 }

// operationsPerByte is how many operations of a product take the time of one byte.
const operationsPerByte = 4

// time returns the time that work takes, in operations of a product.
func (c cost) time() float64 { return c.operations + float64(operationsPerByte*c.bytes) }

// sizes are the numbers that a cost follows from.
type sizes struct{ n, f, t, m, h, splits float64 } // h stimuli are not trained on

func sizesOf(s metrics.Shape) sizes {
	n, t, m := s.Sizes()
	return sizes{n: float64(n), f: float64(s.Features), t: float64(t), m: float64(m), h: float64(n - m), splits: float64(s.Splits)}
}

func cube(x float64) float64 { return x * x * x }

// sidedMapping is a mapping that can be fitted on either side.
type sidedMapping interface {
	// costs returns the work on either side; infinite operations of one that does not exist.
	costs(s metrics.Shape) (primal, dual cost)
	// primalMemory and dualMemory count what the metric holds on each side.
	primalMemory(s metrics.Shape) metrics.Memory
	dualMemory(s metrics.Shape) metrics.Memory
}

// prefersPrimal reports whether a mapping is fitted in its primal form: if the features are
// held, no more than the train stimuli, and their form is the cheaper one, unless only the
// other fits into the memory that is allowed.
func prefersPrimal(m sidedMapping, s metrics.Shape) bool {
	if !featuresHeld(s) || s.Features > s.Train || s.Once {
		return false
	}
	primal, dual := m.costs(s)
	if math.IsInf(primal.operations, 1) {
		return false
	}
	if s.Allowed > 0 {
		one := s // so that figures depend on no workers, subjects and metrics beside it
		one.Workers, one.Shared, one.Products = 1, false, false
		if inPrimal, inDual := fits(one, m.primalMemory(one)), fits(one, m.dualMemory(one)); inPrimal != inDual {
			return inPrimal
		}
	}
	return primal.time() <= dual.time()
}

// fits reports whether a fit stays within the memory that is allowed, with the features and
// the responses.
func fits(s metrics.Shape, m metrics.Memory) bool {
	n, t, _ := s.Sizes()
	return m.Working+metrics.FloatBytes*(n*int64(s.Features)+2*n*t) <= s.Allowed
}

// sideMemory returns what a mapping holds on the side that it prefers. Others that share the
// inner products may have fewer neuroids and prefer the other side.
func sideMemory(m sidedMapping, s metrics.Shape) metrics.Memory {
	few := s
	few.Neuroids = 1
	primal := prefersPrimal(m, s)
	switch {
	case s.Shared && prefersPrimal(m, few) != primal:
		return m.primalMemory(s).Plus(m.dualMemory(s))
	case primal:
		return m.primalMemory(s)
	}
	return m.dualMemory(s)
}

// sideOf returns the side of a regression: small ones are fitted in twice the precision to
// the activations themselves. choosing is what it takes to choose a penalty.
func sideOf(m sidedMapping, s metrics.Shape, choosing int) metrics.Side {
	switch {
	case !s.Once && regressionMemory(s, choosing).Working > 0:
		return metrics.Activations
	case prefersPrimal(m, s):
		return metrics.Primal
	}
	return metrics.Dual
}

// sum adds terms one by one, so that no product is fused with a sum: the choice of a side
// is the same on every processor.
func sum(terms ...float64) (total float64) {
	for _, v := range terms {
		total += v
	}
	return total
}

// formCost is the work to make the inner products of a layer, and from them with t responses.
func (s sizes) formCost() (primal, dual cost) {
	const b = metrics.FloatBytes
	return cost{sum(s.n*s.f*s.f, 2*s.n*s.f*s.t), b * s.n * s.f}, cost{s.n * s.n * s.f, sum(b*s.n*s.f, b*s.n*s.n)}
}

// plus adds work, times times.
func (c cost) plus(times float64, o cost) cost {
	return cost{c.operations + float64(times*o.operations), c.bytes + float64(times*o.bytes)}
}

// costs counts a factor of each split on the primal side, and on the dual side one inverse
// over all stimuli, of which a split takes the block of the stimuli that it leaves out, or a
// factor of each split that leaves out more than half.
func (ridge) costs(shape metrics.Shape) (primal, dual cost) {
	const b = metrics.FloatBytes
	s := sizesOf(shape)
	primal, dual = s.formCost()
	primal = primal.plus(s.splits, cost{sum(s.h*s.f*s.f, cube(s.f)/3, 2*s.f*s.f*s.t, 4*s.h*s.f*s.t), 2 * b * s.f * s.f})
	if 2*s.m >= s.n {
		dual = dual.plus(1, cost{sum(cube(s.n), 2*s.n*s.n*s.t), 2 * b * s.n * s.n})
		return primal, dual.plus(s.splits, cost{sum(cube(s.h)/3, 2*s.h*s.h*s.t), sum(b*s.h*s.h, 2*b*s.h*s.t)})
	}
	return primal, dual.plus(s.splits, cost{sum(cube(s.m)/3, 2*s.m*s.m*s.t, 2*s.h*s.m*s.t), 2 * b * s.m * s.m})
}

// costs counts for each split a tridiagonal form, half of whose operations read the matrix
// from memory, and the errors with some of the penalties.
func (m ridgeCV) costs(shape metrics.Shape) (primal, dual cost) {
	const b, screened = metrics.FloatBytes, 20 // of 99 penalties, those whose errors are computed
	s, products := sizesOf(shape), float64(2*min(screened, len(m.alphas)))
	decomposed := func(k float64) cost { return cost{8 * cube(k) / 3, b * cube(k) / 6} }
	solved := func(k float64) cost { return cost{sum(cube(k)/3, 2*k*k*s.t), 2 * b * k * k} }
	primal, dual = s.formCost()
	if m.folds > 0 { // are left out of the dual form alone
		primal.operations = math.Inf(1)
	}
	primal = primal.plus(s.splits, decomposed(s.f)).plus(s.splits, solved(s.f))
	primal = primal.plus(s.splits, cost{sum(s.h*s.f*s.f, 2*s.f*s.f*s.m, 2*s.f*s.m*s.t, products*s.f*s.m*s.t), b * products * s.m * s.t})
	t := s.t
	if !m.perNeuroid && t > s.m { // errors depend on Y·Yᵀ alone
		dual, t = dual.plus(s.splits, cost{2 * s.m * s.m * t, 2 * b * s.m * t}), s.m
	}
	dual = dual.plus(s.splits, decomposed(s.m)).plus(s.splits, solved(s.m))
	return primal, dual.plus(s.splits, cost{sum(2*s.m*s.m*t, products*s.m*s.m*t, 2*s.h*s.m*s.t), b * products * s.m * t})
}
