package metrictest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// factored is a simulated layer whose features encode the shape and the texture of
// stimuli.
type factored struct {
	layer recordings // without neuroids
	in    metrics.FactorInput
}

// newFactored simulates 4 shapes, each of 3 original images, in 5 textures.
func newFactored() factored {
	const features, shapes, originals, textures = 300, 4, 3, 5
	r := rand.New(rand.NewPCG(5, 71))
	c := factored{layer: recordings{features: features}}
	encode := func(n int, strength float64) [][]float64 {
		codes := make([][]float64, n)
		for i := range codes {
			for range features {
				codes[i] = append(codes[i], strength*r.NormFloat64())
			}
		}
		return codes
	}
	shape, original, texture := encode(shapes, 1), encode(shapes*originals, .5), encode(textures, .6)
	for _, i := range r.Perm(shapes * originals * textures) {
		o, t := i/textures, i%textures
		s := o / originals
		c.in.Shape, c.in.Texture, c.in.Original = append(c.in.Shape, s), append(c.in.Texture, t), append(c.in.Original, o)
		c.in.Rows = append(c.in.Rows, c.layer.stimuli)
		c.layer.stimuli++
		for j := range features {
			c.layer.x = append(c.layer.x, float64(float32(3+shape[s][j]+original[o][j]+texture[t][j]+.5*r.NormFloat64())))
		}
	}
	return c
}

// score reads the layer in the given manner.
func (c factored) score(ctx context.Context, metric metrics.Factors, m manner) (metrics.Score, error) {
	layer, rows := m.layer(c.layer)
	in := c.in
	in.Features, in.Workers = c.layer.features, m.workers
	if rows != nil {
		in.Rows = pick(rows, in.Rows)
	}
	s, err := metric.NewFactors(in)
	if err != nil {
		return metrics.Score{}, err
	}
	if err := stream.RunPass(ctx, layer, []stream.Sink{s}, stream.PassOptions{BlockBytes: m.blockBytes}); err != nil {
		return metrics.Score{}, err
	}
	return s.Score(ctx)
}

func (c factored) mustScore(t *testing.T, s *subject, metric metrics.Factors, m manner) metrics.Score {
	t.Helper()
	before := slices.Concat(c.in.Shape, c.in.Texture, c.in.Original, c.in.Rows)
	score, err := c.score(context.Background(), metric, m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, slices.Concat(c.in.Shape, c.in.Texture, c.in.Original, c.in.Rows)) {
		t.Error("the metric changes its input")
	}
	s.checkFigures(t, score)
	return score
}

func init() { addProperties(runFactors, metrics.KindFactors) }

// runFactors checks a metric on factors of stimuli.
func runFactors(t *testing.T, s *subject, metric metrics.Factors) {
	c := newFactored()
	want := c.mustScore(t, s, metric, manner{workers: 1})
	if !(want.Raw.Value > 0.1 && want.Raw.Value < 0.9) {
		t.Errorf("the score of a simulated layer is %v", want.Raw.Value)
	}
	for property, manners := range manners {
		s.property(t, property, 0, func(t *testing.T, tolerance float64) {
			for _, m := range manners {
				compare(t, fmt.Sprintf("%d workers, blocks of %d bytes", m.workers, m.blockBytes), c.mustScore(t, s, metric, m), want, tolerance)
			}
		})
	}
	with := func(edit func(x []float64) []float64) factored {
		other := c
		other.layer.x = edit(slices.Clone(c.layer.x))
		other.layer.features = len(other.layer.x) / c.layer.stimuli
		return other
	}
	for _, unit := range []float64{0x1p-40, -0x1p40} {
		s.property(t, fmt.Sprintf("unit of activations times %g", unit), 0, func(t *testing.T, tolerance float64) {
			other := with(func(x []float64) []float64 {
				for i := range x {
					x[i] *= unit
				}
				return x
			})
			compare(t, "scaled", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
		})
	}
	s.property(t, "offset of features", 0, func(t *testing.T, tolerance float64) {
		other := with(func(x []float64) []float64 {
			for i := range x {
				x[i] += float64(1000 * (i % c.layer.features))
			}
			return x
		})
		compare(t, "shifted", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
	})
	s.property(t, "order of features", 0, func(t *testing.T, tolerance float64) {
		other := with(func(x []float64) []float64 {
			for row := range slices.Chunk(x, c.layer.features) {
				slices.Reverse(row)
			}
			return x
		})
		compare(t, "reversed", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
	})
	for property, at := range map[string]float64{"silent layer": 0, "constant activations": .1} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := with(func(x []float64) []float64 { return slices.Repeat([]float64{at}, len(x)) })
			if score := other.mustScore(t, s, metric, manner{workers: 2}); !math.IsNaN(score.Raw.Value) {
				t.Errorf("the raw score is %v, want NaN", score.Raw.Value)
			}
		})
	}
	for property, edit := range map[string]func(in *metrics.FactorInput){
		"one shape":              func(in *metrics.FactorInput) { in.Shape = make([]int, len(in.Rows)) },
		"one texture":            func(in *metrics.FactorInput) { in.Texture = make([]int, len(in.Rows)) },
		"one original":           func(in *metrics.FactorInput) { in.Original = make([]int, len(in.Rows)) },
		"originals of their own": func(in *metrics.FactorInput) { in.Original = in.Rows },
	} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := c
			edit(&other.in)
			_, err := other.score(context.Background(), metric, manner{workers: 1})
			var trial *metrics.TrialError
			if !errors.As(err, &trial) {
				t.Errorf("error %v, want a *TrialError", err)
			}
		})
	}
	s.property(t, "cancelled context", 0, func(t *testing.T, _ float64) {
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.score(ctx, metric, manner{workers: 2})
			return err
		})
	})
}
