package mapping

import (
	"math/rand/v2"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// TestReversePenaltyEqualsSlowPath leaves out one stimulus after the other, in numbers
// of 300 bits or more, and wants the figures of the same penalty.
func TestReversePenaltyEqualsSlowPath(t *testing.T) {
	for _, k := range []struct {
		name                  string
		n, features, neuroids int
		change                func(c *simulated.Case, r *rand.Rand)
	}{
		{"plain", 12, 4, 3, func(*simulated.Case, *rand.Rand) {}},
		{"as many neuroids as train stimuli, a mean far from 0", 12, 4, 9, func(c *simulated.Case, _ *rand.Rand) {
			for i := range c.Y {
				c.Y[i] += 1e6
			}
		}},
		{"more neuroids than train stimuli", 12, 4, 14, func(*simulated.Case, *rand.Rand) {}},
		{"neuroids of one stimulus", 12, 4, 4, func(c *simulated.Case, r *rand.Rand) {
			for j := range 2 {
				for i := range c.N {
					c.Y[i*c.Neuroids+j] = 0
				}
				c.Y[(3+4*j)*c.Neuroids+j] = 1e6 * (1 + r.Float64())
			}
		}},
		{"recordings in large units", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) { c.Y = scaled(c.Y, 1e8) }},
		{"recordings in tiny units", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) { c.Y = scaled(c.Y, 1e-17) }},
		{"recordings that would overflow", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) { c.Y = scaled(c.Y, 1e160) }},
		{"duplicated neuroids", 12, 4, 4, func(c *simulated.Case, _ *rand.Rand) {
			for i := range c.N {
				c.Y[i*4+1], c.Y[i*4+3] = c.Y[i*4], .5
			}
		}},
		{"activations with an offset", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) {
			for i := range c.X {
				c.X[i] += 1e7
			}
		}},
		{"a massive feature", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) {
			for i := range c.N {
				c.X[i*c.Features] *= 1e6
			}
		}},
		{"a massive feature that the recordings explain wholly", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) {
			for i := range c.N {
				c.X[i*c.Features] = 1e10 * c.Y[i*c.Neuroids]
			}
		}},
		{"activations in other units", 12, 4, 3, func(c *simulated.Case, _ *rand.Rand) { c.X = scaled(c.X, 1e-9) }},
	} {
		t.Run(k.name, func(t *testing.T) {
			if k.name != "recordings that would overflow" {
				defer func(bits uint) { preciseBits = bits }(preciseBits)
				preciseBits = 300 // as many as these need
			}
			c := simulated.New(3, k.n, k.features, k.neuroids)
			k.change(&c, rand.New(rand.NewPCG(3, 4)))
			splits := splitsOf(t, c.N)
			var alphas []float64
			want := preciseScore(reversed(c), splits, func(x, y, test precise) precise {
				p, alpha := preciseRidgeCV(x, y, test, ridgeAlphas())
				alphas = append(alphas, alpha)
				return p
			})
			score, got := rsOf(t, reverseRidgeCV{}, c, splits, 2, 0)
			if d := far(got, want); !(d < 1e-9) {
				t.Errorf("differs by %.2g; alphas %v, want %v; warnings %q", d, score.Alphas, alphas, score.Warnings)
			}
		})
	}
}
