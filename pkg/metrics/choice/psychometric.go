package choice

import (
	"errors"
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// The limits of the lapse rate λ of a psychometric function.
const (
	minLapse = 0.03
	maxLapse = 0.5
)

// psychometric is ψ(x) = ½ + (½ − λ)Φ(α(x − β)), the share of right answers of two at a
// value of x, as in Wichmann & Hill 2001, Percept. Psychophys. 63(8):1293-1313.
//
// It is held as ψ = ½ + scale·Φ(offset + slope·u) of u = (x − center)/half, which is in
// [-1, 1], so that a fit does not depend on the unit of x. slope is +Inf for a step at
// center, where ψ is unknown.
type psychometric struct {
	center, half         float64
	offset, slope, scale float64
}

// value returns ψ(x).
func (p psychometric) value(x float64) float64 {
	u := (x - p.center) / p.half
	if math.IsInf(p.slope, 1) {
		switch {
		case u < 0:
			return 0.5
		case u > 0:
			return 0.5 + p.scale
		}
		return math.NaN()
	}
	return 0.5 + float64(p.scale*normalShare(p.offset+float64(p.slope*u)))
}

// inverse returns the x at which ψ is accuracy, NaN if there is none.
func (p psychometric) inverse(accuracy float64) float64 {
	share := (accuracy - 0.5) / p.scale
	if !(share > 0 && share < 1) {
		return math.NaN()
	}
	if math.IsInf(p.slope, 1) {
		return p.center
	}
	return p.center + p.half*(portable.NormalQuantile(share)-p.offset)/p.slope
}

// normalShare returns Φ(z).
func normalShare(z float64) float64 { return 0.5 * portable.Erfc(-z/math.Sqrt2) }

// The reasons why a psychometric function cannot be fitted.
var (
	errConstantShares = errors.New("the share of right answers is the same at every value")
	errTwoShares      = errors.New("two values do not determine a psychometric function")
	errNotConverged   = errors.New("the fit of the psychometric function does not converge")
)

// fitPsychometric returns the psychometric function of the largest likelihood
// Σ y ln ψ + (1 − y) ln(1 − ψ), 0.03 ≤ λ ≤ 0.5 and α > 0, of shares y at ascending
// values x, and R² of y.
//
// The likelihood has several maxima, so Newton's method starts at the best points of a
// grid and has to converge. If it grows for ever with α, the function is the step that it
// tends to: between two values of x, and then in their middle, or on a value whose share
// lies on the step.
func fitPsychometric(x, y []float64, e effort) (psychometric, float64, error) {
	if !series.Varies(y) {
		return psychometric{}, 0, errConstantShares
	}
	last := len(x) - 1
	p := psychometric{center: middle(x[0], x[last]), half: middle(-x[0], x[last])}
	u := make([]float64, len(x))
	for i, v := range x {
		u[i] = (v - p.center) / p.half
	}
	f := newPsychometricFit(u, y, e)
	step := f.bestStep()
	if len(x) == 2 && step.on {
		return psychometric{}, 0, errTwoShares
	}
	best, ok := f.maximum()
	const rounding = 2e-15
	switch {
	case !ok && best.likelihood > step.likelihood+closeLikelihood:
		return psychometric{}, 0, errNotConverged
	case ok && best.likelihood > step.likelihood+float64(rounding*float64(len(x))):
		p.offset, p.slope, p.scale = best.offset, portable.Exp(best.logSlope), best.scale
		fitted := make([]float64, len(x))
		for i, v := range x {
			fitted[i] = p.value(v)
		}
		return p, explainedShare(y, fitted), nil
	}
	p.slope, p.scale = math.Inf(1), step.scale
	if p.center = x[step.at]; !step.on {
		p.center = middle(x[step.at-1], x[step.at])
	}
	return p, explainedShare(y, step.fitted(y)), nil
}

// explainedShare returns R² of values that vary and what is fitted to them.
func explainedShare(y, fitted []float64) float64 {
	mean := series.ExactMean(y)
	var residual, total series.Sum
	for i, v := range y {
		residual.Add((v - fitted[i]) * (v - fitted[i]))
		total.Add((v - mean) * (v - mean))
	}
	return 1 - residual.Value()/total.Value()
}

// middle returns the number between two.
func middle(a, b float64) float64 { return float64(a/2) + float64(b/2) }
