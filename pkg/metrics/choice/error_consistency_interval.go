package choice

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// interval bootstraps over stimuli: of each condition, as many of its stimuli as
// there are are drawn with replacement, the same for all subjects, and κ, its
// means are taken of these as of all. Subjects are taken as they are, and so is
// the ceiling. The interval is about the mean κ with its sign, as wide as so few
// stimuli need and within -1 and 1, of which then the absolute value is taken: it
// starts at 0 where the sign is not certain.
func (errorConsistency) interval(ctx context.Context, in metrics.ConsistencyInput, cells [][][]metrics.ConsistencyTrial, signed float64) (metrics.Interval, error) {
	trials, of := sampledCells(in, cells)
	counts := make([]int, of.elements())
	kappas, means := make([]float64, in.Conditions), make([]float64, len(trials))
	figure := func(sample []int) float64 {
		clear(counts)
		for _, element := range sample {
			counts[element]++
		}
		for s, row := range trials {
			for c, list := range row {
				var t kappaTable
				for _, trial := range list {
					t.addTimes(trial.model, trial.correct, counts[trial.element])
				}
				kappas[c] = t.kappa()
			}
			means[s] = series.ExactMean(kappas)
		}
		return fisher(series.ExactMean(means))
	}
	r := rand.New(rand.NewPCG(in.Intervals.Seed, 0))
	var sample []int
	draws := make([]float64, in.Intervals.Samples)
	for k := range draws {
		if err := ctx.Err(); err != nil {
			return metrics.NoInterval, err
		}
		sample = of.draw(r, sample)
		draws[k] = figure(sample)
	}
	errors := of.jackknife(func(sample []int) (float64, float64) { return figure(sample), math.NaN() })
	return aboutCorrelation(signed, draws, of.widening(draws, errors[0], metrics.Alpha), metrics.Alpha).Magnitude(), nil
}
