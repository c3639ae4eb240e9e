package double

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Number is a number of twice the precision of a float64, the sum of both parts.
type Number struct{ High, Low float64 }

// Sum returns a + b without rounding.
func Sum(a, b float64) Number {
	sum := a + b
	c := sum - a
	return Number{sum, (a - (sum - c)) + (b - c)}
}

// Product returns a·b without rounding, where it does not underflow.
func Product(a, b float64) Number {
	product := float64(a * b) // the conversion keeps the compiler from fusing it with a sum
	return Number{product, math.FMA(a, b, -product)}
}

// Plus returns a + b.
func (a Number) Plus(b Number) Number {
	s, t := Sum(a.High, b.High), Sum(a.Low, b.Low)
	s = Sum(s.High, s.Low+t.High)
	return Sum(s.High, s.Low+t.Low)
}

// Negated returns −a.
func (a Number) Negated() Number { return Number{-a.High, -a.Low} }

// Minus returns a − b.
func (a Number) Minus(b Number) Number { return a.Plus(b.Negated()) }

// Times returns a·b.
func (a Number) Times(b Number) Number {
	p := Product(a.High, b.High)
	return Sum(p.High, p.Low+(float64(a.High*b.Low)+float64(a.Low*b.High)))
}

// Over returns a/b.
func (a Number) Over(b Number) Number {
	first := a.High / b.High
	rest := a.Minus(b.Times(Number{High: first}))
	second := rest.High / b.High
	rest = rest.Minus(b.Times(Number{High: second}))
	q := Sum(first, second)
	return q.Plus(Number{High: rest.High / b.High})
}

// Root returns the square root of a number that is not negative.
func (a Number) Root() Number {
	if a.High <= 0 {
		return Number{}
	}
	first := math.Sqrt(a.High)
	rest := a.Minus(Product(first, first))
	return Sum(first, rest.High/(2*first))
}

// Correlation returns Pearson's r of two series that vary, in twice the precision.
func (d Series) Correlation(e Series) Number {
	sum := Number{}
	for i, v := range d.High {
		sum = sum.Plus(Number{v, d.low[i]}.Times(Number{e.High[i], e.low[i]}))
	}
	return sum.Over(d.norm).Over(e.norm)
}

// Compare returns +1 or −1 where one of two correlations over n rows is larger,
// and 0 where they are equal up to the rounding of the values they are taken of, which
// another unit would have rounded otherwise.
func (a Number) Compare(b Number, n int) int {
	switch d := a.Minus(b).High; {
	case d > EqualWithin(n):
		return 1
	case d < -EqualWithin(n):
		return -1
	}
	return 0
}

// EqualWithin is by how much correlations over n rows may differ and are still equal.
func EqualWithin(n int) float64 { return float64(4 * float64(n) * dense.Epsilon) }
