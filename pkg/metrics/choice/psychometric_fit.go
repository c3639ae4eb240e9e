package choice

import (
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
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
	return float64(y*portable.Log(psi)) + float64((1-y)*portable.Log1p(-psi))
}

// psychometricStep is the limit for an infinite slope: ½ before value at, 1 − λ after it.
// The value itself is 1 − λ, or lies on the step, where ψ can be anything in between.
type psychometricStep struct {
	at         int
	on         bool
	scale      float64
	likelihood float64
}

// fitted returns ψ of each value.
func (s psychometricStep) fitted(y []float64) []float64 {
	psi := make([]float64, len(y))
	for i := range psi {
		psi[i] = 0.5
		if i >= s.at {
			psi[i] += s.scale
		}
	}
	if s.on {
		psi[s.at] = y[s.at]
	}
	return psi
}

// bestStep returns the step of the largest likelihood, between two values rather than
// on one if both are equally likely.
func (f *psychometricFit) bestStep() psychometricStep {
	n := len(f.y)
	rights := make([]float64, n+1) // sum of the shares from each value on
	var sum series.Sum
	for i := n - 1; i >= 0; i-- {
		sum.Add(f.y[i])
		rights[i] = sum.Value()
	}
	top := func(first int) float64 {
		return max(1-maxLapse, min(1-minLapse, rights[first]/float64(n-first)))
	}
	// likelihood returns that of values before number chance, and of those from first on.
	likelihood := func(chance, first int) float64 {
		right := rights[first]
		return float64(float64(chance)*portable.Log(0.5)) + float64(right*portable.Log(top(first))) + float64((float64(n-first)-right)*portable.Log1p(-top(first)))
	}
	best := psychometricStep{likelihood: math.Inf(-1)}
	for first := 1; first < n; first++ {
		if l := likelihood(first, first); l > best.likelihood {
			best = psychometricStep{at: first, scale: top(first) - 0.5, likelihood: l}
		}
		if y := f.y[first-1]; y > 0.5 && y < top(first) {
			if l := likelihood(first-1, first) + logLikelihood(y, y); l > best.likelihood {
				best = psychometricStep{at: first - 1, on: true, scale: top(first) - 0.5, likelihood: l}
			}
		}
	}
	return best
}

// maximum returns the best point that Newton's method reaches, and whether it converged
// there. For each of some slopes it starts at the best centers of a grid.
func (f *psychometricFit) maximum() (psychometricPoint, bool) {
	best := psychometricPoint{likelihood: math.Inf(-1)}
	unfinished := best
	for i := range f.slopes {
		// From a function that is almost straight to one that rises between neighbours.
		slope := 0.5 * portable.Pow(float64(4*len(f.u)+16), float64(i)/float64(f.slopes-1))
		row := make([]psychometricPoint, f.centers)
		for j := range row {
			center := -1.25 + 2.5*float64(j)/float64(f.centers-1)
			row[j] = f.bestScale(psychometricPoint{offset: -slope * center, logSlope: portable.Log(slope)})
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
	slope := portable.Exp(p.logSlope)
	for i, u := range f.u {
		f.share[i] = normalShare(p.offset + float64(slope*u))
	}
	low, high := 0.0, maxScale
	for range 12 {
		p.scale = middle(low, high)
		gradient := 0.0
		for i, share := range f.share {
			psi := 0.5 + float64(p.scale*share)
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
		p.likelihood += logLikelihood(f.y[i], 0.5+float64(p.scale*share))
	}
	return p
}
