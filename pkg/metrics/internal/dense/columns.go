package dense

import "math"

// ColumnNorms returns the norm of each column of a row-major matrix.
func ColumnNorms(x []float64, cols int) []float64 {
	// Scaled by the largest, so that no square overflows or vanishes.
	norms, largest := make([]float64, cols), MaxAbs(x)
	if largest == 0 {
		return norms
	}
	for at := 0; at < len(x); at += cols {
		for j, v := range x[at : at+cols] {
			v /= largest
			norms[j] += float64(v * v)
		}
	}
	for j := range norms {
		norms[j] = largest * math.Sqrt(norms[j])
	}
	return norms
}

// AddSquares adds the squares of each column of a row-major matrix to sums.
func AddSquares(sums, x []float64) {
	for at := 0; at < len(x); at += len(sums) {
		for j, v := range x[at : at+len(sums)] {
			sums[j] += float64(v * v)
		}
	}
}

// ColumnMeans returns the mean of each column over the given rows, as the first
// row and the mean distance from it: that of equal numbers is exactly the number.
func ColumnMeans(x []float64, cols int, rows []int) []float64 {
	mean := make([]float64, cols)
	if len(rows) == 0 {
		return mean
	}
	first := x[rows[0]*cols : (rows[0]+1)*cols]
	row := func(i int) []float64 { return x[rows[i]*cols : (rows[i]+1)*cols][:len(mean)] } // no index is checked
	k := 0
	for ; k+4 <= len(rows); k += 4 { // one by one, but from memory together
		a, b, c, d := row(k), row(k+1), row(k+2), row(k+3)
		for j, v := range first[:len(mean)] {
			mean[j] = mean[j] + (a[j] - v) + (b[j] - v) + (c[j] - v) + (d[j] - v)
		}
	}
	for ; k < len(rows); k++ {
		a := row(k)
		for j, v := range first[:len(mean)] {
			mean[j] += a[j] - v
		}
	}
	for j := range mean {
		mean[j] = first[j] + mean[j]/float64(len(rows))
	}
	return mean
}

// ScaleColumns multiplies each column of a row-major matrix by its factor.
func ScaleColumns(x, by []float64) {
	for at := 0; at < len(x); at += len(by) {
		for j, f := range by {
			x[at+j] *= f
		}
	}
}

// ColumnSizes returns the largest magnitude of each column of a row-major matrix.
func ColumnSizes(x []float64, cols int) []float64 {
	sizes := make([]float64, cols)
	for at := 0; at < len(x); at += cols {
		for j, v := range x[at : at+cols] {
			sizes[j] = max(sizes[j], math.Abs(v))
		}
	}
	return sizes
}

// ColumnMaxAbs returns the largest absolute value of each column of a row-major matrix.
func ColumnMaxAbs(x []float64, cols int) []float64 {
	largest := make([]float64, cols)
	for at := 0; at < len(x); at += cols {
		for j, v := range x[at : at+cols] {
			largest[j] = max(largest[j], math.Abs(v))
		}
	}
	return largest
}
