package metrics_test

import (
	"context"
	"math"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// units is a case in other units, powers of two, in which no digit changes.
func units(c *structured.Case, activations, responses int) *structured.Case {
	other := *c
	other.Activations, other.Responses = make([]float64, len(c.Activations)), make([]float64, len(c.Responses))
	for i, v := range c.Activations {
		other.Activations[i] = math.Ldexp(v, activations)
	}
	for i, v := range c.Responses {
		other.Responses[i] = math.Ldexp(v, responses)
	}
	return &other
}

// unitless lists the metrics with their options; activations says that the unit of the
// activations does not matter, responses the same of the recordings.
var unitless = []struct {
	label, name            string
	options                metrics.Options
	activations, responses bool
}{
	{"linear", "linear", nil, true, true},
	{"pls", "pls", metrics.Options{"components": 3}, true, true},
	{"neuron_to_neuron", "neuron_to_neuron", nil, true, true},
	{"ridge", "ridge", nil, false, true},
	{"ridgecv", "ridgecv", nil, false, true},
	{"reverse_linear", "reverse_linear", nil, true, true},
	{"reverse_pls", "reverse_pls", metrics.Options{"components": 2}, true, true},
	{"reverse_neuron_to_neuron", "reverse_neuron_to_neuron", nil, true, true},
	{"reverse_ridge", "reverse_ridge", nil, true, false},
	{"reverse_ridgecv", "reverse_ridgecv", nil, true, false},
	{"cka", "cka", nil, true, true},
	{"cka biased", "cka", metrics.Options{"biased": true}, true, true},
	{"rdm", "rdm", nil, true, true},
	{"rdm euclidean pearson", "rdm", metrics.Options{"distance": "euclidean", "compare": "pearson"}, true, true},
	{"rdm cosine kendall", "rdm", metrics.Options{"distance": "cosine", "compare": "kendall"}, true, true},
}

// Scores do not depend on units: recordings times 1e-17 … 1e17 and activations times
// 1e-9 … 1e9. Neither do they, bit for bit, on workers and on the type that holds the
// activations.
func TestStructuredUnits(t *testing.T) {
	eachCase(t, 0.7, func(ctx context.Context, seed uint64, tallies *tallies) {
		c := structured.Draw(seed, structured.Limits{Stimuli: 40, Features: 300, Neuroids: 20})
		x, y := int(seed*2654435761%61)-30, int(seed*40503%113)-56
		for _, m := range unitless {
			options := metrics.Options{}
			for k, v := range m.options {
				options[k] = v
			}
			if n, ok := options["components"].(int); ok {
				options["components"] = min(n, c.Features, c.Neuroids, len(c.Splits[0].Train))
			}
			var splits []metrics.Split
			if m.name != "cka" && m.name != "rdm" {
				splits = splitsOf(c)
			}
			score, err := scoreOf(ctx, m.name, options, c, splits)
			if err != nil {
				continue // the other tests report it
			}
			compare := func(what string, c *structured.Case, tolerance float64) {
				other, err := scoreOf(ctx, m.name, options, c, splits)
				if err != nil {
					tallies.fail(m.label+what, seed, c, err)
					return
				}
				tallies.check(figure{metric: m.label + what, what: c, seed: seed, got: other.Raw.Value, want: score.Raw.Value,
					warnings: append(other.Warnings, score.Warnings...), tolerance: tolerance, part: true})
			}
			if m.activations {
				compare(", unit of activations", units(c, x, 0), closeTolerance)
			}
			if m.responses {
				compare(", unit of recordings", units(c, 0, y), closeTolerance)
			}
			same := *c
			same.Single = false
			same.Seed++ // the other number of workers
			compare(", workers and type", &same, 0)
		}
	})
}
