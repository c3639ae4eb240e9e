// Package exact computes slowly and to about 32 digits what the tests compare the
// metrics with: double-double arithmetic and the decompositions of linear algebra in
// it. It shares no code with the metrics. Only tests use it.
package exact

import "math"

// Number is the sum of two float64, the second no more than half a unit in the last
// place of the first: some 106 bits.
type Number struct{ Hi, Lo float64 }

// Epsilon is about the relative error of one operation.
const Epsilon = 0x1p-104

// Of returns a float64 as it is.
func Of(x float64) Number { return Number{x, 0} }

// Int returns a whole number as it is, below 2^53.
func Int(i int) Number { return Number{float64(i), 0} }

// Float returns the nearest float64.
func (a Number) Float() float64 { return a.Hi + a.Lo }

// IsZero reports whether a is 0.
func (a Number) IsZero() bool { return a.Hi == 0 }

// sumOf returns a + b and its rounding (Knuth).
func sumOf(a, b float64) (sum, err float64) {
	sum = a + b
	bb := sum - a
	return sum, (a - (sum - bb)) + (b - bb)
}

// quickSumOf is sumOf for |a| ≥ |b| (Dekker).
func quickSumOf(a, b float64) Number {
	sum := a + b
	return Number{sum, b - (sum - a)}
}

// productOf returns a·b and its rounding.
func productOf(a, b float64) (product, err float64) {
	product = float64(a * b)
	return product, math.FMA(a, b, -product)
}

// Add returns a + b.
func (a Number) Add(b Number) Number {
	s, e := sumOf(a.Hi, b.Hi)
	t, f := sumOf(a.Lo, b.Lo)
	r := quickSumOf(s, e+t)
	return quickSumOf(r.Hi, r.Lo+f)
}

// Neg returns −a.
func (a Number) Neg() Number { return Number{-a.Hi, -a.Lo} }

// Sub returns a − b.
func (a Number) Sub(b Number) Number { return a.Add(b.Neg()) }

// Mul returns a·b.
func (a Number) Mul(b Number) Number {
	p, e := productOf(a.Hi, b.Hi)
	e = math.FMA(a.Hi, b.Lo, e)
	e = math.FMA(a.Lo, b.Hi, e)
	return quickSumOf(p, e)
}

// Times returns a·b for a float64.
func (a Number) Times(b float64) Number {
	p, e := productOf(a.Hi, b)
	return quickSumOf(p, math.FMA(a.Lo, b, e))
}

// Div returns a/b: three steps of long division.
func (a Number) Div(b Number) Number {
	q1 := a.Hi / b.Hi
	if math.IsNaN(q1) || math.IsInf(q1, 0) {
		return Number{q1, 0}
	}
	r := a.Sub(b.Times(q1))
	q2 := r.Hi / b.Hi
	r = r.Sub(b.Times(q2))
	q := quickSumOf(q1, q2)
	return q.Add(Of(r.Hi / b.Hi))
}

// Sqrt returns √a, 0 for a ≤ 0: what is below 0 by rounding is 0.
func (a Number) Sqrt() Number {
	if !(a.Hi > 0) {
		return Number{}
	}
	x := math.Sqrt(a.Hi)
	p, e := productOf(x, x)
	rest := a.Sub(Number{p, e})
	y := quickSumOf(x, rest.Hi/(2*x))
	rest = a.Sub(y.Mul(y))
	return y.Add(Of(rest.Hi / (2 * x)))
}

// Abs returns |a|.
func (a Number) Abs() Number {
	if a.Hi < 0 {
		return a.Neg()
	}
	return a
}

// Cmp returns −1, 0 or 1 as a is below, at or above b.
func (a Number) Cmp(b Number) int {
	switch d := a.Sub(b).Hi; {
	case d < 0:
		return -1
	case d > 0:
		return 1
	}
	return 0
}

// Exp returns e^a: Taylor's series of a/2^k less whole multiples of ln 2.
func (a Number) Exp() Number {
	switch {
	case a.Hi > 709:
		return Of(math.Inf(1))
	case a.Hi < -700:
		return Number{}
	}
	const halvings = 9
	whole := math.Round(a.Hi / math.Ln2)
	r := a.Sub(ln2.Times(whole))
	r = Number{math.Ldexp(r.Hi, -halvings), math.Ldexp(r.Lo, -halvings)}
	// e^r − 1, so that squaring loses no digits of what is beside 1.
	term, sum := r, r
	for i := 2; i < 16; i++ {
		term = term.Mul(r).Div(Int(i))
		sum = sum.Add(term)
	}
	for range halvings {
		sum = sum.Add(sum).Add(sum.Mul(sum))
	}
	sum = sum.Add(Of(1))
	return Number{math.Ldexp(sum.Hi, int(whole)), math.Ldexp(sum.Lo, int(whole))}
}

var ln2 = Number{0.6931471805599453, 2.3190468138462996e-17}

// Sum returns the sum of x.
func Sum(x []Number) Number {
	var s Number
	for _, v := range x {
		s = s.Add(v)
	}
	return s
}

// Dot returns the sum of products.
func Dot(x, y []Number) Number {
	var s Number
	for i, v := range x {
		s = s.Add(v.Mul(y[i]))
	}
	return s
}

// Mean returns the mean of x.
func Mean(x []Number) Number { return Sum(x).Div(Int(len(x))) }
