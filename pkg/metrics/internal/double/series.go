package double

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Series is a series less its mean, in twice the precision, with its norm.
type Series struct {
	High, low []float64
	norm      Number
}

// Centered centres a series of finite numbers. It first takes off the first number, so
// that an offset costs no digit, and scales by powers of two, so that no unit underflows
// or overflows.
func Centered(x []float64) Series {
	n := len(x)
	d := Series{High: make([]float64, n), low: make([]float64, n)}
	_, exponent := math.Frexp(dense.MaxAbs(x))
	for i, v := range x {
		from := Sum(math.Ldexp(v, -exponent), -math.Ldexp(x[0], -exponent))
		d.High[i], d.low[i] = from.High, from.Low
	}
	_, exponent = math.Frexp(dense.MaxAbs(d.High))
	sum := Number{}
	for i, v := range d.High {
		d.High[i], d.low[i] = math.Ldexp(v, -exponent), math.Ldexp(d.low[i], -exponent)
		sum = sum.Plus(d.at(i))
	}
	mean := sum.Over(Number{High: float64(n)})
	squares := Number{}
	for i := range n {
		c := d.at(i).Minus(mean)
		d.High[i], d.low[i] = c.High, c.Low
		squares = squares.Plus(c.Times(c))
	}
	d.norm = squares.Root()
	return d
}

func (d Series) at(i int) Number { return Number{d.High[i], d.low[i]} }

// HalfSquare returns |x + sign·y|²/2.
func HalfSquare(xHigh, xLow, yHigh, yLow []float64, sign float64) Number {
	n := len(xHigh)
	xLow, yHigh, yLow = xLow[:n], yHigh[:n], yLow[:n]
	var sum, rest float64
	for j, v := range xHigh {
		d := Sum(v, float64(sign*yHigh[j]))
		d = Sum(d.High, d.Low+(xLow[j]+float64(sign*yLow[j])))
		product := float64(d.High * d.High)
		term := math.FMA(d.High, d.High, -product) + float64(2*d.High*d.Low)
		next := float64(sum + product)
		part := float64(next - sum)
		rest += float64(float64(sum-float64(next-part))+float64(product-part)) + term
		sum = next
	}
	s := Sum(sum, rest)
	return Number{s.High / 2, s.Low / 2}
}

// SquaredDifference returns Σ(x−y)² in twice the precision.
func SquaredDifference(x, y []float64) Number {
	y = y[:len(x)]
	var sum, rest float64
	for j, v := range x {
		d := Sum(v, -y[j])
		product := float64(d.High * d.High)
		// Conversions keep the compiler from fusing operations.
		term := math.FMA(d.High, d.High, -product) + float64(2*d.High*d.Low)
		next := float64(sum + product)
		part := float64(next - sum)
		rest += float64(float64(sum-float64(next-part))+float64(product-part)) + term
		sum = next
	}
	return Sum(sum, rest)
}

// Dot returns the inner product of two series in twice the precision, each the
// sum of two (Dot2 of Ogita, Rump & Oishi 2005).
func Dot(xHigh, xLow, yHigh, yLow []float64) Number {
	n := len(xHigh)
	xLow, yHigh, yLow = xLow[:n], yHigh[:n], yLow[:n]
	var sum, rest float64
	for j, v := range xHigh {
		w := yHigh[j]
		product := float64(v * w)
		term := math.FMA(v, w, -product) + (float64(v*yLow[j]) + float64(xLow[j]*w))
		next := float64(sum + product)
		part := float64(next - sum)
		rest += float64(float64(sum-float64(next-part))+float64(product-part)) + term
		sum = next
	}
	return Sum(sum, rest)
}
