package metrics

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// differ is the largest difference between r of the same neuroids.
func differ(t *testing.T, got, want [][]float64) float64 {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d splits, want %d", len(got), len(want))
	}
	worst := 0.0
	for i := range want {
		for j := range want[i] {
			worst = max(worst, math.Abs(got[i][j]-want[i][j]))
		}
	}
	return worst
}

// TestPLSPathsAgree fits one split alone, by covariances, and many times over,
// which takes the way of many neuroids.
func TestPLSPathsAgree(t *testing.T) {
	for _, trainSize := range []float64{.9, .5, .3} {
		c := simulate(7, 70, 90, 50)
		in := c.input(t, 2)
		splits, err := StratifiedSplits(make([]int, c.n), SplitPlan{Splits: 1, TrainSize: trainSize, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		want := c.primalScore(splits, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 12) })
		for _, times := range []int{1, 40} {
			if small := covarianceSmall(c.n, c.neuroids, times); small != (times == 1) {
				t.Fatalf("%d splits: covariances are small: %v", times, small)
			}
			in.Splits = slices.Repeat(splits, times)
			score, err := pls{12}.ScoreNeural(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			if d := differ(t, score.SplitNeuroids, slices.Repeat(want, times)); !(d < 1e-9) {
				t.Errorf("train size %g, %d splits: differs from the primal path by %.3g", trainSize, times, d)
			}
		}
	}
}

// TestPLSGroups checks that the number of splits advanced together does not show.
func TestPLSGroups(t *testing.T) {
	c := simulate(11, 60, 80, 20)
	in := c.input(t, 2)
	all, err := newPLSRun(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	together, err := all.fit(context.Background(), in.Splits, 9)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range in.Splits {
		alone, err := all.fit(context.Background(), []Split{s}, 9)
		if err != nil {
			t.Fatal(err)
		}
		if d := differ(t, [][]float64{alone[0].prediction}, [][]float64{together[i].prediction}); !(d < 1e-9) {
			t.Errorf("split %d: differs by %.3g", i, d)
		}
	}
	if one := plsSplitBytes(2560, 168, 10, 25); plsGroup(one, 10) != 10 || plsGroup(one<<10, 10) != 1 {
		t.Error("a group is all splits where they are small, else one")
	}
}

// TestPLSEndsAtTheRank has activations of rank 5, and responses that five
// components explain only in part.
func TestPLSEndsAtTheRank(t *testing.T) {
	for _, neuroids := range []int{6, 90} { // with covariances and without
		c := simulate(5, 60, 5, neuroids)
		copied := simulated{n: 60, features: 20, neuroids: neuroids, y: c.y}
		for i := range c.n {
			for range 4 {
				copied.x = append(copied.x, c.x[i*5:(i+1)*5]...)
			}
		}
		in := copied.input(t, 2)
		score, err := pls{8}.ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if len(score.Warnings) != 1 || !strings.Contains(score.Warnings[0], "the activations are used up after 5 of 8 components in 4 of 4 splits") {
			t.Errorf("%d neuroids: warnings %q", neuroids, score.Warnings)
		}
		want := copied.primalScore(in.Splits, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 5) })
		if d := differ(t, score.SplitNeuroids, want); !(d < 1e-8) {
			t.Errorf("%d neuroids: differs from the primal path of 5 components by %.3g", neuroids, d)
		}
	}
}

// TestPLSExplainsWholly has responses that two components explain.
func TestPLSExplainsWholly(t *testing.T) {
	c := simulate(5, 40, 2, 1)
	for i := range c.n {
		c.y[i] = 2*c.x[2*i] - c.x[2*i+1]
	}
	in := c.input(t, 1)
	score, err := pls{2}.ScoreNeural(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	if !(math.Abs(score.Raw.Value-1) < 1e-12) {
		t.Errorf("r is %v, want 1", score.Raw.Value)
	}
}
