package stream

import (
	"context"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// TestComponentsUpToTheRank asks for more components than fitting stimuli have.
func TestComponentsUpToTheRank(t *testing.T) {
	for _, c := range []struct {
		name                         string
		features, alike, asked, want int
		scale                        float64
	}{
		{"fewer features", 5, 0, 8, 5, 1},
		{"as many as stimuli", 40, 0, 12, 11, 1},
		{"more than stimuli", 40, 0, 100, 11, 1},
		{"stimuli alike", 40, 4, 100, 7, 1e5},
		{"small units", 40, 0, 100, 11, 1e-9},
		{"below the rank", 40, 0, 3, 3, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			const fit, rest = 12, 5
			layer := simulated.New(8, fit+rest, c.features, 1)
			dense.Scale(layer.X, c.scale)
			for i := range c.alike {
				copy(layer.X[(i+1)*c.features:(i+2)*c.features], layer.X[:c.features])
			}
			sink := NewFitGramSink(fit, rest, c.features, false, 1)
			if err := RunPass(context.Background(), layer, []Sink{sink}, PassOptions{}); err != nil {
				t.Fatal(err)
			}
			scores, kept, err := Components(sink.Gram(), c.asked)
			if err != nil || kept != c.want || len(scores) != rest*kept {
				t.Errorf("%d components, %d scores, error %v; want %d", kept, len(scores), err, c.want)
			}
		})
	}
}
