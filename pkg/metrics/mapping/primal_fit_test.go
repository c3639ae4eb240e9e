package mapping

import (
	"context"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestPrimalEqualsGram chooses the penalty among the features and among the
// stimuli.
func TestPrimalEqualsGram(t *testing.T) {
	for _, trainSize := range []float64{.9, .4} {
		c := simulated.New(17, 90, 24, 9)
		in := testinput.Neural(t, c, 2)
		var err error
		in.Splits, err = metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: 3, TrainSize: trainSize, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		if !prefersPrimal(ridgeCV{usualPenalties()}, metrics.ShapeOf(in)) {
			t.Fatal("24 features are not solved in the primal form")
		}
		wide := in
		wide.Gram = testinput.Gram(t, c, stream.Needs{Gram: true})
		for _, m := range []metrics.Neural{ridgeCV{usualPenalties()}} {
			name := m.(metrics.Metric).Info().Name
			got, err := m.ScoreNeural(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			want, err := m.ScoreNeural(context.Background(), wide)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.Alphas, want.Alphas) {
				t.Errorf("%s: penalties %v, want %v", name, got.Alphas, want.Alphas)
			}
			if d := differ(t, got.SplitNeuroids, want.SplitNeuroids); !(d < 1e-10) {
				t.Errorf("%s with train size %g: differs by %.3g", name, trainSize, d)
			}
			in.Workers = 3
			again, err := m.ScoreNeural(context.Background(), in)
			if err != nil || differ(t, again.SplitNeuroids, got.SplitNeuroids) != 0 {
				t.Errorf("%s: other figures with other workers (%v)", name, err)
			}
		}
	}
}
