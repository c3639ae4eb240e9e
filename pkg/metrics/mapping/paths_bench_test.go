package mapping

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// BenchmarkPaths times a mapping on the path that its shape should lead to, in turn with the
// path that it would take if that got lost, which the scores do not show. It fails if the
// first is not clearly the faster one. The ratios that it asks for are at most a third of
// what they are, so that load does not make it fail.
func BenchmarkPaths(b *testing.B) {
	const ofFeatures, ofStimuli = true, false
	fit := func(m metrics.Neural, features bool) func(b *testing.B, c simulated.Case, in metrics.NeuralInput) {
		return func(b *testing.B, c simulated.Case, in metrics.NeuralInput) {
			in.Gram = testinput.Gram(b, c, stream.Needs{Features: features, Gram: !features})
			in.Gram.Again = func(ctx context.Context, sink stream.Sink) error {
				return stream.RunPass(ctx, c, []stream.Sink{sink}, stream.PassOptions{})
			}
			if _, err := m.ScoreNeural(b.Context(), in); err != nil {
				b.Fatal(err)
			}
		}
	}
	fitInDouble := func(b *testing.B, c simulated.Case, in metrics.NeuralInput) {
		for _, s := range in.Splits {
			if err := newDoublePLS(c.X, c.Features, c.Y, c.Neuroids, s).fit(b.Context(), plsComponents); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name                        string
		stimuli, features, neuroids int
		right, lost                 func(b *testing.B, c simulated.Case, in metrics.NeuralInput)
		least                       float64
	}{
		{"pls of few features", 2000, 100, 60, fit(pls{plsComponents}, ofFeatures), fit(pls{plsComponents}, ofStimuli), 3},
		{"ridge of few features", 2000, 100, 60, fit(ridge{1}, ofFeatures), fit(ridge{1}, ofStimuli), 10},
		{"ridgecv of few features", 1000, 60, 60, fit(ridgeCV{usualPenalties()}, ofFeatures), fit(ridgeCV{usualPenalties()}, ofStimuli), 1.5},
		{"pls of few stimuli in float64", 256, 600, 30, fit(pls{plsComponents}, ofStimuli), fitInDouble, 5},
		{"pls of few stimuli and features in float64", 256, 200, 60, fit(pls{plsComponents}, ofFeatures), fitInDouble, 5},
	} {
		b.Run(c.name, func(b *testing.B) {
			layer := shapedCase(1, c.stimuli, c.features, c.neuroids, shapes[0].make)
			in := testinput.Neural(b, layer, 2)
			fastest := [2]float64{math.Inf(1), math.Inf(1)}
			for b.Loop() {
				for i, run := range []func(b *testing.B, c simulated.Case, in metrics.NeuralInput){c.right, c.lost} {
					start := time.Now()
					run(b, layer, in)
					fastest[i] = min(fastest[i], time.Since(start).Seconds())
				}
			}
			ratio := fastest[1] / fastest[0]
			b.ReportMetric(ratio, "times-faster")
			if !(ratio >= c.least) {
				b.Errorf("takes %.3g s, and %.3g s on the other path: %.2g times, want at least %g", fastest[0], fastest[1], ratio, c.least)
			}
		})
	}
}
