package scoring

import (
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

func evaluationOf(t *testing.T, d *benchmarks.Definition) *binEvaluation {
	t.Helper()
	data, kind, err := kindOf(d)
	if err != nil {
		t.Fatal(err)
	}
	return &binEvaluation{evaluation: &evaluation{definition: d, data: data, metricKind: kind, reading: readsLayer}, definition: d}
}

// Ridge regression from 100,000 features of 30,000 stimuli fits into 4.5 GB.
func TestMemoryOfTriangle(t *testing.T) {
	l := NewRunner(benchmarks.Home{Dir: t.TempDir()}, Options{Workers: 2}).loader
	d := &benchmarks.Definition{Assembly: benchmarks.Source("a"), Metric: benchmarks.MetricDefinition{Name: "ridge"}}
	l.recorded[recordedKey(d)] = recordedSize{stimuli: 30000, train: 29900, trials: 30000, neuroids: 100, largest: 100, subjects: 1, precision: stream.DoublePrecision}
	size := ReadSize{Rows: 30000, Features: 100000, single: true}
	held := l.heldBy([]*binEvaluation{evaluationOf(t, d)}, size)
	if got, most := withGarbage(held.total()), int64(4.5e9); got > most || got < stream.TriangleBytes(size.Rows) {
		t.Errorf("%d bytes, more than %d or less than the inner products take", got, most)
	}
}

// Recordings in time bins and solution times can be scored in one reading of a layer,
// whose estimate counts both, in whatever order.
func TestMemoryOfSeveralKinds(t *testing.T) {
	l := NewRunner(benchmarks.Home{Dir: t.TempDir()}, Options{Workers: 2}).loader
	of := func(metric string, splits int) *binEvaluation {
		return evaluationOf(t, &benchmarks.Definition{Assembly: benchmarks.Source("a"), Metric: benchmarks.MetricDefinition{Name: metric}, CrossValidation: &benchmarks.CrossValidation{Splits: splits, TestSize: .1}})
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
