package npy

import (
	"math"
	"sync"
)

// halves holds the value of each of the 65,536 IEEE 754 half-precision
// numbers. A table has no branch for zeros and subnormals, which come in no
// predictable order in rectified activations, and its 256 KB stay in the
// second-level cache.
var halves = sync.OnceValue(func() *[1 << 16]float32 {
	t := new([1 << 16]float32)
	for i := range t {
		t[i] = halfValue(uint16(i))
	}
	return t
})

// halfValue decodes one sign bit, five of exponent (bias 15) and ten of
// mantissa.
func halfValue(h uint16) float32 {
	mantissa, exponent := float64(h&0x3ff), int(h>>10&0x1f)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(mantissa, -24)
	case 31:
		v = math.Inf(1)
		if mantissa != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+mantissa, exponent-25)
	}
	if h&0x8000 != 0 {
		v = math.Copysign(v, -1)
	}
	return float32(v)
}
