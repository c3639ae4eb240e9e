// Package structured draws activations and recordings that have the structure of
// real ones: sparse and silent units, copies, counts and categories, large offsets,
// any unit of measurement, features that dominate. Only tests use it.
package structured

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// Case is a layer's activations and the responses of neuroids to the same stimuli.
type Case struct {
	Seed                        uint64
	Stimuli, Features, Neuroids int
	Activations                 []float64 // stimuli × features, row-major
	Responses                   []float64 // stimuli × neuroids, row-major
	// Single reports whether all activations are float32 numbers.
	Single bool
	Labels []int // class of each stimulus
	Splits []Split
	names
}

// names say what is special of a case.
type names struct{ traits []string }

func (c *names) String() string { return strings.Join(c.traits, ", ") }

func (c *names) note(format string, args ...any) {
	c.traits = append(c.traits, fmt.Sprintf(format, args...))
}

// Split is one division of the stimuli, each side in ascending order.
type Split struct{ Train, Test []int }

// Limits bound the size of a case.
type Limits struct{ Stimuli, Features, Neuroids int }

// String names the case by its size and structure.
func (c *Case) String() string {
	return fmt.Sprintf("%d stimuli, %d features, %d neuroids: %s", c.Stimuli, c.Features, c.Neuroids, c.names.String())
}

// random draws what cases are made of.
type random struct{ *rand.Rand }

func newRandom(seed uint64) random { return random{rand.New(rand.NewPCG(seed, 0x5eed))} }

// chance reports true with probability p.
func (r random) chance(p float64) bool { return r.Float64() < p }

// between draws a whole number from low … high.
func (r random) between(low, high int) int {
	if high <= low {
		return low
	}
	return low + r.IntN(high-low+1)
}

// evenly draws a whole number whose logarithm is even between those of low and high.
func (r random) evenly(low, high int) int {
	x := math.Exp(math.Log(float64(low)) + r.Float64()*math.Log(float64(high+1)/float64(low)))
	return min(high, max(low, int(x)))
}

// one draws one of the values.
func one[T any](r random, values ...T) T { return values[r.IntN(len(values))] }

// columns draws some columns of so many, at least one.
func (r random) columns(cols int, share float64) []int {
	k := max(1, int(share*float64(cols)))
	return r.Perm(cols)[:min(k, cols)]
}

// Draw draws a case. The same seed and limits give the same case.
func Draw(seed uint64, limits Limits) *Case {
	r := newRandom(seed)
	c := &Case{Seed: seed}
	c.drawSize(r, limits)
	c.drawLabels(r)
	c.drawSplits(r)
	latents := c.drawActivations(r)
	c.drawResponses(r, latents)
	return c
}

func (c *Case) drawSize(r random, limits Limits) {
	c.Stimuli = r.evenly(8, limits.Stimuli)
	n := c.Stimuli
	switch r.IntN(5) {
	case 0:
		c.Features = r.between(1, 4)
	case 1:
		c.Features = r.between(max(1, n/2), n) // about the train stimuli
	case 2:
		c.Features = r.between(5, max(5, n/2))
	default:
		c.Features = r.evenly(n, max(n, limits.Features))
	}
	c.Features = min(c.Features, limits.Features)
	switch r.IntN(4) {
	case 0:
		c.Neuroids = r.between(1, 3)
	case 1:
		c.Neuroids = r.between(max(1, n/2), n)
	default:
		c.Neuroids = r.evenly(2, limits.Neuroids)
	}
	c.Neuroids = min(c.Neuroids, limits.Neuroids)
}

// drawLabels draws classes of even or uneven size with two stimuli at least.
func (c *Case) drawLabels(r random) {
	n := c.Stimuli
	classes := r.between(1, max(1, min(8, n/4)))
	c.Labels = make([]int, n)
	uneven := r.chance(0.4)
	for i := range c.Labels {
		switch {
		case i < 2*classes:
			c.Labels[i] = i / 2
		case uneven:
			c.Labels[i] = int(float64(classes) * math.Pow(r.Float64(), 3))
		default:
			c.Labels[i] = i % classes
		}
	}
	if uneven {
		c.note("classes of uneven size")
	}
	r.Shuffle(n, func(i, j int) { c.Labels[i], c.Labels[j] = c.Labels[j], c.Labels[i] })
}

// drawSplits draws two splits, stratified by label or not.
func (c *Case) drawSplits(r random) {
	n := c.Stimuli
	share := one(r, 0.1, 0.1, 0.25, 0.5)
	test := min(max(3, int(math.Ceil(share*float64(n)))), n-4)
	stratified := r.chance(0.5)
	for range 2 {
		order := r.Perm(n)
		if stratified { // classes in turn
			place := make([]float64, n)
			count := map[int]int{}
			for _, i := range order {
				place[i] = (float64(count[c.Labels[i]]) + r.Float64()) / float64(n)
				count[c.Labels[i]]++
			}
			sortBy(order, func(i int) float64 { return place[i] / float64(count[c.Labels[i]]) })
		}
		isTest := make([]bool, n)
		for _, i := range order[:test] {
			isTest[i] = true
		}
		var s Split
		for i, t := range isTest {
			if t {
				s.Test = append(s.Test, i)
			} else {
				s.Train = append(s.Train, i)
			}
		}
		c.Splits = append(c.Splits, s)
	}
}
