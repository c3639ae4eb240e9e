package metrics

import "math"

// double is a number of twice the precision of a float64, the sum of both parts.
// It decides whether two correlations are equal whatever the order of their sums, which
// differs from one kernel to the next.
//
// Sources: Dekker (1971), Numer. Math. 18; Ogita, Rump & Oishi (2005), SIAM J. Sci.
// Comput. 26.
type double struct{ high, low float64 }

// addExactly returns a + b without rounding.
func addExactly(a, b float64) double {
	sum := a + b
	c := sum - a
	return double{sum, (a - (sum - c)) + (b - c)}
}

// multiplyExactly returns a·b without rounding, where it does not underflow.
func multiplyExactly(a, b float64) double {
	product := a * b
	return double{product, math.FMA(a, b, -product)}
}

func (a double) plus(b double) double {
	s, t := addExactly(a.high, b.high), addExactly(a.low, b.low)
	s = addExactly(s.high, s.low+t.high)
	return addExactly(s.high, s.low+t.low)
}

func (a double) minus(b double) double { return a.plus(double{-b.high, -b.low}) }

func (a double) times(b double) double {
	p := multiplyExactly(a.high, b.high)
	return addExactly(p.high, p.low+(a.high*b.low+a.low*b.high))
}

func (a double) over(b double) double {
	first := a.high / b.high
	rest := a.minus(b.times(double{high: first}))
	second := rest.high / b.high
	rest = rest.minus(b.times(double{high: second}))
	q := addExactly(first, second)
	return q.plus(double{high: rest.high / b.high})
}

// root returns the square root of a number that is not negative.
func (a double) root() double {
	if a.high <= 0 {
		return double{}
	}
	first := math.Sqrt(a.high)
	rest := a.minus(multiplyExactly(first, first))
	return addExactly(first, rest.high/(2*first))
}

// doubles is a series less its mean, in twice the precision, with its norm.
type doubles struct {
	high, low []float64
	norm      double
}

// centredDoubles centres a series of finite numbers. It first scales it by a power
// of two, so that no unit underflows or overflows.
func centredDoubles(x []float64) doubles {
	n := len(x)
	d := doubles{high: make([]float64, n), low: make([]float64, n)}
	_, exponent := math.Frexp(maxAbs(x))
	sum := double{}
	for i, v := range x {
		d.high[i] = math.Ldexp(v, -exponent)
		sum = sum.plus(double{high: d.high[i]})
	}
	mean := sum.over(double{high: float64(n)})
	squares := double{}
	for i, v := range d.high {
		c := double{high: v}.minus(mean)
		d.high[i], d.low[i] = c.high, c.low
		squares = squares.plus(c.times(c))
	}
	d.norm = squares.root()
	return d
}

// correlation returns Pearson's r of two series that vary, in twice the precision.
func (d doubles) correlation(e doubles) double {
	sum := double{}
	for i, v := range d.high {
		sum = sum.plus(double{v, d.low[i]}.times(double{e.high[i], e.low[i]}))
	}
	return sum.over(d.norm).over(e.norm)
}

// compare returns +1 or −1 where one of two correlations over n rows is larger,
// and 0 where they are equal up to the rounding of the values they are taken of, which
// another unit would have rounded otherwise.
func (a double) compare(b double, n int) int {
	switch d := a.minus(b).high; {
	case d > equalWithin(n):
		return 1
	case d < -equalWithin(n):
		return -1
	}
	return 0
}

// equalWithin is by how much correlations over n rows may differ and are still equal.
func equalWithin(n int) float64 { return 4 * float64(n) * epsilon }
