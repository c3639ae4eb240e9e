package metrics

import (
	"context"
	"slices"
	"testing"
)

// TestPrimalEqualsGram chooses the penalty among the features and among the
// stimuli.
func TestPrimalEqualsGram(t *testing.T) {
	for _, trainSize := range []float64{.9, .4} {
		c := simulate(17, 90, 24, 9)
		in := c.input(t, 2)
		var err error
		in.Splits, err = StratifiedSplits(make([]int, c.n), SplitPlan{Splits: 3, TrainSize: trainSize, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		if !in.Gram.primal(len(in.Splits[0].Train)) {
			t.Fatal("24 features are not solved in the primal form")
		}
		wide := in
		wide.Gram = c.gram(t, Needs{Gram: true})
		for _, m := range []Neural{ridgeCV{}} {
			name := m.(Metric).Info().Name
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
