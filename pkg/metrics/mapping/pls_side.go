package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Side returns the cheaper side, or the activations themselves of comparisons that are always
// fitted in twice the precision.
func (m pls) Side(s metrics.Shape) metrics.Side {
	terms := doublePLSTerms(s.Train, s.Features, s.Neuroids, m.components)
	switch {
	case !s.Once && doubleMemory(s, terms, 0, false).Working > 0:
		return metrics.Activations
	case prefersPrimal(m, s):
		return metrics.Primal
	}
	return metrics.Dual
}

// costs counts products with the features or with the Gram matrix, two for each component of a
// split, which read these once for each group of splits; and on the primal side XᵀY of each
// split, which each component reads twice and changes. What both sides share is left out.
func (m pls) costs(shape metrics.Shape) (primal, dual cost) {
	const b, squared, few = metrics.FloatBytes, 3, 2 // XᵀY is squared so often; few columns take times as long
	s, components := sizesOf(shape), float64(m.components)
	covariances := covarianceSmall(shape.Stimuli, shape.Neuroids, shape.Splits)
	primal, dual = s.formCost()
	primal.operations = 2 * s.n * s.f * s.t
	if !covariances {
		primal.operations = math.Inf(1)
	}
	groups := func(primal bool) float64 { return math.Ceil(s.splits / float64(m.shape(shape, primal).group())) }
	primal = primal.plus(s.splits, cost{sum(2*s.h*s.f*s.t, 2*squared*s.f*s.t*s.t), b * s.h * s.f})
	primal = primal.plus(s.splits*components, cost{4 * few * s.n * s.f, 4 * b * s.f * s.t})
	primal = primal.plus(groups(true)*components, cost{0, 2 * b * s.n * s.f})
	dual = dual.plus(s.splits*components, cost{4 * few * s.n * s.n, 0})
	dual = dual.plus(groups(false)*components, cost{0, 2 * b * s.n * s.n})
	if covariances {
		dual = dual.plus(1, cost{sum(2*s.n*s.n*s.t, 2*s.n*s.t*s.t), b * s.n * s.t})
		dual = dual.plus(s.splits, cost{sum(2*s.h*s.h*s.t, 4*s.h*s.t*s.t), b * s.h * (s.h + s.t)})
	}
	return primal, dual
}
