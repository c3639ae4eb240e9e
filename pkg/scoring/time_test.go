package scoring

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// copied is a golden folder that a test may change.
func copied(t *testing.T, name string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("../../testdata/golden", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func replace(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func edit(t *testing.T, path, from, to string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), from) {
		t.Fatalf("%s does not hold %q: %v", path, from, err)
	}
	replace(t, path, strings.Replace(string(data), from, to, 1))
}

func zeros(t *testing.T, rows, cols int) string {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, rows, cols, make([]float64, rows*cols)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// scoreOne scores one benchmark of one model and gives the result or what
// failed.
func scoreOne(t *testing.T, dir, model, benchmark string) (benchmarks.Result, error) {
	t.Helper()
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{Models: []string{filepath.Join(dir, "models", model)}, Benchmarks: []string{benchmark}})
	if err != nil {
		return benchmarks.Result{}, err
	}
	m := report.Models[0]
	if len(m.Failures) > 0 {
		return benchmarks.Result{}, m.Failures[0].Err
	}
	return m.Scores[0], nil
}

// TestTimeBinsAreMeans joins the first two bins of the recordings by the
// definition: the responses are then the mean of both, by share of overlap.
func TestTimeBinsAreMeans(t *testing.T) {
	dir := copied(t, "time")
	definition := filepath.Join(dir, "home/benchmarks/recur.IT-temporal-ridge.yaml")
	edit(t, definition, "time: per_bin", "time: per_bin\ntime_bins: [[70, 110], [110, 130]]")
	layer := filepath.Join(dir, "models/recurrent-net/recur/it")
	if err := os.Rename(filepath.Join(layer, "70-90.npy"), filepath.Join(layer, "70-110.npy")); err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"90-110.npy", "130-150.npy"} {
		if err := os.Remove(filepath.Join(layer, gone)); err != nil {
			t.Fatal(err)
		}
	}
	joined, err := scoreOne(t, dir, "recurrent-net", "recur.IT-temporal-ridge")
	if err != nil {
		t.Fatal(err)
	}
	if len(joined.TimeBins) != 2 || joined.TimeBins[0].End != 110 {
		t.Fatalf("time bins %+v", joined.TimeBins)
	}
	// The same by a window over the two bins.
	edit(t, definition, "time: per_bin\ntime_bins: [[70, 110], [110, 130]]", "time_window: [70, 110]")
	if err := os.Rename(filepath.Join(layer, "70-110.npy"), filepath.Join(dir, "models/recurrent-net/recur/it.npy")); err != nil {
		t.Fatal(err)
	}
	window, err := scoreOne(t, dir, "recurrent-net", "recur.IT-temporal-ridge")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := window.Raw.Value, joined.TimeBins[0].Raw.Value; got != want || !(got > 0) {
		t.Errorf("window %v, bin %v", got, want)
	}
	if got, want := window.Ceiling.Value, joined.TimeBins[0].Ceiling.Value; got != want || !(got > 0) {
		t.Errorf("ceiling of the window %v, of the bin %v", got, want)
	}
}

// TestConstantInTime is a model without dynamics: no solution times, so NaN
// with a warning, and OST counts 0 in the composite that says so.
func TestConstantInTime(t *testing.T) {
	dir := copied(t, "time")
	layer := filepath.Join(dir, "models/recurrent-net/solve/it")
	entries, err := os.ReadDir(layer)
	if err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(filepath.Join(layer, "100-110.npy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		replace(t, filepath.Join(layer, e.Name()), string(first))
	}
	composite, err := benchmarks.LoadComposite("neurips2019")
	if err != nil {
		t.Fatal(err)
	}
	runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 2})
	report, err := runner.Score(context.Background(), Request{
		Models: []string{filepath.Join(dir, "models/recurrent-net")}, Benchmarks: []string{"solve-ost"},
		Composite: composite, AllowPartial: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	m := report.Models[0]
	if r := m.Scores[0]; !math.IsNaN(r.Raw.Value) || !math.IsNaN(r.Ceiled.Value) || len(r.Warnings) == 0 {
		t.Errorf("raw %v, ceiled %v, warnings %v", r.Raw.Value, r.Ceiled.Value, r.Warnings)
	}
	if m.Composite != nil && m.Composite.Parts["OST"] != 0 {
		t.Errorf("OST is %v in the composite", m.Composite.Parts["OST"])
	}
	parts := map[string]float64{"V4": .6, "IT": .6, "behavior": .3, "OST": math.NaN()}
	if c, err := composite.FormParts(parts, false); err != nil || math.Abs(c.Value-1.5/4) > 1e-15 {
		t.Errorf("composite with NaN for OST: %+v, %v", c, err)
	}
}

func TestTimeMistakes(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(t *testing.T, dir string)
		parts  []string
	}{
		{"bins that do not match", func(t *testing.T, dir string) {
			layer := filepath.Join(dir, "models/recurrent-net/recur/it/")
			if err := os.Rename(layer+"/70-90.npy", layer+"/75-90.npy"); err != nil {
				t.Fatal(err)
			}
		}, []string{"in the time bins 75-90, 90-110, 110-130, 130-150", "is scored in 70-90, 90-110, 110-130, 130-150"}},
		{"bins of the model that overlap", func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, "models/recurrent-net/recur/it/80-95.npy"), zeros(t, 180, 3))
		}, []string{"overlap, 70-90 and 80-95", "of 70-90, 80-95, 90-110"}},
		{"bins of the recordings that overlap", func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, "home/assemblies/recur/time_bin.csv"), "90,110", "85,110")
		}, []string{"overlap, 70-90 and 85-110"}},
		{"a bin of another shape", func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, "models/recurrent-net/recur/it/90-110.npy"), zeros(t, 180, 3))
		}, []string{"90-110.npy", "has 3 features a stimulus, but the time bin 70-90 has"}},
		{"a bin with fewer rows", func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, "models/recurrent-net/recur/it/90-110.npy"), zeros(t, 179, 3))
		}, []string{"has 179 rows"}},
		{"recordings without time", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "home/assemblies/recur/time_bin.csv")); err != nil {
				t.Fatal(err)
			}
		}, []string{"has no time bins"}},
	} {
		dir := copied(t, "time")
		c.change(t, dir)
		_, err := scoreOne(t, dir, "recurrent-net", "recur.IT-temporal-ridge")
		for _, part := range c.parts {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error %v, want %q", c.name, err, part)
			}
		}
	}
}

func TestReductionMistakes(t *testing.T) {
	settings := "models/reduced-net/model.yaml"
	for _, c := range []struct {
		name   string
		change func(t *testing.T, dir string)
		part   string
	}{
		{"no dumps of the fit set", func(t *testing.T, dir string) {
			if err := os.RemoveAll(filepath.Join(dir, "models/reduced-net/imagenet-fit")); err != nil {
				t.Fatal(err)
			}
		}, `imagenet-fit: has no layer "top"`},
		{"another width", func(t *testing.T, dir string) {
			replace(t, filepath.Join(dir, "models/reduced-net/imagenet-fit/top.npy"), zeros(t, 120, 3))
		}, "features for each stimulus, but"},
		{"a layer that is dead on the fit set", func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, settings), "pca: 100", "pca: 2")
			replace(t, filepath.Join(dir, "models/reduced-net/imagenet-fit/top.npy"), zeros(t, 120, 900))
		}, "the activations to the 120 fitting stimuli are all alike"},
		{"an unknown fit set", func(t *testing.T, dir string) {
			edit(t, filepath.Join(dir, settings), "imagenet-fit", "imagenet")
		}, "stimuli.csv: is missing"},
	} {
		dir := copied(t, "reduction")
		c.change(t, dir)
		if _, err := scoreOne(t, dir, "reduced-net", "reduce.IT-ridge"); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.part)
		}
	}
}

// More components than the fitting stimuli have come to those that there are, with
// a note; a layer that has no more features than components is left as it is, and
// needs no activations to the fitting stimuli.
func TestReductionOfFewFeatures(t *testing.T) {
	settings := "models/reduced-net/model.yaml"
	dir := copied(t, "reduction")
	edit(t, filepath.Join(dir, settings), "pca: 100", "pca: 119")
	all, err := scoreOne(t, dir, "reduced-net", "reduce.IT-cka")
	if err != nil {
		t.Fatal(err)
	}
	if text := strings.Join(all.Warnings, " "); strings.Contains(text, "instead of") {
		t.Errorf("119 components: warnings %q", text)
	}
	for _, pca := range []string{"120", "121", "899"} {
		dir := copied(t, "reduction")
		edit(t, filepath.Join(dir, settings), "pca: 100", "pca: "+pca)
		got, err := scoreOne(t, dir, "reduced-net", "reduce.IT-cka")
		if err != nil {
			t.Errorf("%s components: %v", pca, err)
			continue
		}
		want := "reduced to 119 principal components instead of " + pca + ": the activations to the 120 stimuli of imagenet-fit have no more"
		if got.Raw.Value != all.Raw.Value || got.Counts.Features != 119 || !slices.Contains(got.Warnings, want) {
			t.Errorf("%s components: raw %v of %d features, want %v of 119; warnings %q", pca, got.Raw.Value, got.Counts.Features, all.Raw.Value, got.Warnings)
		}
	}
	edit(t, filepath.Join(dir, settings), "reduction", "metadata: {a: b}\n#")
	plain, err := scoreOne(t, dir, "reduced-net", "reduce.IT-cka")
	if err != nil {
		t.Fatal(err)
	}
	for _, pca := range []string{"900", "1000"} {
		dir := copied(t, "reduction")
		edit(t, filepath.Join(dir, settings), "pca: 100", "pca: "+pca)
		if err := os.RemoveAll(filepath.Join(dir, "models/reduced-net/imagenet-fit")); err != nil {
			t.Fatal(err)
		}
		got, err := scoreOne(t, dir, "reduced-net", "reduce.IT-cka")
		if err != nil {
			t.Errorf("%s components: %v", pca, err)
			continue
		}
		if got.Raw.Value != plain.Raw.Value || len(got.Warnings) != len(plain.Warnings) {
			t.Errorf("%s components: raw %v with %q, want %v", pca, got.Raw.Value, got.Warnings, plain.Raw.Value)
		}
	}
}

// TestReductionServesEveryNeuralMetric scores components by all metrics, those
// that take the columns themselves too, and compares pls with the same on the
// components as a layer of their own.
func TestReductionServesEveryNeuralMetric(t *testing.T) {
	dir := copied(t, "reduction")
	template, err := os.ReadFile(filepath.Join(dir, "home/benchmarks/reduce.IT-ridge.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, info := range metrics.List() {
		if dataKinds[info.Kind] != dataKind(recordingsKind{}) || strings.HasPrefix(info.Name, "reverse_pls") {
			continue // as many components as neuroids are too many to reverse
		}
		id := "reduce." + info.Name
		text := strings.ReplaceAll(string(template), "reduce.IT-ridge", id)
		text = strings.ReplaceAll(text, "{name: ridge}", fmt.Sprintf("{name: %s}", info.Name))
		if info.Kind == metrics.KindSimilarity {
			text = strings.ReplaceAll(text, "cross_validation: {splits: 10, train_size: 0.9, stratify: object_name, seed: 1}\n", "")
		}
		replace(t, filepath.Join(dir, "home/benchmarks", id+".yaml"), text)
		r, err := scoreOne(t, dir, "reduced-net", id)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if r.Counts.Features != 100 || !(r.Raw.Value > 0) {
			t.Errorf("%s: %d features, raw %v", id, r.Counts.Features, r.Raw.Value)
		}
	}
}
