package scoring

import (
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Every metric compares with one kind of data, and every kind of data is documented.
func TestDataKinds(t *testing.T) {
	var served []string
	for _, d := range DataKinds() {
		if d.Name == "" || d.Kind == "" || d.Dump == "" || len(d.Files) > 0 && len(d.required()) == 0 || len(d.Metrics) == 0 {
			t.Errorf("a kind of data is not documented: %+v", d)
		}
		for _, f := range d.Files {
			if f.Name == "" || len(f.Columns) == 0 {
				t.Errorf("%s: a file is not documented: %+v", d.Name, f)
			}
		}
		served = append(served, d.Metrics...)
	}
	slices.Sort(served)
	if names := metrics.Names(); !slices.Equal(served, names) {
		t.Errorf("kinds of data serve the metrics %v, want each of %v once", served, names)
	}
}

func TestLackingColumns(t *testing.T) {
	f := DataFile{Columns: []string{"a", "b", "c"}, Others: []string{"d"}}
	for want, has := range map[string][]string{
		"":                   {"a", "b", "c"},
		"a column b":         {"a", "c", "d"},
		"columns a and c":    {"b"},
		"columns a, b and c": nil,
	} {
		if got := f.lacks(func(column string) bool { return slices.Contains(has, column) }); got != want {
			t.Errorf("with %v it lacks %q, want %q", has, got, want)
		}
	}
}
