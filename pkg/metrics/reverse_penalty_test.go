package metrics

import (
	"math/rand/v2"
	"testing"
)

// TestReversePenaltyEqualsSlowPath leaves out one stimulus after the other, in numbers
// of 300 bits or more, and wants the figures of the same penalty.
func TestReversePenaltyEqualsSlowPath(t *testing.T) {
	for _, k := range []struct {
		name                  string
		n, features, neuroids int
		change                func(c *simulated, r *rand.Rand)
	}{
		{"plain", 12, 4, 3, func(*simulated, *rand.Rand) {}},
		{"as many neuroids as train stimuli, a mean far from 0", 12, 4, 9, func(c *simulated, _ *rand.Rand) {
			for i := range c.y {
				c.y[i] += 1e6
			}
		}},
		{"more neuroids than train stimuli", 12, 4, 14, func(*simulated, *rand.Rand) {}},
		{"neuroids of one stimulus", 12, 4, 4, func(c *simulated, r *rand.Rand) {
			for j := range 2 {
				for i := range c.n {
					c.y[i*c.neuroids+j] = 0
				}
				c.y[(3+4*j)*c.neuroids+j] = 1e6 * (1 + r.Float64())
			}
		}},
		{"recordings in large units", 12, 4, 3, func(c *simulated, _ *rand.Rand) { c.y = scaled(c.y, 1e8) }},
		{"recordings in tiny units", 12, 4, 3, func(c *simulated, _ *rand.Rand) { c.y = scaled(c.y, 1e-17) }},
		{"recordings that would overflow", 12, 4, 3, func(c *simulated, _ *rand.Rand) { c.y = scaled(c.y, 1e160) }},
		{"duplicated neuroids", 12, 4, 4, func(c *simulated, _ *rand.Rand) {
			for i := range c.n {
				c.y[i*4+1], c.y[i*4+3] = c.y[i*4], .5
			}
		}},
		{"activations with an offset", 12, 4, 3, func(c *simulated, _ *rand.Rand) {
			for i := range c.x {
				c.x[i] += 1e7
			}
		}},
		{"a massive feature", 12, 4, 3, func(c *simulated, _ *rand.Rand) {
			for i := range c.n {
				c.x[i*c.features] *= 1e6
			}
		}},
		{"a massive feature that the recordings explain wholly", 12, 4, 3, func(c *simulated, _ *rand.Rand) {
			for i := range c.n {
				c.x[i*c.features] = 1e10 * c.y[i*c.neuroids]
			}
		}},
		{"activations in other units", 12, 4, 3, func(c *simulated, _ *rand.Rand) { c.x = scaled(c.x, 1e-9) }},
	} {
		t.Run(k.name, func(t *testing.T) {
			if k.name != "recordings that would overflow" {
				defer func(bits uint) { preciseBits = bits }(preciseBits)
				preciseBits = 300 // as many as these need
			}
			c := simulate(3, k.n, k.features, k.neuroids)
			k.change(&c, rand.New(rand.NewPCG(3, 4)))
			splits := splitsOf(t, c.n)
			var alphas []float64
			want := c.reverse().preciseScore(splits, func(x, y, test precise) precise {
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
