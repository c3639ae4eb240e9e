package ranking

import (
	"math"
	"slices"
	"sort"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Interval gives the interval of a score of a model, NoInterval where it has
// none: its results must have been scored with intervals.
func (m *Model) Interval(name string) Interval {
	if i, ok := m.intervals[name]; ok {
		return i
	}
	return NoInterval
}

// uncertain is a value with its interval.
type uncertain struct {
	value float64
	Interval
}

// exactly is a value that is taken as it is.
func exactly(v float64) uncertain { return uncertain{v, Interval{Low: v, High: v}} }

// meanOf is the mean of values that vary on their own, as those of benchmarks on
// other neuroids or stimuli do: it is as far from either end of its interval as
// the root of the summed squares of these distances, over their number (Zou and
// Donner 2008, doi:10.1002/sim.3095, method of variance estimates recovery).
// Without the interval of any there is none.
func meanOf(values []uncertain) uncertain {
	if len(values) == 0 {
		return uncertain{math.NaN(), NoInterval}
	}
	sum, below, above := 0.0, 0.0, 0.0
	for _, v := range values {
		sum += v.value
		below += (v.value - v.Low) * (v.value - v.Low)
		above += (v.High - v.value) * (v.High - v.value)
	}
	n := float64(len(values))
	mean := sum / n
	return uncertain{mean, Interval{Low: mean - math.Sqrt(below)/n, High: mean + math.Sqrt(above)/n}}
}

// formIntervals fills in the intervals of a model's benchmarks, parts and
// composite.
func (d *Data) formIntervals(m *Model) {
	m.intervals = map[string]Interval{}
	of := map[string][]uncertain{}
	for _, r := range m.results {
		e := r.Raw
		if d.Composite.Of == benchmarks.OfCeiled {
			e = r.Ceiled
		}
		u := uncertain{e.Value, NoInterval}
		if e.Interval != nil {
			u.Interval = *e.Interval
		}
		if v, ok := m.Benchmarks[r.Benchmark]; ok && v == e.Value && !u.None() {
			m.intervals[r.Benchmark] = u.Interval
		}
		of[r.Parent] = append(of[r.Parent], u)
	}
	parts := map[string]uncertain{}
	for part, value := range m.Parts {
		u := meanOf(of[part])
		if u.None() || !tied(u.value, value) {
			u = uncertain{value, NoInterval} // it is not of these scores
		} else {
			m.intervals[part] = u.Interval
		}
		parts[part] = u
	}
	for part, value := range d.Composite.Missing {
		if _, ok := parts[part]; !ok {
			parts[part] = exactly(value)
		}
	}
	if c := meanOfNodes(d.Composite.Mean, parts); finite(m.Composite) && !c.None() && tied(c.value, m.Composite) {
		m.intervals[CompositeScore] = c.Interval
	}
}

func meanOfNodes(nodes []benchmarks.CompositeNode, parts map[string]uncertain) uncertain {
	var values []uncertain
	for _, n := range nodes {
		if n.Mean != nil {
			values = append(values, meanOfNodes(n.Mean, parts))
		} else if u, ok := parts[n.Name]; ok {
			values = append(values, u)
		}
	}
	return meanOf(values)
}

// Range are the ranks that a model could have as well, as far as intervals tell:
// below those whose whole interval is above its own, above those whose whole
// interval is below. A model without an interval counts by its value.
type Range struct{ Best, Worst int }

// findRanges gives the entries that have intervals their ranges. Neuroids and
// stimuli are the same for all models, whose scores thus vary together; two
// models whose intervals overlap can still differ by more than chance, which
// Compare tells.
func findRanges(entries []Entry) {
	ends := make([]Interval, len(entries))
	for i, e := range entries {
		if ends[i] = e.Interval; e.Interval.None() {
			ends[i] = exactly(e.Value).Interval
		}
	}
	lows, highs := make([]float64, len(ends)), make([]float64, len(ends))
	for i, e := range ends {
		lows[i], highs[i] = e.Low, e.High
	}
	slices.Sort(lows)
	slices.Sort(highs)
	for i := range entries {
		e := &entries[i]
		if e.Interval.None() {
			continue
		}
		above := len(lows) - sort.Search(len(lows), func(k int) bool { return lows[k] > ends[i].High })
		below := sort.SearchFloat64s(highs, ends[i].Low)
		r := Range{1 + above, len(entries) - below}
		e.Ranks = &Range{min(r.Best, e.Rank), max(r.Worst, e.Rank)}
	}
}
