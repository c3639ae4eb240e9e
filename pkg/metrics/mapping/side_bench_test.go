package mapping

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// sidedMetric is a mapping that is fitted on the side that a test asks for.
type sidedMetric interface {
	metrics.Metric
	sidedMapping
	crossValidate(ctx context.Context, in metrics.NeuralInput, primal bool) (metrics.Score, error)
}

// sideShapes returns the shapes to time: those of BRAINSCORE_SHAPES if that is set, as
// stimuli x features x neuroids, with ten splits, else some.
func sideShapes(b *testing.B) (shapes []metrics.Shape) {
	given := os.Getenv("BRAINSCORE_SHAPES")
	if given == "" {
		return []metrics.Shape{
			{Stimuli: 1000, Features: 150, Neuroids: 100, Splits: 10},
			{Stimuli: 1000, Features: 500, Neuroids: 100, Splits: 10},
			{Stimuli: 1000, Features: 800, Neuroids: 100, Splits: 10},
			{Stimuli: 1000, Features: 800, Neuroids: 100, Splits: 1},
			{Stimuli: 500, Features: 150, Neuroids: 4000, Splits: 10},
			{Stimuli: 500, Features: 300, Neuroids: 4000, Splits: 10},
		}
	}
	for _, text := range strings.Split(given, ",") {
		s := metrics.Shape{Splits: 10}
		if _, err := fmt.Sscanf(text, "%dx%dx%d", &s.Stimuli, &s.Features, &s.Neuroids); err != nil {
			b.Fatalf("BRAINSCORE_SHAPES: %q is not stimuli x features x neuroids: %v", text, err)
		}
		shapes = append(shapes, s)
	}
	return shapes
}

// BenchmarkSides times both sides of each mapping, and reports how many times the chosen
// side takes the time of the faster one, and the memory that each side counts. Of two sides
// that are one, as that of pls with many neuroids, it times none.
func BenchmarkSides(b *testing.B) {
	for _, shape := range sideShapes(b) {
		c := noise(shape)
		in := testinput.Neural(b, c, 2)
		in.Splits, _ = metrics.StratifiedSplits(make([]int, c.N), metrics.SplitPlan{Splits: shape.Splits, TrainSize: .9, Seed: 5})
		for _, m := range []sidedMetric{ridge{1}, ridgeCV{usualPenalties()}, pls{min(plsComponents, shape.Features)}} {
			p, d := m.costs(metrics.ShapeOf(in))
			if math.IsInf(p.operations, 1) {
				continue
			}
			name := fmt.Sprintf("%s/%dx%dx%d/%d", m.Info().Name, shape.Stimuli, shape.Features, shape.Neuroids, shape.Splits)
			b.Run(name, func(b *testing.B) {
				var took [2]time.Duration
				for b.Loop() {
					for side, primal := range []bool{false, true} {
						in.Gram = testinput.Gram(b, c, stream.Needs{Features: true})
						start := time.Now()
						if _, err := m.crossValidate(b.Context(), in, primal); err != nil {
							b.Fatal(err)
						}
						took[side] += time.Since(start)
					}
				}
				chosen := took[0]
				if prefersPrimal(m, metrics.ShapeOf(in)) {
					chosen = took[1]
				}
				b.ReportMetric(took[1].Seconds()/float64(b.N), "primal-s")
				b.ReportMetric(took[0].Seconds()/float64(b.N), "dual-s")
				b.ReportMetric(float64(m.primalMemory(metrics.ShapeOf(in)).Working>>20), "primal-MiB")
				b.ReportMetric(float64(m.dualMemory(metrics.ShapeOf(in)).Working>>20), "dual-MiB")
				b.ReportMetric(p.time()/d.time(), "model-ratio")
				b.ReportMetric(took[1].Seconds()/took[0].Seconds(), "ratio")
				b.ReportMetric(float64(chosen)/float64(min(took[0], took[1])), "chosen/faster")
			})
		}
	}
}

// noise returns activations and responses without a relation, on which no fit rounds.
func noise(s metrics.Shape) simulated.Case {
	r := rand.New(rand.NewPCG(1, 2))
	c := simulated.Case{N: s.Stimuli, Features: s.Features, Neuroids: s.Neuroids, X: make([]float64, s.Stimuli*s.Features), Y: make([]float64, s.Stimuli*s.Neuroids)}
	for _, values := range [][]float64{c.X, c.Y} {
		for i := range values {
			values[i] = r.NormFloat64()
		}
	}
	return c
}
