package mapping

import (
	"context"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestRidgeLeavesOut predicts what splits leave out from one inverse, and by
// the system of each split.
func TestRidgeLeavesOut(t *testing.T) {
	for _, features := range []int{15, 400} {
		for _, trainSize := range []float64{.9, .6} {
			c := simulated.New(23, 80, features, 7)
			in := testinput.Neural(t, c, 2)
			var err error
			in.Splits, err = metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: 3, TrainSize: trainSize, Seed: 5})
			if err != nil {
				t.Fatal(err)
			}
			in.Splits[0].Test = in.Splits[0].Test[2:] // some take no part
			for _, s := range in.Splits {
				slices.Sort(s.Train)
				slices.Sort(s.Test)
			}
			for _, alpha := range []float64{1e-3, 1, 1e6} {
				var want [][]float64
				for _, s := range in.Splits {
					pick := func(data []float64, cols int, rows []int) *mat.Dense {
						return mat.NewDense(len(rows), cols, dense.SelectRows(data, cols, rows))
					}
					want = append(want, primalRidge(pick(c.X, features, s.Train), pick(c.Y, 7, s.Train), pick(c.X, features, s.Test), alpha).RawMatrix().Data)
				}
				for name, predict := range map[string]func(context.Context, metrics.NeuralInput) ([]prediction, error){"leftOut": ridge{alpha}.leftOut, "direct": ridge{alpha}.direct, "primal": ridge{alpha}.primal} {
					if name == "primal" && in.Gram.X == nil {
						continue
					}
					got, err := predict(context.Background(), in)
					if err != nil {
						t.Fatal(err)
					}
					values := make([][]float64, len(got))
					for i, p := range got {
						values[i] = p.values
						for at := 0; at < len(values[i]); at += 7 {
							dense.AddScaled(1, dense.ColumnMeans(c.Y, 7, in.Splits[i].Train), values[i][at:at+7])
						}
					}
					if d := differ(t, values, want); !(d < 2e-8) {
						t.Errorf("%s: %d features, train size %g, alpha %g: differs by %.3g", name, features, trainSize, alpha, d)
					}
				}
			}
		}
	}
}

// TestConstantActivationsPredictTheMean wants no rounding there that correlates
// with responses.
func TestConstantActivationsPredictTheMean(t *testing.T) {
	for _, value := range []float64{0, .1, 1e6 / 3} {
		c := simulated.New(23, 60, 9, 7)
		for i := range c.X {
			c.X[i] = value
		}
		in := testinput.Neural(t, c, 2)
		for _, name := range []string{"ridge", "ridgecv"} {
			metric, err := metrics.New(name, nil)
			if err != nil {
				t.Fatal(err)
			}
			score, err := metric.(metrics.Neural).ScoreNeural(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range score.SplitNeuroids {
				for j, r := range row {
					if r == r {
						t.Fatalf("%s of a layer that is %g: r of neuroid %d in split %d is %v", name, value, j, i, r)
					}
				}
			}
		}
	}
}

func TestFewLeftOut(t *testing.T) {
	in := metrics.NeuralInput{Gram: &stream.Gram{N: 4}}
	for _, c := range []struct {
		split metrics.Split
		want  bool
	}{
		{metrics.Split{Train: []int{0, 1, 2}, Test: []int{3}}, true},
		{metrics.Split{Train: []int{0}, Test: []int{3}}, false},
		{metrics.Split{Train: []int{0, 1, 2}, Test: []int{2, 3}}, false},
	} {
		in.Splits = []metrics.Split{c.split}
		if got := fewLeftOut(in); got != c.want {
			t.Errorf("%v: %v", c.split, got)
		}
	}
}
