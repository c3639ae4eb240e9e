package output

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

func someCeilings() scoring.Ceilings {
	return scoring.Ceilings{
		Results: []benchmarks.Result{
			{Benchmark: "a.IT-pls", Version: 2, Region: "IT", Parent: "IT", Metric: "pls",
				Score:  metrics.Score{Ceiling: metrics.Estimate{Value: 0.9, Error: 0.001, Splits: []float64{0.9, math.NaN()}}, Warnings: []string{"odd"}},
				Counts: benchmarks.Counts{Stimuli: 10, Neuroids: 2}, NeuroidIDs: []string{"n1", "n2"}, NeuroidCeilings: []float64{0.95, math.NaN()}},
			{Benchmark: "b|i2n", Version: 1, Region: "behavior", Metric: "i2n", Score: metrics.Score{Ceiling: metrics.Exact(0.5)}, Counts: benchmarks.Counts{Stimuli: 7, Trials: 1000}},
		},
		Failures: []benchmarks.Failure{{Benchmark: "c", Err: errors.New("values.npy: is missing")}},
		Inputs:   []benchmarks.Input{{Path: "benchmarks/a.yaml", SHA256: "sha256:12"}},
	}
}

func TestCeilings(t *testing.T) {
	for _, format := range []Format{Table, CSV, Markdown} {
		var b bytes.Buffer
		if err := WriteCeilings(&b, someCeilings(), format, false); err != nil {
			t.Fatal(err)
		}
		golden(t, "ceilings."+string(format), b.Bytes())
	}
	var b bytes.Buffer
	if err := results.WriteJSON(&b, newCeilings(someCeilings(), buildinfo.Info{Version: "v1", Go: "go1"})); err != nil {
		t.Fatal(err)
	}
	golden(t, "ceilings.json", b.Bytes())
}
