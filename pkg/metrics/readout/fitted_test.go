package readout

import "slices"

// What tests read of a fit.

func (r *Fitted) Iterations() int   { return r.iterations }
func (r *Fitted) Gradient() float64 { return r.gradient }
func (r *Fitted) Distance() float64 { return r.distance }

// Dual returns a copy of the coefficients A, classes × m row-major: the weights of class c
// are Σ_i A[c,i]·x̃_i. A fit on features has none.
func (r *Fitted) Dual() []float64 { return slices.Clone(r.dual) }

// Intercepts returns a copy of the intercepts, one a class, with mean 0.
func (r *Fitted) Intercepts() []float64 { return slices.Clone(r.intercepts) }
