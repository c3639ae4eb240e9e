package plain

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Standardizer holds the fitting rows' mean and population deviation by feature.
type Standardizer struct{ mean, sd []float64 }

// Standardize measures the given number of rows.
func Standardize(x []float64, rows, features int) Standardizer {
	s := Standardizer{make([]float64, features), make([]float64, features)}
	column := make([]float64, rows)
	for f := range features {
		for i := range rows {
			column[i] = x[i*features+f]
		}
		for _, v := range column {
			s.mean[f] += v
		}
		s.mean[f] /= float64(rows)
		squares := 0.0
		for _, v := range column {
			squares += (v - s.mean[f]) * (v - s.mean[f])
		}
		s.sd[f] = math.Sqrt(squares / float64(rows))
		if s.sd[f] == 0 {
			s.sd[f] = 1
		}
	}
	return s
}

// Apply centres and scales rows as the fitting rows were.
func (s Standardizer) Apply(x []float64) []float64 {
	out, features := make([]float64, len(x)), len(s.mean)
	for i, v := range x {
		out[i] = (v - s.mean[i%features]) / s.sd[i%features]
	}
	return out
}

// CrossGram is x·yᵀ, one row of features for each of both.
func CrossGram(x, y []float64, features int) []float64 {
	n, m := len(x)/features, len(y)/features
	out := make([]float64, n*m)
	dense.AddProduct(1, dense.Of(out, n, m), 1, dense.Of(x, n, features), dense.Of(y, m, features).T())
	return out
}
