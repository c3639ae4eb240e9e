package ranking

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// scored is a model with a benchmark of each part, whose intervals reach from
// below to above their values; NaN for none.
func scored(name string, below, above float64, values ...float64) benchmarks.ModelResult {
	m := benchmarks.ModelResult{Model: name}
	for i, part := range []string{"V4", "V4", "IT", "behavior"} {
		r := benchmarks.Result{Benchmark: part + string(rune('a'+i)), Parent: part, Layer: "l", Region: part}
		r.Raw = metrics.Exact(values[i])
		if !math.IsNaN(below) {
			r.Raw.Interval = &metrics.Interval{Low: values[i] - below, High: values[i] + above}
		}
		m.Scores = append(m.Scores, r)
	}
	return m
}

func TestIntervalsOfMeans(t *testing.T) {
	d := loadTable(t, []string{"model,V4,IT,behavior", "table,0.1,0.1,0.1"})
	if err := d.AddResults("r", []benchmarks.ModelResult{
		scored("a", 0.03, 0.06, 0.5, 0.7, 0.6, 0.4),
		scored("b", 0.03, 0.06, 0.4, 0.7, 0.6, 0.4),
		scored("c", 0.03, 0.06, 0.2, 0.2, 0.2, 0.2),
		scored("none", math.NaN(), 0, 0.5, 0.68, 0.6, 0.4),
	}); err != nil {
		t.Fatal(err)
	}
	b, err := d.Build().Rank(CompositeScore)
	if err != nil {
		t.Fatal(err)
	}
	a := b.Entries[0]
	same := func(what string, got Interval, low, high float64) {
		t.Helper()
		if math.Abs(got.Low-low) > 1e-12 || math.Abs(got.High-high) > 1e-12 {
			t.Errorf("%s: %v, want [%v, %v]", what, got, low, high)
		}
	}
	same("V4", a.Model.Interval("V4"), 0.6-0.03/math.Sqrt2, 0.6+0.06/math.Sqrt2)
	same("composite", a.Interval, a.Value-0.03*math.Sqrt(2.5)/3, a.Value+0.06*math.Sqrt(2.5)/3)
	for i, want := range []struct {
		name        string
		best, worst int
	}{{"a", 1, 3}, {"none", 0, 0}, {"b", 1, 3}, {"c", 4, 4}, {"table", 0, 0}} {
		e := b.Entries[i]
		if e.Name != want.name || (e.Ranks == nil) != (want.best == 0) {
			t.Fatalf("entry %d is %s with %v", i, e.Name, e.Ranks)
		}
		if e.Ranks != nil && *e.Ranks != (Range{want.best, want.worst}) {
			t.Errorf("%s could have %v, want %v", e.Name, *e.Ranks, want)
		}
	}
	for _, name := range []string{"none", "table"} {
		if !d.models[name].Interval("V4").None() {
			t.Errorf("%s has an interval", name)
		}
	}
}

// A part that has no score counts as the composite says, exactly.
func TestIntervalWithAssumedPart(t *testing.T) {
	composite, err := benchmarks.LoadComposite("neurips2019")
	if err != nil {
		t.Fatal(err)
	}
	d := New(composite)
	if err := d.AddResults("r", []benchmarks.ModelResult{scored("a", 0.04, 0.04, 0.5, 0.7, 0.6, 0.4)}); err != nil {
		t.Fatal(err)
	}
	if i, want := d.Build().Models()[0].Interval(CompositeScore), 0.08*math.Sqrt(2.5)/4; math.Abs(i.High-i.Low-want) > 1e-12 {
		t.Errorf("%v is not %v wide", i, want)
	}
}

// Many models are ranked, with intervals and correlations, in about the time that
// sorting them takes: in the square of it, this would take minutes.
func TestManyModels(t *testing.T) {
	if testing.Short() {
		t.Skip("many models")
	}
	const models = 20000
	r := rand.New(rand.NewPCG(7, 8))
	results := make([]benchmarks.ModelResult, models)
	for i := range results {
		m := newMeasured().result
		v := r.Float64()
		m.Raw.Value, m.Raw.Interval = v, &Interval{Low: v - 0.01, High: v + 0.01}
		results[i] = benchmarks.ModelResult{Model: fmt.Sprintf("m%05d", i), Scores: []benchmarks.Result{m}}
	}
	d := forComposite(t, "identifier: it\nof: raw\nmean: [IT]\n")
	start := time.Now()
	if err := d.AddResults("r.json", results); err != nil {
		t.Fatal(err)
	}
	board, err := d.Build().Rank(CompositeScore)
	if err != nil {
		t.Fatal(err)
	}
	x, y := make([]float64, models), make([]float64, models)
	for i, e := range board.Entries {
		x[i], y[i] = e.Value, r.Float64()
	}
	tau := newPairs(x, y).kendall(ones(models))
	if took := time.Since(start); took > 15*time.Second || len(board.Entries) != models || math.Abs(tau) > 0.05 {
		t.Errorf("%d of %d models took %v, τ %v", len(board.Entries), models, took, tau)
	}
}

// Ranges are those of each model against each other one.
func TestRangesOfPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 100 {
		entries := make([]Entry, 1+r.IntN(30))
		for i := range entries {
			v := float64(r.IntN(20))
			entries[i] = Entry{Value: v, Interval: Interval{Low: v - float64(r.IntN(4)), High: v + float64(r.IntN(4))}}
			if r.IntN(4) == 0 {
				entries[i].Interval = NoInterval
			}
		}
		slices.SortFunc(entries, func(x, y Entry) int { return cmp.Compare(y.Value, x.Value) })
		for i := range entries {
			entries[i].Rank = i + 1
		}
		findRanges(entries)
		for i, e := range entries {
			if e.Interval.None() {
				continue
			}
			want := Range{1, len(entries)}
			for _, o := range entries {
				low, high := o.Value, o.Value
				if !o.Interval.None() {
					low, high = o.Interval.Low, o.Interval.High
				}
				switch {
				case low > e.Interval.High:
					want.Best++
				case high < e.Interval.Low:
					want.Worst--
				}
			}
			if want = (Range{min(want.Best, e.Rank), max(want.Worst, e.Rank)}); *e.Ranks != want {
				t.Fatalf("model %d of %v: ranks %v, want %v", i, entries, *e.Ranks, want)
			}
		}
	}
}
