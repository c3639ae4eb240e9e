package mapping

import (
	"context"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestRankLimit has columns that do not add to the rank, and columns that seem not to
// after rounding.
func TestRankLimit(t *testing.T) {
	v := []float64{1, 3, 2, 7, 5}
	for _, test := range []struct {
		name  string
		other func(v float64) float64
		want  int
	}{
		{"the same", func(v float64) float64 { return v }, 1},
		{"its negative", func(v float64) float64 { return -v }, 1},
		{"a power of two times it", func(v float64) float64 { return -0x1p-30 * v }, 1},
		{"an offset", func(v float64) float64 { return v + 1024 }, 1},
		{"a constant", func(float64) float64 { return .1 }, 1},
		{"another multiple", func(v float64) float64 { return 3 * v }, 2},
		{"rounded with an offset", func(v float64) float64 { return .1 * (1 - v) }, 2},
		{"differences that overflow", func(v float64) float64 { return math.Copysign(math.MaxFloat64, v-2.5) }, 2},
	} {
		var x []float64
		for _, v := range v {
			x = append(x, v, test.other(v))
		}
		if got := rankLimit(x, 2); got != test.want {
			t.Errorf("%s: limit %d, want %d", test.name, got, test.want)
		}
	}
	if got := rankLimit([]float64{1, 2, 3, 1, 2, 3, 4, 7, 5}, 3); got != 1 {
		t.Errorf("two different rows: limit %d, want 1", got)
	}
}

// TestPLSDoubtsRoundedRank has activations or responses of which half are the negatives
// of others but for the rounding of an offset, so that exact arithmetic has components
// that float64 has not, and that can be read but once.
func TestPLSDoubtsRoundedRank(t *testing.T) {
	c := simulated.New(7, 40, 10, 10)
	for _, x := range [][]float64{c.X, c.Y} {
		for i := range c.N {
			for j := range 5 {
				v := 0.0
				if i > 0 { // the first row is subtracted from all others
					v = []float64{0, 4, 8}[int(math.Abs(9*x[i*10+j]))%3]
				}
				x[i*10+j], x[i*10+5+j] = .1*(1+v), .1*(1-v)
			}
		}
	}
	in := testinput.Neural(t, c, 2)
	for name, score := range map[string]func(context.Context, metrics.NeuralInput) (metrics.Score, error){
		"pls": pls{8}.ScoreNeural,
		"reverse_pls": func(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
			passed, err := reversePLS{8}.NewStream(in, nil)
			if err == nil {
				err = stream.RunPass(ctx, stream.InMemory(in.Gram.X, in.Gram.N, in.Gram.Features), []stream.Sink{passed}, stream.PassOptions{})
			}
			if err != nil {
				return metrics.Score{}, err
			}
			return passed.Score(ctx)
		},
	} {
		got, err := score(t.Context(), in)
		if err != nil || !testinput.WarnsOfRounding(got) {
			t.Errorf("%s: warnings %q, error %v", name, got.Warnings, err)
		}
	}
}
