package structured

import (
	"cmp"
	"math"
	"slices"
)

// sortBy sorts indices by a key, and keeps the order of equal ones.
func sortBy(order []int, key func(int) float64) {
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(key(i), key(j)) })
}

// mixture is latents · random weights + noise, row-major with cols columns.
func mixture(r random, latents []float64, rank, cols int, noise float64) []float64 {
	n := len(latents) / rank
	weights := make([]float64, rank*cols)
	for i := range weights {
		weights[i] = r.NormFloat64()
	}
	out := make([]float64, n*cols)
	for i := range n {
		for j := range cols {
			s := 0.0
			for k := range rank {
				s += latents[i*rank+k] * weights[k*cols+j]
			}
			out[i*cols+j] = s/math.Sqrt(float64(rank)) + noise*r.NormFloat64()
		}
	}
	return out
}

// drawActivations returns what the stimuli have in common with their responses:
// three numbers for each.
func (c *Case) drawActivations(r random) []float64 {
	const rank = 3
	n, f := c.Stimuli, c.Features
	latents := make([]float64, n*rank)
	for i := range latents {
		latents[i] = r.NormFloat64() + 0.8*math.Sin(float64(7*c.Labels[i/rank]+i%rank))
	}
	noise := one(r, 0.5, 1, 0.1, 1e-3, 1e-6)
	if noise < 0.1 {
		c.note("activations of rank 3 and noise of %g", noise)
	}
	x := mixture(r, latents, rank, f, noise)
	switch kind := r.IntN(10); kind {
	case 0:
		c.note("activations are counts")
		for i := range x {
			x[i] = math.Round(math.Exp(x[i]))
		}
	case 1:
		c.note("activations are pixels of 8 bits")
		for i := range x {
			x[i] = min(255, max(0, math.Round(128+60*x[i])))
		}
	case 2:
		c.note("activations are 0 or 1")
		for i := range x {
			x[i] = map[bool]float64{true: 1}[x[i] > 0.4]
		}
	case 3:
		if r.chance(0.5) {
			c.note("activations name the class, one feature each")
			for i := range x {
				x[i] = map[bool]float64{true: 1}[c.Labels[i/f] == i%f]
			}
		} else {
			c.note("activations are levels of factors")
			for i := range x {
				x[i] = float64((c.Labels[i/f]*(1+i%f/2) + i/f%(2+i%f%3)) % (2 + i%f%4))
			}
		}
	default:
		if share := one(r, 0, 0, 0.5, 0.8, 0.95, 0.99); share > 0 {
			c.note("ReLU, %g %% zeros", 100*share)
			rectify(x, share)
		}
	}
	c.copyParts(r, x, f)
	if r.chance(0.25) && f > 1 {
		size := math.Pow(10, float64(r.between(2, 8)))
		many := r.columns(f, one(r, 0, 0, 0.1))
		c.note("%d features times %g", len(many), size)
		for _, j := range many {
			scaleColumn(x, f, j, size)
		}
	}
	if r.chance(0.25) {
		offset := math.Pow(10, float64(r.between(0, 7)))
		each := r.chance(0.5)
		c.note("activations offset by %g%s", offset, map[bool]string{true: ", each feature by another"}[each])
		for j := range f {
			o := offset
			if each {
				o *= 1 + r.NormFloat64()
			}
			for i := range n {
				x[i*f+j] += o
			}
		}
	}
	if r.chance(0.3) {
		unit := math.Pow(10, float64(r.between(-12, 12)))
		c.note("activations times %g", unit)
		scaleAll(x, unit)
	}
	if r.chance(0.4) {
		c.note("float32")
		c.Single = true
		for i, v := range x {
			x[i] = float64(float32(v))
		}
	}
	c.Activations = x
	return latents
}

// rectify subtracts a threshold below which so large a share of the values lies, and
// what is below 0 then.
func rectify(x []float64, share float64) {
	sorted := slices.Sorted(slices.Values(x))
	threshold := sorted[min(len(x)-1, int(share*float64(len(x))))]
	for i, v := range x {
		x[i] = max(0, v-threshold)
	}
}

func scaleAll(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}

func scaleColumn(x []float64, cols, j int, by float64) {
	for i := j; i < len(x); i += cols {
		x[i] *= by
	}
}

func fillColumn(x []float64, cols, j int, value float64) {
	for i := j; i < len(x); i += cols {
		x[i] = value
	}
}

func copyColumn(x []float64, cols, from, to int, factor, offset float64) {
	for i := 0; i < len(x); i += cols {
		x[i+to] = factor*x[i+from] + offset
	}
}

// copyParts makes some features dead, or copies of others, and some stimuli alike.
func (c *Case) copyParts(r random, x []float64, f int) {
	n := len(x) / f
	if r.chance(0.3) {
		value := one(r, 0, 0, 0.1, -0.3, 1e5/3)
		dead := r.columns(f, one(r, 0.1, 0.5))
		c.note("%d dead features of %.3g", len(dead), value)
		for _, j := range dead {
			fillColumn(x, f, j, value)
		}
	}
	if r.chance(0.3) && f > 1 {
		factor := one(r, 1, 1, -1, 2, 3, 0.1)
		copies := r.columns(f, one(r, 0.1, 0.5))
		from := r.IntN(f)
		c.note("%d features are %g times another", len(copies), factor)
		for _, j := range copies {
			if j != from {
				copyColumn(x, f, from, j, factor, 0)
			}
		}
	}
	if r.chance(0.2) {
		alike := max(1, n/one(r, 10, 3))
		c.note("%d stimuli with the same activations as another", alike)
		for range alike {
			from, to := r.IntN(n), r.IntN(n)
			copy(x[to*f:(to+1)*f], x[from*f:(from+1)*f])
		}
	}
	if r.chance(0.15) {
		value := one(r, 0, 0, 0.1)
		c.note("stimuli with %g in all features", value)
		for range r.between(1, max(1, n/8)) {
			i := r.IntN(n)
			for j := range f {
				x[i*f+j] = value
			}
		}
	}
	if r.chance(0.05) && f >= n {
		c.note("whitened stimuli")
		clear(x)
		for i := range n {
			x[i*f+i] = 1
		}
	}
}
