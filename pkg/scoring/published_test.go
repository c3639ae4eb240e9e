package scoring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// published are the definitions that come with the program.
func published(t *testing.T) []*benchmarks.Definition {
	t.Helper()
	definitions, errs := benchmarks.Home{}.Definitions()
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return definitions
}

// unreferenced are the families that the reference implementation cites no publication
// of.
var unreferenced = []string{"BMD2024", "Lonnqvist2024"}

func TestPublishedDefinitions(t *testing.T) {
	definitions := published(t)
	parents := map[string][]string{} // part and assembly, with the benchmarks that count
	families := map[string]int{}
	for _, d := range definitions {
		if d.Source != benchmarks.Embedded || len(d.Warnings) > 0 {
			t.Errorf("%s: source %s, warnings %v", d.Identifier, d.Source, d.Warnings)
		}
		r := d.Reference
		inPreparation := d.Family() == "Coggan2024"
		if !slices.Contains(unreferenced, d.Family()) && (r == nil || r.Title == "" || r.DOI == "" && r.URL == "" && !inPreparation || r.Year == 0) {
			t.Errorf("%s has no whole reference", d.Identifier)
		}
		if d.Parent != "" {
			parents[d.Parent] = append(parents[d.Parent], d.Identifier)
		}
		families[d.Family()]++
		if d.Metric.Name == "error_consistency" && (len(d.Expected) != 2 || d.Expected[0].Quantity != benchmarks.ExpectedCeiling) {
			t.Errorf("%s expects %v", d.Identifier, d.Expected)
		}
		for _, part := range append(d.Parts(), d) {
			part.Source = d.Identifier + ".yaml"
		}
		roundTrip(t, d)
	}
	for family, want := range map[string]int{
		"FreemanZiemba2013": 8, "MajajHong2015": 12, "Rajalingham2018": 2, "Kar2019": 1,
		"Allen2022": 4 * 4 * 2, "Papale2025": 3 * 2, "Zerbe2026": 16 + 4 + 4, "Li2026": 4 * 3, "Gifford2022": 2,
		"Rajalingham2020": 1, "Sanghavi2020": 2, "SanghaviJozwik2020": 2, "SanghaviMurty2020": 2, "Cadena2017": 1, "Igustibagus2024": 2,
		"Geirhos2021": 2 * 17, "Hermann2020": 2, "Scialom2024": 22 + 20 + 2, "Lonnqvist2024": 4, "BMD2024": 4,
		"Baker2022": 3, "Ferguson2024": 14, "Malania2007": 10, "Coggan2024": 1 + 4, "Maniquet2024": 2, "Hebart2023": 1 + 4*2,
		"ImageNet": 1, "ImageNet-C-noise": 1, "ImageNet-C-blur": 1, "ImageNet-C-weather": 1, "ImageNet-C-digital": 1, "ObjectNet": 1, "Marques2020": 22, "Islam2021": 4 * 2, "Bracci2019": 1,
	} {
		if families[family] != want {
			t.Errorf("%d definitions of %s, want %d", families[family], family, want)
		}
		delete(families, family)
	}
	if len(families) > 0 {
		t.Errorf("definitions of other families: %v", families)
	}
	// Kar2019-ost stands beside the mapping under IT, as in the published tree, and so do
	// the recordings of other experiments.
	const freemanZiemba, majajHong, ost, hebart, allen, zerbe, papale, sanghavi, coggan, others = 1, 1 + 2, 1, 2, 4 * 2, 2*2 + 1, 2, 3, 1, 2
	for part, n := range map[string]int{"V1": freemanZiemba + hebart + allen + zerbe + papale + coggan + 1, "V2": freemanZiemba + hebart + allen + zerbe + coggan,
		"V4": majajHong + hebart + allen + zerbe + papale + sanghavi + coggan, "IT": majajHong + ost + hebart + allen + zerbe + papale + sanghavi + coggan + others + 2,
		"Li2026.V1": 2, "Zerbe2026_fmri.V1": 1, "behavior": 1 + 14 + 1, "Geirhos2021": 17, "Geirhos2021-top1": 17, "Scialom2024": 24, "Scialom2024-top1": 20,
		"V1-receptive_field_size": 2, "V1-surround_modulation": 1, "V1-orientation": 7, "V1-spatial_frequency": 3, "V1-texture_modulation": 2, "V1-response_selectivity": 4, "V1-response_magnitude": 3} {
		if len(parents[part]) != n {
			t.Errorf("%s is formed of %v, not of %d", part, parents[part], n)
		}
	}
	// In the composites of 2018 and 2019, it is a part of its own or none.
	for _, name := range []string{"cosyne2019", "neurips2019"} {
		c, err := benchmarks.LoadComposite(name)
		if err != nil {
			t.Fatal(err)
		}
		in := map[string]int{}
		for _, d := range definitions {
			in[c.PartOf(benchmarks.Result{Benchmark: d.Identifier, Parent: d.Parent})]++
		}
		for _, part := range c.PartNames() {
			if in[part] != 1 {
				t.Errorf("%s: %s is formed of %d benchmarks, not of one", name, part, in[part])
			}
		}
	}
}

// otherParents are embedded definitions that count elsewhere than the published
// ones: halves of one set of recordings that would count twice.
var otherParents = map[string]string{
	"FreemanZiemba2013.V1-pls":       "", // the public half counts
	"FreemanZiemba2013.V2-pls":       "",
	"FreemanZiemba2013public.V1-pls": "V1", // the public half, which is in no published tree
	"FreemanZiemba2013public.V2-pls": "V2",
	"MajajHong2015.V4-pls":           "", // the public half counts
	"MajajHong2015.IT-pls":           "",
	"Rajalingham2018-i2n":            "", // the public half counts
}

// Versions, parents, metrics, ceilings and visual degrees are those of the published
// benchmarks, which published.csv lists. Definitions that it does not list are of this
// project: of version 1, and in no composite.
func TestPublishedTable(t *testing.T) {
	table, err := stimuli.ReadTable("../benchmarks/published.csv")
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) []string {
		cells, err := table.Column(name)
		if err != nil {
			t.Fatal(err)
		}
		return cells
	}
	ids, versions, parents, ceilings, tolerances := column("identifier"), column("version"), column("parent"), column("ceiling"), column("tolerance")
	metrics, degrees := column("metric"), column("visual_degrees")
	for _, d := range published(t) {
		row := slices.Index(ids, d.Identifier)
		if row < 0 {
			if d.Version != 1 || d.Parent != "" {
				t.Errorf("%s is not published, but has version %d and parent %q", d.Identifier, d.Version, d.Parent)
			}
			continue
		}
		ids[row] = ""
		if fmt.Sprint(d.Version) != versions[row] {
			t.Errorf("%s has version %d, published is %s", d.Identifier, d.Version, versions[row])
		}
		if d.Metric.Name != metrics[row] {
			t.Errorf("%s has the metric %s, published is %s", d.Identifier, d.Metric.Name, metrics[row])
		}
		if want := degrees[row]; want == "" && d.VisualDegrees != 0 || want != "" && d.VisualDegrees != number(t, want) {
			t.Errorf("%s is shown at %v degrees, published are %q", d.Identifier, d.VisualDegrees, want)
		}
		want, other := otherParents[d.Identifier]
		if !other {
			want = parents[row]
		}
		if d.Parent != want {
			t.Errorf("%s has parent %q, want %q", d.Identifier, d.Parent, want)
		}
		expected := slices.IndexFunc(d.Expected, func(e benchmarks.Expectation) bool { return e.Quantity == benchmarks.ExpectedCeiling })
		switch {
		case ceilings[row] == "":
		case expected < 0:
			t.Errorf("%s expects no ceiling, published is %s", d.Identifier, ceilings[row])
		default:
			ceiling, tolerance := number(t, ceilings[row]), 0.0
			if tolerances[row] != "" {
				tolerance = number(t, tolerances[row])
			}
			if e := d.Expected[expected]; e.Value != ceiling || e.Tolerance > tolerance {
				t.Errorf("%s expects a ceiling of %v ± %v, published is %s ± %s", d.Identifier, e.Value, e.Tolerance, ceilings[row], tolerances[row])
			}
			if c := d.Ceiling; c != nil && c.Value != nil && *c.Value != ceiling {
				t.Errorf("%s has ceiling %v, published is %s", d.Identifier, *c.Value, ceilings[row])
			}
		}
		// All published figures of models are raw, but one and those of several subjects.
		for _, e := range d.Expected {
			if e.Quantity != benchmarks.ExpectedCeiling && !strings.HasSuffix(e.Quantity, " raw") && d.Family() != "Coggan2024" && d.SubjectColumn() == "" {
				t.Errorf("%s expects %q: published figures of models are raw", d.Identifier, e.Quantity)
			}
		}
	}
	reasons := column("reason")
	for row, id := range ids {
		if id != "" && reasons[row] == "" {
			t.Errorf("there is no definition of %s", id)
		}
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// homeWithout lays out the data of a folder without its definitions.
func homeWithout(t *testing.T, dir string) benchmarks.Home {
	t.Helper()
	home := t.TempDir()
	for _, sub := range []string{"assemblies", "stimuli"} {
		if _, err := os.Stat(filepath.Join(dir, sub)); errors.Is(err, fs.ErrNotExist) {
			continue // benchmarks on stimulus sets alone
		}
		if err := os.CopyFS(filepath.Join(home, sub), os.DirFS(filepath.Join(dir, sub))); err != nil {
			t.Fatal(err)
		}
	}
	return benchmarks.Home{Dir: home}
}

func TestPublishedCeilings(t *testing.T) {
	home := homeWithout(t, "../../testdata/geirhos2021/home")
	ceilings, err := NewRunner(home, Options{Workers: 1}).Ceilings(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(ceilings.Failures) > 0 || len(ceilings.Results) != 10 {
		t.Fatalf("%d ceilings, %v", len(ceilings.Results), ceilings.Failures)
	}
	for _, r := range ceilings.Results {
		d, err := home.Definition(r.Benchmark)
		if err != nil {
			t.Fatal(err)
		}
		if d.Source != benchmarks.Embedded {
			t.Errorf("%s is from %s", r.Benchmark, d.Source)
		}
		if e := d.Expected[0]; e.Quantity == benchmarks.ExpectedCeiling && !e.Meets(r.Ceiling.Value) {
			t.Errorf("%s (%s): ceiling %v, published %v", r.Benchmark, d.Source, r.Ceiling.Value, d.Expected[0])
		}
	}
}

// Without names, embedded benchmarks without data are passed over; by name,
// they fail.
func TestEmbeddedWithoutData(t *testing.T) {
	home := homeWithout(t, "../../testdata/geirhos2021/home")
	if err := os.RemoveAll(home.AssemblyPath("Geirhos2021edge")); err != nil {
		t.Fatal(err)
	}
	request := Request{Models: []string{"../../testdata/geirhos2021/models/alexnet"}}
	report, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), request)
	if err != nil || len(report.Models[0].Scores) != 9 || len(report.Models[0].Failures) != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	request.Benchmarks = []string{"Geirhos2021edge-error_consistency"}
	report, err = NewRunner(home, Options{Workers: 1}).Score(context.Background(), request)
	if err != nil || len(report.Models[0].Failures) != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
}

// dataHome writes files, by their path, into a new data home.
func dataHome(t *testing.T, files map[string]string) benchmarks.Home {
	t.Helper()
	h := benchmarks.Home{Dir: t.TempDir()}
	for name, text := range files {
		write(t, filepath.Join(h.Dir, name), text)
	}
	return h
}

const excluding = `identifier: b
kind: behavioral
assembly: a
stimulus_set: s
metric: {name: error_consistency}
`

// trialsHome has trials of two subjects in four conditions.
func trialsHome(t *testing.T) benchmarks.Home {
	var trials strings.Builder
	trials.WriteString("stimulus_id,subject,condition,truth,choice\n")
	stimuli := "stimulus_id\n"
	for i := range 24 {
		condition := []string{"0", "0.30", "True", "cr"}[i%4]
		stimuli += fmt.Sprintf("s%02d\n", i)
		for j, subject := range []string{"a", "b"} {
			fmt.Fprintf(&trials, "s%02d,%s,%s,x,%s\n", i, subject, condition, []string{"x", "y"}[(i/4+i*j)%2])
		}
	}
	return dataHome(t, map[string]string{
		"stimuli/s/stimuli.csv":      stimuli,
		"assemblies/a/assembly.yaml": "kind: behavioral\nstimulus_set: s\n",
		"assemblies/a/trials.csv":    trials.String(),
	})
}

func TestExclude(t *testing.T) {
	for _, c := range []struct {
		exclude string
		trials  int // 0: an error with the text
		text    string
	}{
		{"", 48, ""},
		{"{condition: [0.0]}", 36, "condition 0.0"},
		{"{condition: [.3, 0]}", 24, "24 of 48 trials are excluded (condition .3, 0)"},
		{"{condition: [true]}", 36, ""},
		{"{condition: [CR]}", 48, ""},
		{"{condition: [never, 7]}", 48, ""},
		{"{condition: [cr], subject: [b]}", 18, "condition cr; subject b"},
		{"{condition: [0, 0.3, true, cr]}", 0, "has only trials that are excluded"},
		{"{conditon: [0]}", 0, `stimuli.csv; did you mean "condition"? (they have stimulus_id, subject, condition, truth, choice)`},
	} {
		text := excluding
		if c.exclude != "" {
			text += "exclude: " + c.exclude + "\n"
		}
		d, err := benchmarks.ParseDefinition("b.yaml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", c.exclude, err)
			continue
		}
		roundTrip(t, d)
		r := NewRunner(trialsHome(t), Options{Workers: 1})
		var log []string
		r.Log = func(line string) { log = append(log, line) }
		choices, err := r.loader.subjectChoices(d)
		if c.trials == 0 {
			if err == nil || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%s: error %v", c.exclude, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.exclude, err)
			continue
		}
		if len(choices.in.Trials) != c.trials || !strings.Contains(strings.Join(log, "\n"), c.text) || (c.trials < 48) != (len(log) == 1) {
			t.Errorf("%s: %v, %d trials, log %q", c.exclude, err, len(choices.in.Trials), log)
		}
	}
}

func TestExcludeAndExpectedMistakes(t *testing.T) {
	for text, want := range map[string]string{
		neural + "exclude: {condition: [a]}":                                      "b.yaml:6: exclude leaves out trials, but the benchmark has none",
		neural + "allow_unknown_choices: true":                                    "b.yaml:6: allow_unknown_choices is about choices between objects, but the benchmark has none",
		excluding + "allow_unknown_choices: 1":                                    "allow_unknown_choices",
		excluding + "exclude: {}":                                                 "exclude names no column",
		excluding + "exclude: {condition: []}":                                    "exclude.condition has no values",
		excluding + "exclude: {condition: a}":                                     "must be a list",
		excluding + "exclude: [condition]":                                        "must be names with values",
		excluding + "expected: []":                                                "expected has no figures",
		excluding + "expected: {value: 1}":                                        "must be a list",
		excluding + "expected: [{quantity: ceiling}]":                             "expected.0 has no value",
		excluding + "expected: [{value: 1}]":                                      "expected.0 names no quantity",
		excluding + "expected: [{quantity: ceiling, value: x}]":                   "must be a number",
		excluding + "expected: [{quantity: ceiling, value: .nan}]":                "expected.0 has no value",
		excluding + "expected: [{quantity: ceiling, value: 1, tolerance: -0.1}]":  "expected.0.tolerance is -0.1",
		excluding + "expected: [{quantity: ceiling, value: 1, tolerence: 0.1}]":   `unknown key "tolerence" in expected.0; did you mean "tolerance"?`,
		excluding + "expected:\n- {quantity: ceiling, value: 1}\n- {quantity: c}": "b.yaml:8: expected.1 has no value",
	} {
		_, err := benchmarks.ParseDefinition("b.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\n%v, want %s", text, err, want)
		}
	}
}

func TestValidateExpected(t *testing.T) {
	home := trialsHome(t)
	for expected, want := range map[string]Status{
		"[{quantity: ceiling, value: 0, tolerance: 2}]":                                         StatusOK,
		"[{quantity: ceiling, value: 5, tolerance: 0.1, note: of another}]":                     StatusWarning,
		"[{quantity: self raw, value: 5}, {quantity: ceiling, value: 0.5, tolerance: 0.50001}]": StatusOK,
	} {
		v := validated(t, home.Dir, excluding+"expected: "+expected+"\n")
		i := slices.IndexFunc(v.Checks, func(c Check) bool { return c.Name == "expected" })
		if i < 0 || v.Checks[i].Status != want || !v.Valid() {
			t.Errorf("%s: %+v", expected, v.Checks)
		}
	}
	v := validated(t, home.Dir, excluding+"exclude: {condtion: [a]}\n")
	if v.Valid() || !strings.Contains(fmt.Sprint(v.Errors()), `b.yaml:6: exclude: `) {
		t.Errorf("%v", v.Errors())
	}
}

// A window over fine time bins is the mean of the bins in it.
func TestTimeWindow(t *testing.T) {
	const rows, bins = 6, 5 // 40-60, 60-80, … 120-140 ms
	values := make([]float64, rows*bins)
	presentation := "stimulus_id,repetition\n"
	stimuli := "stimulus_id\n"
	for i := range rows {
		presentation += fmt.Sprintf("s%d,%d\n", i/2, i%2)
		if i%2 == 0 {
			stimuli += fmt.Sprintf("s%d\n", i/2)
		}
		for b := range bins {
			values[i*bins+b] = float64(10*(i/2) + b*b)
		}
	}
	bin := "time_bin_start,time_bin_end\n"
	for b := range bins {
		bin += fmt.Sprintf("%d,%d\n", 40+20*b, 60+20*b)
	}
	home := dataHome(t, map[string]string{
		"stimuli/s/stimuli.csv":         stimuli,
		"assemblies/a/assembly.yaml":    "kind: neural\nstimulus_set: s\n",
		"assemblies/a/presentation.csv": presentation,
		"assemblies/a/neuroid.csv":      "neuroid_id\nn\n",
		"assemblies/a/time_bin.csv":     bin,
		"assemblies/a/values.npy":       npyText([]int{rows, 1, bins}, values),
	})
	d, err := benchmarks.ParseDefinition("b.yaml", []byte(neural+"time_window: [60, 120]\n"))
	if err != nil {
		t.Fatal(err)
	}
	rec, err := NewRunner(home, Options{Workers: 1}).loader.loadRecordings(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range rec.groups[0].responses {
		if want := float64(10*i) + (1+4+9)/3.; !near(got, want, 1e-12) {
			t.Errorf("stimulus %d: %v, want %v", i, got, want)
		}
	}
}

// The public trials are fitted on the stimuli that they are tested on.
func TestFitOnTestStimuli(t *testing.T) {
	home := homeWithout(t, "../../testdata/golden/home")
	write(t, filepath.Join(home.BenchmarksDir(), "b.yaml"), `identifier: b
kind: behavioral
assembly: objectome-mini.private.assembly
stimulus_set: objectome-mini.private
fitting_stimulus_set: objectome-mini.private
fitting_label: image_label
metric: {name: i2n, skip_missing: true}
`)
	report, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), Request{Models: []string{"../../testdata/golden/models/mini-net"}, Benchmarks: []string{"b"}, Layers: []string{"fc6"}})
	if err != nil || len(report.Models[0].Scores) != 1 || !(report.Models[0].Scores[0].Raw.Value > 0) {
		t.Errorf("%+v, %v", report, err)
	}
}

// What validate gives as self raw is the score of a dump of the recordings.
func TestSelfRaw(t *testing.T) {
	home := homeWithout(t, "../../testdata/golden/home")
	const text = `identifier: b
kind: neural
assembly: hvm-mini.assembly
select: {region: IT}
stimulus_set: hvm-mini
metric: {name: pls, components: 10}
`
	write(t, filepath.Join(home.BenchmarksDir(), "b.yaml"), text)
	d, err := home.Definition("b")
	if err != nil {
		t.Fatal(err)
	}
	r := NewRunner(home, Options{Workers: 1})
	rec, err := r.loader.loadRecordings(context.Background(), d, nil)
	if err != nil {
		t.Fatal(err)
	}
	model := filepath.Join(t.TempDir(), "self")
	write(t, filepath.Join(model, "hvm-mini", "it.npy"), npyText([]int{len(rec.stimuli()[0]), len(rec.neuroidIDs)}, rec.groups[0].responses))
	write(t, filepath.Join(model, "hvm-mini", "stimulus_ids.csv"), "stimulus_id\n"+strings.Join(rec.stimuli()[0], "\n")+"\n")
	report, err := r.Score(context.Background(), Request{Models: []string{model}, Benchmarks: []string{"b"}})
	if err != nil || len(report.Models[0].Scores) != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	want := report.Models[0].Scores[0].Raw.Value
	for expected, status := range map[float64]Status{want: StatusOK, want + 0.1: StatusWarning} {
		v := validated(t, home.Dir, text+fmt.Sprintf("expected: [{quantity: self raw, value: %v, tolerance: 0.000000001}]\n", expected))
		i := slices.IndexFunc(v.Checks, func(c Check) bool { return c.Name == "expected" })
		if i < 0 || v.Checks[i].Status != status {
			t.Errorf("%v: %+v", expected, v.Checks)
		}
	}
}
