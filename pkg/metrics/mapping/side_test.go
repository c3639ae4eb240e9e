package mapping

import (
	"fmt"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestSide lists shapes with the side that each mapping takes.
func TestSide(t *testing.T) {
	const primal, dual, activations = metrics.Primal, metrics.Dual, metrics.Activations
	ridgeCVFolds := ridgeCV{usualPenalties()}
	ridgeCVFolds.folds = 5
	perNeuroid := ridgeCV{usualPenalties()}
	perNeuroid.perNeuroid = true
	all := func(side metrics.Side) map[string]metrics.Side {
		return map[string]metrics.Side{"pls": side, "ridge": side, "ridgecv": side, "linear": side, "folds": dual, "per neuroid": side}
	}
	for _, c := range []struct {
		stimuli, train, features, neuroids, splits int
		allowed                                    int64
		once                                       bool
		want                                       map[string]metrics.Side
	}{
		// Narrow layers, and the layers of published recordings.
		{stimuli: 10000, train: 9000, features: 1000, neuroids: 300, splits: 10, want: all(primal)},
		{stimuli: 2560, train: 2304, features: 1000, neuroids: 168, splits: 10, want: all(primal)},
		{stimuli: 22348, train: 22248, features: 2048, neuroids: 300, splits: 1, want: all(primal)},
		{stimuli: 8740, train: 8640, features: 4096, neuroids: 400, splits: 1, want: all(primal)},
		{stimuli: 10000, train: 9000, features: 4096, neuroids: 15000, splits: 1,
			want: map[string]metrics.Side{"pls": dual, "ridge": primal, "ridgecv": primal, "linear": primal, "folds": dual, "per neuroid": primal}},
		// More features than stimuli.
		{stimuli: 2560, train: 2304, features: 25088, neuroids: 168, splits: 10, want: all(dual)},
		{stimuli: 1000, train: 900, features: 25088, neuroids: 21000, splits: 10, want: all(dual)},
		{stimuli: 2560, train: 2304, features: 2561, neuroids: 168, splits: 10, want: all(dual)},
		// A factor of each split costs more than one inverse for all of them.
		{stimuli: 2560, train: 2304, features: 2000, neuroids: 168, splits: 10,
			want: map[string]metrics.Side{"pls": primal, "ridge": dual, "ridgecv": primal, "linear": activations, "folds": dual, "per neuroid": primal}},
		{stimuli: 2560, train: 2304, features: 2000, neuroids: 168, splits: 1,
			want: map[string]metrics.Side{"pls": primal, "ridge": primal, "ridgecv": primal, "linear": activations, "folds": dual, "per neuroid": primal}},
		// Solving for many neuroids costs as often as there are splits.
		{stimuli: 2560, train: 2304, features: 1000, neuroids: 200000, splits: 10,
			want: map[string]metrics.Side{"pls": dual, "ridge": dual, "ridgecv": dual, "linear": primal, "folds": dual, "per neuroid": primal}},
		// More features than train stimuli.
		{stimuli: 3000, train: 1000, features: 1500, neuroids: 100, splits: 1,
			want: map[string]metrics.Side{"pls": dual, "ridge": dual, "ridgecv": dual, "linear": activations, "folds": dual, "per neuroid": dual}},
		// Memory that one side alone fits into.
		{stimuli: 2560, train: 2304, features: 2000, neuroids: 168, splits: 10, allowed: 130 << 20,
			want: map[string]metrics.Side{"pls": primal, "ridge": primal, "ridgecv": primal, "linear": activations, "folds": dual, "per neuroid": primal}},
		{stimuli: 2560, train: 2304, features: 2000, neuroids: 168, splits: 10, allowed: 1 << 20,
			want: map[string]metrics.Side{"pls": primal, "ridge": dual, "ridgecv": primal, "linear": activations, "folds": dual, "per neuroid": primal}},
		// Inner products that were made before, without the activations.
		{stimuli: 10000, train: 9000, features: 1000, neuroids: 300, splits: 10, once: true, want: all(dual)},
		{stimuli: 40, train: 36, features: 10, neuroids: 5, splits: 2, once: true, want: all(dual)},
		// Small comparisons.
		{stimuli: 40, train: 36, features: 10, neuroids: 5, splits: 2,
			want: map[string]metrics.Side{"pls": activations, "ridge": activations, "ridgecv": activations, "linear": activations, "folds": activations, "per neuroid": activations}},
		{stimuli: 40, train: 36, features: 100, neuroids: 5, splits: 2,
			want: map[string]metrics.Side{"pls": activations, "ridge": activations, "ridgecv": activations, "linear": activations, "folds": activations, "per neuroid": activations}},
	} {
		s := metrics.Shape{Stimuli: c.stimuli, Train: c.train, Features: c.features, Neuroids: c.neuroids, Splits: c.splits, Workers: 2, Allowed: c.allowed, Once: c.once}
		for name, m := range map[string]metrics.Sided{"pls": pls{plsComponents}, "ridge": ridge{1}, "ridgecv": ridgeCV{usualPenalties()}, "linear": linear{}, "folds": ridgeCVFolds, "per neuroid": perNeuroid} {
			if got := m.Side(s); got != c.want[name] {
				t.Errorf("%s of %d × %d on %d neuroids, %d splits, allowed %d, once %v: %s, want %s", name, c.stimuli, c.features, c.neuroids, c.splits, c.allowed, c.once, got, c.want[name])
			}
			for _, workers := range []int{1, 7} {
				other := s
				other.Workers, other.Products, other.Shared = workers, true, true
				if got := m.Side(other); got != c.want[name] {
					t.Errorf("%s of %d × %d: %s with %d workers beside other metrics, want %s", name, c.stimuli, c.features, got, workers, c.want[name])
				}
			}
		}
	}
}

// TestSidesAgree scores the same comparisons on either side.
func TestSidesAgree(t *testing.T) {
	for _, shape := range []metrics.Shape{
		{Stimuli: 120, Features: 20, Neuroids: 9, Splits: 4},
		{Stimuli: 120, Features: 90, Neuroids: 9, Splits: 3},
		{Stimuli: 90, Features: 60, Neuroids: 130, Splits: 2},
		{Stimuli: 90, Features: 60, Neuroids: 7, Splits: 1},
	} {
		c := noise(shape)
		in := testinput.Neural(t, c, 2)
		in.Gram.Again = nil
		var err error
		if in.Splits, err = metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: shape.Splits, TrainSize: .8, Seed: 5}); err != nil {
			t.Fatal(err)
		}
		for _, m := range []sidedMetric{ridge{1}, ridge{1e3}, ridgeCV{usualPenalties()}, pls{6}} {
			t.Run(fmt.Sprintf("%s %dx%dx%d", m.Info().Name, shape.Stimuli, shape.Features, shape.Neuroids), func(t *testing.T) {
				var scores [2]metrics.Score
				for side, primal := range []bool{false, true} {
					in.Gram = testinput.Gram(t, c, stream.Needs{Features: true})
					if scores[side], err = m.crossValidate(t.Context(), in, primal); err != nil {
						t.Fatal(err)
					}
				}
				if d := differ(t, scores[0].SplitNeuroids, scores[1].SplitNeuroids); !(d < 1e-10) {
					t.Errorf("sides differ by %.3g", d)
				}
			})
		}
	}
}
