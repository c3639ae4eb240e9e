package readout

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// weightVector is a point of the fit, or a direction: weights (classes × features),
// intercepts, and the scores that they give the fitting rows (classes × rows).
type weightVector struct {
	w, b, scores []float64
}

func (f *readoutFit) newVector() weightVector {
	return weightVector{make([]float64, f.classes*f.features), make([]float64, f.classes), make([]float64, f.classes*f.m)}
}

func (v weightVector) clear() {
	clear(v.w)
	clear(v.b)
	clear(v.scores)
}

// readoutFit is the state of Newton's method. Everything is one class a row.
type readoutFit struct {
	m, features, classes int
	x                    []float64 // m × features
	columns              []float64 // x transposed, nil where it is not held twice
	c                    float64
	labels               []int
	workers              int

	at   weightVector // the current point
	p    []float64    // probabilities there, classes × m
	loss float64      // the objective there
	// grad is the gradient; its scores are not set.
	grad   weightVector
	step   weightVector
	slack  []float64    // classes × m
	column [2][]float64 // scratch, one value a row
	pc     *readoutPreconditioner
}

func newReadoutFit(x []float64, m, features int, labels []int, classes int, c float64, workers int) *readoutFit {
	f := &readoutFit{m: m, features: features, classes: classes, x: x, c: c, labels: labels, workers: max(1, workers),
		p: make([]float64, classes*m), slack: make([]float64, classes*m), column: [2][]float64{make([]float64, m), make([]float64, m)}}
	f.at, f.grad, f.step = f.newVector(), f.newVector(), f.newVector()
	f.pc = newReadoutPreconditioner(f)
	f.loss = f.objective(0)
	return f
}

// score sets the scores of a vector.
func (f *readoutFit) score(v weightVector) {
	readoutProduct(f.workers, f.x, f.m, f.features, v.w, f.classes, v.scores)
	for c, b := range v.b {
		row := v.scores[c*f.m : (c+1)*f.m]
		for i := range row {
			row[i] += b
		}
	}
}

// collect adds to weights what coefficients of the rows (classes × m) come to. With few
// classes the kernel reads columns once, where it would copy rows first to add the same
// numbers in the same order.
func (f *readoutFit) collect(coefficients, w []float64) {
	if f.features == 0 {
		return
	}
	x := dense.Of(f.x, f.m, f.features)
	if f.columns != nil {
		x = dense.Of(f.columns, f.features, f.m).T()
	}
	dense.AddProduct(f.workers, dense.Of(w, f.classes, f.features), 1, dense.Of(coefficients, f.classes, f.m), x)
}

// objective returns the objective after t of the step, and leaves the
// probabilities there in f.p.
func (f *readoutFit) objective(t float64) float64 {
	var quadratic, loss series.Sum
	for i, w := range f.at.w {
		w += float64(t * f.step.w[i])
		quadratic.Add(w * w)
	}
	// Softmax down the columns, class by class as they lie in memory. The loss
	// of a row is in terms of the distance from its largest score, which keeps
	// the digits of a small loss.
	top, sum := f.column[0], f.column[1]
	for c := range f.classes {
		row, at, step := f.p[c*f.m:(c+1)*f.m], f.at.scores[c*f.m:], f.step.scores[c*f.m:]
		for i := range row {
			row[i] = at[i] + float64(t*step[i])
			if c == 0 || row[i] > top[i] {
				top[i] = row[i]
			}
		}
	}
	clear(sum)
	for c := range f.classes {
		row := f.p[c*f.m : (c+1)*f.m]
		for i := range row {
			below := row[i] - top[i]
			if f.labels[i] == c {
				loss.Add(-below)
			}
			row[i] = portable.Exp(below)
			sum[i] += row[i]
		}
	}
	for c := range f.classes {
		row := f.p[c*f.m : (c+1)*f.m]
		for i := range row {
			row[i] /= sum[i]
		}
	}
	for _, s := range sum {
		loss.Add(portable.Log(s))
	}
	return float64(quadratic.Value()/2) + float64(f.c*loss.Value())
}

// residual returns C times what the probability of a class is off its label.
func (f *readoutFit) residual(c, i int) float64 {
	p := f.p[c*f.m+i]
	if f.labels[i] == c {
		p--
	}
	return f.c * p
}

// gradientNorm sets the gradient at the current point and returns its norm over
// weights and intercepts.
func (f *readoutFit) gradientNorm() float64 {
	copy(f.grad.w, f.at.w)
	for c := range f.classes {
		var sum series.Sum
		for i := range f.m {
			d := f.residual(c, i)
			f.slack[c*f.m+i] = d
			sum.Add(d)
		}
		f.grad.b[c] = sum.Value()
	}
	f.collect(f.slack, f.grad.w)
	return math.Sqrt(f.dot(f.grad, f.grad))
}

// dot returns the inner product over weights and intercepts.
func (f *readoutFit) dot(u, v weightVector) float64 { return dense.Dot(u.w, v.w) + dense.Dot(u.b, v.b) }

// hessian sets out to the Hessian at the current point times v, whose scores are
// set.
func (f *readoutFit) hessian(v, out weightVector) {
	mean := f.column[0]
	clear(mean)
	for c := range f.classes {
		scores := v.scores[c*f.m:]
		for i, p := range f.p[c*f.m : (c+1)*f.m] {
			mean[i] += float64(p * scores[i])
		}
	}
	for c := range f.classes {
		scores, row := v.scores[c*f.m:], f.slack[c*f.m:(c+1)*f.m]
		sum := 0.0
		for i, p := range f.p[c*f.m : (c+1)*f.m] {
			row[i] = float64(f.c * p * (scores[i] - mean[i]))
			sum += row[i]
		}
		out.b[c] = sum
	}
	copy(out.w, v.w)
	f.collect(f.slack, out.w)
}

// solve finds the Newton step by conjugate gradients, with the factors that the
// preconditioner has.
func (f *readoutFit) solve(ctx context.Context, tolerance float64) error {
	x := f.step
	r, z, p, hp := f.newVector(), f.newVector(), f.newVector(), f.newVector()
	x.clear()
	dense.AddScaled(-1, f.grad.w, r.w)
	dense.AddScaled(-1, f.grad.b, r.b)
	f.pc.apply(r, z)
	rho := f.dot(r, z)
	stop := tolerance * tolerance * rho
	copy(p.w, z.w)
	copy(p.b, z.b)
	for range readoutCGSteps {
		if err := ctx.Err(); err != nil {
			return err
		}
		f.score(p)
		f.hessian(p, hp)
		curvature := f.dot(hp, p)
		if !(curvature > 0) || math.IsInf(curvature, 1) {
			return nil // rounding has taken over; what there is goes down
		}
		t := rho / curvature
		dense.AddScaled(t, p.w, x.w)
		dense.AddScaled(t, p.b, x.b)
		dense.AddScaled(t, p.scores, x.scores)
		dense.AddScaled(-t, hp.w, r.w)
		dense.AddScaled(-t, hp.b, r.b)
		f.pc.apply(r, z)
		next := f.dot(r, z)
		if !(next > stop) {
			return nil
		}
		beta := next / rho
		rho = next
		for i := range p.w {
			p.w[i] = z.w[i] + float64(beta*p.w[i])
		}
		for c := range p.b {
			p.b[c] = z.b[c] + float64(beta*p.b[c])
		}
	}
	return nil
}
