package stream

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
)

// ErrUnderflow reports activations or responses so small that their products lose
// digits.
var ErrUnderflow error = dataerr.Error("products of activations or of responses are too small to be exact: rescale them")

// Relative precisions of numbers as they are kept in files.
const (
	DoublePrecision = 0x1p-53
	SinglePrecision = 0x1p-24
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
	return DoublePrecision
}

// WithPrecision returns columns that were computed from activations of the given
// relative precision.
func WithPrecision(c Columns, precision float64) Columns { return rounded{c, precision} }

type rounded struct {
	Columns
	precision float64
}

func (r rounded) Precision() float64 { return r.precision }

// Rounding bounds, by experience, the relative error of the elements of K with
// respect to the lengths of their two rows. The kernels form sums of SlabCols
// products in order and add these up, so that an error grows with the length of
// both sums. A product is at most half of the way through its sum on average, and
// errors of one sign throughout were not met: a quarter of the worst case is twice
// what was seen with any kernel on equal, on random and on whole numbers.
func (g *Gram) Rounding() float64 {
	f := float64(g.Features)
	return (8 + float64(min(f, SlabCols)/4) + float64(f/SlabCols/2)) * DoublePrecision
}

// Noise returns how large differences among inner products of n rows are by the
// precision of the activations alone, given the sum of the rows' squared lengths,
// centred and, as K here, scaled by a factor.
//
// Arithmetic in single precision, in which networks run, leaves some 2⁻²⁰ (1e-6) of
// that sum; double precision and whole numbers some 2⁻⁴⁰ (1e-12). Rounding of the
// activations where they are kept is in proportion to the activations with their
// mean, while K is of what remains without it; errors of different features average
// out. Their standard deviation is .8 of the root below at most, and margin times it
// is taken.
func (g *Gram) Noise(squares float64, n int, by, margin float64) float64 {
	const double, single = 0x1p-40, 0x1p-20
	arithmetic := double
	if g.Precision >= SinglePrecision {
		arithmetic = single
	}
	return float64(arithmetic*squares) + float64(margin*g.Precision*math.Sqrt(squares*g.Whole(squares, n, by)/float64(max(1, g.Features))))
}

// Whole returns the sum of squared lengths of n rows as they are, given that of the
// centred ones.
func (g *Gram) Whole(squares float64, n int, by float64) float64 {
	return squares + float64(float64(n)*g.Moments.squares*by)
}

// PowerOfTwo returns a power of four that brings the largest of the given rows'
// squared lengths near 1, so that squares of inner products neither overflow nor
// vanish, and its root. It returns ErrUnderflow where products are so small that
// they have lost digits.
func (g *Gram) PowerOfTwo(rows []int) (by, root float64, err error) {
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

// wholeNumbers reports whether all activations of the given rows, nil for the first n,
// are whole numbers that their precision could tell from halves: they are exact, in
// whatever type they are kept.
func (b Block) wholeNumbers(rows []int, n int) bool {
	if b.Precision == 0 {
		return true
	}
	largest := .25 / b.Precision
	for i := range n {
		at := i
		if rows != nil {
			at = rows[i]
		}
		from, to := at*b.Stride, at*b.Stride+b.Cols
		if b.X != nil && !allWhole(b.X[from:to], largest) || b.X == nil && !allWhole(b.Single[from:to], largest) {
			return false
		}
	}
	return true
}

func allWhole[T float32 | float64](x []T, largest float64) bool {
	for _, v := range x {
		v := float64(v)
		if v != math.Trunc(v) || math.Abs(v) > largest {
			return false
		}
	}
	return true
}
