package output

import (
	"bytes"
	"errors"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

func someValidations() []*scoring.Validation {
	bad := errors.New("b.yaml:5: select: neuroid.csv: has no neuroids with region \"\x1b[2J\"")
	return []*scoring.Validation{
		{
			Definition: &benchmarks.Definition{Identifier: "a", Source: "home/a.yaml"},
			Checks: []scoring.Check{
				{Name: "definition", Status: scoring.StatusOK, Finding: "version 1"},
				{Name: "neuroids", Status: scoring.StatusWarning, Finding: "1 of 2 respond to all stimuli alike (n|1)"},
			},
			Counts: benchmarks.Counts{Stimuli: 4, Neuroids: 2}, Repetitions: stimuli.Spread{Min: 1, Median: 1.5, Max: 2}, Cells: 8, MissingCells: 1,
			Constant: []string{"n|1"}, Classes: &scoring.Classes{Column: "object_name", Groups: []stimuli.Group{{Name: "x", Count: 4}}},
			Splits: &scoring.SplitSizes{Splits: 10, Train: 3, Test: 1}, Ceiling: metrics.Estimate{Value: 0.5, Error: 0.25, Splits: []float64{0.25, 0.75}}, Memory: 1024,
		},
		{
			Definition: &benchmarks.Definition{Identifier: "=b", Source: "b.yaml"},
			Checks: []scoring.Check{
				{Name: "neuroids", Status: scoring.StatusFailed, Finding: bad.Error(), Err: bad},
				{Name: "ceiling", Status: scoring.StatusSkipped, Finding: "needs what failed above"},
			},
			Ceiling: metrics.None(),
		},
	}
}

func TestValidations(t *testing.T) {
	unread := []benchmarks.Failure{{Benchmark: "c.yaml", Err: errors.New("c.yaml: cannot be read")}}
	for _, format := range Formats {
		var b bytes.Buffer
		if err := WriteValidations(&b, someValidations(), unread, format, false); err != nil {
			t.Fatal(err)
		}
		golden(t, "validations."+string(format), b.Bytes())
	}
}

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1536: "1.5 KiB", 1 << 30: "1.0 GiB", 1 << 62: "4.0 EiB"} {
		if got := bytesText(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}
