package benchmarks

import (
	"slices"
	"strings"
	"testing"
)

const ofParts = `identifier: b
kind: behavioral
stimulus_set: s
fitting_stimulus_set: s.{size}
fitting_label: side
truth: side
metric: {name: accuracy}
mean_over: {size: [small, large]}
`

func TestParts(t *testing.T) {
	d, err := ParseDefinition("b.yaml", []byte(ofParts))
	if err != nil {
		t.Fatal(err)
	}
	if got := d.FittingSets(); !slices.Equal(got, []string{"s.small", "s.large"}) {
		t.Errorf("fitting sets %q", got)
	}
	if got := d.PartNames(); !slices.Equal(got, []string{"small", "large"}) {
		t.Errorf("names %q", got)
	}
	for i, part := range d.Parts() {
		if part.FittingStimulusSet != d.FittingSets()[i] || part.Score != "ratio" || part.Version != 1 || part.Region != "behavior" || len(part.Parts()) != 1 {
			t.Errorf("part %d: %+v", i, part)
		}
	}
	if d.Score != "ratio" || d.Region != "behavior" {
		t.Errorf("the whole lacks defaults: %+v", d)
	}
	text, err := d.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseDefinition("b.yaml", text)
	if err != nil || !slices.Equal(again.FittingSets(), d.FittingSets()) {
		t.Errorf("written and read: %v", err)
	}
	hash, _ := d.FigureHash()
	other, err := ParseDefinition("b.yaml", []byte(strings.Replace(ofParts, "large", "huge", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if h, _ := other.FigureHash(); h == hash {
		t.Error("other parts have the same hash")
	}
	if one, err := ParseDefinition("b.yaml", []byte(behavioral("i1"))); err != nil || len(one.Parts()) != 1 || one.Parts()[0] != one {
		t.Errorf("without mean_over: %v", err)
	}
}

func TestPartsMistakes(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"one value", "small, large", "small", "b.yaml:8: mean_over.size has 1 values"},
		{"no value", "[small, large]", "[]", "must have 2 to 100"},
		{"many values", "small, large", "v" + strings.Join(slices.Repeat([]string{"a"}, 200), ", v"), "has 200 values"},
		{"a value twice", "small, large", "small, large, small", `has the value "small" twice`},
		{"a value that is a path", "small, large", "small, ../x", `"../x"`},
		{"two names", "{size: [small, large]}", "{size: [small, large], hue: [red, blue]}", "mean_over has 2 names"},
		{"no place", "s.{size}", "s.fit", "{size} stands in no value"},
		{"the identifier", "identifier: b", "identifier: b{size}", "which all parts share"},
		{"the stimulus set", "stimulus_set: s\n", "stimulus_set: s{size}\n", "which all parts share"},
		{"recordings", "kind: behavioral", "kind: neural", "mean_over is for behavioral benchmarks"},
		{"a mistake of a part", "name: accuracy", "name: accuracy, by: \"{size}\"", "b.yaml:7:"},
		{"another mistake", "truth: side", "truth: side\nscore: rato", `b.yaml:7: unknown score "rato"`},
	} {
		_, err := ParseDefinition("b.yaml", []byte(strings.Replace(ofParts, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
