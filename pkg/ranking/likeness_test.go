package ranking

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// measured is a score as a document gives it, and what the document tells of it.
type measured struct {
	result benchmarks.Result
	source Source
}

func newMeasured() *measured {
	return &measured{
		result: benchmarks.Result{
			Benchmark: "b.IT", Version: 1, Region: "IT", Parent: "IT", Layer: "fc", Metric: "pls",
			Score: metrics.Score{
				Raw: metrics.Estimate{Value: 0.5, Splits: []float64{0.4, 0.6}}, Ceiling: metrics.Exact(0.9), Ceiled: metrics.Exact(0.3),
				Neuroids: []float64{0.4, 0.6},
			},
			NeuroidIDs: []string{"n1", "n2"},
			Counts:     benchmarks.Counts{Stimuli: 20, Features: 7, Neuroids: 2},
		},
		source: Source{
			Inputs: map[string]string{"assemblies/a/values.npy": "1", "assemblies/other/values.npy": "1", "stimuli/s/stimuli.csv": "1", "benchmarks/b.IT.yaml": "1", "m/s/fc": "1"},
			Bases:  map[string]Basis{"b.IT": {Definition: "sha256:d1", Inputs: []string{"assemblies/a/values.npy", "stimuli/s/stimuli.csv"}}},
		},
	}
}

// likenessCases change what one of two scores was measured by. Where want is
// empty, the scores stay alike.
var likenessCases = []struct {
	name, want string
	change     func(a, b *measured)
}{
	{"alike", "", func(a, b *measured) {}},
	{"another layer", "", func(a, b *measured) { b.result.Layer, b.result.Counts.Features = "conv", 9 }},
	{"another score", "", func(a, b *measured) { b.result.Raw.Value, b.result.Ceiled.Value = 0.1, 0.02 }},
	{"another model's file", "", func(a, b *measured) { b.source.Inputs["m/s/fc"] = "2" }},
	{"order of neuroids", "", func(a, b *measured) { slices.Reverse(b.result.NeuroidIDs) }},
	{"recordings of another benchmark", "", func(a, b *measured) { b.source.Inputs["assemblies/other/values.npy"] = "2" }},
	{"a comment in the definition's file", "", func(a, b *measured) { b.source.Inputs["benchmarks/b.IT.yaml"] = "2" }},
	{"ceilings within rounding", "", func(a, b *measured) { b.result.Ceiling.Value *= 1 + 5e-10 }},
	{"small ceilings within rounding", "", func(a, b *measured) { a.result.Ceiling.Value, b.result.Ceiling.Value = 1e-6, 1e-6*(1+5e-10) }},
	{"no sources", "", func(a, b *measured) { a.source, b.source = Source{}, Source{} }},
	{"one source", "", func(a, b *measured) { b.source = Source{} }},
	{"nothing counted", "", func(a, b *measured) {
		b.result.Counts, b.result.NeuroidIDs, b.result.Neuroids = benchmarks.Counts{}, nil, nil
	}},
	{"versions", "scored by versions 1 and 2 of the benchmark (1: A; 2: B)", func(a, b *measured) { b.result.Version = 2 }},
	{"versions, later one first", "scored by versions 1 and 3 of the benchmark (1: B; 3: A)", func(a, b *measured) { a.result.Version = 3 }},
	{"version and definition", "scored by versions 1 and 2 of the benchmark (1: A; 2: B)", func(a, b *measured) {
		b.result.Version, b.source.Bases["b.IT"] = 2, Basis{"sha256:d2", a.source.Bases["b.IT"].Inputs}
	}},
	{"metrics", "scored by metrics pls and ridge (pls: A; ridge: B)", func(a, b *measured) { b.result.Metric = "ridge" }},
	{"definitions", "scored by 2 different definitions of version 1 (A; B)", func(a, b *measured) {
		b.source.Bases["b.IT"] = Basis{"sha256:d2", a.source.Bases["b.IT"].Inputs}
	}},
	{"definitions' files in documents without hashes of definitions", "scored by 2 different definitions of version 1 (A; B)", func(a, b *measured) {
		a.source.Bases, b.source.Bases, b.source.Inputs["benchmarks/b.IT.yaml"] = nil, nil, "2"
	}},
	{"definitions of a results folder and of a document", "", func(a, b *measured) {
		b.source.Bases["b.IT"] = Basis{"kept:d2", a.source.Bases["b.IT"].Inputs}
	}},
	{"ceilings", "the ceilings differ, 0.9000 and 0.8000 (0.9000: A; 0.8000: B)", func(a, b *measured) { b.result.Ceiling.Value = 0.8 }},
	{"ceilings by little", "the ceilings differ, 0.9 and 0.90000001 (0.9: A; 0.90000001: B)", func(a, b *measured) { b.result.Ceiling.Value = 0.90000001 }},
	{"small ceilings", "the ceilings differ, 1e-10 and 2e-10 (1e-10: A; 2e-10: B)", func(a, b *measured) {
		a.result.Ceiling.Value, b.result.Ceiling.Value = 1e-10, 2e-10
	}},
	{"recordings", "the recordings or stimuli differ, as assemblies/a/values.npy does (A; B)", func(a, b *measured) { b.source.Inputs["assemblies/a/values.npy"] = "2" }},
	{"stimuli", "the recordings or stimuli differ, as stimuli/s/stimuli.csv does (A; B)", func(a, b *measured) { b.source.Inputs["stimuli/s/stimuli.csv"] = "2" }},
	{"other recordings", "the recordings or stimuli differ (A; B)", func(a, b *measured) {
		b.source.Bases["b.IT"] = Basis{"sha256:d1", []string{"assemblies/other/values.npy", "stimuli/s/stimuli.csv"}}
	}},
	{"recordings of a document that does not tell whose", "the recordings or stimuli may differ, as assemblies/other/values.npy does (A; B)", func(a, b *measured) {
		a.source.Bases, b.source.Bases, b.source.Inputs["assemblies/other/values.npy"] = nil, nil, "2"
	}},
	{"recordings of a document that does not tell, beside one that does", "", func(a, b *measured) {
		b.source.Bases, b.source.Inputs["assemblies/other/values.npy"] = nil, "2"
	}},
	{"counts", "scored on 20 and 21 stimuli (20: A; 21: B)", func(a, b *measured) { b.result.Counts.Stimuli = 21 }},
	{"neuroids", "the neuroids differ (A; B)", func(a, b *measured) { b.result.NeuroidIDs = []string{"n1", "n3"} }},
	{"splits", "scored on 2 and 1 splits (2: A; 1: B)", func(a, b *measured) { b.result.Raw.Splits = []float64{0.5} }},
	{"several", "scored by versions 1 and 2 of the benchmark (1: A; 2: B); the ceilings differ, 0.9000 and 0.8000", func(a, b *measured) {
		b.result.Version, b.result.Ceiling.Value = 2, 0.8
	}},
}

func TestLikeness(t *testing.T) {
	for _, c := range likenessCases {
		a, b := newMeasured(), newMeasured()
		c.change(a, b)
		builder := forComposite(t, "identifier: it\nof: raw\nmean: [IT]\n")
		var sides []Side
		for _, x := range []struct {
			name string
			of   *measured
		}{{"A", a}, {"B", b}} {
			x.of.source.Path = x.name + ".json"
			models := []benchmarks.ModelResult{{Model: x.name, Scores: []benchmarks.Result{x.of.result}}}
			if err := builder.AddResults(x.of.source.Path, models); err != nil {
				t.Fatal(err)
			}
			builder.AddSource(x.of.source)
			side := Side{Name: x.of.source.Path}
			if err := side.Merge(x.of.source, models); err != nil {
				t.Fatal(err)
			}
			sides = append(sides, side)
		}
		var want []string
		if c.want != "" {
			want = []string{"b.IT: " + c.want + "; these scores, and ranks by them, are not comparable"}
		}
		d := builder.Build()
		board, err := d.Rank(CompositeScore)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(board.Warnings, want) {
			t.Errorf("%s: the leaderboard warns %q, want %q", c.name, board.Warnings, want)
		}
		if len(board.Entries) != 2 {
			t.Errorf("%s: the leaderboard ranks %d models", c.name, len(board.Entries))
		}
		again, err := d.Rank(CompositeScore)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(again.Warnings, want) {
			t.Errorf("%s: ranked twice, it warns %q", c.name, again.Warnings)
		}
		// compare looks at the same, and adds what pairing takes.
		x := mustCompare(t, sides, 1).List[0]
		pairing := func(w string) bool { return strings.HasSuffix(w, "cannot be paired") && c.want == "" }
		if warnings := slices.DeleteFunc(slices.Clone(x.Warnings), pairing); len(warnings) == 0 != (c.want == "") {
			t.Errorf("%s: compare warns %q, the leaderboard %q", c.name, x.Warnings, want)
		}
	}
}

// Many models are named in part, and a warning stays one.
func TestLikenessOfMany(t *testing.T) {
	b := forComposite(t, "identifier: it\nof: raw\nmean: [IT]\n")
	for i := range 12 {
		m := newMeasured()
		m.result.Version = 1 + i%3
		if err := b.AddResults("r.json", []benchmarks.ModelResult{{Model: fmt.Sprintf("m%02d", i), Scores: []benchmarks.Result{m.result}}}); err != nil {
			t.Fatal(err)
		}
	}
	d := b.Build()
	want := "b.IT: scored by versions 1, 2 and 3 of the benchmark (1: m00, m03, m06, m09; 2: m01, m04, m07, m10; 3: m02, m05, m08, m11); these scores, and ranks by them, are not comparable"
	if len(d.Warnings) != 1 || d.Warnings[0] != want {
		t.Errorf("warns %q", d.Warnings)
	}
}

// Parts of other benchmarks, and composites of the other kind, are warned of.
func TestLikenessOfParts(t *testing.T) {
	b := forComposite(t, "identifier: it\nof: ceiled\nmean: [IT]\n")
	one, two := newMeasured().result, newMeasured().result
	two.Benchmark = "c.IT"
	err := b.AddResults("r.json", []benchmarks.ModelResult{
		{Model: "A", Scores: []benchmarks.Result{one}},
		{Model: "B", Scores: []benchmarks.Result{one, two}},
		{Model: "C", Composite: &benchmarks.CompositeResult{Name: "x", Of: benchmarks.OfRaw, Value: 0.5, Parts: map[string]float64{"IT": 0.5}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := b.Build()
	want := []string{
		"the composites of C are of raw scores and are left out: it is of ceiled scores",
		"IT is not of the same benchmarks for all models (b.IT: A; b.IT and c.IT: B); it, and composites of it, are not comparable",
	}
	if !slices.Equal(d.Warnings, want) {
		t.Errorf("warns %q", d.Warnings)
	}
	// compare does not take composites of different kinds from each other.
	composite := func(of string) []benchmarks.ModelResult {
		return []benchmarks.ModelResult{{Model: "A", Scores: []benchmarks.Result{one}, Composite: &benchmarks.CompositeResult{Name: "x", Of: of, Value: 0.5}}}
	}
	c := mustCompare(t, []Side{{Name: "a", Models: composite("raw")}, {Name: "b", Models: composite("ceiled")}}, 1)
	if len(c.Composites) != 0 || len(c.Warnings) != 1 || c.Warnings[0] != "composites are not compared: that of A is x of raw scores, that of A x of ceiled scores" {
		t.Errorf("compares %v, warns %q", c.Composites, c.Warnings)
	}
}

// forComposite returns a builder without models for a composite.
func forComposite(t *testing.T, text string) *Builder {
	t.Helper()
	c, err := benchmarks.ParseComposite("c.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return New(c)
}
