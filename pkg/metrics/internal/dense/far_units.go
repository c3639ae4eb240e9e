package dense

import "math"

// farBits is how far, in powers of two, the unit of responses may be from that in which
// the largest is near 1: products and squares of products of such numbers neither
// overflow nor vanish.
const farBits = 100

// NearOne returns responses in a unit in which products of them are numbers: the same
// slice, unless the largest is far from 1. Then a power of two brings it there, which
// leaves each digit and so each score of a metric that does not depend on the unit.
func NearOne(responses []float64) []float64 {
	_, exponent := math.Frexp(MaxAbs(responses))
	if exponent >= -farBits && exponent <= farBits {
		return responses
	}
	scaled := make([]float64, len(responses))
	for i, v := range responses {
		scaled[i] = math.Ldexp(v, -exponent)
	}
	return scaled
}

// UnitOf returns the power of two that brings a magnitude near 1, and the exponent of
// its inverse.
func UnitOf(magnitude float64) (by float64, exponent int) {
	_, exponent = math.Frexp(magnitude)
	exponent = max(exponent, -1000) // else the power of two would overflow
	return math.Ldexp(1, -exponent), exponent
}
