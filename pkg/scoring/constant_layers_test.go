package scoring

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// constantLayers are layers without variance, or with hardly any: the values of a stimulus
// set that is fitted on, or one that is not.
var constantLayers = map[string]func(fitted bool, row, feature int, random float64) float64{
	"one_value":      func(bool, int, int, float64) float64 { return 2.5 },
	"zeros":          func(bool, int, int, float64) float64 { return 0 },
	"same_rows":      func(_ bool, _, feature int, _ float64) float64 { return float64(feature*feature) / 3 },
	"single_feature": func(_ bool, _, feature int, random float64) float64 { return oneOf(feature == 3, random, 2.5) },
	"single_row":     func(_ bool, row, _ int, random float64) float64 { return oneOf(row == 0, random, 2.5) },
	"constant_test":  func(fitted bool, _, _ int, random float64) float64 { return oneOf(fitted, random, 2.5) },
	"constant_train": func(fitted bool, _, _ int, random float64) float64 { return oneOf(fitted, 2.5, random) },
}

// withoutVariance are those of the layers that have the same activations to all stimuli.
var withoutVariance = []string{"one_value", "zeros", "same_rows"}

func oneOf(first bool, a, b float64) float64 {
	if first {
		return a
	}
	return b
}

// A layer without variance has no score, but for the guesses among ties of odd_one_out, which
// are warned of, and no layer lacks a score without a reason.
func TestConstantLayers(t *testing.T) {
	const golden = "../../testdata/golden"
	for _, folder := range thorough.OneIn(2, ".", "domains", "choices", "experiments", "factors", "neural", "property", "time", "triplets") {
		models, err := filepath.Glob(filepath.Join(golden, folder, "models", "*"))
		if err != nil || len(models) == 0 {
			t.Fatalf("no models in %s: %v", folder, err)
		}
		home := benchmarks.Home{Dir: filepath.Join(golden, folder, "home")}
		checked := 0
		runner := NewRunner(home, Options{Workers: 2})
		for _, model := range models {
			dir := filepath.Join(t.TempDir(), filepath.Base(model))
			if !writeConstantLayers(t, model, dir) {
				continue
			}
			report, err := runner.Score(context.Background(), Request{Models: []string{dir}, AllLayers: true})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range report.Models[0].Scores {
				if checked++; constantLayers[r.Layer] != nil {
					checkConstant(t, r)
				}
			}
		}
		if checked == 0 {
			t.Errorf("%s: no scores were checked", folder)
		}
	}
}

func checkConstant(t *testing.T, r benchmarks.Result) {
	t.Helper()
	raw, ceiled := r.Score.Raw.Value, r.Score.Ceiled.Value
	switch {
	case math.IsInf(raw, 0) || math.IsInf(ceiled, 0):
		t.Errorf("%s on %s: raw %v, score %v", r.Benchmark, r.Layer, raw, ceiled)
	case math.IsNaN(raw) && len(r.Warnings) == 0:
		t.Errorf("%s on %s: there is no score, and no reason", r.Benchmark, r.Layer)
	case math.IsNaN(raw) || !slices.Contains(withoutVariance, r.Layer):
	case r.Metric != "odd_one_out":
		t.Errorf("%s on %s: raw %v, %q", r.Benchmark, r.Layer, raw, r.Warnings)
	case !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "have the same activations") }):
		t.Errorf("%s on %s: raw %v without a warning: %q", r.Benchmark, r.Layer, raw, r.Warnings)
	}
}

// writeConstantLayers copies a dump with constantLayers in the place of its layers, and
// reports whether it has any.
func writeConstantLayers(t *testing.T, from, to string) (found bool) {
	t.Helper()
	const features = 8
	random := rand.New(rand.NewPCG(1, 2))
	arrays, err := filepath.Glob(filepath.Join(from, "*", "*.npy"))
	if err != nil {
		t.Fatal(err)
	}
	inTime, err := filepath.Glob(filepath.Join(from, "*", "*", "*.npy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(arrays, inTime...) {
		within, err := filepath.Rel(from, path)
		if err != nil {
			t.Fatal(err)
		}
		set, rest, _ := strings.Cut(filepath.ToSlash(within), "/")
		layer, bin, timed := strings.Cut(rest, "/")
		if !timed && slices.Contains(stimuli.ChoiceTables, strings.TrimSuffix(layer, ".npy")) {
			continue
		}
		found = true
		array, err := npy.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		rows := array.Rows()
		array.Close()
		fitted := strings.Contains(set, "train") || strings.Contains(set, "fit") || strings.Contains(set, "learn") || strings.Contains(set, "public")
		for name, value := range constantLayers {
			values := make([]float64, 0, rows*features)
			for row := range rows {
				for feature := range features {
					values = append(values, value(fitted, row, feature, random.NormFloat64()))
				}
			}
			target := filepath.Join(to, set, name+".npy")
			if timed {
				target = filepath.Join(to, set, name, bin)
			}
			writeArray(t, target, rows, features, values)
		}
		if ids, err := os.ReadFile(filepath.Join(from, set, "stimulus_ids.csv")); err == nil {
			write(t, filepath.Join(to, set, "stimulus_ids.csv"), string(ids))
		}
	}
	return found
}

func writeArray(t *testing.T, path string, rows, cols int, values []float64) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := npy.Write(file, rows, cols, values); err != nil {
		t.Fatal(err)
	}
}
