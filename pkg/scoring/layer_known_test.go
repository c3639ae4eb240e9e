package scoring

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// idsHome is a home with neural benchmarks on two assemblies and one on choices,
// whose ids are written as asked, and a dump with arrays for all of them. Ids of the
// dump of "" leave out its stimulus_ids.csv.
func idsHome(t *testing.T, set, recordings, trials, dump string) (home benchmarks.Home, model string) {
	t.Helper()
	const n = 12
	rng := rand.New(rand.NewPCG(1, 2))
	numbers := func(cols int) string {
		values := make([]float64, n*cols)
		for i := range values {
			values[i] = rng.Float64()
		}
		return npyText([]int{n, cols}, values)
	}
	table := func(header, format, rest string) string {
		text := header + "\n"
		for i := range n {
			text += fmt.Sprintf(format, i+1) + strings.ReplaceAll(rest, "#", []string{"x", "y"}[i%2]) + "\n"
		}
		return text
	}
	files := map[string]string{
		"stimuli/s/stimuli.csv":         table("stimulus_id,label", set, ",#"),
		"assemblies/a/assembly.yaml":    "kind: neural\nstimulus_set: s\n",
		"assemblies/a/presentation.csv": table("stimulus_id,repetition", recordings, ",0"),
		"assemblies/a/neuroid.csv":      "neuroid_id,region\nn1,IT\nn2,IT\n",
		"assemblies/a/values.npy":       numbers(2),
		"assemblies/b/assembly.yaml":    "kind: neural\nstimulus_set: s\n",
		"assemblies/b/presentation.csv": table("stimulus_id,repetition", set, ",0"),
		"assemblies/b/neuroid.csv":      "neuroid_id,region\nn1,IT\nn2,IT\n",
		"assemblies/b/values.npy":       numbers(2),
		"assemblies/c/assembly.yaml":    "kind: behavioral\nstimulus_set: s\n",
		"assemblies/c/trials.csv":       table("stimulus_id,truth,sample_obj,dist_obj,choice", trials, ",#,x,y,x"),
		"models/m/s/fc.npy":             numbers(4),
		"models/m/s/probabilities.npy":  numbers(2),
		"models/m/s/choices.csv":        "choice\nx\ny\n",
	}
	for i := range 20 {
		rows := table("", trials, ",#,x,y,"+[]string{"x", "y"}[i%2])
		files["assemblies/c/trials.csv"] += strings.TrimPrefix(rows, "\n")
	}
	for _, id := range []string{"a", "b"} {
		files["benchmarks/"+id+".yaml"] = fmt.Sprintf("identifier: %s\nkind: neural\nregion: IT\nassembly: %s\nstimulus_set: s\nmetric: {name: ridge}\ncross_validation: {splits: 2, train_size: 0.8, seed: 1}\nceiling: {value: 1}\nscore: raw\n", id, id)
	}
	files["benchmarks/c.yaml"] = "identifier: c\nkind: behavioral\nassembly: c\nstimulus_set: s\nmetric: {name: i1, skip_missing: true}\nceiling: {value: 1}\nscore: raw\n"
	files["benchmarks/f.yaml"] = "identifier: f\nkind: behavioral\nassembly: c\nstimulus_set: s\nfitting_stimulus_set: s\nfitting_label: label\nmetric: {name: i1, skip_missing: true}\nceiling: {value: 1}\nscore: raw\n"
	if dump != "" {
		files["models/m/s/stimulus_ids.csv"] = table("stimulus_id", dump, "")
	}
	home = dataHome(t, files)
	return home, filepath.Join(home.Dir, "models/m")
}

// TestMisnamedStimuli wants the file that is at fault to be named, in what ids differ,
// and benchmarks whose ids are right to be scored all the same.
func TestMisnamedStimuli(t *testing.T) {
	const (
		lost   = `they match without leading zeros ("1" and "0001")`
		floats = `they match without .0 at the end and leading zeros ("1.0" and "0001")`
	)
	for _, c := range []struct {
		name                          string
		set, recordings, trials, dump string
		a, b, c, f                    []string // what the error of each benchmark says, nil for none
	}{
		{name: "all alike", set: "%04d", recordings: "%04d", trials: "%04d"},
		{name: "recordings without zeros", set: "%04d", recordings: "%d", trials: "%04d",
			a: []string{"a/presentation.csv: names 12 stimulus ids", "not in ", lost}},
		{name: "recordings as floats", set: "%04d", recordings: "%d.0", trials: "%04d",
			a: []string{"a/presentation.csv: names 12 ", floats}},
		{name: "recordings with extensions", set: "im%d", recordings: "im%d.png", trials: "im%d",
			a: []string{"a/presentation.csv", `they match without extensions ("im1.png" and "im1")`}},
		{name: "other recordings", set: "im%d", recordings: "pic%d", trials: "im%d",
			a: []string{"a/presentation.csv: names 12 ", "name stimuli alike in both"}},
		{name: "trials without zeros", set: "%04d", recordings: "%04d", trials: "%d",
			c: []string{"c/trials.csv: names 12 ", lost}, f: []string{"c/trials.csv: names 12 ", lost}},
		{name: "a dump with the recordings' own ids", set: "%04d", recordings: "%d", trials: "%d", dump: "%d",
			b: []string{"fc.npy: has no rows (by ", "stimulus_ids.csv) for 12", `they match without leading zeros ("0001" and "1")`},
			f: []string{"fc.npy: has no rows"}},
		{name: "a dump without zeros", set: "%04d", recordings: "%04d", trials: "%04d", dump: "%d",
			a: []string{"fc.npy: has no rows (by ", `they match without leading zeros ("0001" and "1")`, "write them alike in both"},
			b: []string{"fc.npy: has no rows"}, c: []string{"probabilities.npy: has no rows"}, f: []string{"fc.npy: has no rows"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			home, model := idsHome(t, c.set, c.recordings, c.trials, c.dump)
			want := map[string][]string{"a": c.a, "b": c.b, "c": c.c, "f": c.f}
			layers := map[string][]string{"a": {"fc"}, "b": {"fc"}, "c": {"probabilities"}, "f": {"fc"}}
			for id, texts := range want {
				// Where the ids of the dump fit one benchmark of a pass alone, each is scored
				// on its own, since the layer is read for all.
				report, err := NewRunner(home, Options{Workers: 2}).Score(context.Background(), Request{Models: []string{model}, Benchmarks: []string{id}, Layers: layers[id]})
				if err != nil {
					t.Fatal(err)
				}
				checkFailure(t, report, id, texts)
			}
			if c.dump != "" {
				return
			}
			report, err := NewRunner(home, Options{Workers: 2}).Score(context.Background(), Request{Models: []string{model}, AllLayers: true})
			if err != nil {
				t.Fatal(err)
			}
			for id, texts := range want {
				checkFailure(t, report, id, texts)
			}
		})
	}
}

// checkFailure wants a benchmark to have failed with the texts, or not at all.
func checkFailure(t *testing.T, report *benchmarks.Report, id string, texts []string) {
	t.Helper()
	for _, s := range report.Models[0].Scores {
		if s.Benchmark == id && texts != nil {
			t.Errorf("%s has a score, want an error with %q", id, texts)
		}
	}
	for _, f := range report.Models[0].Failures {
		if f.Benchmark != id {
			continue
		}
		if texts == nil {
			t.Errorf("%s: %v", id, f.Err)
		}
		for _, text := range texts {
			if !strings.Contains(f.Err.Error(), text) {
				t.Errorf("%s: %v, want %q in it", id, f.Err, text)
			}
		}
	}
}
