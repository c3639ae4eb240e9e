package metrics

import (
	"errors"
	"math"
)

// ErrUnderflow reports activations or responses so small that their products lose
// digits.
var ErrUnderflow = errors.New("products of activations or of responses are too small to be exact: rescale them")

// Relative precisions of numbers as they are kept in files.
const (
	doublePrecision = 0x1p-53
	singlePrecision = 0x1p-24
)

// RoundedColumns is a layer that knows how precise its activations are.
type RoundedColumns interface {
	Columns
	// Precision returns the relative precision of the activations: 2⁻¹¹ where
	// they were kept as float16, 2⁻²⁴ as float32, 2⁻⁵³ as float64, and 0 where
	// they are whole numbers.
	Precision() float64
}

// PrecisionOf returns the relative precision of a layer's activations: that of
// float64 where the layer does not tell.
func PrecisionOf(c Columns) float64 {
	if rounded, ok := c.(RoundedColumns); ok {
		return rounded.Precision()
	}
	return doublePrecision
}

// WithPrecision returns columns that were computed from activations of the given
// relative precision.
func WithPrecision(c Columns, precision float64) Columns { return rounded{c, precision} }

type rounded struct {
	Columns
	precision float64
}

func (r rounded) Precision() float64 { return r.precision }

// rounding bounds, by experience, the relative error of the elements of K with
// respect to the lengths of their two rows. The kernels form sums of slabCols
// products in order and add these up, so that an error grows with the length of
// both sums. A product is at most half of the way through its sum on average, and
// errors of one sign throughout were not met: a quarter of the worst case is twice
// what was seen with any kernel on equal, on random and on whole numbers.
func (g *Gram) rounding() float64 {
	f := float64(g.Features)
	return (8 + min(f, slabCols)/4 + f/slabCols/2) * doublePrecision
}

// noise returns how large differences among inner products of n rows are by the
// precision of the activations alone, given the sum of the rows' squared lengths,
// centred and, as K here, scaled by a factor.
//
// Arithmetic in single precision, in which networks run, leaves some 2⁻²⁰ (1e-6) of
// that sum; double precision and whole numbers some 2⁻⁴⁰ (1e-12). Rounding of the
// activations where they are kept is in proportion to the activations with their
// mean, while K is of what remains without it; errors of different features average
// out.
func (g *Gram) noise(squares float64, n int, by float64) float64 {
	const double, single, margin = 0x1p-40, 0x1p-20, 16
	arithmetic := double
	if g.Precision >= singlePrecision {
		arithmetic = single
	}
	whole := squares + float64(n)*g.moments.squares*by
	return arithmetic*squares + margin*g.Precision*math.Sqrt(squares*whole/float64(max(1, g.Features)))
}

// powerOfTwo returns a power of four that brings the largest of the given rows'
// squared lengths near 1, so that squares of inner products neither overflow nor
// vanish, and its root. It returns ErrUnderflow where products are so small that
// they have lost digits.
func (g *Gram) powerOfTwo(rows []int) (by, root float64, err error) {
	largest := 0.0
	for _, i := range rows {
		largest = max(largest, g.K[i*g.N+i])
	}
	if largest == 0 {
		return 1, 1, nil
	}
	const smallest, digits = 0x1p-1074, 0x1p53
	if largest < float64(g.Features)*digits*smallest {
		return 0, 0, ErrUnderflow
	}
	_, exponent := math.Frexp(largest)
	half := -exponent / 2
	return math.Ldexp(1, 2*half), math.Ldexp(1, half), nil
}
