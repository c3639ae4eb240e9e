package ranking

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// neuralSamples is the number of bootstrap samples for intervals of scores on
// recordings, StimulusSamples that for scores on behaviour, which metrics compute anew
// from each sample. With either, the ends of a 95 % interval are order statistics.
const (
	neuralSamples   = defaultDraws
	StimulusSamples = 1999
)

// AddIntervals sets the 95 % intervals of the models' scores. Scores on behaviour have
// intervals from their metric. For mappings, AddIntervals draws neuroids, or whole
// clusters of neuroids if results name clusters, and splits with replacement; it adds
// the deviations of the median over neuroids and of the mean over splits to the raw
// value (see bootstrap). Without values by neuroid, it draws only splits. The score's
// interval follows from that of the raw value, with the ceiling taken as exact. Of a
// benchmark per subject it draws subjects, each with all its neuroids.
// Similarities that are resampled on stimuli, rdm and cka, have intervals from these
// samples and from the values of subjects (see resampled). Other similarities have nothing
// to draw from and get no interval; neither do scores without a value.
//
// All models get the same samples, from a generator seeded by the benchmark's
// identifier, so an interval depends on its score alone.
func AddIntervals(ctx context.Context, models []benchmarks.ModelResult, seed uint64) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, m := range models {
		for i := range m.Scores {
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				addInterval(&m.Scores[i], seed, neuralSamples)
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
		if note := resampledNote(*r); note != "" {
			r.Warnings = append(r.Warnings, note)
		}
		if info, err := metrics.Lookup(r.Metric); err == nil && info.Intervals == metrics.NoIntervals && r.Resampled == nil {
			r.Warnings = append(r.Warnings, "there is no interval: scores of "+r.Metric+" are not resampled")
		}
		if r.Clusters != nil && len(r.Subjects) == 0 && len(clustersOf(*r)) < 2 {
			r.Warnings = append(r.Warnings, "there is no interval: all neuroids are of one cluster, so the variation between clusters is unknown")
		}
	}
	for _, e := range []*metrics.Estimate{&r.Raw, &r.Ceiled} {
		if !stats.Finite(e.Value) {
			none := NoInterval
			e.Interval = &none
		}
	}
}

func intervals(r benchmarks.Result, seed uint64, draws int) (raw, score Interval) {
	if s, ok := newResampled(r); ok {
		return s.intervals(formOf(r))
	}
	info, err := metrics.Lookup(r.Metric)
	if err != nil || info.Intervals != metrics.OfNeuroidsAndSplits {
		return NoInterval, NoInterval
	}
	s := sample{centre: r.Raw.Value, form: formOf(r)}
	if len(r.Subjects) == 0 { // else subjects are drawn, as splits
		s.neuroids, _ = bothFinite(r.Neuroids, r.Neuroids)
	}
	if r.Clusters != nil && len(r.Subjects) == 0 {
		if s.clusters = clustersOf(r); len(s.clusters) < 2 {
			return NoInterval, NoInterval
		}
	}
	s.splits, _ = bothFinite(r.Raw.Splits, r.Raw.Splits)
	if !stats.Finite(r.Raw.Value) || len(s.neuroids) < 2 && len(s.splits) < 2 {
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

// clustersOf returns the neuroids of each cluster as indices among those with a value,
// clusters in order of their first neuroid.
func clustersOf(r benchmarks.Result) [][]int {
	var list [][]int
	indices, next := map[string]int{}, 0
	for i, v := range r.Neuroids {
		if !stats.Finite(v) {
			continue
		}
		k, ok := indices[r.Clusters[i]]
		if !ok {
			k = len(list)
			indices[r.Clusters[i]] = k
			list = append(list, nil)
		}
		list[k] = append(list[k], next)
		next++
	}
	return list
}
