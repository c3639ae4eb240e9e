package scoring

import (
	"slices"
	"testing"
)

func TestGatherWarnings(t *testing.T) {
	names := []string{"a", "b", "c"}
	for _, test := range []struct {
		name     string
		of       [][]string
		expected []string
	}{
		{"none", [][]string{nil, nil, nil}, nil},
		{"one", [][]string{nil, {"w"}, nil}, []string{`"b": w`}},
		{"several", [][]string{{"w"}, {"v", "w"}, nil}, []string{`"a", "b": w`, `"b": v`}},
		{"all", [][]string{{"w"}, {"w"}, {"w", "v"}}, []string{"w", `"c": v`}},
	} {
		if got := gatherWarnings(names, test.of); !slices.Equal(got, test.expected) {
			t.Errorf("%s: %q, want %q", test.name, got, test.expected)
		}
	}
}
