package scoring

import (
	"context"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// TestPublishedHumanCeilings checks the ceilings that were published for the
// human subjects (Geirhos et al. 2021, as Brain-Score asserts them).
func TestPublishedHumanCeilings(t *testing.T) {
	runner := NewRunner(benchmarks.Home{Dir: "../../testdata/geirhos2021/home"}, Options{Workers: 1})
	want := map[string]float64{
		"Geirhos2021edge-error_consistency":        .31844,
		"Geirhos2021silhouette-error_consistency":  .47571,
		"Geirhos2021sketch-error_consistency":      .36962,
		"Geirhos2021contrast-error_consistency":    .43703,
		"Geirhos2021cueconflict-error_consistency": .33105,
	}
	ceilings, err := runner.Ceilings(context.Background(), slices.Sorted(maps.Keys(want)))
	if err != nil {
		t.Fatal(err)
	}
	if len(ceilings.Failures) > 0 {
		t.Fatal(ceilings.Failures)
	}
	if len(ceilings.Results) != len(want) {
		t.Errorf("%d ceilings, want %d", len(ceilings.Results), len(want))
	}
	for _, r := range ceilings.Results {
		if published, ok := want[r.Benchmark]; !ok || math.Abs(r.Ceiling.Value-published) > .5e-5 {
			t.Errorf("%s: %.6f, published %.5f", r.Benchmark, r.Ceiling.Value, published)
		}
		if !math.IsNaN(r.Raw.Value) {
			t.Errorf("%s has a raw score without a model", r.Benchmark)
		}
	}
}

func TestCeilingsEqualScores(t *testing.T) {
	runner := NewRunner(benchmarks.Home{Dir: "../../testdata/golden/home"}, Options{Workers: 1})
	ceilings, err := runner.Ceilings(context.Background(), []string{"hvm-mini.V4-pls", "objectome-mini-i2n"})
	if err != nil {
		t.Fatal(err)
	}
	if len(ceilings.Failures) > 0 {
		t.Fatal(ceilings.Failures)
	}
	for _, want := range readGolden(t, "../../testdata/golden/expected.json") {
		for _, r := range ceilings.Results {
			if r.Benchmark == want.Benchmark && math.Abs(r.Ceiling.Value-*want.Ceiling.Value) > 1e-9 {
				t.Errorf("%s: ceiling %v, want %v", r.Benchmark, r.Ceiling.Value, *want.Ceiling.Value)
			}
		}
	}
	if n := len(ceilings.Results[0].NeuroidCeilings); n != 20 || !math.IsNaN(ceilings.Results[0].NeuroidCeilings[1]) {
		t.Errorf("%d neuroid ceilings, the second %v", n, ceilings.Results[0].NeuroidCeilings[1])
	}
}

func TestCeilingsInTime(t *testing.T) {
	runner := NewRunner(benchmarks.Home{Dir: "../../testdata/golden/time/home"}, Options{Workers: 1})
	ceilings, err := runner.Ceilings(context.Background(), []string{"recur.IT-temporal-pls", "recur.IT-temporal-ridge"})
	if err != nil {
		t.Fatal(err)
	}
	if len(ceilings.Failures) > 0 || len(ceilings.Results) != 2 {
		t.Fatal(ceilings.Failures, len(ceilings.Results))
	}
	for _, want := range readGolden(t, "../../testdata/golden/time/expected.json") {
		for _, r := range ceilings.Results {
			if r.Benchmark == want.Benchmark && !(math.Abs(r.Ceiling.Value-*want.Ceiling.Value) < 1e-9) {
				t.Errorf("%s: ceiling %v, want %v", r.Benchmark, r.Ceiling.Value, *want.Ceiling.Value)
			}
		}
	}
	for _, r := range ceilings.Results {
		d, err := runner.Home.Definition(r.Benchmark)
		if err != nil {
			t.Fatal(err)
		}
		if v, err := runner.Validate(context.Background(), d); err != nil || !v.Valid() || v.Ceiling.Value != r.Ceiling.Value {
			t.Errorf("%s: %v, %v, ceiling %v", r.Benchmark, err, v.Errors(), v.Ceiling.Value)
		}
	}
}
