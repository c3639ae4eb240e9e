package similarity

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestFewPairsAreTheReason checks that the reason for a missing score is that pairs are few, and
// not a side, if stimuli without a dissimilarity leave one pair or none.
func TestFewPairsAreTheReason(t *testing.T) {
	const n, columns = 6, 5
	c := simulated.New(3, n, columns, columns)
	// without returns rows of which the listed ones are zeros.
	without := func(x []float64, rows ...int) []float64 {
		out := append([]float64(nil), x...)
		for _, i := range rows {
			clear(out[i*columns : (i+1)*columns])
		}
		return out
	}
	for _, x := range []struct {
		name string
		a, b []int // stimuli without dissimilarities
		kept int
	}{
		{"none by activations", []int{0, 1, 2, 3, 4, 5}, nil, 0},
		{"none by responses", nil, []int{0, 1, 2, 3, 4, 5}, 0},
		{"none by either", []int{0, 1, 2, 3, 4, 5}, []int{0, 1, 2, 3, 4, 5}, 0},
		{"none by both together", []int{0, 1, 2}, []int{3, 4, 5}, 0},
		{"one stimulus", []int{0, 1, 2}, []int{3, 4}, 1},
		{"one pair", []int{0, 1}, []int{2, 3}, 2},
		{"three pairs", []int{0, 1}, []int{3}, 3},
	} {
		for _, distance := range []string{"correlation", "cosine"} {
			for compare, of := range coefficients {
				a, b := without(c.X, x.a...), without(c.Y, x.b...)
				m := rdm{distance, compare}
				score, err := metrics.ScoreColumns(t.Context(), m, stream.InMemory(a, n, columns), metrics.NeuralInput{Responses: b, Neuroids: columns, Workers: 1})
				if err != nil {
					t.Fatal(err)
				}
				var sides []metrics.Represented
				for _, v := range [][]float64{a, b} {
					sink := stream.NewGramSink(nil, n, columns, rdmInfo.Needs, 1)
					if err := stream.RunPass(t.Context(), stream.InMemory(v, n, columns), []stream.Sink{sink}, stream.PassOptions{}); err != nil {
						t.Fatal(err)
					}
					side, err := m.Represent(t.Context(), sink.Gram(), 1)
					if err != nil {
						t.Fatal(err)
					}
					sides = append(sides, side)
				}
				pair, err := sides[0].Compare(t.Context(), sides[1], 1)
				if err != nil {
					t.Fatal(err)
				}
				pair.Warnings = append(append(pair.Warnings, sides[0].Warnings()...), sides[1].Warnings()...)
				few := x.kept < 2 || x.kept == 2 && of.centred
				for what, s := range map[string]metrics.Score{"score": score, "pair": pair} {
					said := strings.Join(s.Warnings, "; ")
					if math.IsNaN(s.Raw.Value) != few || strings.Contains(said, "fewer than two pairs") != few || strings.Contains(said, "equally dissimilar") || strings.Contains(said, "the same to the precision") {
						t.Errorf("%s, %s: %v, warnings %q", fmt.Sprint(x.name, " ", distance, " ", compare), what, s.Raw.Value, said)
					}
				}
			}
		}
	}
}
