package scoring

import (
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Recordings in time bins and solution times can be scored in one reading of a layer,
// whose estimate counts both, in whatever order.
func TestMemoryOfSeveralKinds(t *testing.T) {
	l := NewRunner(benchmarks.Home{Dir: t.TempDir()}, Options{Workers: 2}).loader
	of := func(metric string, splits int) *binEvaluation {
		d := &benchmarks.Definition{Assembly: benchmarks.Source("a"), Metric: benchmarks.MetricDefinition{Name: metric}, CrossValidation: &benchmarks.CrossValidation{Splits: splits, TestSize: .1}}
		data, kind, err := kindOf(d)
		if err != nil {
			t.Fatal(err)
		}
		return &binEvaluation{evaluation: &evaluation{definition: d, data: data, metricKind: kind, reading: readsLayer}, definition: d}
	}
	size := ReadSize{Rows: 640, Features: 5000}
	recorded := []*binEvaluation{of("pls", 10), of("rdm", 3)}
	solved := []*binEvaluation{of("ost", 10)}
	sum := func(h holding) int64 { return h.total() }
	want := sum(l.heldBy(recorded, size)) + sum(l.heldBy(solved, size))
	both := slices.Concat(recorded, solved)
	if got := sum(l.heldBy(both, size)); got != want {
		t.Errorf("recordings and solution times take %d bytes, want %d", got, want)
	}
	slices.Reverse(both)
	if got := sum(l.heldBy(both, size)); got != want {
		t.Errorf("in reverse they take %d bytes, want %d", got, want)
	}
}
