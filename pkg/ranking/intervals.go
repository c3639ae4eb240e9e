package ranking

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// NeuralSamples is how many bootstrap samples intervals of scores on recordings
// come from, and StimulusSamples those of scores on behaviour, which are computed
// anew of each. With either, the ends of a 95 % interval are order statistics.
const (
	NeuralSamples   = defaultDraws
	StimulusSamples = 1999
)

// AddIntervals gives the scores of models their 95 % intervals. Those on
// behaviour have them from their metric; the others get them from what results
// hold. Mappings: neuroids and splits are drawn with replacement, the deviations
// of the median over neuroids and of the mean over splits added to the raw value
// as bootstrap says. Where there are no values by neuroid, splits alone are
// drawn. The score's interval is that of the raw values in its form, the ceiling
// taken as exact. Similarities have nothing to draw and get no interval, nor do
// scores without a value.
//
// All models meet the same samples, drawn from a generator that a benchmark's
// identifier seeds: an interval depends on its score alone.
func AddIntervals(ctx context.Context, models []benchmarks.ModelResult, seed uint64) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, m := range models {
		for i := range m.Scores {
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				addInterval(&m.Scores[i], seed, NeuralSamples)
				return nil
			})
		}
	}
	return g.Wait()
}

func addInterval(r *benchmarks.Result, seed uint64, draws int) {
	if r.Raw.Interval == nil || r.Ceiled.Interval == nil {
		raw, score := intervals(*r, seed, draws)
		r.Raw.Interval, r.Ceiled.Interval = &raw, &score
	}
	for _, e := range []*metrics.Estimate{&r.Raw, &r.Ceiled} {
		if !finite(e.Value) {
			none := NoInterval
			e.Interval = &none
		}
	}
}

func intervals(r benchmarks.Result, seed uint64, draws int) (raw, score Interval) {
	info, err := metrics.Lookup(r.Metric)
	if err != nil || info.Kind != metrics.KindMapping && info.Kind != metrics.KindSolutionTime {
		return NoInterval, NoInterval
	}
	s := sample{centre: r.Raw.Value, form: formOf(r)}
	s.neuroids, _ = bothFinite(r.Neuroids, r.Neuroids)
	s.splits, _ = bothFinite(r.Raw.Splits, r.Raw.Splits)
	if !finite(r.Raw.Value) || len(s.neuroids) < 2 && len(s.splits) < 2 {
		return NoInterval, NoInterval
	}
	raws, scores := bootstrap(generator(seed, "interval", r.Benchmark), draws, metrics.Alpha, s)
	return bounded(metrics.Quantiles(raws[0], metrics.Alpha)), bounded(metrics.Quantiles(scores[0], metrics.Alpha))
}
