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

// pictured is a simulated layer whose features encode the objects in images of several
// domains.
type pictured struct {
	layer recordings // without neuroids
	in    metrics.DomainInput
}

// newPictured simulates images of 4 objects in each of the metric's domains.
func newPictured(domains []metrics.Domain) pictured {
	const features, objects, images = 300, 4, 28
	r := rand.New(rand.NewPCG(9, 83))
	c := pictured{layer: recordings{features: features}}
	pattern := make([][]float64, objects)
	for o := range pattern {
		c.in.Names = append(c.in.Names, fmt.Sprintf("object%d", o))
		for range features {
			pattern[o] = append(pattern[o], r.NormFloat64())
		}
	}
	c.in.Domains = make([][]int, len(domains))
	for k := range domains {
		for i := range images + 2*k {
			object := (i + i/5) % objects
			c.in.Domains[k] = append(c.in.Domains[k], len(c.in.Objects))
			c.in.Objects, c.in.Backgrounds = append(c.in.Objects, object), append(c.in.Backgrounds, i)
			c.in.Rows = append(c.in.Rows, c.layer.stimuli)
			c.layer.stimuli++
			for j := range features {
				c.layer.x = append(c.layer.x, float64(float32(2+.3*pattern[object][j]+.2*float64(k)+r.NormFloat64())))
			}
		}
	}
	return c
}

// score reads the layer in the given manner.
func (c pictured) score(ctx context.Context, metric metrics.Domains, m manner) (metrics.Score, error) {
	layer, rows := m.layer(c.layer)
	in := c.in
	in.Workers = m.workers
	if rows != nil {
		in.Rows = pick(rows, in.Rows)
	}
	s, err := metric.NewDomains(in)
	if err != nil {
		return metrics.Score{}, err
	}
	pass := func(ctx context.Context, sink stream.Sink) error {
		return stream.RunPass(ctx, layer, []stream.Sink{sink}, stream.PassOptions{BlockBytes: m.blockBytes})
	}
	if err := pass(ctx, s); err != nil {
		return metrics.Score{}, err
	}
	return s.Score(ctx, pass)
}

func (c pictured) mustScore(t *testing.T, s *subject, metric metrics.Domains, m manner) metrics.Score {
	t.Helper()
	all := func() []int {
		return slices.Concat(c.in.Objects, c.in.Backgrounds, c.in.Rows, slices.Concat(c.in.Domains...))
	}
	before := all()
	score, err := c.score(context.Background(), metric, m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, all()) {
		t.Error("the metric changes its input")
	}
	s.checkFigures(t, score)
	return score
}

func init() { addProperties(runDomains, metrics.KindDomains) }

// runDomains checks a metric on domains of images.
func runDomains(t *testing.T, s *subject, metric metrics.Domains) {
	c := newPictured(metric.Domains())
	want := c.mustScore(t, s, metric, manner{workers: 1})
	if !(want.Raw.Value > 0.55 && want.Raw.Value < 0.99) {
		t.Errorf("the score of a simulated layer is %v", want.Raw.Value)
	}
	for property, manners := range manners {
		s.property(t, property, 0, func(t *testing.T, tolerance float64) {
			for _, m := range manners {
				compare(t, fmt.Sprintf("%d workers, blocks of %d bytes", m.workers, m.blockBytes), c.mustScore(t, s, metric, m), want, tolerance)
			}
		})
	}
	with := func(edit func(x []float64) []float64) pictured {
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
	for property, of := range map[string]func(i int, v float64) float64{
		"offset of features": func(i int, v float64) float64 { return v + float64(1000*(i%c.layer.features)) },
		"unit of features":   func(i int, v float64) float64 { return v * float64(1+i%c.layer.features) },
	} {
		s.property(t, property, roundoff, func(t *testing.T, tolerance float64) {
			other := with(func(x []float64) []float64 {
				for i := range x {
					x[i] = of(i, x[i])
				}
				return x
			})
			compare(t, "changed", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
		})
	}
	s.property(t, "features of one value", roundoff, func(t *testing.T, tolerance float64) {
		other := with(func(x []float64) []float64 {
			var out []float64
			for row := range slices.Chunk(x, c.layer.features) {
				out = append(append(out, row...), 0, .1, 1e9)
			}
			return out
		})
		compare(t, "added", other.mustScore(t, s, metric, manner{workers: 2}), want, tolerance)
	})
	s.property(t, "order of features", roundoff, func(t *testing.T, tolerance float64) {
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
	for property, edit := range map[string]func(in *metrics.DomainInput){
		"domain without images": func(in *metrics.DomainInput) { in.Domains = [][]int{in.Domains[0], nil} },
		"no images to fit on":   func(in *metrics.DomainInput) { in.Domains = [][]int{in.Domains[0][:12], in.Domains[1]} },
		"one object":            func(in *metrics.DomainInput) { in.Objects, in.Names = make([]int, len(in.Rows)), in.Names[:1] },
		"one image of an object": func(in *metrics.DomainInput) {
			in.Objects = slices.Concat([]int{0}, slices.Repeat([]int{1}, len(in.Rows)-1))
		},
		"too few images to test":  func(in *metrics.DomainInput) { in.Domains = [][]int{in.Domains[0], in.Domains[1][:3]} },
		"more objects than tests": func(in *metrics.DomainInput) { in.Objects, in.Names = in.Rows, make([]string, len(in.Rows)) },
	} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := c
			other.in.Domains = c.in.Domains[:2]
			if len(metric.Domains()) > 2 {
				return
			}
			edit(&other.in)
			_, err := other.score(context.Background(), metric, manner{workers: 1})
			var domain *metrics.DomainError
			if !errors.As(err, &domain) {
				t.Errorf("error %v, want a *DomainError", err)
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
