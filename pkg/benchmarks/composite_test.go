package benchmarks

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func composite(t *testing.T, name string) *Composite {
	t.Helper()
	c, err := LoadComposite(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// result is a score whose ceiled value is half the raw one.
func result(benchmark, parent, layer string, raw float64) Result {
	return Result{Benchmark: benchmark, Parent: parent, Region: parent, Layer: layer,
		Score: metrics.Score{Raw: metrics.Exact(raw), Ceiled: metrics.Exact(raw / 2)}}
}

func TestCompositesInProgram(t *testing.T) {
	const site, zero = "mean(neural_vision, behavior_vision), ceiled, over ", ", a missing score counts 0 once another member of its group has one"
	want := map[string]string{
		"cosyne2019":              "mean(V4, IT, behavior), raw",
		"neurips2019":             "mean(V4, IT, OST, behavior), raw, a missing OST counts 0",
		"neuron2020":              "mean(mean(V1, V2, V4, IT), behavior), ceiled",
		"brain-score.org-2024-12": site + "102 benchmarks" + zero,
		"brain-score.org-2025-05": site + "81 benchmarks" + zero,
		"brain-score.org-2026-08": site + "119 benchmarks, each clipped to [0, 1]" + zero,
	}
	if len(CompositeNames()) != len(want) {
		t.Errorf("got %q", CompositeNames())
	}
	for name, text := range want {
		c := composite(t, name)
		if c.String() != text || c.Identifier != name || c.Source != Embedded {
			t.Errorf("%s is %s, %q, from %s", name, c.Identifier, c, c.Source)
		}
	}
	composite(t, DefaultComposite)
	if c := composite(t, "brain-score.org"); c.Identifier != "brain-score.org-2026-08" {
		t.Errorf("brain-score.org is %s", c.Identifier)
	}
}

func TestForm(t *testing.T) {
	nan := math.NaN()
	v4, it, behavior := result("v4", "V4", "conv", 0.6), result("it", "IT", "fc", 0.5), result("i2n", "behavior", "pool", 0.4)
	for name, c := range map[string]struct {
		composite string
		results   []Result
		partial   bool
		want      *CompositeResult // its definition and "of" are checked elsewhere
		refused   *CompositeError
	}{
		"whole": {"cosyne2019", []Result{v4, it, behavior, result("other", "", "x", 9)}, false,
			&CompositeResult{Value: 0.5, Parts: map[string]float64{"V4": 0.6, "IT": 0.5, "behavior": 0.4}}, nil},
		"mean of benchmarks": {"cosyne2019", []Result{v4, result("v4-b", "V4", "conv", 0.2), it, behavior}, false,
			&CompositeResult{Value: (0.4 + 0.5 + 0.4) / 3, Parts: map[string]float64{"V4": 0.4, "IT": 0.5, "behavior": 0.4}}, nil},
		"missing": {"cosyne2019", []Result{v4, behavior}, false, nil,
			&CompositeError{Composite: "cosyne2019", Missing: []string{"IT"}}},
		"partial": {"cosyne2019", []Result{v4, behavior}, true,
			&CompositeResult{Value: 0.5, Parts: map[string]float64{"V4": 0.6, "behavior": 0.4}, Missing: []string{"IT"}, Partial: true}, nil},
		"partial that is whole": {"cosyne2019", []Result{v4, it, behavior}, true,
			&CompositeResult{Value: 0.5, Parts: map[string]float64{"V4": 0.6, "IT": 0.5, "behavior": 0.4}}, nil},
		"nothing": {"cosyne2019", nil, true, nil,
			&CompositeError{Composite: "cosyne2019", Missing: []string{"V4", "IT", "behavior"}, Unscored: true}},
		"NaN": {"cosyne2019", []Result{v4, it, behavior, result("it-b", "IT", "fc", nan)}, false, nil,
			&CompositeError{Composite: "cosyne2019", Missing: []string{"IT"}, Notes: []string{"IT: it-b has no raw score"}}},
		"NaN, partial": {"cosyne2019", []Result{v4, result("it", "IT", "fc", nan), behavior}, true,
			&CompositeResult{Value: 0.5, Parts: map[string]float64{"V4": 0.6, "behavior": 0.4}, Missing: []string{"IT"}, Failed: []string{"IT"}, Partial: true, Notes: []string{"IT: it has no raw score"}}, nil},
		"OST absent": {"neurips2019", []Result{v4, it, behavior}, false,
			&CompositeResult{Value: 0.375, Parts: map[string]float64{"V4": 0.6, "IT": 0.5, "OST": 0, "behavior": 0.4}, Assumed: []string{"OST"}, Notes: []string{"OST counts 0, as it has no score"}}, nil},
		"OST NaN": {"neurips2019", []Result{v4, it, behavior, result("ost", "OST", "fc", nan)}, false,
			&CompositeResult{Value: 0.375, Parts: map[string]float64{"V4": 0.6, "IT": 0.5, "OST": 0, "behavior": 0.4}, Assumed: []string{"OST"}, Notes: []string{"OST: ost has no raw score", "OST counts 0, as it has no score"}}, nil},
		"OST alone is absent": {"neurips2019", nil, true, nil,
			&CompositeError{Composite: "neurips2019", Missing: []string{"V4", "IT", "OST", "behavior"}, Unscored: true}},
		"OST absent, IT missing": {"neurips2019", []Result{v4, behavior}, false, nil,
			&CompositeError{Composite: "neurips2019", Missing: []string{"IT"}}},
		"ceiled tree": {"neuron2020", []Result{v4, it, behavior, result("v1", "V1", "a", 0.2), result("v2", "V2", "b", 0.3)}, false,
			&CompositeResult{Value: (0.2 + 0.2) / 2, Parts: map[string]float64{"V1": 0.1, "V2": 0.15, "V4": 0.3, "IT": 0.25, "behavior": 0.2}, Groups: map[string]float64{"neural": 0.2}}, nil},
		"tree, partial": {"neuron2020", []Result{v4, it, behavior}, true,
			&CompositeResult{Value: (0.275 + 0.2) / 2, Parts: map[string]float64{"V4": 0.3, "IT": 0.25, "behavior": 0.2}, Groups: map[string]float64{"neural": 0.275}, Missing: []string{"V1", "V2"}, Partial: true}, nil},
		"group missing": {"neuron2020", []Result{behavior}, true,
			&CompositeResult{Value: 0.2, Parts: map[string]float64{"behavior": 0.2}, Missing: []string{"V1", "V2", "V4", "IT"}, Partial: true}, nil},
		"several layers": {"cosyne2019", []Result{v4, it, result("it", "IT", "fc2", 0.4), behavior}, true, nil,
			&CompositeError{Composite: "cosyne2019", Ambiguous: []string{"IT"}, Notes: []string{"IT: it is scored on layers fc and fc2"}}},
		"several layers of a region": {"cosyne2019", []Result{v4, it, result("it-b", "IT", "fc2", 0.4), behavior}, false, nil,
			&CompositeError{Composite: "cosyne2019", Ambiguous: []string{"IT"}, Notes: []string{"IT: region IT is scored on layers fc and fc2"}}},
		"given beside a layer": {"cosyne2019", []Result{v4, it, behavior, result("ec", "behavior", "responses", 0.2)}, false,
			&CompositeResult{Value: (0.6 + 0.5 + 0.3) / 3, Parts: map[string]float64{"V4": 0.6, "IT": 0.5, "behavior": 0.3}}, nil},
		"logits beside a layer": {"cosyne2019", []Result{v4, it, behavior, result("match", "behavior", "logits", 0.2)}, false,
			&CompositeResult{Value: (0.6 + 0.5 + 0.3) / 3, Parts: map[string]float64{"V4": 0.6, "IT": 0.5, "behavior": 0.3}}, nil},
		"given and a layer": {"cosyne2019", []Result{v4, it, behavior, result("i2n", "behavior", "probabilities", 0.2)}, false, nil,
			&CompositeError{Composite: "cosyne2019", Ambiguous: []string{"behavior"}, Notes: []string{"behavior: i2n is scored on layers pool and probabilities"}}},
	} {
		t.Run(name, func(t *testing.T) {
			form := composite(t, c.composite)
			got, err := form.Form(c.results, c.partial)
			if c.refused != nil {
				var e *CompositeError
				if !errors.As(err, &e) || !reflect.DeepEqual(e, c.refused) || got != nil {
					t.Errorf("got  %+v, %v\nwant %v", got, err, c.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c.want.Name, c.want.Definition, c.want.Of, c.want.Grouped = form.Identifier, form.String(), form.Of, form.Grouped()
			// No case has weights, and but for groups all leaves count alike.
			c.want.Coverage = Coverage{Scored: len(c.want.Parts) - len(c.want.Assumed), Leaves: len(form.PartNames())}
			if c.want.Coverage.Weight = got.Coverage.Weight; !form.Grouped() && !near(got.Coverage.Weight, float64(c.want.Coverage.Scored)/float64(c.want.Coverage.Leaves), 1e-15) {
				t.Errorf("%v of the tree's weight is covered", got.Coverage.Weight)
			}
			if c.want.Groups == nil {
				c.want.Groups = map[string]float64{}
			}
			for _, v := range []struct{ got, want map[string]float64 }{{got.Parts, c.want.Parts}, {got.Groups, c.want.Groups}} {
				for part, value := range v.want {
					if !near(v.got[part], value, 1e-15) {
						t.Errorf("%s is %v, want %v", part, v.got[part], value)
					}
				}
				if len(v.got) != len(v.want) {
					t.Errorf("got %v, want %v", v.got, v.want)
				}
			}
			if !near(got.Value, c.want.Value, 1e-15) {
				t.Errorf("value is %v, want %v", got.Value, c.want.Value)
			}
			for _, n := range got.Tree {
				value, ok := got.Parts[n.Name]
				if !ok {
					value, ok = got.Groups[n.Name]
				}
				if form.Depths()[n.Name] != n.Depth || ok && value != n.Value || ok == math.IsNaN(n.Value) {
					t.Errorf("the tree has %+v", n)
				}
			}
			if form.Grouped() && len(got.Tree) != len(form.NodeNames()) {
				t.Errorf("the tree has %d nodes, not %d", len(got.Tree), len(form.NodeNames()))
			}
			c.want.Tree, c.want.Upper = got.Tree, got.Upper
			got.Value, got.Parts, got.Groups = c.want.Value, c.want.Parts, c.want.Groups
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

func TestCompositeErrors(t *testing.T) {
	for want, e := range map[string]*CompositeError{
		"no composite c: it lacks IT, V4 (IT: x has no raw score); score the missing benchmarks, or ask for a partial composite by --allow-partial":                              {Composite: "c", Missing: []string{"IT", "V4"}, Notes: []string{"IT: x has no raw score"}},
		"no composite c: there are scores of several layers for IT (IT: x is scored on layers a and b); commit one layer to each region in model.yaml, or choose one by --layer": {Composite: "c", Ambiguous: []string{"IT"}, Notes: []string{"IT: x is scored on layers a and b"}},
		"no composite c: it lacks IT; no part of it was scored": {Composite: "c", Missing: []string{"IT"}, Unscored: true},
	} {
		if e.Error() != want {
			t.Errorf("got  %s\nwant %s", e, want)
		}
	}
}

// TestPublishedScores forms the composites of two published tables from their
// parts.
func TestPublishedScores(t *testing.T) {
	f, err := os.Open("../../testdata/published_scores.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// Of five models, the table has neither V4 and IT nor a composite.
	for table, want := range map[string]struct {
		composite    string
		whole, empty int
	}{"leaderboard-2018-09": {"cosyne2019", 61, 0}, "neurips2019-data": {"neurips2019", 238, 5}} {
		c := composite(t, want.composite)
		whole, empty := 0, 0
		for _, row := range rows[1:] {
			if row[0] != table {
				continue
			}
			cells := map[string]string{}
			parts := map[string]float64{}
			for i, cell := range row {
				cells[rows[0][i]] = cell
				if part, ok := c.Node(rows[0][i]); ok && cell != "" {
					if parts[part], err = strconv.ParseFloat(cell, 64); err != nil {
						t.Fatal(err)
					}
				}
			}
			got, err := c.FormParts(parts, false)
			if cells["brain_score"] == "" {
				empty++
				var e *CompositeError
				if !errors.As(err, &e) || len(e.Missing) == 0 {
					t.Errorf("%s: got %+v, %v, where the table has no composite", cells["model"], got, err)
				}
				continue
			}
			whole++
			published, parseErr := strconv.ParseFloat(cells["brain_score"], 64)
			if err != nil || parseErr != nil || !near(got.Value, published, 1e-6) {
				t.Errorf("%s: got %+v, %v, want %v", cells["model"], got, err, published)
			}
		}
		if whole != want.whole || empty != want.empty {
			t.Errorf("%s: %d composites and %d without, want %d and %d", table, whole, empty, want.whole, want.empty)
		}
	}
}

func TestFormPartsWithoutOST(t *testing.T) {
	got, err := composite(t, "neurips2019").FormParts(map[string]float64{"V4": 0.6, "IT": 0.5, "behavior": 0.5, "top1": 1}, false)
	if err != nil || got.Value != 0.4 || got.Partial {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestLoadCompositeFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	write(t, file, "identifier: mine\nof: raw\nmean:\n- {name: ventral, mean: [V4, {name: late, mean: [IT, no]}]}\n- behavior\nmissing: {no: -1.5}\n")
	c := composite(t, file)
	if got, want := c.String(), "mean(mean(V4, mean(IT, no)), behavior), raw, a missing no counts -1.5"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := c.PartNames(), []string{"V4", "IT", "no", "behavior"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	_, err := LoadComposite("cosyne2018")
	var unknown *UnknownCompositeError
	if !errors.As(err, &unknown) || unknown.Nearest != "cosyne2019" {
		t.Errorf("got %v", err)
	}
	for _, path := range []string{"none.yaml", filepath.Dir(file)} {
		var e *FileError
		if _, err := LoadComposite(path); !errors.As(err, &e) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

// A benchmark that parts names counts there, and not where its parent says.
func TestCompositeParts(t *testing.T) {
	v4, it, behavior := result("v4", "V4", "conv", 0.6), result("it", "IT", "fc", 0.5), result("i2n", "behavior", "fc", 0.4)
	ost := result("Kar2019-ost", "IT", "fc", 0.1)
	for name, want := range map[string]float64{
		"cosyne2019":  (0.6 + 0.5 + 0.4) / 3,
		"neurips2019": (0.6 + 0.5 + 0.1 + 0.4) / 4,
	} {
		c, err := LoadComposite(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, parent := range []string{"IT", "OST"} { // as it is, and as older results have it
			ost.Parent = parent
			f, err := c.Form([]Result{v4, it, behavior, ost}, false)
			if err != nil || math.Abs(f.Value-want) > 1e-15 {
				t.Errorf("%s with parent %s: %+v, %v, want %v", name, parent, f, err, want)
			}
		}
	}
	c, err := ParseComposite("c.yaml", []byte("identifier: c\nof: raw\nmean: [IT]\n"))
	if err != nil {
		t.Fatal(err)
	}
	ost.Parent = "IT"
	if f, err := c.Form([]Result{it, ost}, false); err != nil || math.Abs(f.Value-0.3) > 1e-15 {
		t.Errorf("without parts: %+v, %v", f, err)
	}
}

func TestParseCompositeMistakes(t *testing.T) {
	const head = "identifier: c\nof: raw\n"
	for name, c := range map[string]struct{ yaml, want string }{
		"unknown key":          {head + "maen: [V4]", `c.yaml:3: unknown key "maen"; did you mean "mean"?`},
		"no identifier":        {"of: raw\nmean: [V4]", "the key identifier is missing"},
		"unsafe identifier":    {"identifier: a/b\nof: raw\nmean: [V4]", `identifier "a/b" holds a path separator`},
		"no of":                {"identifier: c\nmean: [V4]", "the key of is missing; add of: raw or of: ceiled"},
		"unknown of":           {"identifier: c\nof: ceild\nmean: [V4]", `c.yaml:2: unknown of "ceild"; did you mean "ceiled"?`},
		"no mean":              {head, "the key mean is missing; add mean: [V4, IT, behavior]"},
		"empty mean":           {head + "mean: []", "c.yaml:3: mean has no members"},
		"part twice":           {head + "mean:\n- V4\n- {name: x, mean: [IT, V4]}", "c.yaml:5: V4 is named twice, first on line 4"},
		"group as part":        {head + "mean:\n- V4\n- {name: V4, mean: [IT]}", "c.yaml:5: V4 is named twice, first on line 4"},
		"group without mean":   {head + "mean:\n- {name: V4}", "c.yaml:4: the group V4 has no mean; write the part as V4"},
		"group without name":   {head + "mean:\n- {mean: [V4]}", "c.yaml:4: a member of mean has no name"},
		"empty group":          {head + "mean:\n- {name: V4, mean: []}", "c.yaml:4: mean.0.mean has no members"},
		"unknown key of group": {head + "mean:\n- {name: V4, wieght: 2}", `c.yaml:4: unknown key "wieght" in mean.0; did you mean "weight"?`},
		"list in list":         {head + "mean: [[V4]]", "mean.0 is a list, but must be keys with values"},
		"unknown missing":      {head + "mean: [V4, OST]\nmissing: {OTS: 0}", `c.yaml:4: unknown missing.OTS "OTS"; did you mean "OST"?`},
		"missing not a number": {head + "mean: [V4]\nmissing: {V4: none}", `missing.V4 is the text "none", but must be a number`},
		"missing is NaN":       {head + "mean: [V4]\nmissing: {V4: .nan}", "c.yaml:4: the value of a missing V4 is NaN"},
		"part of no benchmark": {head + "mean: [V4]\nparts: {OST: []}", "c.yaml:4: parts.OST names no benchmarks"},
		"benchmark in two":     {head + "mean: [V4]\nparts: {OST: [b], V4: [b]}", "c.yaml:4: the benchmark b is in two parts, OST and V4"},
		"part no list":         {head + "mean: [V4]\nparts: {OST: b}", "must be a list"},
		"empty":                {"", "c.yaml: the file is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseComposite("c.yaml", []byte(c.yaml))
			var e *FileError
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %v", err, c.want)
			}
		})
	}
}

func FuzzComposite(f *testing.F) {
	for _, name := range CompositeNames() {
		data, err := composites.ReadFile("composites/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, 0.5, true)
	}
	f.Add([]byte("identifier: c\nof: raw\nmean:\n- {name: a, mean: [V4, {name: b, mean: [IT]}]}\nmissing: {IT: -1}"), math.NaN(), false)
	f.Fuzz(func(t *testing.T, data []byte, value float64, partial bool) {
		c, err := ParseComposite("c.yaml", data)
		if err != nil {
			var e *FileError
			if !errors.As(err, &e) {
				t.Errorf("%v is not a *FileError", err)
			}
			return
		}
		names := c.PartNames()
		if len(names) == 0 {
			t.Fatal("a composite without parts")
		}
		got, err := c.FormParts(map[string]float64{names[0]: value}, partial)
		var e *CompositeError
		switch {
		case err != nil && !errors.As(err, &e):
			t.Errorf("%v is not a *CompositeError", err)
		case err == nil && (math.IsNaN(got.Value) || got.Partial && !partial || got.Coverage.Leaves != len(names)):
			t.Errorf("got %+v of %v", got, names)
		}
	})
}
