package scoring

import (
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Constant layers have the same scores, warnings and reasons from a compact dump as from the
// dump, although there is nothing to read again: with one value, and with one of each feature.
func TestCompactOfConstantLayers(t *testing.T) {
	l := newCompactLab(t)
	var all []int
	for i := range 60 {
		all = append(all, i)
	}
	l.recordings(t, "rec", all)
	l.recordings(t, "part", all[:40])
	_, products := columnsOf(t)
	var names []string
	for _, info := range products {
		names = append(names, l.benchmark(t, "rec", info), l.benchmark(t, "part", info))
	}
	const cols = stream.MaxHeld/60 + 100
	for name, value := range map[string]func(feature int) float64{
		"zeros":     func(int) float64 { return 0 },
		"one_value": func(int) float64 { return 2.7 },
		"same_rows": func(feature int) float64 { return float64(feature*feature) / 3 },
	} {
		if name == "one_value" && !thorough.Asked() {
			continue // which takes long, and differs little from zeros
		}
		row := make([]float64, cols)
		for j := range row {
			row[j] = value(j)
		}
		l.array(t, "model/a/"+name+".npy", 60, slices.Repeat(row, 60))
		write(t, l.path("model/model.yaml"), "identifier: net\ncommitments: {IT: "+name+"}\n")
		output := "compact of " + name
		for _, layer := range l.compact(t, output).Layers {
			if layer.Layer == name && layer.Kept != "" {
				t.Errorf("%s is kept as activations: %s", name, layer.Kept)
			}
		}
		want, failures := l.document(t, "model", Options{Workers: 2}, names...)
		if len(failures) > 0 {
			t.Fatalf("%s: %+v", name, failures)
		}
		got, failures := l.document(t, output, Options{Workers: 2}, names...)
		if got != want || len(failures) > 0 {
			t.Errorf("%s: %s; %+v", name, difference(got, want), failures)
		}
	}
}
