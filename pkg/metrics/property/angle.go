package property

import "math"

// turn returns cosine and sine of an angle that is a share of a full turn, with the same
// bits on all processors: the functions of package math may be compiled to fused products.
// The error is about 2⁻⁵². Quarter turns are exact.
func turn(share float64) (cos, sin float64) {
	share -= math.Floor(share)
	quarter := math.Round(float64(4 * share))
	rest := 2 * math.Pi * (share - float64(quarter/4)) // within an eighth of a turn
	cos, sin = 1, rest
	square := float64(rest * rest)
	termCos, termSin := 1., rest
	for k := 2.; k <= 20; k += 2 {
		termCos = float64(termCos * (-square / float64((k-1)*k)))
		termSin = float64(termSin * (-square / float64(k*(k+1))))
		cos += termCos
		sin += termSin
	}
	switch int(quarter) % 4 {
	case 1:
		return -sin, cos
	case 2:
		return -cos, -sin
	case 3:
		return sin, -cos
	}
	return cos, sin
}
