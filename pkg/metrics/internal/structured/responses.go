package structured

import "math"

// drawResponses draws responses that have a part in common with the activations, some of them of
// awkward values.
func (c *Case) drawResponses(r random, latents []float64) {
	n, t, f := c.Stimuli, c.Neuroids, c.Features
	y := mixture(r, latents, 3, t, one(r, 0.3, 1, 2, 1e-4))
	switch r.IntN(8) {
	case 0:
		c.note("responses are spike counts")
		for i := range y {
			y[i] = math.Round(math.Exp(y[i]))
		}
	case 1:
		c.note("responses are 0 or 1")
		for i := range y {
			y[i] = map[bool]float64{true: 1}[y[i] > 0.5]
		}
	case 2:
		share := one(r, 0.5, 0.9)
		c.note("responses are %g %% zeros", 100*share)
		rectify(y, share)
	case 3:
		if r.chance(0.4) {
			c.note("responses are features")
			for j := range t {
				from := r.IntN(f)
				for i := range n {
					y[i*t+j] = c.Activations[i*f+from]
				}
			}
		}
	}
	if r.chance(0.2) && t > 1 {
		factor := one(r, 1.0, 2, -1)
		from, copies := r.IntN(t), r.columns(t, 0.3)
		c.note("%d neuroids are %g times another", len(copies), factor)
		for _, j := range copies {
			if j != from {
				copyColumn(y, t, from, j, factor, 0)
			}
		}
	}
	if r.chance(0.15) {
		c.note("stimuli with the same responses as another")
		for range r.between(1, max(1, n/4)) {
			from, to := r.IntN(n), r.IntN(n)
			copy(y[to*t:(to+1)*t], y[from*t:(from+1)*t])
		}
	}
	if r.chance(0.15) {
		offset := math.Pow(10, float64(r.between(0, 7)))
		c.note("responses offset by %g", offset)
		for i := range y {
			y[i] += offset
		}
	}
	if r.chance(0.3) {
		unit := math.Pow(10, float64(r.between(-12, 12)))
		c.note("responses times %g", unit)
		scaleAll(y, unit)
	}
	c.silence(r, y)
	c.Responses = y
}

// silence makes some neuroids constant over all stimuli, or over one side of the
// first split.
func (c *Case) silence(r random, y []float64) {
	n, t := c.Stimuli, c.Neuroids
	value := one(r, 0.1, 0, -0.3, 1.0/3, 12345.678)
	if r.chance(0.2) {
		silent := r.columns(t, 0.2)
		c.note("%d neuroids always %.3g", len(silent), value)
		for _, j := range silent {
			fillColumn(y, t, j, value)
		}
	}
	if r.chance(0.15) {
		c.note("a neuroid always %.3g on test stimuli", value)
		j := r.IntN(t)
		for _, i := range c.Splits[0].Test {
			y[i*t+j] = value
		}
	}
	if r.chance(0.1) {
		c.note("a neuroid always %.3g on train stimuli", value)
		j := r.IntN(t)
		for _, i := range c.Splits[0].Train {
			y[i*t+j] = value
		}
	}
	if r.chance(0.1) {
		c.note("a neuroid that fires to one stimulus")
		j := r.IntN(t)
		fillColumn(y, t, j, 0)
		y[r.IntN(n)*t+j] = 1
	}
}
