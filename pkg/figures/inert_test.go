package figures

import (
	"fmt"
	"testing"

	"github.com/brainscore-go/brainscore/internal/hostile"
	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// hostileData are models with a text in every field of their results, those that are
// added later too.
func hostileData(t *testing.T, text string, layers int) *ranking.Data {
	t.Helper()
	c, err := benchmarks.LoadComposite(benchmarks.DefaultComposite)
	if err != nil {
		t.Fatal(err)
	}
	var models []benchmarks.ModelResult
	for i := range 4 {
		var m benchmarks.ModelResult
		hostile.Fill(&m, text)
		m.Model = fmt.Sprint(text, i)
		m.Metadata = map[string]any{"x" + text: float64(i * i), "family": text}
		filled := m.Scores[0]
		m.Scores = nil
		for k, part := range []string{"V4", "IT", "behavior"} {
			for layer := range layers {
				s := filled
				s.Benchmark, s.Parent, s.Region, s.Layer = part+text, part, part, fmt.Sprint(text, layer)
				s.Raw, s.Ceiled = metrics.Exact(float64((i*3+k)%5)/10), metrics.Exact(float64((i+k*2)%5)/10)
				m.Scores = append(m.Scores, s)
			}
		}
		models = append(models, m)
	}
	b := ranking.New(c)
	if err := b.AddResults("scores.json", models); err != nil {
		t.Fatal(err)
	}
	return b.Build()
}

func TestEveryFieldIsInert(t *testing.T) {
	for _, text := range thorough.OneIn(2, hostile.Texts...) {
		for _, k := range Kinds() {
			layers := 1
			if k.Name == "layers" {
				layers = 2
			}
			f, err := New(t.Context(), k.Name, hostileData(t, text, layers), Request{Label: -1, Seed: 1, Title: text, X: "x" + text})
			if err != nil {
				t.Fatalf("%s of %q: %v", k.Name, text, err)
			}
			checkSVG(t, write(t, f, SVG))
		}
	}
}
