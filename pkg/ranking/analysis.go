package ranking

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Analysis holds correlations of scores with metadata and with each other.
type Analysis struct {
	Composite string
	Models    int
	Seed      uint64
	// Level is the confidence of the intervals. Those of Spearman's ρ and Kendall's τ
	// come from Resamples bootstrap samples of the models (percentile method), or for
	// more than 1,000 models from the jackknife. Those of Pearson's r are computed on
	// Fisher's scale.
	Level     float64
	Resamples int
	Against   []Against
	Agreement []Agreement
	Families  []Family
	Changes   []Change // the largest of each model, largest first
	Warnings  []string
}

// Against is the correlation of a score with metadata over models.
type Against struct {
	Score, Metadata  string
	Above            float64 // only models whose metadata exceed it; NaN for all models
	N                int
	Pearson          float64
	Spearman         float64
	Interval         Interval // of Pearson's r
	SpearmanInterval Interval
	Change           *Change // of the model whose ranks differ most; nil if none differ
}

// Agreement is the rank correlation of two scores over models.
type Agreement struct {
	A, B            string
	N               int
	Spearman        float64
	Kendall         float64  // τ-b
	Interval        Interval // of Spearman's ρ
	KendallInterval Interval
	Change          *Change
}

// Question selects what Analyze computes.
type Question struct {
	// Against lists columns of metadata to correlate scores with.
	Against []string
	// Above adds correlations over the models whose metadata exceed it; NaN for none.
	Above float64
	Seed  uint64
	// NoKendall omits the intervals of Kendall's τ-b, which take most of the time.
	NoKendall bool
}

// resamples is the number of bootstrap samples, chosen so that the ends of a 95 %
// interval are order statistics.
const resamples = 1999

// minModels is the smallest number of models with a correlation.
const minModels = 3

// minOrdered is the smallest number of models with an interval of a rank correlation. n models
// in random order correlate as 1 or −1 in 2 of n! cases: for 4 these are 8 %, for 5 they are
// 2 %, so that no order of fewer than 5 models differs from chance at the level of 95 %. A
// bootstrap sample of 3 models in the same order, which repeats some of them, is in the same
// order too, and its interval would be [1, 1].
const minOrdered = 5

// rankInterval returns the interval of a rank correlation by its values in bootstrap samples
// of n models, none if they are too few or do not vary.
func rankInterval(samples []float64, n int) Interval {
	i := metrics.Quantiles(samples, 0.05)
	const rounding = 1e-12 // more than that of a coefficient
	if n < minOrdered || i.High-i.Low < rounding {
		return NoInterval
	}
	return i
}

// noteIntervals returns the reasons why rank correlations have no interval, each in one line.
func (a *Analysis) noteIntervals() []string {
	few, same := 0, 0
	count := func(n int, coefficient float64, i Interval) {
		switch {
		case math.IsNaN(coefficient) || !i.None():
		case n < minOrdered:
			few++
		default:
			same++
		}
	}
	for _, x := range a.Against {
		count(x.N, x.Spearman, x.SpearmanInterval)
	}
	for _, f := range a.Families {
		for _, x := range f.Against {
			count(x.N, x.Spearman, x.SpearmanInterval)
		}
	}
	for _, x := range a.Agreement {
		count(x.N, x.Spearman, x.Interval)
	}
	var notes []string
	if few > 0 {
		notes = append(notes, fmt.Sprintf("%s no interval: fewer than %d models have their scores in the same or the opposite order by chance in more than 5 %% of cases; add models", rankCorrelationsHave(few), minOrdered))
	}
	if same > 0 {
		notes = append(notes, fmt.Sprintf("%s no interval: all bootstrap samples of the models are in the same order, so that it would have no width, although the order is not certain", rankCorrelationsHave(same)))
	}
	return notes
}

// rankCorrelationsHave returns the subject and verb of a sentence about n rank correlations.
func rankCorrelationsHave(n int) string {
	if n == 1 {
		return "1 rank correlation has"
	}
	return fmt.Sprintf("%d rank correlations have", n)
}

// Analyze correlates all scores with metadata, and parts and benchmarks with
// each other.
func (d *Data) Analyze(ctx context.Context, q Question) (*Analysis, error) {
	models := d.models
	if len(models) == 0 {
		return nil, errorf("there are no models to analyze")
	}
	a := &Analysis{Composite: d.Composite.Identifier, Models: len(models), Seed: q.Seed, Level: 0.95, Resamples: resamples, Warnings: d.Warnings}
	var columns []string
	for _, name := range q.Against {
		column, err := d.FindNumeric(name)
		if err != nil {
			score, unknown := FindScore(models, name)
			if unknown != nil {
				return nil, err
			}
			column = score
		}
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	thresholds := []float64{math.NaN()}
	if !math.IsNaN(q.Above) {
		thresholds = append(thresholds, q.Above)
	}
	for _, column := range columns {
		for _, above := range thresholds {
			for _, score := range slices.Concat([]string{CompositeScore}, UpperParts(models), Benchmarks(models)) {
				if score == column {
					continue
				}
				a.Against = append(a.Against, Against{Score: score, Metadata: column, Above: above})
			}
		}
	}
	for _, names := range [][]string{UpperParts(models), Benchmarks(models)} {
		names = slices.SortedFunc(slices.Values(names), CompareNames)
		for i, x := range names {
			for _, y := range names[i+1:] {
				a.Agreement = append(a.Agreement, Agreement{A: x, B: y})
			}
		}
	}
	a.Families = summarizeFamilies(models, columns)

	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	schedule := func(work func()) {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			work()
			return nil
		})
	}
	for i := range a.Against {
		schedule(func() { a.Against[i].compute(models, q.Seed) })
	}
	byFamily := membersOf(models)
	for _, f := range a.Families {
		for i := range f.Against {
			schedule(func() { f.Against[i].compute(byFamily[f.Family], q.Seed) })
		}
	}
	changes := make([][]Change, len(a.Agreement))
	for i := range a.Agreement {
		schedule(func() { changes[i] = a.Agreement[i].compute(models, q.Seed, !q.NoKendall) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	a.Changes = largestByModel(slices.Concat(changes...))
	a.Warnings = slices.Concat(a.Warnings, a.noteIntervals())
	return a, nil
}

// Correlate returns the correlation of a score with a column of metadata over the
// models.
func Correlate(models []*Model, score, column string, seed uint64) Against {
	a := Against{Score: score, Metadata: column, Above: math.NaN()}
	a.compute(models, seed)
	return a
}

// Agree returns the agreement of two scores on the order of models, as Analyze does,
// but without the interval of Kendall's τ.
func Agree(models []*Model, a, b string, seed uint64) Agreement {
	if CompareNames(a, b) > 0 {
		a, b = b, a
	}
	g := Agreement{A: a, B: b}
	g.compute(models, seed, false)
	return g
}

// compute computes the figures over the models that have both values.
func (a *Against) compute(models []*Model, seed uint64) {
	var names []string
	var x, y []float64
	for _, m := range models {
		score, value := m.Score(a.Score), m.numberOrScore(a.Metadata)
		if stats.Finite(score) && stats.Finite(value) && !(value <= a.Above) {
			names, x, y = append(names, m.Name), append(x, score), append(y, value)
		}
	}
	a.N, a.Pearson, a.Spearman, a.Interval, a.SpearmanInterval = len(x), math.NaN(), math.NaN(), NoInterval, NoInterval
	if len(x) < minModels {
		return
	}
	a.Change = largestChange(changesOf(names, x, y, a.Score, a.Metadata))
	p := newPairs(x, y)
	all := ones(len(x))
	a.Pearson, a.Interval = correlate(x, y)
	a.Spearman = p.spearman(all)
	if math.IsNaN(a.Spearman) {
		return // and so in each sample
	}
	if len(x) > maxResampled {
		var ok bool
		if a.SpearmanInterval, ok = jackknifeInterval(a.Spearman, p.spearmanWithout()); ok {
			return
		}
	}
	rhos, counts := make([]float64, resamples), make([]int32, len(x))
	r := generator(seed, "against", a.Score, a.Metadata)
	for i := range resamples {
		resample(r, counts)
		rhos[i] = p.spearman(counts)
	}
	a.SpearmanInterval = rankInterval(rhos, len(x))
}

// compute computes the figures and returns the change of each model. kendall asks for
// the interval of Kendall's τ, which takes most of the time.
func (a *Agreement) compute(models []*Model, seed uint64, kendall bool) []Change {
	var names []string
	var x, y []float64
	for _, m := range models {
		if u, v := m.Score(a.A), m.Score(a.B); stats.Finite(u) && stats.Finite(v) {
			names, x, y = append(names, m.Name), append(x, u), append(y, v)
		}
	}
	a.N, a.Spearman, a.Kendall, a.Interval, a.KendallInterval = len(x), math.NaN(), math.NaN(), NoInterval, NoInterval
	if len(x) < minModels {
		return nil
	}
	p := newPairs(x, y)
	all := ones(len(x))
	a.Spearman, a.Kendall = p.spearman(all), p.kendall(all)
	changes := changesOf(names, x, y, a.A, a.B)
	a.Change = largestChange(changes)
	if math.IsNaN(a.Spearman) || len(x) > maxResampled && a.jackknife(p, kendall) {
		return changes
	}
	rhos, taus := make([]float64, resamples), make([]float64, resamples)
	counts := make([]int32, len(x))
	r := generator(seed, "agreement", a.A, a.B)
	for i := range resamples {
		resample(r, counts)
		if rhos[i] = p.spearman(counts); kendall {
			taus[i] = p.kendall(counts)
		}
	}
	a.Interval = rankInterval(rhos, len(x))
	if kendall {
		a.KendallInterval = rankInterval(taus, len(x))
	}
	return changes
}

// jackknife sets the intervals by the jackknife, and reports whether there are any.
func (a *Agreement) jackknife(p *pairs, kendall bool) (ok bool) {
	if a.Interval, ok = jackknifeInterval(a.Spearman, p.spearmanWithout()); ok && kendall {
		a.KendallInterval, ok = jackknifeInterval(a.Kendall, p.kendallWithout())
	}
	return ok
}

func ones(n int) []int32 {
	counts := make([]int32, n)
	for i := range counts {
		counts[i] = 1
	}
	return counts
}
