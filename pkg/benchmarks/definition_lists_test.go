package benchmarks

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
)

func TestExpandLists(t *testing.T) {
	const list = "set,ceiling\na,0.5\n\"b, c\",\n"
	for name, c := range map[string]struct {
		files map[string]string
		want  string // the texts, or a part of the error
	}{
		"no list":             {map[string]string{"x/m.yaml.tmpl": "{{.set}}"}, ""},
		"no template":         {map[string]string{"f/list.csv": list}, "pattern matches no files"},
		"each row":            {map[string]string{"f/list.csv": list, "f/m.yaml.tmpl": "{{.set}}={{.ceiling}}"}, "a=0.5|b, c="},
		"two templates":       {map[string]string{"f/list.csv": list, "f/n.yaml.tmpl": "n-{{.set}}", "f/m.yaml.tmpl": "m-{{.set}}"}, "m-a|m-b, c|n-a|n-b, c"},
		"two families":        {map[string]string{"f/list.csv": list, "f/m.yaml.tmpl": "{{.set}}", "g/list.csv": "x\n1\n", "g/m.yaml.tmpl": "g{{.x}}"}, "a|b, c|g1"},
		"a row without one":   {map[string]string{"f/list.csv": list, "f/m.yaml.tmpl": "{{if .ceiling}}{{.set}}{{end}}\n"}, "a\n"},
		"other files":         {map[string]string{"f/list.csv": list, "f/m.yaml.tmpl": "{{.set}}", "f/README.md": "{{"}, "a|b, c"},
		"an unknown column":   {map[string]string{"f/list.csv": list, "f/m.yaml.tmpl": "{{.sett}}"}, `f/list.csv, row 1: template: m.yaml.tmpl:1:2: executing "m.yaml.tmpl" at <.sett>: map has no entry for key "sett"`},
		"a broken template":   {map[string]string{"f/list.csv": list, "f/m.yaml.tmpl": "{{.set"}, "unclosed action"},
		"a short row":         {map[string]string{"f/list.csv": "a,b\n1\n", "f/m.yaml.tmpl": "{{.a}}"}, "f/list.csv: is not valid CSV"},
		"a list without rows": {map[string]string{"f/list.csv": "", "f/m.yaml.tmpl": "{{.a}}"}, "it has no header"},
	} {
		files := fstest.MapFS{}
		for path, text := range c.files {
			files["d/"+path] = &fstest.MapFile{Data: []byte(text)}
		}
		texts, err := expandLists(files, "d")
		var got []string
		for _, text := range texts {
			got = append(got, text.yaml)
		}
		if err != nil {
			if c.want == "" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: error %v", name, err)
			}
		} else if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Embedded definitions are found by their identifiers; a caller may change those that it
// gets.
func TestEmbeddedDefinitions(t *testing.T) {
	all, err := embeddedDefinitions()
	if err != nil || len(all) < 100 {
		t.Fatalf("%d definitions, %v", len(all), err)
	}
	for id, read := range all {
		d, err := read()
		if err != nil || d.Identifier != id || d.Source != Embedded || len(d.Warnings) > 0 {
			t.Fatalf("%s: %+v, %v", id, d, err)
		}
		d.Identifier = "changed"
		if again, _ := read(); again.Identifier != id {
			t.Errorf("a change of one caller's definition is another's: %s", again.Identifier)
		}
	}
}

// BenchmarkDefinition looks one definition up as a command does, but for the list of all.
func BenchmarkDefinition(b *testing.B) {
	for b.Loop() {
		if _, err := (Home{}).Definition("MajajHong2015public.IT-pls"); err != nil {
			b.Fatal(err)
		}
	}
}

// A shorter name than a benchmark's, as the reference implementation stores, leads to it.
func TestUnknownBenchmark(t *testing.T) {
	for name, want := range map[string]string{
		"Geirhos2021edge-top2":                 "Geirhos2021edge-top1",
		"Malania2007.short2":                   "Malania2007.short2-threshold_elevation",
		"scialom2024_rgb-engineering_accuracy": "Scialom2024_rgbEngineeringAccuracy",
		"":                                     "",
		"Nobody1999":                           "",
	} {
		_, err := Home{}.Definition(name)
		unknown, ok := errors.AsType[*UnknownBenchmarkError](err)
		if !ok || unknown.Nearest != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}
