package choice

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// bootstrapShare returns the interval of a figure from 0 to 1 over samples of elements,
// such as stimuli or subjects: of each stratum as many as it has, drawn with replacement.
// It is formed as that of a correlation, which 2·figure − 1 resembles, so that it lies
// within 0 and 1.
func bootstrapShare(ctx context.Context, r metrics.Resampling, value float64, of strata, figure func(sample []int) float64) (*metrics.Interval, error) {
	i, err := bootstrapCorrelation(ctx, r, 2*value-1, of, func(sample []int) float64 { return 2*figure(sample) - 1 })
	if err != nil {
		return nil, err
	}
	return &metrics.Interval{Low: min(value, (1+i.Low)/2), High: max(value, (1+i.High)/2)}, nil
}

// bootstrapCorrelation returns the interval of a figure from -1 to 1 over samples.
func bootstrapCorrelation(ctx context.Context, r metrics.Resampling, value float64, of strata, figure func(sample []int) float64) (*metrics.Interval, error) {
	random := rand.New(rand.NewPCG(r.Seed, 0))
	draws := make([]float64, r.Samples)
	var sample []int
	for k := range draws {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sample = of.draw(random, sample)
		draws[k] = fisher(figure(sample))
	}
	errors := of.jackknife(func(sample []int) (float64, float64) { return fisher(figure(sample)), math.NaN() })
	i := aboutCorrelation(value, draws, of.widening(draws, errors[0], metrics.Alpha), metrics.Alpha)
	return &i, nil
}
