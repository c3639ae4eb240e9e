package choice

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// psychometricFit finds the maximum of the likelihood of shares y at u, which is in
// [-1, 1] and ascends.
type psychometricFit struct {
	u, y []float64
	effort
	share []float64 // workspace: Φ at each u
}

func newPsychometricFit(u, y []float64, e effort) *psychometricFit {
	return &psychometricFit{u: u, y: y, effort: e, share: make([]float64, len(u))}
}

// effort is how thoroughly a maximum is searched for: from how many slopes and centers,
// and for how many rounds.
type effort struct{ slopes, centers, rounds int }

var (
	thorough = effort{12, 17, 200}
	brief    = effort{5, 9, 60} // for one of many samples
)

// psychometricPoint is a candidate for the maximum. The slope is held as its logarithm,
// which keeps it above 0.
type psychometricPoint struct {
	offset, logSlope, scale float64
	likelihood              float64 // its logarithm
}

// closeLikelihood is the difference of two likelihoods of one maximum, of which one is
// that of a point on the way to it.
const closeLikelihood = 1e-9

// maxScale is ½ − λ of the smallest λ.
const maxScale = 0.5 - minLapse

// logLikelihood returns y ln ψ + (1 − y) ln(1 − ψ).
func logLikelihood(y, psi float64) float64 {
	return y*math.Log(psi) + (1-y)*math.Log1p(-psi)
}

// psychometricStep is the limit for an infinite slope: ½ up to value below, 1 − λ from
// above on. The value at, if any, lies on the step, where ψ can be anything in between.
type psychometricStep struct {
	below      int // last value below the step, -1 if there is none
	at         int // value on the step, or -1
	scale      float64
	fitted     []float64
	likelihood float64
}

// bestStep returns the step of the largest likelihood, between two values rather than
// on one if both are equally likely.
func (f *psychometricFit) bestStep() psychometricStep {
	best := psychometricStep{likelihood: math.Inf(-1)}
	n := len(f.u)
	for first := 1; first < n; first++ { // the first value above the step
		s := psychometricStep{below: first - 1, at: -1, fitted: make([]float64, n)}
		top := max(1-maxLapse, min(1-minLapse, series.ExactMean(f.y[first:])))
		s.scale = top - 0.5
		for i := range s.fitted {
			s.fitted[i] = 0.5
			if i >= first {
				s.fitted[i] = top
			}
		}
		s.likelihood = f.likelihoodOf(s.fitted)
		if s.likelihood > best.likelihood {
			best = s
		}
		if on := f.y[first-1]; on > 0.5 && on < top {
			s.below, s.at, s.fitted = first-2, first-1, slices.Clone(s.fitted)
			s.fitted[s.at] = on
			if s.likelihood = f.likelihoodOf(s.fitted); s.likelihood > best.likelihood {
				best = s
			}
		}
	}
	return best
}

func (f *psychometricFit) likelihoodOf(fitted []float64) float64 {
	var sum series.Sum
	for i, y := range f.y {
		sum.Add(logLikelihood(y, fitted[i]))
	}
	return sum.Value()
}

// maximum returns the best point that Newton's method reaches, and whether it converged
// there. For each of some slopes it starts at the best centers of a grid.
func (f *psychometricFit) maximum() (psychometricPoint, bool) {
	best := psychometricPoint{likelihood: math.Inf(-1)}
	unfinished := best
	for i := range f.slopes {
		// From a function that is almost straight to one that rises between neighbours.
		slope := 0.5 * math.Pow(float64(4*len(f.u)+16), float64(i)/float64(f.slopes-1))
		row := make([]psychometricPoint, f.centers)
		for j := range row {
			center := -1.25 + 2.5*float64(j)/float64(f.centers-1)
			row[j] = f.bestScale(psychometricPoint{offset: -slope * center, logSlope: math.Log(slope)})
		}
		for j, start := range row {
			if j > 0 && row[j-1].likelihood > start.likelihood || j < f.centers-1 && row[j+1].likelihood > start.likelihood {
				continue
			}
			p, ok := f.climb(start)
			to := &best
			if !ok {
				to = &unfinished
			}
			if p.likelihood > to.likelihood {
				*to = p
			}
		}
	}
	if unfinished.likelihood > best.likelihood+closeLikelihood {
		return unfinished, false
	}
	return best, true
}

// bestScale sets the scale of the largest likelihood, in which the likelihood is
// concave, to a few digits.
func (f *psychometricFit) bestScale(p psychometricPoint) psychometricPoint {
	slope := math.Exp(p.logSlope)
	for i, u := range f.u {
		f.share[i] = normalShare(p.offset + slope*u)
	}
	low, high := 0.0, maxScale
	for range 12 {
		p.scale = low/2 + high/2
		gradient := 0.0
		for i, share := range f.share {
			psi := 0.5 + p.scale*share
			gradient += share * (f.y[i] - psi) / (psi * (1 - psi))
		}
		if gradient > 0 {
			low = p.scale
		} else {
			high = p.scale
		}
	}
	p.likelihood = 0
	for i, share := range f.share {
		p.likelihood += logLikelihood(f.y[i], 0.5+p.scale*share)
	}
	return p
}
