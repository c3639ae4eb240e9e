package portable

import (
	"math"
	"math/rand/v2"
)

// Hypot returns the square root of p² + q², without overflow or underflow of the squares.
func Hypot(p, q float64) float64 { return hypot(p, q) }

// Pow returns x to the power y.
func Pow(x, y float64) float64 { return pow(x, y) }

// Log1p returns the natural logarithm of 1 + x.
func Log1p(x float64) float64 { return log1p(x) }

// Atanh returns the inverse hyperbolic tangent of x.
func Atanh(x float64) float64 { return atanh(x) }

// Acos returns the arccosine of x, in radians.
func Acos(x float64) float64 { return acos(x) }

// Erfc returns the complement of the error function of x.
func Erfc(x float64) float64 { return erfc(x) }

// NormalQuantile returns the quantile of the standard normal distribution at p, from 0
// to 1.
func NormalQuantile(p float64) float64 { return normalQuantile(p) }

// StudentQuantile returns the quantile of Student's t distribution of a number of degrees of
// freedom at p, from 0 to 1.
func StudentQuantile(p, freedom float64) float64 {
	if p == 0.5 {
		return 0
	}
	// The distribution function of t is 1 − I(u; freedom/2, 1/2)/2 with
	// u = freedom/(freedom + t²).
	u := incbi(freedom/2, 0.5, 2*min(p, 1-p))
	return math.Copysign(math.Sqrt(freedom*(1-u)/u), p-0.5)
}

// StudentTails returns the probability that the absolute value of Student's t of a number of
// degrees of freedom is at least that of t.
func StudentTails(t, freedom float64) float64 {
	return incbet(freedom/2, 0.5, freedom/(freedom+float64(t*t)))
}

// Normal returns a normally distributed number with mean 0 and deviation 1.
func Normal(r *rand.Rand) float64 { return (&random{r}).NormFloat64() }

// random is the counterpart of rand.Rand.
type random struct{ src rand.Source }

// sinPi would serve the logarithm of Γ below zero, where nothing asks for it.
func sinPi(float64) float64 { return math.NaN() }
