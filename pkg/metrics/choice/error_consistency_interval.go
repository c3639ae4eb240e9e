package choice

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// interval bootstraps over stimuli: of each condition, as many of its stimuli as
// there are are drawn with replacement, the same for all subjects, and κ, its
// means are taken of these as of all. Subjects are taken as they are, and so is
// the ceiling. The interval is about the mean κ with its sign, as wide as so few
// stimuli need and within -1 and 1, of which then the absolute value is taken: it
// starts at 0 where the sign is not certain.
func (errorConsistency) interval(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial, signed float64) (metrics.Interval, error) {
	trials, of := sampledCells(in, cells)
	i, err := bootstrapCorrelation(ctx, in.Intervals, signed, of, meanOfCells(trials, of, func(cell []sampledTrial, counts []int) float64 {
		var t kappaTable
		for _, trial := range cell {
			t.addTimes(trial.model, trial.correct, counts[trial.element])
		}
		return t.kappa()
	}))
	if err != nil {
		return metrics.NoInterval, err
	}
	return i.Magnitude(), nil
}
