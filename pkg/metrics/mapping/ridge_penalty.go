package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// leastLoss returns the penalty with the least loss, a function of T + αI = L·D·Lᵀ. T's
// elements are off by rounding, in norm. That changes the solution of the system by the
// share rounding/(λ + α), λ being T's smallest eigenvalue, and the loss by a few times
// fold that. certain is false if other penalties are thereby as good. If stop is true,
// it returns at the first penalty whose loss rounding leaves unknown, since the choice is
// then not certain.
func leastLoss(ctx context.Context, diagonal, off []float64, rounding float64, stop bool, loss func(alpha float64, d, l []float64) (loss, fold float64, err error)) (alpha float64, certain bool, err error) {
	smallest := dense.SmallestEigenvalue(diagonal, off, rounding)
	alphas := ridgeAlphas()
	lows, highs := make([]float64, len(alphas)), make([]float64, len(alphas))
	best, least := -1, math.Inf(1)
	for i, alpha := range alphas {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		lows[i], highs[i] = 0, math.Inf(1)
		share := rounding / (smallest + alpha)
		d, l, ok := dense.FactorTridiagonal(diagonal, off, alpha)
		if !ok || share > 1 {
			if stop {
				return alpha, false, nil
			}
			continue // its loss is unknown
		}
		lost, fold, err := loss(alpha, d, l)
		if err != nil {
			return 0, false, err
		}
		// Two factors' rounding, each squared.
		if within := 4 * share * fold; within < 0.5 {
			lows[i], highs[i] = lost*(1-within), lost*(1+within)
		} else if stop {
			return alpha, false, nil
		}
		if lost < least {
			best, least = i, lost
		}
	}
	if best < 0 {
		return alphas[len(alphas)-1], false, nil
	}
	for i, low := range lows {
		if i != best && low <= highs[best] {
			return alphas[best], false, nil
		}
	}
	return alphas[best], true, nil
}
