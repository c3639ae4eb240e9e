package ranking

import (
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Composites of trees that lack different benchmarks are not compared, also if the first
// that a message names are the same.
func TestCompareTreesThatLackDifferently(t *testing.T) {
	missing := []string{"a", "b", "c", "d", "e", "f"}
	side := func(name string, missing []string) Side {
		c := &benchmarks.CompositeResult{Name: "tree", Of: "raw", Value: 0.5, Grouped: true, Missing: missing}
		return Side{Name: name, Models: []benchmarks.ModelResult{{Model: "m", Composite: c}}}
	}
	for _, x := range []struct {
		other []string
		want  string
	}{
		{missing, ""},
		{append(missing[:5:5], "g"), "composites are not compared: that of m is tree of raw scores without a, b, c, and 3 more, that of m tree of raw scores without a, b, c, and 3 more"},
		{missing[:2], "that of m tree of raw scores without a, b"},
	} {
		got, err := Compare(t.Context(), []Side{side("a.json", missing), side("b.json", x.other)}, CompareOptions{Alpha: 0.05, Seed: 1, Jobs: 1})
		if err != nil {
			t.Fatal(err)
		}
		warnings := strings.Join(got.Warnings, "\n")
		if !strings.Contains(warnings, x.want) || x.want == "" && len(got.Composites) != 1 {
			t.Errorf("%q: %d composites, %q, want %q", x.other, len(got.Composites), warnings, x.want)
		}
	}
}
