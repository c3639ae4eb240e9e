package mapping

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestNeuroidsInBlocks compares a fit of many neuroids, held or given block by block, with
// fits of each half of them: to well-conditioned activations, to stimuli that are alike but
// for rounding, and to constant ones.
func TestNeuroidsInBlocks(t *testing.T) {
	const neuroids = metrics.BlockNeuroids + 300
	for name, c := range map[string]struct {
		features int
		change   func(x []float64)
		needs    stream.Needs
		train    float64
	}{
		"primal":       {features: 12, needs: stream.Needs{Features: true}, train: .8},
		"dual":         {features: 90, needs: stream.Needs{Gram: true}, train: .8},
		"dual, half":   {features: 90, needs: stream.Needs{Gram: true}, train: .4},
		"rounded":      {features: 90, needs: stream.Needs{Gram: true}, train: .8, change: func(x []float64) { alike(x, 90) }},
		"constant":     {features: 90, needs: stream.Needs{Gram: true}, train: .8, change: func(x []float64) { clear(x) }},
		"all features": {features: 50, needs: stream.Needs{Features: true}, train: .8},
	} {
		of := noise(metrics.Shape{Stimuli: 60, Features: c.features, Neuroids: neuroids})
		if c.change != nil {
			c.change(of.X)
		}
		for j := range neuroids / 100 {
			for i := range of.N {
				of.Y[i*neuroids+100*j] = 1 // constant neuroids
			}
		}
		in := testinput.Neural(t, of, 2)
		var err error
		if in.Splits, err = metrics.StratifiedSplits(make([]int, of.N), metrics.SplitPlan{Splits: 3, TrainSize: c.train, Seed: 5}); err != nil {
			t.Fatal(err)
		}
		for _, m := range []metrics.Neural{ridge{1}, linear{}} {
			t.Run(name+"/"+m.Info().Name, func(t *testing.T) {
				score := func(in metrics.NeuralInput) metrics.Score {
					in.Gram = testinput.Gram(t, of, c.needs)
					in.Gram.Again = func(ctx context.Context, sink stream.Sink) error {
						return stream.RunPass(ctx, of, []stream.Sink{sink}, stream.PassOptions{})
					}
					s, err := m.ScoreNeural(t.Context(), in)
					if err != nil {
						t.Fatal(err)
					}
					return s
				}
				block := func(_ context.Context, from, to int) ([]float64, error) {
					var y []float64
					for i := range of.N {
						y = append(y, of.Y[i*neuroids+from:i*neuroids+to]...)
					}
					return y, nil
				}
				held := score(in)
				given := in
				given.Responses, given.Block = nil, block
				if got := score(given); !reflect.DeepEqual(figureBits(got), figureBits(held)) || !reflect.DeepEqual(got.Warnings, held.Warnings) {
					t.Errorf("other figures if responses are given in blocks; warnings %q and %q", got.Warnings, held.Warnings)
				}
				other := given
				other.Workers = 3
				if got := score(other); !reflect.DeepEqual(figureBits(got), figureBits(held)) {
					t.Error("other figures with other workers")
				}
				for from := 0; from < neuroids; from += neuroids / 2 {
					half := in
					half.Neuroids = min(neuroids/2, neuroids-from)
					half.Responses, _ = block(t.Context(), from, from+half.Neuroids)
					for i, row := range score(half).SplitNeuroids {
						for j, want := range row {
							if got := held.SplitNeuroids[i][from+j]; !(math.Abs(got-want) < 1e-9) && !(math.IsNaN(got) && math.IsNaN(want)) {
								t.Fatalf("split %d, neuroid %d: r %v, want %v", i, from+j, got, want)
							}
						}
					}
				}
			})
		}
	}
}

// alike makes each second stimulus the one before it but for rounding.
func alike(x []float64, features int) {
	for at := 0; at+2*features <= len(x); at += 2 * features {
		for j := range features {
			x[at+features+j] = x[at+j] * (1 + 1e-13*float64(j%3))
		}
		x[at] *= 1e6
		x[at+features] *= 1e6
	}
}

// figureBits returns the bits of a score's figures.
func figureBits(s metrics.Score) (all []uint64) {
	for _, row := range append(s.SplitNeuroids, s.Neuroids, s.Raw.Splits) {
		for _, v := range row {
			if math.IsNaN(v) {
				v = math.NaN()
			}
			all = append(all, math.Float64bits(v))
		}
	}
	return all
}
