package scoring

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

const goldenModel = "../../testdata/golden/models/mini-net"

// homeWith makes a data home of the golden recordings with these definitions,
// each the end of a file that follows identifier, kind and data.
func homeWith(t *testing.T, definitions map[string]string) benchmarks.Home {
	t.Helper()
	home := benchmarks.Home{Dir: t.TempDir()}
	for _, part := range []string{"stimuli", "assemblies"} {
		if err := os.CopyFS(filepath.Join(home.Dir, part), os.DirFS("../../testdata/golden/home/"+part)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(home.Dir, "benchmarks"), 0o777); err != nil {
		t.Fatal(err)
	}
	for id, end := range definitions {
		text := "identifier: " + id + "\nkind: neural\nassembly: hvm-mini.assembly\nselect: {region: IT}\nstimulus_set: hvm-mini\n" + end
		if err := os.WriteFile(filepath.Join(home.Dir, "benchmarks", id+".yaml"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// TestReverseForms scores forward and reverse mappings in one run and compares
// the latter with the metric alone.
func TestReverseForms(t *testing.T) {
	definitions := map[string]string{"forward": "metric: {name: ridge}\n"}
	for _, name := range []string{"reverse_pls", "reverse_ridge", "reverse_ridgecv", "reverse_linear", "reverse_neuron_to_neuron"} {
		definitions[name] = "metric: {name: " + name + "}\n"
	}
	definitions["too-many"] = "metric: {name: reverse_pls, components: 200}\n"
	runner := NewRunner(homeWith(t, definitions), Options{Workers: 2})
	read := make(map[string]int)
	runner.Progress = func(label string, _ int64) func(int64) {
		read[label]++
		return func(int64) {}
	}
	ctx := context.Background()
	report, err := runner.Score(ctx, Request{Models: []string{goldenModel}, Layers: []string{"fc"}})
	if err != nil {
		t.Fatal(err)
	}
	failures := report.Models[0].Failures
	if len(failures) != 1 || failures[0].Benchmark != "too-many" || !strings.Contains(failures[0].Err.Error(), "neuroids") {
		t.Fatal(failures)
	}
	if got := read["mini-net/hvm-mini/fc"]; got != 2 {
		t.Errorf("the layer is read %d times: %v", got, read)
	}
	if len(report.Models[0].Scores) != len(definitions)-1 {
		t.Errorf("%d scores", len(report.Models[0].Scores))
	}
	for _, got := range report.Models[0].Scores {
		if !strings.HasPrefix(got.Benchmark, "reverse") {
			continue
		}
		d, err := runner.Home.Definition(got.Benchmark)
		if err != nil {
			t.Fatal(err)
		}
		rec := runner.loader.recordings[recordingsKey(d, nil)]
		splits, err := rec.splitsOf(d, rec.groups[0])
		if err != nil {
			t.Fatal(err)
		}
		dump, err := stimuli.OpenDump(goldenModel)
		if err != nil {
			t.Fatal(err)
		}
		layer, err := dump.OpenLayer(rec.parts[0].set, "fc", nil)
		if err != nil {
			t.Fatal(err)
		}
		selection, err := layer.Select(rec.stimuli()[0])
		if err != nil {
			t.Fatal(err)
		}
		metric, err := d.NewMetric()
		if err != nil {
			t.Fatal(err)
		}
		want, err := metrics.ScoreColumns(ctx, metric.(metrics.Neural), selection, rec.input(rec.groups[0], splits, 1))
		layer.Close()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Raw.Splits, want.Raw.Splits) || !(got.Raw.Value > .1 && got.Raw.Value < 1) || got.Neuroids != nil {
			t.Errorf("%s: %v, want %v", got.Benchmark, got.Raw, want.Raw)
		}
		if math.IsNaN(got.Ceiled.Value) || got.Counts.Features != 700 || !slices.Equal(got.Alphas, want.Alphas) {
			t.Errorf("%s: %+v", got.Benchmark, got)
		}
	}
}

func TestFixedSplit(t *testing.T) {
	runner := NewRunner(homeWith(t, map[string]string{
		"pls":     "metric: {name: pls}\ncross_validation: {train: {object_name: object_1}, test: {object_name: object_2}}\n",
		"reverse": "metric: {name: reverse_ridge}\ncross_validation: {train: {object_name: object_1}, test: {object_name: object_2}}\n",
		"rdm":     "metric: {name: rdm}\ncross_validation: {train: {object_name: object_1}, test: {object_name: object_2}}\n",
		"same":    "metric: {name: ridge}\ncross_validation: {train: {object_name: object_1}, test: {object_name: object_1}}\n",
		"none":    "metric: {name: ridge}\ncross_validation: {train: {object_name: object_1}, test: {object_name: cat}}\n",
		"column":  "metric: {name: ridge}\ncross_validation: {train: {variation: V3}, test: {variation: V6}}\n",
	}), Options{Workers: 2})
	ctx := context.Background()
	report, err := runner.Score(ctx, Request{Models: []string{goldenModel}, Layers: []string{"fc"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range report.Models[0].Scores {
		if len(r.Raw.Splits) != 1 || r.Raw.Value != r.Raw.Splits[0] || math.IsNaN(r.Raw.Value) {
			t.Errorf("%s: %v", r.Benchmark, r.Raw)
		}
	}
	if n := len(report.Models[0].Scores); n != 3 {
		t.Errorf("%d scores", n)
	}
	want := map[string]string{
		"same":   "both in train {object_name: object_1}",
		"none":   "keeps no stimulus for test {object_name: cat}; the values that exist are object_name: object_0, object_1",
		"column": `"variation"`,
	}
	for _, f := range report.Models[0].Failures {
		if !strings.Contains(f.Err.Error(), want[f.Benchmark]) {
			t.Errorf("%s: %v", f.Benchmark, f.Err)
		}
		delete(want, f.Benchmark)
	}
	if len(want) > 0 {
		t.Errorf("no failure of %v", want)
	}
	d, err := runner.Home.Definition("pls")
	if err != nil {
		t.Fatal(err)
	}
	rec := runner.loader.recordings[recordingsKey(d, nil)]
	splits, err := rec.splitsOf(d, rec.groups[0])
	if err != nil {
		t.Fatal(err)
	}
	values, err := rec.parts[0].design.Values("object_name", rec.parts[0].set)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		if slices.Contains(splits[0].Train, i) != (v == "object_1") || slices.Contains(splits[0].Test, i) != (v == "object_2") {
			t.Errorf("stimulus %d of %s is on the wrong side", i, v)
		}
	}
}

func TestSubjectCeiling(t *testing.T) {
	runner := NewRunner(homeWith(t, map[string]string{
		"animals":   "metric: {name: rdm}\nceiling: {name: leave_one_subject_out}\nscore: ratio\n",
		"euclidean": "metric: {name: rdm, distance: euclidean}\nceiling: {name: leave_one_subject_out, column: animal}\n",
		"regions":   "metric: {name: rdm}\nceiling: {name: leave_one_subject_out, column: region}\n",
		"nothing":   "metric: {name: rdm}\nceiling: {name: leave_one_subject_out, column: species}\n",
		"mapping":   "metric: {name: ridge}\nceiling: {name: leave_one_subject_out}\n",
		"drawn":     "metric: {name: rdm}\nceiling: {name: leave_one_subject_out, seed: 2}\n",
		"column":    "metric: {name: rdm}\nceiling: {column: animal}\n",
	}), Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{Models: []string{goldenModel}, Layers: []string{"fc"}})
	if err != nil {
		t.Fatal(err)
	}
	var lower []float64
	for _, r := range report.Models[0].Scores {
		b := r.CeilingBounds
		if len(b) != 2 || !(0 < b[0] && b[0] < b[1] && b[1] < 1) || r.Ceiling.Value != b[0] || !(len(r.Ceiling.Splits) > 1) {
			t.Errorf("%s: ceiling %v, bounds %v", r.Benchmark, r.Ceiling, b)
		}
		lower = append(lower, b...)
		if !strings.Contains(strings.Join(r.Warnings, " "), "lower bound over") {
			t.Errorf("%s warns %v", r.Benchmark, r.Warnings)
		}
	}
	if len(lower) != 4 || lower[0] == lower[2] {
		t.Errorf("bounds %v", lower)
	}
	text := ""
	for _, f := range report.Models[0].Failures {
		text += f.Err.Error() + "\n"
	}
	for _, want := range []string{"two at least", `"species"`, "the metric is ridge", "nothing at random", "internal_consistency"} {
		if !strings.Contains(text, want) {
			t.Errorf("no failure says %s:\n%s", want, text)
		}
	}
	d, err := runner.Home.Definition("animals")
	if err != nil {
		t.Fatal(err)
	}
	data, err := yaml.Marshal(d)
	if err != nil || !strings.Contains(string(data), "column: animal") {
		t.Errorf("%v\n%s", err, data)
	}
	again, err := benchmarks.ParseDefinition("animals.yaml", data)
	if err != nil || *again.Ceiling != *d.Ceiling {
		t.Errorf("%v: %+v", err, again)
	}
}

// TestRawOfSubjects checks that a ceiling of single subjects is compared with the mean
// of their own raw scores, with and without splits.
func TestRawOfSubjects(t *testing.T) {
	const splits = "cross_validation: {splits: 3, test_size: 0.5}\n"
	files := map[string]string{
		"all":        "metric: {name: rdm}\nceiling: {name: leave_one_subject_out}\nscore: ratio\n",
		"all-splits": "metric: {name: rdm, compare: kendall}\nceiling: {name: leave_one_subject_out}\nscore: ratio\n" + splits,
	}
	home := homeWith(t, files)
	animals := []string{"m0", "m1"}
	for _, animal := range animals {
		for id, end := range map[string]string{"": "metric: {name: rdm}\n", "-splits": "metric: {name: rdm, compare: kendall}\n" + splits} {
			id = animal + id
			text := "identifier: " + id + "\nkind: neural\nassembly: hvm-mini.assembly\nselect: {region: IT, animal: " + animal + "}\nstimulus_set: hvm-mini\nceiling: {value: 1}\n" + end
			if err := os.WriteFile(filepath.Join(home.Dir, "benchmarks", id+".yaml"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	runner := NewRunner(home, Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{Models: []string{goldenModel}, Layers: []string{"fc"}})
	if err != nil {
		t.Fatal(err)
	}
	of := make(map[string]benchmarks.Result)
	for _, r := range report.Models[0].Scores {
		of[r.Benchmark] = r
	}
	for _, name := range []string{"", "-splits"} {
		all := of["all"+name]
		var want []float64
		for _, animal := range animals {
			want = append(want, of[animal+name].Raw.Value)
		}
		if !slices.Equal(all.Raw.Splits, want) || all.Raw.Value != (want[0]+want[1])/2 || math.Abs(all.Raw.Error-math.Abs(want[0]-want[1])/2/math.Sqrt2) > 1e-12 {
			t.Errorf("raw %v, of the subjects %v", all.Raw, want)
		}
		if all.Counts.Subjects != len(animals) || math.Abs(all.Ceiled.Value-all.Raw.Value/all.CeilingBounds[0]) > 1e-12 {
			t.Errorf("%v of %v by %v, %d subjects", all.Ceiled, all.Raw, all.CeilingBounds, all.Counts.Subjects)
		}
	}
}
