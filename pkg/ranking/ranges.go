package ranking

import (
	"math"
	"slices"
	"sort"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// uncertain is a value with its interval.
type uncertain struct {
	value float64
	Interval
}

// exactly returns a value whose interval is the value itself.
func exactly(v float64) uncertain { return uncertain{v, Interval{Low: v, High: v}} }

// meanOf returns the mean of values that vary independently, as those of benchmarks
// on different neuroids or stimuli do. The distance of the mean from either end of
// its interval is the root of the values' summed squared distances, over their
// number (method of variance estimates recovery, Zou and Donner 2008,
// doi:10.1002/sim.3095). The mean has no interval if one of the values has none.
func meanOf(values []uncertain) uncertain {
	members := make([]benchmarks.Weighted[uncertain], len(values))
	for i, v := range values {
		members[i] = benchmarks.Weighted[uncertain]{Value: v, Weight: 1}
	}
	return weightedMean(members, float64(len(values)))
}

// weightedMean is meanOf for values with weights that add up to n, together with those
// of values that count exactly 0.
func weightedMean(values []benchmarks.Weighted[uncertain], n float64) uncertain {
	if len(values) == 0 {
		return uncertain{math.NaN(), NoInterval}
	}
	sum, below, above := 0.0, 0.0, 0.0
	for _, m := range values {
		v, w := m.Value, m.Weight
		sum += float64(w * v.value)
		below += float64(w * w * (v.value - v.Low) * (v.value - v.Low))
		above += float64(w * w * (v.High - v.value) * (v.High - v.value))
	}
	mean := sum / n
	return uncertain{mean, Interval{Low: mean - math.Sqrt(below)/n, High: mean + math.Sqrt(above)/n}}
}

// formIntervals computes the intervals of a model's benchmarks, parts and
// composite.
func (b *Builder) formIntervals(m *Model) {
	m.intervals = map[string]Interval{}
	byPart := map[string][]uncertain{}
	for _, r := range m.results {
		e := m.estimateOf(r)
		u := uncertain{e.Value, NoInterval}
		if e.Interval != nil {
			u.Interval = *e.Interval
		}
		if v, ok := m.Benchmarks[r.Benchmark]; ok && v == e.Value && !u.None() {
			m.intervals[r.Benchmark] = u.Interval
		}
		byPart[r.Parent] = append(byPart[r.Parent], u)
	}
	parts := map[string]uncertain{}
	for part, value := range m.Parts {
		if len(byPart[part]) == 0 {
			parts[part] = uncertain{value, NoInterval}
			continue
		}
		u := meanOf(byPart[part])
		if u.None() || !tied(u.value, value) {
			u = uncertain{value, NoInterval} // the part is not the mean of these scores
		} else {
			m.intervals[part] = u.Interval
		}
		parts[part] = u
	}
	for part, value := range b.composite.Missing.Values {
		if _, ok := parts[part]; !ok {
			parts[part] = exactly(value)
		}
	}
	if len(m.intervals) == 0 {
		return
	}
	benchmarks.Fold(b.composite, func(name string) (uncertain, bool) {
		u, ok := parts[name]
		return u, ok
	}, func(group string, members []benchmarks.Weighted[uncertain], n float64) uncertain {
		u, value := weightedMean(members, n), m.Score(group)
		if group == b.composite.Root() {
			group, value = CompositeScore, m.Composite
		}
		if stats.Finite(value) && !u.None() && tied(u.value, value) {
			m.intervals[group] = u.Interval
		}
		return u
	})
}

// Range holds the best and the worst rank that the intervals allow a model: below
// the models whose whole interval is above its own, above those whose whole
// interval is below. The interval of a model without one is its value.
type Range struct{ Best, Worst int }

// findRanges sets the ranges of the entries that have intervals. Neuroids and
// stimuli are the same for all models, so scores vary together: two models with
// overlapping intervals can still differ by more than chance, which Compare tests.
func findRanges(entries []Entry) {
	intervals := make([]Interval, len(entries))
	for i, e := range entries {
		if intervals[i] = e.Interval; e.Interval.None() {
			intervals[i] = exactly(e.Value).Interval
		}
	}
	lows, highs := make([]float64, len(entries)), make([]float64, len(entries))
	for i, interval := range intervals {
		lows[i], highs[i] = interval.Low, interval.High
	}
	slices.Sort(lows)
	slices.Sort(highs)
	for i := range entries {
		e := &entries[i]
		if e.Interval.None() {
			continue
		}
		above := len(lows) - sort.Search(len(lows), func(k int) bool { return lows[k] > intervals[i].High })
		below := sort.SearchFloat64s(highs, intervals[i].Low)
		e.Ranks = &Range{min(1+above, e.Rank), max(len(entries)-below, e.Rank)}
	}
}
