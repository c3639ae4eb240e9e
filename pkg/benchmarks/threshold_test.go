package benchmarks

import (
	"math"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

func TestBelow(t *testing.T) {
	scores := []Result{{Benchmark: "a", Layer: "fc", Score: metrics.Score{Ceiled: metrics.Exact(0.4)}}, {Benchmark: "b", Layer: "fc", Score: metrics.Score{Ceiled: metrics.None()}}}
	infinite := []Result{{Benchmark: "a", Layer: "fc", Score: metrics.Score{Ceiled: metrics.Exact(math.Inf(1))}}, {Benchmark: "b", Layer: "fc", Score: metrics.Score{Ceiled: metrics.Exact(math.Inf(-1))}}}
	composite := func(v float64) *CompositeResult { return &CompositeResult{Name: "mean", Value: v} }
	for name, c := range map[string]struct {
		model          ModelResult
		threshold      float64
		needsComposite bool
		want           []string
	}{
		"reached":           {ModelResult{Model: "m", Composite: composite(0.5), Scores: scores}, 0.5, false, nil},
		"composite":         {ModelResult{Model: "m", Composite: composite(0.5), Scores: scores}, 0.6, false, []string{"m: composite mean is 0.5, below 0.6"}},
		"NaN":               {ModelResult{Model: "m", Composite: composite(math.NaN())}, -1, false, []string{"m: composite mean is missing, but should reach -1"}},
		"infinite":          {ModelResult{Model: "m", Composite: composite(math.Inf(1))}, 0.9, false, []string{"m: composite mean is +Inf, which is not a score, but should reach 0.9"}},
		"infinite score":    {ModelResult{Model: "m", Scores: infinite}, -1, false, []string{"m: the score of a (fc) is +Inf, which is not a score, but should reach -1", "m: the score of b (fc) is -Inf, which is not a score, but should reach -1"}},
		"NaN threshold":     {ModelResult{Model: "m", Composite: composite(0.5)}, math.NaN(), false, []string{"m: composite mean is 0.5, below NaN"}},
		"scores":            {ModelResult{Model: "m", Scores: scores}, 0.41, false, []string{"m: the score of a (fc) is 0.4, below 0.41", "m: the score of b (fc) is missing, but should reach 0.41"}},
		"composite missing": {ModelResult{Model: "m", Scores: scores}, 0, true, []string{"m: the composite is missing, but should reach 0"}},
		"nothing":           {ModelResult{Model: "m"}, 0, false, []string{"m: a score is missing, but should reach 0"}},
	} {
		report := Report{Models: []ModelResult{c.model}}
		if got := report.Below(c.threshold, c.needsComposite); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
