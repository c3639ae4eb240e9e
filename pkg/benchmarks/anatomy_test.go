package benchmarks

import (
	"slices"
	"testing"
)

func TestCompareAnatomy(t *testing.T) {
	names := []string{"zebra", "behavior", "OST", "FFA", "IT", "V1", "V4", "V2"}
	slices.SortFunc(names, CompareAnatomy)
	if want := []string{"V1", "V2", "V4", "IT", "OST", "behavior", "FFA", "zebra"}; !slices.Equal(names, want) {
		t.Errorf("order %v, want %v", names, want)
	}
}

func TestUsualPart(t *testing.T) {
	for name, want := range map[string]string{"V1": "V1", "it": "IT", "Behavior": "behavior", "ost": "OST", "FFA": "", "": ""} {
		if part, ok := UsualPart(name); part != want || ok != (want != "") {
			t.Errorf("%q is %q, %v; want %q", name, part, ok, want)
		}
	}
}
