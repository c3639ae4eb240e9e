package choice

import (
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
)

// climb goes from a point to a maximum of the likelihood by Newton's method, damped as
// Marquardt does it, with the scale kept within its bounds. It reports whether it
// converged: the last step changes no parameter by more than 1e-10 of its size, or there
// is no slope left, as far out on a step.
func (f *psychometricFit) climb(p psychometricPoint) (psychometricPoint, bool) {
	const (
		closeness = 1e-10
		flat      = 1e-15 // slope of one value that is nothing but rounding
		unseen    = 1e-11 // gain that rounding of the likelihood hides
		maxDamp   = 1e12
	)
	p.likelihood = f.likelihoodAt(p)
	damping := 0.1
	for range f.rounds {
		gradient, curvature := f.derivatives(p)
		free := 3
		if p.scale >= maxScale && gradient[2] > 0 || p.scale <= 0 && gradient[2] < 0 {
			free = 2 // the scale stays at its bound
		}
		slope := 0.0
		for _, g := range gradient[:free] {
			slope = max(slope, math.Abs(g))
		}
		if slope <= flat*float64(len(f.u)) {
			return p, true
		}
		step, ok := solveDamped(gradient, curvature, free, 0)
		next := p.moved(step)
		if ok {
			next.likelihood = f.likelihoodAt(next)
			if next.distance(p) <= closeness {
				return next, true
			}
			if gain := float64(gradient[0]*step[0]) + float64(gradient[1]*step[1]) + float64(gradient[2]*step[2]); gain <= unseen || next.likelihood > p.likelihood {
				p = next
				continue
			}
		}
		for {
			if step, ok = solveDamped(gradient, curvature, free, damping); ok {
				next = p.moved(step)
				if next.likelihood = f.likelihoodAt(next); next.likelihood > p.likelihood {
					p, damping = next, damping/10
					break
				}
			}
			if damping *= 4; damping > maxDamp {
				return p, false
			}
		}
	}
	return p, false
}

// distance returns the largest change of a parameter, of the larger ones in relation to
// their size.
func (p psychometricPoint) distance(q psychometricPoint) float64 {
	return max(math.Abs(p.offset-q.offset)/(1+math.Abs(q.offset)), math.Abs(p.logSlope-q.logSlope), math.Abs(p.scale-q.scale))
}

// moved returns the point after a step, the scale within its bounds and the slope no more
// than e times as steep or flat.
func (p psychometricPoint) moved(step [3]float64) psychometricPoint {
	const extreme = 40 // beyond it there is nothing but a constant or a step
	shrink := 1 / max(1, math.Abs(step[1]))
	return psychometricPoint{
		offset:   p.offset + float64(shrink*step[0]),
		logSlope: max(-extreme, min(extreme, p.logSlope+float64(shrink*step[1]))),
		scale:    max(0, min(maxScale, p.scale+float64(shrink*step[2]))),
	}
}

func (f *psychometricFit) likelihoodAt(p psychometricPoint) float64 {
	slope, sum := portable.Exp(p.logSlope), 0.0
	for i, u := range f.u {
		sum += logLikelihood(f.y[i], 0.5+float64(p.scale*normalShare(p.offset+float64(slope*u))))
	}
	return sum
}

// derivatives returns the gradient of the likelihood by offset, logarithm of the slope,
// and scale, and its curvature, the negative of the second derivatives.
func (f *psychometricFit) derivatives(p psychometricPoint) (gradient [3]float64, curvature [3][3]float64) {
	slope := portable.Exp(p.logSlope)
	for i, u := range f.u {
		rise := float64(slope * u)
		z := p.offset + rise
		share := normalShare(z)
		density := portable.Exp(-z*z/2) / math.Sqrt(2*math.Pi)
		y, psi := f.y[i], 0.5+float64(p.scale*share)
		first := (y - psi) / (psi * (1 - psi))
		second := -y/(psi*psi) - (1-y)/((1-psi)*(1-psi))
		d := [3]float64{p.scale * density, p.scale * density * rise, share}
		dd := [3][3]float64{
			{-d[0] * z, -d[1] * z, density},
			{-d[1] * z, d[1] - float64(d[1]*rise*z), density * rise},
			{density, density * rise, 0},
		}
		for j := range d {
			gradient[j] += float64(first * d[j])
			for k := range d {
				curvature[j][k] -= float64(second*d[j]*d[k]) + float64(first*dd[j][k])
			}
		}
	}
	return gradient, curvature
}

// solveDamped solves curvature·step = gradient in the first free parameters, the diagonal
// raised by a multiple of its size. It reports false if the matrix is not positive
// definite.
func solveDamped(gradient [3]float64, curvature [3][3]float64, free int, damping float64) (step [3]float64, ok bool) {
	for i := range free {
		curvature[i][i] += float64(damping * math.Abs(curvature[i][i]))
	}
	for i := range free {
		largest := 0.0
		for j := range free {
			largest = max(largest, math.Abs(curvature[i][j]))
		}
		pivot := curvature[i][i]
		if !(pivot > 1e-15*largest) || math.IsInf(pivot, 0) {
			return step, false
		}
		for j := i + 1; j < free; j++ {
			ratio := curvature[j][i] / pivot
			for k := i; k < free; k++ {
				curvature[j][k] -= float64(ratio * curvature[i][k])
			}
			gradient[j] -= float64(ratio * gradient[i])
		}
	}
	for i := free - 1; i >= 0; i-- {
		sum := gradient[i]
		for j := i + 1; j < free; j++ {
			sum -= float64(curvature[i][j] * step[j])
		}
		step[i] = sum / curvature[i][i]
	}
	return step, true
}
