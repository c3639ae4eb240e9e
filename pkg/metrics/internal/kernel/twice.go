package kernel

import "math"

// The operations on vectors in twice the precision, each element the sum of a high and a low part, do
// the leading elements and return how many: on the portable path none. They are those of package double,
// which does the rest, so that bits do not depend on the path.

// Rotate sets x to cosine·x − sine·y and y to sine·x + cosine·y. The cosine and the sine have a high and
// a low part too.
func Rotate(xHigh, xLow, yHigh, yLow []float64, cosine, sine [2]float64) int {
	n := len(xHigh)
	by := [5]float64{cosine[0], cosine[1], sine[0], sine[1], math.Copysign(0, -1)}
	return active.rotate(xHigh, xLow[:n], yHigh[:n], yLow[:n], &by)
}

// AddScaled adds scale times y to x. The scale has a high and a low part too.
func AddScaled(xHigh, xLow, yHigh, yLow []float64, scale [2]float64) int {
	n := len(xHigh)
	return active.addScaled(xHigh, xLow[:n], yHigh[:n], yLow[:n], &scale)
}
