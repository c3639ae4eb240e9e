// Package simulated draws activations and responses that have something in common, for
// tests and benchmarks.
package simulated

import "math/rand/v2"

// Typed is a case in single precision as a source of columns.
type Typed struct {
	Case
	InSingle bool
}

// Single reports whether the case is read as float32.
func (c Typed) Single() bool { return c.InSingle }

// ReadBlockSingle reads columns as float32.
func (c Typed) ReadBlockSingle(lo, hi int, dst []float32, ld int) error {
	for i := range c.N {
		for j := lo; j < hi; j++ {
			dst[i*ld+j-lo] = float32(c.X[i*c.Features+j])
		}
	}
	return nil
}

// Case is a small case with responses that depend on the activations.
type Case struct {
	N, Features, Neuroids int
	X, Y                  []float64
}

// New draws a case.
func New(seed uint64, n, features, neuroids int) Case {
	r := rand.New(rand.NewPCG(seed, 1))
	c := Case{N: n, Features: features, Neuroids: neuroids, X: make([]float64, n*features), Y: make([]float64, n*neuroids)}
	latents := min(8, features)
	l := make([]float64, n*latents)
	for i := range l {
		l[i] = r.NormFloat64()
	}
	mix := func(cols int, out []float64, noise, offset float64) {
		a := make([]float64, latents*cols)
		for i := range a {
			a[i] = r.NormFloat64()
		}
		for i := range n {
			for j := range cols {
				sum := noise*r.NormFloat64() + offset
				for k := range latents {
					sum += l[i*latents+k] * a[k*cols+j]
				}
				out[i*cols+j] = sum
			}
		}
	}
	mix(features, c.X, 0.7, 5)
	mix(neuroids, c.Y, 1.5, 2)
	return c
}

// Rows, Cols and ReadBlock make a case a source of columns.
func (c Case) Rows() int { return c.N }

// Cols returns the number of features.
func (c Case) Cols() int { return c.Features }

// ReadBlock reads columns.
func (c Case) ReadBlock(lo, hi int, dst []float64, ld int) error {
	for i := range c.N {
		copy(dst[i*ld:i*ld+hi-lo], c.X[i*c.Features+lo:i*c.Features+hi])
	}
	return nil
}
