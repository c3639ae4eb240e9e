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

// tuned is a simulated layer whose features respond to positions and parameters, with
// recorded values of a property.
type tuned struct {
	layer    recordings // without neuroids
	grids    map[string]metrics.Grid
	recorded []float64
}

// newTuned simulates responses that are products of smooth functions of the parameters.
func newTuned(designs map[string]metrics.Design) tuned {
	const features, levels, position = 300, 5, 0.5
	r := rand.New(rand.NewPCG(3, 61))
	c := tuned{layer: recordings{features: features}, grids: make(map[string]metrics.Grid)}
	gains := make([][]float64, features)
	for j := range gains {
		for range 8 {
			gains[j] = append(gains[j], r.NormFloat64())
		}
	}
	for _, role := range []string{metrics.RoleBlank, metrics.RoleReceptiveField, metrics.RoleOrientation, metrics.RoleStimuli} {
		design, g, stimuli := designs[role], metrics.Grid{Y: position, X: position}, 1
		axes := len(design.Axes)
		if design.Ranked != "" {
			axes++
		}
		for k := range axes {
			n, low, step := levels, 1., 1.
			switch name := append([]string{design.Ranked}, design.Axes...)[k+1-(axes-len(design.Axes))]; name {
			case "type":
				n = 2
			case "phase":
				n, low, step = 4, 0, 90
			case "orientation":
				n, low, step = 8, 0, 22.5
			case "position_y", "position_x":
				low, step = position-1, 0.5
			}
			var values []float64
			for i := range n {
				values = append(values, low+step*float64(i))
			}
			g.Axes, stimuli = append(g.Axes, values), stimuli*n
		}
		for i := range stimuli {
			g.Rows = append(g.Rows, c.layer.stimuli+i)
			for j := range features {
				v, rest := 4+gains[j][7], i
				if role == metrics.RoleBlank {
					v = .3 * math.Abs(gains[j][7])
				}
				for k := axes - 1; k >= 0; k-- {
					at := float64(rest%len(g.Axes[k])) / float64(len(g.Axes[k]))
					rest /= len(g.Axes[k])
					width, place := 1.5+.7*gains[j][k], .5+.1*gains[j][k+3]
					if role == metrics.RoleReceptiveField {
						place, width = .4+.02*gains[j][k], 20
					}
					v *= .05 + math.Exp(-width*width*(at-place)*(at-place))
				}
				c.layer.x = append(c.layer.x, float64(float32(v+.02*r.NormFloat64())))
			}
		}
		c.layer.stimuli += stimuli
		c.grids[role] = g
	}
	for range 60 {
		c.recorded = append(c.recorded, r.Float64())
	}
	c.recorded[7] = math.NaN()
	return c
}

// score reads the layer twice in the given manner.
func (c tuned) score(ctx context.Context, metric metrics.Property, m manner) (metrics.Score, error) {
	layer, rows := m.layer(c.layer)
	in := metrics.PropertyInput{Grids: make(map[string]metrics.Grid), Features: c.layer.features, Workers: m.workers}
	for role, g := range c.grids {
		if rows != nil {
			g.Rows = pick(rows, g.Rows)
		}
		in.Grids[role] = g
	}
	fields, err := metric.NewFields(in)
	if err != nil {
		return metrics.Score{}, err
	}
	options := stream.PassOptions{BlockBytes: m.blockBytes}
	if err := stream.RunPass(ctx, layer, []stream.Sink{fields}, options); err != nil {
		return metrics.Score{}, err
	}
	property, err := metric.NewProperty(in, fields)
	if err != nil {
		return metrics.Score{}, err
	}
	if err := stream.RunPass(ctx, layer, []stream.Sink{property}, options); err != nil {
		return metrics.Score{}, err
	}
	return property.Score(ctx, c.recorded)
}

func (c tuned) mustScore(t *testing.T, s *subject, metric metrics.Property, m manner) metrics.Score {
	t.Helper()
	recorded := slices.Clone(c.recorded)
	score, err := c.score(context.Background(), metric, m)
	if err != nil {
		t.Fatal(err)
	}
	if !sameNumbers(recorded, c.recorded) {
		t.Error("the metric changes its input")
	}
	s.checkFigures(t, score)
	if p := score.Property; p.Counted != len(p.Values) || p.Counted > p.InField || p.InField > p.Neurons || p.Data != len(recorded) || slices.ContainsFunc(p.Values, func(v float64) bool { return math.IsInf(v, 0) }) {
		t.Errorf("the figures are %+v", p)
	}
	return score
}

func init() { addProperties(runProperty, metrics.KindProperty) }

// runProperty checks a metric on properties of neurons.
func runProperty(t *testing.T, s *subject, metric metrics.Property) {
	c := newTuned(metric.Designs())
	want := c.mustScore(t, s, metric, manner{workers: 1})
	if math.IsNaN(want.Raw.Value) || want.Property.Counted < 3 {
		t.Errorf("the score of simulated neurons is %v, of %+v", want.Raw.Value, want.Property)
	}
	same := func(t *testing.T, what string, got metrics.Score, tolerance float64) {
		t.Helper()
		compare(t, what, got, want, tolerance)
		if !slices.EqualFunc(got.Property.Values, want.Property.Values, func(a, b float64) bool { return agree(a, b, tolerance) }) {
			t.Errorf("%s: other values of the neurons", what)
		}
	}
	for property, manners := range manners {
		s.property(t, property, 0, func(t *testing.T, tolerance float64) {
			for _, m := range manners {
				same(t, fmt.Sprintf("%d workers, blocks of %d bytes", m.workers, m.blockBytes), c.mustScore(t, s, metric, m), tolerance)
			}
		})
	}
	for _, unit := range []float64{0x1p-40, 0x1p40} {
		s.property(t, fmt.Sprintf("unit of activations times %g", unit), 0, func(t *testing.T, tolerance float64) {
			other := c
			other.layer = c.layer.scale(unit, 1)
			got := other.mustScore(t, s, metric, manner{workers: 2})
			same(t, "scaled", got, tolerance)
		})
	}
	s.property(t, "order of stimuli", 0, func(t *testing.T, tolerance float64) {
		order := rand.New(rand.NewPCG(2, 62)).Perm(c.layer.stimuli)
		other := c
		other.layer.x = reorderRows(c.layer.x, c.layer.features, order)
		other.grids = make(map[string]metrics.Grid)
		for role, g := range c.grids {
			g.Rows = pick(invert(order), g.Rows)
			other.grids[role] = g
		}
		same(t, "in another order", other.mustScore(t, s, metric, manner{workers: 2}), tolerance)
	})
	s.property(t, "ceiling", 0, func(t *testing.T, _ float64) {
		ceiling, _, err := metric.PropertyCeiling(context.Background(), c.recorded, 0)
		if err != nil || !(ceiling.Value > 0.7 && ceiling.Value <= 1) {
			t.Errorf("the ceiling is %v, %v", ceiling, err)
		}
		none, warnings, err := metric.PropertyCeiling(context.Background(), []float64{math.NaN()}, 0)
		if err != nil || !math.IsNaN(none.Value) || len(warnings) == 0 {
			t.Errorf("the ceiling of no values is %v, %v, %v, want NaN with a warning", none, warnings, err)
		}
	})
	checkPropertyUndefined(t, s, metric, c)
	s.property(t, "cancelled context", 0, func(t *testing.T, _ float64) {
		checkCancelled(t, func(ctx context.Context) error {
			_, err := c.score(ctx, metric, manner{workers: 2})
			return err
		})
	})
}

// checkPropertyUndefined wants NaN with a reason if no neuron counts, neurons that do not
// respond left out, and errors for grids that are not whole.
func checkPropertyUndefined(t *testing.T, s *subject, metric metrics.Property, c tuned) {
	for property, at := range map[string]float64{"silent layer": 0, "negative layer": -3, "constant activations": 2} {
		s.property(t, property, 0, func(t *testing.T, _ float64) {
			other := c
			other.layer.x = slices.Repeat([]float64{at}, len(c.layer.x))
			if score := other.mustScore(t, s, metric, manner{workers: 2}); !math.IsNaN(score.Raw.Value) {
				t.Errorf("the raw score is %v, want NaN", score.Raw.Value)
			}
		})
	}
	s.property(t, "receptive fields elsewhere", 0, func(t *testing.T, _ float64) {
		other := c
		other.grids = make(map[string]metrics.Grid)
		for role, g := range c.grids {
			g.Y = 9
			other.grids[role] = g
		}
		if score := other.mustScore(t, s, metric, manner{workers: 2}); !math.IsNaN(score.Raw.Value) {
			t.Errorf("the raw score is %v, want NaN", score.Raw.Value)
		}
	})
	s.property(t, "dead neurons", 0, func(t *testing.T, _ float64) {
		want := c.mustScore(t, s, metric, manner{workers: 2})
		other := c
		other.layer.x = nil
		for row := range slices.Chunk(c.layer.x, c.layer.features) {
			other.layer.x = append(append(append(other.layer.x, 0, -1), row...), 5)
		}
		other.layer.features += 3
		got := other.mustScore(t, s, metric, manner{workers: 2})
		compare(t, "with dead neurons", got, want, 0)
	})
	for role := range c.grids {
		s.property(t, "grid of "+role+" not whole", 0, func(t *testing.T, _ float64) {
			other := c
			other.grids = make(map[string]metrics.Grid)
			for r, g := range c.grids {
				if r == role {
					g.Rows = g.Rows[1:]
				}
				other.grids[r] = g
			}
			_, err := other.score(context.Background(), metric, manner{workers: 1})
			var input *metrics.InputError
			if !errors.As(err, &input) {
				t.Errorf("error %v, want an *InputError", err)
			}
		})
	}
}
