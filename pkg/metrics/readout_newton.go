package metrics

import (
	"context"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// dualVector is a point of the fit: coefficients (classes × m) and intercepts,
// with the product of the coefficients and the Gram matrix beside them.
type dualVector struct {
	a, ka, b []float64
}

func newDualVector(m, classes int) dualVector {
	return dualVector{make([]float64, m*classes), make([]float64, m*classes), make([]float64, classes)}
}

// readoutFit is the state of Newton's method. Everything is classes × m, one
// class a row.
//
// The weights live in the space of W = X̃ᵀA with the inner product ⟨W, W'⟩ =
// tr(AᵀKA'). There the gradient of W is R = A + C(P − Y), and the Hessian maps
// (A, b) to (A + C·H(KA + b1ᵀ), C·H(KA + b1ᵀ)1), with H the softmax's.
type readoutFit struct {
	gram       *readoutGram
	m, classes int
	c          float64
	labels     []int

	at      dualVector   // the current point
	p       []float64    // probabilities
	loss    float64      // the objective
	grad    dualVector   // R, KR and the gradient of the intercepts
	step    dualVector   // the Newton step
	columns [2][]float64 // scratch, one value a row of the Gram
	pc      *readoutPreconditioner
}

func newReadoutFit(g *readoutGram, labels []int, classes int, c float64) *readoutFit {
	m := g.m
	f := &readoutFit{gram: g, m: m, classes: classes, c: c, labels: labels,
		pc: newReadoutPreconditioner(g, classes),
		at: newDualVector(m, classes), grad: newDualVector(m, classes), step: newDualVector(m, classes),
		p: make([]float64, m*classes), columns: [2][]float64{make([]float64, m), make([]float64, m)}}
	f.loss = f.objective(0)
	return f
}

func (f *readoutFit) readout(steps int, gradient float64) *Readout {
	// The softmax does not see what is common to all intercepts.
	mean := 0.0
	for _, b := range f.at.b {
		mean += b / float64(f.classes)
	}
	for i := range f.at.b {
		f.at.b[i] -= mean
	}
	return &Readout{m: f.m, classes: f.classes, dual: f.at.a, intercepts: f.at.b, iterations: steps, gradient: gradient}
}

func (f *readoutFit) multiply(a, out []float64) {
	f.gram.product(a, f.classes, out)
}

// objective is the objective after t of the step, with the probabilities there
// in f.p.
func (f *readoutFit) objective(t float64) float64 {
	quadratic := 0.0
	for i := range f.at.a {
		quadratic += (f.at.a[i] + t*f.step.a[i]) * (f.at.ka[i] + t*f.step.ka[i])
	}
	// Softmax down the columns, class by class as they lie in memory.
	top, sum := f.columns[0], f.columns[1]
	loss := 0.0
	for c := range f.classes {
		row, ka, step := f.p[c*f.m:(c+1)*f.m], f.at.ka[c*f.m:], f.step.ka[c*f.m:]
		b := f.at.b[c] + t*f.step.b[c]
		for i := range row {
			row[i] = ka[i] + t*step[i] + b
			if c == 0 || row[i] > top[i] {
				top[i] = row[i]
			}
			if f.labels[i] == c {
				loss -= row[i]
			}
		}
	}
	clear(sum)
	for c := range f.classes {
		row := f.p[c*f.m : (c+1)*f.m]
		for i := range row {
			row[i] = math.Exp(row[i] - top[i])
			sum[i] += row[i]
		}
	}
	for c := range f.classes {
		row := f.p[c*f.m : (c+1)*f.m]
		for i := range row {
			row[i] /= sum[i]
		}
	}
	for i := range sum {
		loss += top[i] + math.Log(sum[i])
	}
	return quadratic/2 + f.c*loss
}

// gradientNorm sets the gradient at the current point and gives its norm over
// weights and intercepts.
func (f *readoutFit) gradientNorm() float64 {
	for c := range f.classes {
		sum := 0.0
		for i := range f.m {
			j := c*f.m + i
			d := f.p[j]
			if f.labels[i] == c {
				d--
			}
			f.grad.a[j] = f.at.a[j] + f.c*d
			sum += f.c * d
		}
		f.grad.b[c] = sum
	}
	f.multiply(f.grad.a, f.grad.ka)
	return math.Sqrt(max(0, f.dot(f.grad, f.grad)))
}

// dot is the inner product over weights and intercepts.
func (f *readoutFit) dot(u, v dualVector) float64 {
	return plainDot(u.a, v.ka) + plainDot(u.b, v.b)
}

func plainDot(x, y []float64) float64 {
	return blas64.Dot(blas64.Vector{N: len(x), Inc: 1, Data: x}, blas64.Vector{N: len(y), Inc: 1, Data: y})
}

func addScaled(t float64, x, y []float64) {
	blas64.Axpy(t, blas64.Vector{N: len(x), Inc: 1, Data: x}, blas64.Vector{N: len(y), Inc: 1, Data: y})
}

// hessian sets out to the Hessian at the current point times v (out.ka is not set).
func (f *readoutFit) hessian(v, out dualVector) {
	mean := f.columns[0]
	clear(mean)
	for c := range f.classes {
		ka := v.ka[c*f.m:]
		for i, p := range f.p[c*f.m : (c+1)*f.m] {
			mean[i] += p * (ka[i] + v.b[c])
		}
	}
	for c := range f.classes {
		ka, row := v.ka[c*f.m:], out.a[c*f.m:]
		for i, p := range f.p[c*f.m : (c+1)*f.m] {
			row[i] = f.c * p * (ka[i] + v.b[c] - mean[i])
		}
	}
	for c := range f.classes {
		row := out.a[c*f.m : (c+1)*f.m]
		sum := 0.0
		for _, x := range row {
			sum += x
		}
		out.b[c] = sum
		addScaled(1, v.a[c*f.m:(c+1)*f.m], row)
	}
}

// solve finds the Newton step by conjugate gradients.
func (f *readoutFit) solve(ctx context.Context, tolerance float64) error {
	x, r := f.step, newDualVector(f.m, f.classes)
	z, p, hp := newDualVector(f.m, f.classes), newDualVector(f.m, f.classes), newDualVector(f.m, f.classes)
	clear(x.a)
	clear(x.ka)
	clear(x.b)
	addScaled(-1, f.grad.a, r.a)
	addScaled(-1, f.grad.b, r.b)
	addScaled(-1, f.grad.ka, r.ka)
	f.pc.factor(f.p, f.m, f.c, f.gram.workers)
	f.pc.apply(r, z, f.m)
	rho := f.dot(r, z)
	stop := tolerance * tolerance * rho
	copy(p.a, z.a)
	copy(p.ka, z.ka)
	copy(p.b, z.b)
	for range readoutCGSteps {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.hessian(p, hp)
		curvature := plainDot(hp.a, p.ka) + plainDot(hp.b, p.b)
		if !(curvature > 0) {
			return nil // rounding has taken over; what there is goes down
		}
		t := rho / curvature
		addScaled(t, p.a, x.a)
		addScaled(t, p.ka, x.ka)
		addScaled(t, p.b, x.b)
		addScaled(-t, hp.a, r.a)
		addScaled(-t, hp.b, r.b)
		f.multiply(r.a, r.ka)
		f.pc.apply(r, z, f.m)
		next := f.dot(r, z)
		if next <= stop {
			return nil
		}
		beta := next / rho
		rho = next
		for i := range p.a {
			p.a[i] = z.a[i] + beta*p.a[i]
			p.ka[i] = z.ka[i] + beta*p.ka[i]
		}
		for c := range p.b {
			p.b[c] = z.b[c] + beta*p.b[c]
		}
	}
	return nil
}

// search goes along the step while the objective falls enough, halving from the
// whole step, and says whether it moved.
func (f *readoutFit) search() bool {
	slope := f.dot(f.grad, f.step)
	if !(slope < 0) {
		return false
	}
	for t := 1.0; t > 1e-10; t /= 2 {
		loss := f.objective(t)
		if loss <= f.loss+1e-4*t*slope || (t == 1 && -slope < 1e-12*math.Abs(f.loss) && loss <= f.loss+1e-12*math.Abs(f.loss)) {
			addScaled(t, f.step.a, f.at.a)
			addScaled(t, f.step.b, f.at.b)
			f.multiply(f.at.a, f.at.ka) // afresh: sums of steps drift
			clear(f.step.a)
			clear(f.step.ka)
			clear(f.step.b)
			f.loss = f.objective(0)
			return true
		}
	}
	return false
}
