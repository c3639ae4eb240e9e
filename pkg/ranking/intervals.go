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
// hold. Mappings: neuroids, or whole clusters of them where results name these, and
// splits are drawn with replacement, the deviations
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
		if r.Clusters != nil && len(clustersOf(*r)) < 2 {
			r.Warnings = append(r.Warnings, "there is no interval: all neuroids are of one cluster, so that how much clusters differ is not known")
		}
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
	if r.Clusters != nil {
		if s.clusters = clustersOf(r); len(s.clusters) < 2 {
			return NoInterval, NoInterval
		}
	}
	s.splits, _ = bothFinite(r.Raw.Splits, r.Raw.Splits)
	if !finite(r.Raw.Value) || len(s.neuroids) < 2 && len(s.splits) < 2 {
		return NoInterval, NoInterval
	}
	// Raw values are correlations: a sum of deviations beyond ±1 is cut to ±1.
	clamp := func(raw float64) float64 { return max(-1, min(1, raw)) }
	form := s.form
	s.form = func(raw float64) float64 { return form(clamp(raw)) }
	raws, scores := bootstrap(generator(seed, "interval", r.Benchmark), draws, metrics.Alpha, s)
	raw = metrics.Quantiles(raws[0], metrics.Alpha)
	return Interval{Low: clamp(raw.Low), High: clamp(raw.High)}, bounded(metrics.Quantiles(scores[0], metrics.Alpha))
}

// clustersOf lists the neuroids of each cluster, as places among those that have a
// value, in the order of the clusters' first ones.
func clustersOf(r benchmarks.Result) [][]int {
	var list [][]int
	at, place := map[string]int{}, 0
	for i, v := range r.Neuroids {
		if !finite(v) {
			continue
		}
		k, ok := at[r.Clusters[i]]
		if !ok {
			k = len(list)
			at[r.Clusters[i]] = k
			list = append(list, nil)
		}
		list[k] = append(list[k], place)
		place++
	}
	return list
}
