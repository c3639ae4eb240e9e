package report

import (
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// The intervals of scores, and of the composite that comes of them, are drawn
// in the place of errors.
func TestIntervals(t *testing.T) {
	d := newData(t)
	m := benchmarks.ModelResult{Model: "net"}
	for _, part := range []string{"V4", "IT", "behavior"} {
		s := benchmarks.Result{Benchmark: part + "-bench", Region: part, Parent: part, Layer: "l", Metric: "pls"}
		s.Raw = metrics.Estimate{Value: 0.5, Error: 0.01, Interval: &metrics.Interval{Low: 0.4, High: 0.7}}
		s.Ceiling, s.Ceiled = metrics.Exact(0.9), metrics.Estimate{Value: 0.3, Error: 0.02}
		m.Scores = append(m.Scores, s)
	}
	plain := m.Scores[0]
	plain.Benchmark, plain.Parent, plain.Raw.Interval = "plain", "", nil
	m.Scores = append(m.Scores, plain)
	if err := d.AddResults("r.json", []benchmarks.ModelResult{m}); err != nil {
		t.Fatal(err)
	}
	x := dataOf(t, write(t, d))
	for _, c := range x.Columns {
		bounded := c.Lows != nil
		if want := c.Name != "plain"; bounded != want {
			t.Errorf("%s has intervals: %v, want %v", c.Name, bounded, want)
		}
		if low, high := c.whisker(0); !(low < 0.5 && 0.5 < high) || c.Name == "V4" && (low != 0.4 || high != 0.7) {
			t.Errorf("the whisker of %s is from %v to %v", c.Name, low, high)
		}
	}
	if s := x.Models[0].Scores[0]; len(s.Raw) != 4 || s.Raw[2] != 0.4 || len(s.Ceiled) != 2 {
		t.Errorf("the score is %v, ceiled %v", s.Raw, s.Ceiled)
	}
}
