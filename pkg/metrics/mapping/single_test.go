package mapping

import (
	"context"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
)

// TestSinglePrecisionKeepsScores checks that a Streaming metric gives the same on a layer
// read as float32 as on one read as float64.
func TestSinglePrecisionKeepsScores(t *testing.T) {
	c := simulated.New(3, 50, 700, 4)
	for i, v := range c.X {
		c.X[i] = float64(float32(v))
	}
	for _, name := range []string{"neuron_to_neuron", "reverse_neuron_to_neuron"} {
		metric, err := metrics.New(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		var scores []metrics.Score
		for _, single := range []bool{false, true} {
			in := testinput.Neural(t, c, 2)
			score, err := metrics.ScoreColumns(context.Background(), metric.(metrics.Neural), simulated.Typed{Case: c, InSingle: single}, in)
			if err != nil {
				t.Fatal(err)
			}
			scores = append(scores, score)
		}
		if !slices.Equal(scores[0].Raw.Splits, scores[1].Raw.Splits) {
			t.Errorf("%s: %v in double, %v in single precision", name, scores[0].Raw.Splits, scores[1].Raw.Splits)
		}
	}
}
