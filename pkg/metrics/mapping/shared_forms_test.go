package mapping

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// sharingMappings are the mappings that keep what they take of the activations alone.
var sharingMappings = []metrics.Neural{
	ridge{1}, ridge{300}, linear{}, ridgeCV{usualPenalties()},
	ridgeCV{penaltySearch{alphas: []float64{.1, 10, 1000}, perNeuroid: true}},
	ridgeCV{penaltySearch{alphas: []float64{1, 30, 900}, folds: 4}},
}

// sharedCases are layers with fewer features than stimuli and with more, of one split and
// several, with few and many train stimuli, and features that are constant on these.
func sharedCases(t *testing.T, each func(name string, in metrics.NeuralInput, again func() *stream.Gram)) {
	for _, features := range []int{20, 300} {
		for _, trainSize := range []float64{.9, .4} {
			for _, splits := range []int{1, 3} {
				for _, far := range []bool{false, true} {
					c := simulated.New(17, 90, features, 9)
					plan, err := metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: splits, TrainSize: trainSize, Seed: 5})
					if err != nil {
						t.Fatal(err)
					}
					if far { // nearly constant on the train rows of the first split
						for i := range c.N {
							if slices.Contains(plan[0].Train, i) {
								c.X[i*features+3] = 2 + c.X[i*features+3]/1000
							}
						}
					}
					in := testinput.Neural(t, c, 2)
					in.Splits = plan
					again := func() *stream.Gram { return testinput.Neural(t, c, 2).Gram }
					each(fmt.Sprintf("%d features, train size %g, %d splits, far %v", features, trainSize, splits, far), in, again)
				}
			}
		}
	}
}

// Subjects that share a Gram matrix score, bit for bit, as on one of their own: in turn,
// concurrently, and if other mappings and penalties come between.
func TestSubjectsShareForms(t *testing.T) {
	sharedCases(t, func(name string, in metrics.NeuralInput, again func() *stream.Gram) {
		subjects := [][]int{{0, 1, 2, 3}, {4, 5}, {6, 7, 8}, {0, 1, 2, 3}}
		var inputs []metrics.NeuralInput
		for _, columns := range subjects {
			one := in
			one.Responses, one.Neuroids = dense.SelectColumns(in.Responses, in.Neuroids, columns), len(columns)
			inputs = append(inputs, one)
		}
		want := map[[2]int]metrics.Score{}
		for m, mapping := range sharingMappings {
			for s, one := range inputs {
				one.Gram = again()
				var err error
				if want[[2]int{m, s}], err = mapping.ScoreNeural(context.Background(), one); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
		for _, concurrent := range []int{1, 4} {
			gram := again()
			err := crew.Each(context.Background(), concurrent, len(inputs)*len(sharingMappings), func(k int) error {
				s, m := k/len(sharingMappings), k%len(sharingMappings)
				one := inputs[s]
				one.Gram, one.Shared = gram, true
				got, err := sharingMappings[m].ScoreNeural(context.Background(), one)
				if err != nil {
					return err
				}
				w := want[[2]int{m, s}]
				if d := differ(t, got.SplitNeuroids, w.SplitNeuroids); d != 0 || !slices.Equal(got.Alphas, w.Alphas) || !slices.Equal(got.Warnings, w.Warnings) {
					t.Errorf("%s: subject %d, mapping %d: differs by %g, penalties %v, want %v", name, s, m, d, got.Alphas, w.Alphas)
				}
				return nil
			})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	})
}
