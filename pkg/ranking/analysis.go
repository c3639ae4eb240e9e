package ranking

import (
	"cmp"
	"context"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Analysis says how scores go with metadata and with each other.
type Analysis struct {
	Composite string
	Models    int
	Seed      uint64
	// Level is the confidence of the intervals, and Resamples how many
	// bootstrap samples of the models those of Spearman's ρ and Kendall's τ
	// come from (percentile method). Those of Pearson's r are on Fisher's scale.
	Level     float64
	Resamples int
	Against   []Against
	Agreement []Agreement
	Families  []Family
	Changes   []Change // of each model the largest, largest first
	Warnings  []string
}

// Against is the correlation of a score with metadata over models.
type Against struct {
	Score, Metadata  string
	Above            float64 // the metadata of all models are above it; NaN for all models
	N                int
	Pearson          float64
	Spearman         float64
	Interval         Interval // of Pearson's r
	SpearmanInterval Interval
	Change           *Change // of the model whose ranks differ most; nil where there is none
}

// Agreement is how far two scores agree on the order of models.
type Agreement struct {
	A, B            string
	N               int
	Spearman        float64
	Kendall         float64  // τ-b
	Interval        Interval // of Spearman's ρ
	KendallInterval Interval
	Change          *Change
}

// Change is how a model's rank differs between two orders of models.
type Change struct {
	Model        string
	A, B         string
	RankA, RankB int
	N            int // models that have both
}

// By is by how many ranks the model differs.
func (c Change) By() int { return max(c.RankA-c.RankB, c.RankB-c.RankA) }

// Family is what the models of one family have in common.
type Family struct {
	Family  string
	N       int     // with a composite
	Mean    float64 // of their composites
	Best    string
	Highest float64
	Against []Against // of the composite, over the family's models
}

// Question is what an analysis is asked for.
type Question struct {
	// Against are columns of metadata.
	Against []string
	// Above is a threshold on them; NaN for none.
	Above float64
	Seed  uint64
	// NoKendall leaves out the intervals of Kendall's τ-b, which take time that
	// grows with the square of the models.
	NoKendall bool
}

// resamples is how many bootstrap samples intervals come from; with it, the
// ends of a 95 % interval are order statistics.
const resamples = 1999

// fewest is how many models a correlation needs to say anything.
const fewest = 3

// Analyze correlates all scores with metadata, and parts and benchmarks with
// each other.
func (d *Data) Analyze(ctx context.Context, q Question) (*Analysis, error) {
	models := d.Form()
	if len(models) == 0 {
		return nil, errorf("there are no models to analyze")
	}
	a := &Analysis{Composite: d.Composite.Identifier, Models: len(models), Seed: q.Seed, Level: 0.95, Resamples: resamples, Warnings: d.Warnings}
	var columns []string
	for _, name := range q.Against {
		column, err := d.FindNumeric(name)
		if err != nil {
			return nil, err
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
			for _, score := range Scores(models) {
				a.Against = append(a.Against, Against{Score: score, Metadata: column, Above: above})
			}
		}
	}
	for _, names := range [][]string{Parts(models), Benchmarks(models)} {
		names = slices.SortedFunc(slices.Values(names), byName)
		for i, x := range names {
			for _, y := range names[i+1:] {
				a.Agreement = append(a.Agreement, Agreement{A: x, B: y})
			}
		}
	}
	a.Families = families(models, columns)

	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	each := func(work func()) {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			work()
			return nil
		})
	}
	for i := range a.Against {
		each(func() { a.Against[i].compute(models, q.Seed) })
	}
	for _, f := range a.Families {
		members := slices.DeleteFunc(slices.Clone(models), func(m *Model) bool { return m.Metadata[FamilyColumn].Text != f.Family })
		for i := range f.Against {
			each(func() { f.Against[i].compute(members, q.Seed) })
		}
	}
	changes := make([][]Change, len(a.Agreement))
	for i := range a.Agreement {
		each(func() { changes[i] = a.Agreement[i].compute(models, q.Seed, !q.NoKendall) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	a.Changes = largest(slices.Concat(changes...))
	return a, nil
}

// Correlate correlates one score with one column of metadata, over all models.
func Correlate(models []*Model, score, column string, seed uint64) Against {
	a := Against{Score: score, Metadata: column, Above: math.NaN()}
	a.compute(models, seed)
	return a
}

// byName orders names whatever their case.
func byName(x, y string) int {
	return cmp.Or(strings.Compare(strings.ToLower(x), strings.ToLower(y)), strings.Compare(x, y))
}

// Agree says how far two scores agree on the order of models, as an analysis
// does, but for the interval of Kendall's τ.
func Agree(models []*Model, a, b string, seed uint64) Agreement {
	if byName(a, b) > 0 {
		a, b = b, a
	}
	g := Agreement{A: a, B: b}
	g.compute(models, seed, false)
	return g
}

// metadata gives the number in a column of metadata, NaN where there is none.
func (m *Model) metadata(column string) float64 {
	if v, ok := m.Metadata[column]; ok {
		return v.Number
	}
	return math.NaN()
}

func (a *Against) compute(models []*Model, seed uint64) {
	var names []string
	var x, y []float64
	for _, m := range models {
		score, value := m.Score(a.Score), m.metadata(a.Metadata)
		if finite(score) && finite(value) && !(value <= a.Above) {
			names, x, y = append(names, m.Name), append(x, score), append(y, value)
		}
	}
	a.N, a.Pearson, a.Spearman, a.Interval, a.SpearmanInterval = len(x), math.NaN(), math.NaN(), NoInterval, NoInterval
	if len(x) < fewest {
		return
	}
	a.Change = mostChanged(changesOf(names, x, y, a.Score, a.Metadata))
	p := newPairs(x, y)
	all := ones(len(x))
	a.Pearson, a.Spearman = pearson(x, y, all), p.spearman(all)
	a.Interval = pearsonInterval(x, y, a.Pearson)
	rhos, counts := make([]float64, resamples), make([]int32, len(x))
	r := generator(seed, "against", a.Score, a.Metadata)
	for i := range resamples {
		resample(r, counts)
		rhos[i] = p.spearman(counts)
	}
	a.SpearmanInterval = metrics.Quantiles(rhos, 0.05)
}

// compute fills in the figures and gives the change of each model. The interval
// of Kendall's τ takes most of the time.
func (a *Agreement) compute(models []*Model, seed uint64, kendall bool) []Change {
	var names []string
	var x, y []float64
	for _, m := range models {
		if u, v := m.Score(a.A), m.Score(a.B); finite(u) && finite(v) {
			names, x, y = append(names, m.Name), append(x, u), append(y, v)
		}
	}
	a.N, a.Spearman, a.Kendall, a.Interval, a.KendallInterval = len(x), math.NaN(), math.NaN(), NoInterval, NoInterval
	if len(x) < fewest {
		return nil
	}
	p := newPairs(x, y)
	all := ones(len(x))
	a.Spearman, a.Kendall = p.spearman(all), p.kendall(all)
	rhos, taus := make([]float64, resamples), make([]float64, resamples)
	counts := make([]int32, len(x))
	r := generator(seed, "agreement", a.A, a.B)
	for i := range resamples {
		resample(r, counts)
		if rhos[i] = p.spearman(counts); kendall {
			taus[i] = p.kendall(counts)
		}
	}
	a.Interval = metrics.Quantiles(rhos, 0.05)
	if kendall {
		a.KendallInterval = metrics.Quantiles(taus, 0.05)
	}
	changes := changesOf(names, x, y, a.A, a.B)
	a.Change = mostChanged(changes)
	return changes
}

func ones(n int) []int32 {
	counts := make([]int32, n)
	for i := range counts {
		counts[i] = 1
	}
	return counts
}

// changesOf gives each model's ranks in two orders, highest first.
func changesOf(names []string, x, y []float64, a, b string) []Change {
	changes := make([]Change, len(names))
	rankX, rankY := places(x), places(y)
	for i, name := range names {
		changes[i] = Change{Model: name, A: a, B: b, RankA: rankX[i], RankB: rankY[i], N: len(names)}
	}
	return changes
}

// places gives each value's place from the highest, equal ones the best that
// they take up.
func places(values []float64) []int {
	order := ascending(values)
	slices.Reverse(order)
	places := make([]int, len(values))
	for at, i := range order {
		places[i] = at + 1
		if at > 0 && tied(values[order[at-1]], values[i]) {
			places[i] = places[order[at-1]]
		}
	}
	return places
}

// mostChanged is the largest change, the first model on ties.
func mostChanged(changes []Change) *Change {
	var most *Change
	for i, c := range changes {
		if c.By() > 0 && (most == nil || c.By() > most.By()) {
			most = &changes[i]
		}
	}
	return most
}

// largest keeps the largest change of each model.
func largest(changes []Change) []Change {
	of := map[string]Change{}
	for _, c := range changes {
		if kept, ok := of[c.Model]; !ok || c.By() > kept.By() {
			of[c.Model] = c
		}
	}
	return slices.SortedFunc(maps.Values(of), func(x, y Change) int {
		return cmp.Or(cmp.Compare(y.By(), x.By()), strings.Compare(x.Model, y.Model))
	})
}

// families sums up the families, the highest mean first.
func families(models []*Model, columns []string) []Family {
	of := map[string]*Family{}
	for _, m := range models {
		name := m.Metadata[FamilyColumn].Text
		if name == "" || !finite(m.Composite) {
			continue
		}
		f, ok := of[name]
		if !ok {
			f = &Family{Family: name, Highest: math.Inf(-1)}
			for _, c := range columns {
				f.Against = append(f.Against, Against{Score: CompositeScore, Metadata: c, Above: math.NaN()})
			}
			of[name] = f
		}
		f.N++
		f.Mean += m.Composite
		if m.Composite > f.Highest {
			f.Best, f.Highest = m.Name, m.Composite
		}
	}
	var list []Family
	for _, f := range of {
		f.Mean /= float64(f.N)
		list = append(list, *f)
	}
	slices.SortFunc(list, func(x, y Family) int {
		return cmp.Or(cmp.Compare(y.Mean, x.Mean), strings.Compare(x.Family, y.Family))
	})
	return list
}
