package scoring

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// writeScaled writes a model with some features of the golden model in another unit.
func writeScaled(t *testing.T, home benchmarks.Home, dir string, scale float64) {
	t.Helper()
	const features = 60
	set, err := stimuli.LoadStimulusSet(home.StimulusSetPath("hvm-mini"))
	if err != nil {
		t.Fatal(err)
	}
	dump, err := stimuli.OpenDump(goldenModel)
	if err != nil {
		t.Fatal(err)
	}
	layer, err := dump.OpenLayer(set, "fc", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer layer.Close()
	selection, err := layer.Select(set.IDs)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, len(set.IDs)*features)
	if err := selection.ReadBlock(0, features, values, features); err != nil {
		t.Fatal(err)
	}
	for i := range values {
		values[i] *= scale
	}
	var array bytes.Buffer
	if err := npy.Write(&array, len(set.IDs), features, values); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "hvm-mini", "fc.npy"), array.String())
	write(t, filepath.Join(dir, "hvm-mini", "stimulus_ids.csv"), "stimulus_id\n"+strings.Join(set.IDs, "\n")+"\n")
}

// Layers in any unit score alike. Those so far from 1 that their squares are not numbers
// are refused for metrics with a penalty in their unit.
func TestActivationsInAnyUnit(t *testing.T) {
	definitions := map[string]string{}
	for _, info := range metrics.List() {
		if info.Kind != metrics.KindMapping && info.Kind != metrics.KindSimilarity {
			continue
		}
		end := "metric: {name: " + info.Name + "}\n"
		if slices.ContainsFunc(info.Options, func(o metrics.Option) bool { return o.Name == "components" }) {
			end = "metric: {name: " + info.Name + ", components: 4}\n"
		}
		if info.Kind == metrics.KindMapping {
			end += "cross_validation: {splits: 2, train_size: 0.8, stratify: object_name, seed: 1}\n"
		}
		definitions[info.Name] = end + "ceiling: {value: 0.9}\n"
	}
	home, models := homeWith(t, definitions), t.TempDir()
	scores := func(scale float64) benchmarks.ModelResult {
		t.Helper()
		dir := filepath.Join(models, fmt.Sprint("x", scale))
		writeScaled(t, home, dir, scale)
		report, err := NewRunner(home, Options{Workers: 2}).Score(t.Context(), Request{Models: []string{dir}})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		return report.Models[0]
	}
	usual := scores(1)
	if len(usual.Failures) > 0 || len(usual.Scores) != len(definitions) {
		t.Fatalf("%d scores; %v", len(usual.Scores), usual.Failures)
	}
	for _, scale := range []float64{0x1p-1000, 0x1p-660, 0x1p-530, 0x1p530, 0x1p660, 0x1p1000} {
		got := scores(scale)
		if len(got.Scores)+len(got.Failures) != len(definitions) {
			t.Errorf("times %g: %d scores, %d failures", scale, len(got.Scores), len(got.Failures))
		}
		for _, s := range got.Scores {
			i := slices.IndexFunc(usual.Scores, func(u benchmarks.Result) bool { return u.Benchmark == s.Benchmark })
			// A power of two changes no digit.
			if want := usual.Scores[i].Raw.Value; s.Raw.Value != want || math.IsNaN(want) {
				t.Errorf("%s times %g: %v, want %v; warnings %q", s.Benchmark, scale, s.Raw.Value, want, s.Warnings)
			}
		}
		for _, f := range got.Failures {
			info, err := metrics.Lookup(f.Benchmark)
			if err != nil || !info.Needs.Units || !strings.Contains(f.Err.Error(), "rescale the layer") {
				t.Errorf("%s times %g: %v", f.Benchmark, scale, f.Err)
			}
		}
	}
}
