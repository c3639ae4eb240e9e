package ranking

import (
	"math"
	"testing"

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
	b, err := d.Rank(CompositeScore)
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
	if i, want := d.Form()[0].Interval(CompositeScore), 0.08*math.Sqrt(2.5)/4; math.Abs(i.High-i.Low-want) > 1e-12 {
		t.Errorf("%v is not %v wide", i, want)
	}
}
