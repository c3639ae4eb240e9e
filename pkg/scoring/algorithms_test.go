package scoring

import (
	"runtime"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func TestCanonicalFillsDefaults(t *testing.T) {
	text := func(options map[string]any) string {
		got, err := canonical(&benchmarks.Definition{Identifier: "b", Metric: benchmarks.MetricDefinition{Name: "pls", Options: options}})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if text(nil) != text(map[string]any{"components": 25}) || text(nil) != text(map[string]any{"components": 25.0}) {
		t.Error("an option given as its default makes another definition")
	}
	if text(nil) == text(map[string]any{"components": 24}) {
		t.Error("another option makes the same definition")
	}
}

// TestOptionText wants different texts of lists that print alike.
func TestOptionText(t *testing.T) {
	seen := make(map[string]any)
	for _, value := range []any{1, 2.5, true, "a", "a b", []any{"a", "b"}, []any{"a b"}, []any{"a\" \"b"}, []any{}, []any{"a"}, []any{1, "b"}} {
		text := optionText(value)
		if other, ok := seen[text]; ok {
			t.Errorf("%v and %v are both %s", value, other, text)
		}
		seen[text] = value
	}
}

// Scores of the portable kernel that one architecture keeps serve the others.
func TestAlgorithmNamesTheArchitecture(t *testing.T) {
	for _, kernel := range append(metrics.Kernels(), "") {
		text := algorithm(metrics.Info{Name: "pls", Version: 3}, kernel)
		if named := strings.Contains(text, runtime.GOARCH); named == (kernel == metrics.PortableKernel) {
			t.Errorf("kernel %q: %s", kernel, text)
		}
	}
}
