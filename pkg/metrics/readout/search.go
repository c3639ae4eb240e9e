package readout

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// advance moves to a point where the objective is lower, and reports whether it
// found one: by the Newton step, else by one without preconditioner, which cannot
// suffer from ill-conditioned factors, else against the gradient.
func (f *readoutFit) advance(ctx context.Context, tolerance float64) (bool, error) {
	f.pc.factor()
	if err := f.solve(ctx, tolerance); err != nil {
		return false, err
	}
	if f.search() {
		return true, nil
	}
	f.pc.drop()
	if err := f.solve(ctx, tolerance); err != nil {
		return false, err
	}
	if f.search() {
		return true, nil
	}
	f.descend()
	return f.search(), nil
}

// descend makes the step the gradient's opposite.
func (f *readoutFit) descend() {
	f.step.clear()
	dense.AddScaled(-1, f.grad.w, f.step.w)
	dense.AddScaled(-1, f.grad.b, f.step.b)
	f.score(f.step)
}

// search goes along the step, halving from the whole of it, to the first point
// where the objective has fallen enough, and reports whether there is one. Without
// one, it stays at the current point.
//
// Close to the optimum the objective is flat: what it falls by is less than the
// rounding of its sum. Its slope along the step still has most of its digits
// there. As the objective is convex, a point where the slope is at most half of
// what it was is closer to the lowest point of the line.
func (f *readoutFit) search() bool {
	slope := f.dot(f.grad, f.step)
	if !(slope < 0) {
		return false
	}
	const flat, shortest = 1e-9, 1e-15
	for t := 1.0; t > shortest; t /= 2 {
		loss := f.objective(t)
		fallen := loss <= f.loss+float64(1e-4*t*slope)
		if -t*slope <= flat*math.Abs(f.loss) {
			fallen = loss <= f.loss+float64(flat*math.Abs(f.loss)) && math.Abs(f.slope(t)) <= -slope/2
		}
		if fallen {
			f.move(t)
			return true
		}
	}
	f.objective(0)
	return false
}

// slope returns the derivative of the objective along the step after t of it,
// whose probabilities are in f.p.
func (f *readoutFit) slope(t float64) float64 {
	var sum series.Sum
	for i, step := range f.step.w {
		sum.Add((f.at.w[i] + float64(t*step)) * step)
	}
	for c := range f.classes {
		for i, step := range f.step.scores[c*f.m : (c+1)*f.m] {
			sum.Add(f.residual(c, i) * step)
		}
	}
	return sum.Value()
}

// move goes the share t of the step.
func (f *readoutFit) move(t float64) {
	dense.AddScaled(t, f.step.w, f.at.w)
	dense.AddScaled(t, f.step.b, f.at.b)
	// The softmax does not see what is common to all intercepts.
	mean := 0.0
	for _, b := range f.at.b {
		mean += b / float64(f.classes)
	}
	for c := range f.at.b {
		f.at.b[c] -= mean
	}
	f.score(f.at) // afresh: sums of steps drift
	f.step.clear()
	f.loss = f.objective(0)
}
