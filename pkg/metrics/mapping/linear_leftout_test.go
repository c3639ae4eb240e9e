package mapping

import (
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
)

// TestLinearLeavesOut fits splits from one inverse over all stimuli, and by the system of
// each split. The first may do so only for splits that the second finds well-conditioned.
func TestLinearLeavesOut(t *testing.T) {
	const features, neuroids = 150, 7
	for _, c := range []struct {
		shape     string
		trainSize float64
		left      bool // whether one inverse does for all splits
	}{
		{"plain", .9, true}, {"plain", .6, true}, {"plain", .3, false},
		{"times 1e-9", .9, true}, {"times 1e9", .9, true}, {"pixels", .9, true}, {"offset 1e7", .9, true},
		{"rectified, 90 % silent", .9, true}, {"massive feature 1e4", .9, false}, {"massive feature 1e8", .9, false},
		{"columns alike", .9, true}, {"rows alike", .9, false}, {"rows alike, times 1e5", .9, false},
	} {
		of := 0
		for shapes[of].name != c.shape {
			of++
		}
		layer := shapedCase(29, 70, features, neuroids, shapes[of].make)
		in := testinput.Neural(t, layer, 2)
		var err error
		if in.Splits, err = metrics.StratifiedSplits(make([]int, layer.N), metrics.SplitPlan{Splits: 3, TrainSize: c.trainSize, Seed: 5}); err != nil {
			t.Fatal(err)
		}
		in, _ = prepared(in)
		got, err := linear{}.leftOut(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range got {
			own := linearDual(in, in.Splits[i])
			if left := p.values != nil && p.resolved(neuroids); left != c.left {
				t.Errorf("%s, train size %g, split %d: fitted from one inverse: %v, want %v", c.shape, c.trainSize, i, left, c.left)
			} else if left && own == nil {
				t.Errorf("%s, train size %g, split %d: fitted from one inverse, but not well-conditioned", c.shape, c.trainSize, i)
			} else if left {
				for j := range neuroids {
					a, b := dense.SelectColumns(p.values, neuroids, []int{j}), dense.SelectColumns(own.values, neuroids, []int{j})
					deviation := deviationOf(b)
					if dense.AddScaled(-1, a, b); !(dense.MaxAbs(b) < 1e-7*deviation) {
						t.Errorf("%s, train size %g, split %d: predictions differ by %.3g of their deviation", c.shape, c.trainSize, i, dense.MaxAbs(b)/deviation)
					}
				}
			}
		}
	}
}
