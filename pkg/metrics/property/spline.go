package property

import "sort"

// spline is the cubic spline through points that has no knot at the second and the last
// but one of them (not-a-knot).
//
// Source: de Boor (1978), A practical guide to splines; scipy's interpolating
// UnivariateSpline.
type spline struct{ x, y, second []float64 }

// leastKnots is the number of points that a cubic is determined by.
const leastKnots = 4

// newSpline solves for the second derivatives at the points, of which there are
// leastKnots at least.
func newSpline(x, y []float64) spline {
	n := len(x)
	s := spline{x, y, make([]float64, n)}
	step := func(i int) float64 { return x[i+1] - x[i] }
	slope := func(i int) float64 { return (y[i+1] - y[i]) / step(i) }
	above, right := make([]float64, n), make([]float64, n)
	for i := 1; i <= n-2; i++ {
		left, h := step(i-1), step(i)
		lower, diagonal, upper := left, float64(2*(left+h)), h
		// The third derivative is the same on both sides of the second point, and of the last
		// but one, which gives the outer second derivatives by their neighbours'.
		if i == 1 {
			diagonal += float64(left * (1 + left/h))
			upper -= float64(left * left / h)
			lower = 0
		}
		if i == n-2 {
			diagonal += float64(h * (1 + h/left))
			lower -= float64(h * h / left)
			upper = 0
		}
		rhs := float64(6 * (slope(i) - slope(i-1)))
		diagonal -= float64(lower * above[i-1])
		above[i], right[i] = upper/diagonal, (rhs-float64(lower*right[i-1]))/diagonal
	}
	for i := n - 2; i >= 1; i-- {
		s.second[i] = right[i] - float64(above[i]*s.second[i+1])
	}
	outer := func(near, next, own, inner float64) float64 { return near + float64((near-next)*(own/inner)) }
	s.second[0] = outer(s.second[1], s.second[2], step(0), step(1))
	s.second[n-1] = outer(s.second[n-2], s.second[n-3], step(n-2), step(n-3))
	return s
}

// at returns the value at a place; beyond the ends that of the outer cubic.
func (s spline) at(x float64) float64 {
	i := sort.SearchFloat64s(s.x, x) - 1
	i = max(0, min(i, len(s.x)-2))
	h := s.x[i+1] - s.x[i]
	right, left := (x-s.x[i])/h, (s.x[i+1]-x)/h
	cubic := float64((float64(left*left*left)-left)*s.second[i]) + float64((float64(right*right*right)-right)*s.second[i+1])
	return float64(left*s.y[i]) + float64(right*s.y[i+1]) + float64(cubic*(h*h/6))
}
