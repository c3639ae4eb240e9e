package dense

import (
	"math"
	"slices"
)

// UnitExponent returns the power of two that brings a size that squares or products
// of might underflow or overflow close to 1, and 0 for any other.
func UnitExponent(size float64) int {
	const least, most = 0x1p-200, 0x1p200
	if size == 0 || least <= size && size <= most || math.IsInf(size, 0) {
		return 0
	}
	_, exponent := math.Frexp(size)
	return -exponent
}

// UnitColumns brings the columns of a row-major matrix that are of extreme size
// close to 1, each by a power of two, which rounds nothing.
func UnitColumns(x []float64, cols int) {
	size := make([]float64, cols)
	for at := 0; at < len(x); at += max(1, cols) {
		for j, v := range x[at : at+cols] {
			size[j] = max(size[j], math.Abs(v))
		}
	}
	for j, v := range size {
		by := UnitExponent(v)
		if by == 0 {
			continue
		}
		for at := j; at < len(x); at += cols {
			x[at] = math.Ldexp(x[at], by)
		}
	}
}

// InUnits returns a series whose largest size is given as it is, or, where that is
// extreme, a copy brought close to 1 by a power of two.
func InUnits(x []float64, largest float64) []float64 {
	if UnitExponent(largest) == 0 {
		return x
	}
	x = slices.Clone(x)
	UnitColumns(x, 1)
	return x
}
