// Code generated from gonum.org/v1/gonum/mathext by internal/portable/generate; DO NOT EDIT.

package portable

import (
	"math"
)

func normalQuantile(p float64) float64 {
	switch {
	case p < 0 || 1 < p:
		panic("mathext: quantile out of bounds")
	case p == 1:
		return math.Inf(1)
	case p == 0:
		return math.Inf(-1)
	}

	dp := p - 0.5
	if math.Abs(dp) <= 0.425 {
		z := 0.180625 - float64(dp*dp)
		z1 := float64((float64((float64((float64((float64((float64((float64(zQSA[0]*z)+zQSA[1])*z)+zQSA[2])*z)+zQSA[3])*z)+zQSA[4])*z)+zQSA[5])*z)+zQSA[6])*z) + zQSA[7]
		z2 := float64((float64((float64((float64((float64((float64((float64(zQSB[0]*z)+zQSB[1])*z)+zQSB[2])*z)+zQSB[3])*z)+zQSB[4])*z)+zQSB[5])*z)+zQSB[6])*z) + zQSB[7]
		return float64(dp*z1) / z2
	}

	if p < 0.5 {
		r := math.Sqrt(-Log(p))
		if r <= 5.0 {
			z := r - 1.6
			z1 := float64((float64((float64((float64((float64((float64((float64(zQIA[0]*z)+zQIA[1])*z)+zQIA[2])*z)+zQIA[3])*z)+zQIA[4])*z)+zQIA[5])*z)+zQIA[6])*z) + zQIA[7]
			z2 := float64((float64((float64((float64((float64((float64((float64(zQIB[0]*z)+zQIB[1])*z)+zQIB[2])*z)+zQIB[3])*z)+zQIB[4])*z)+zQIB[5])*z)+zQIB[6])*z) + zQIB[7]
			return -z1 / z2
		}
		z := r - 5
		z1 := float64((float64((float64((float64((float64((float64((float64(zQTA[0]*z)+zQTA[1])*z)+zQTA[2])*z)+zQTA[3])*z)+zQTA[4])*z)+zQTA[5])*z)+zQTA[6])*z) + zQTA[7]
		z2 := float64((float64((float64((float64((float64((float64((float64(zQTB[0]*z)+zQTB[1])*z)+zQTB[2])*z)+zQTB[3])*z)+zQTB[4])*z)+zQTB[5])*z)+zQTB[6])*z) + zQTB[7]
		return -z1 / z2
	}
	r := math.Sqrt(-Log(1 - p))
	if r <= 5.0 {
		z := r - 1.6
		z1 := float64((float64((float64((float64((float64((float64((float64(zQIA[0]*z)+zQIA[1])*z)+zQIA[2])*z)+zQIA[3])*z)+zQIA[4])*z)+zQIA[5])*z)+zQIA[6])*z) + zQIA[7]
		z2 := float64((float64((float64((float64((float64((float64((float64(zQIB[0]*z)+zQIB[1])*z)+zQIB[2])*z)+zQIB[3])*z)+zQIB[4])*z)+zQIB[5])*z)+zQIB[6])*z) + zQIB[7]
		return z1 / z2
	}

	z := r - 5
	z1 := float64((float64((float64((float64((float64((float64((float64(zQTA[0]*z)+zQTA[1])*z)+zQTA[2])*z)+zQTA[3])*z)+zQTA[4])*z)+zQTA[5])*z)+zQTA[6])*z) + zQTA[7]
	z2 := float64((float64((float64((float64((float64((float64((float64(zQTB[0]*z)+zQTB[1])*z)+zQTB[2])*z)+zQTB[3])*z)+zQTB[4])*z)+zQTB[5])*z)+zQTB[6])*z) + zQTB[7]
	return z1 / z2
}

var zQSA = [...]float64{2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608}

var zQSB = [...]float64{5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0}

var zQIA = [...]float64{7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734}

var zQIB = [...]float64{1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0}

var zQTA = [...]float64{2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772}

var zQTB = [...]float64{2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0}
