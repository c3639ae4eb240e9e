// Code generated from gonum.org/v1/gonum/mathext/internal/gonum by internal/portable/generate; DO NOT EDIT.

package portable

import (
	"math"
)

func beta(a, b float64) float64 {
	return Exp(logBeta(a, b))
}

func logBeta(a, b float64) float64 {
	switch {
	case math.IsInf(a, +1) || math.IsInf(b, +1):
		return math.NaN()
	case a == 0 && b == 0:
		return math.NaN()
	case a < 0 || b < 0:
		return math.NaN()
	case math.IsNaN(a) || math.IsNaN(b):
		return math.NaN()
	case a == 0 || b == 0:
		return math.Inf(+1)
	}

	la, _ := lgamma(a)
	lb, _ := lgamma(b)
	lab, _ := lgamma(a + b)
	return la + lb - lab
}
