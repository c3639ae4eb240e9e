package plain

import "gonum.org/v1/gonum/mat"

// CenteredDense returns a matrix less its column means, and these.
func CenteredDense(x *mat.Dense) (*mat.Dense, []float64) {
	n, f := x.Dims()
	mean := make([]float64, f)
	for i := range n {
		for j := range f {
			mean[j] += x.At(i, j) / float64(n)
		}
	}
	return LessRow(x, mean), mean
}

// LessRow returns a matrix less a row.
func LessRow(x *mat.Dense, row []float64) *mat.Dense {
	out := mat.DenseCopyOf(x)
	out.Apply(func(_, j int, v float64) float64 { return v - row[j] }, out)
	return out
}
