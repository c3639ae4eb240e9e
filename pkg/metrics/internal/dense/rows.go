package dense

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
)

// Complement lists 0 … n-1 without the given rows.
func Complement(rows []int, n int) []int {
	given := make([]bool, n)
	for _, i := range rows {
		given[i] = true
	}
	out := make([]int, 0, n-min(n, len(rows)))
	for i, g := range given {
		if !g {
			out = append(out, i)
		}
	}
	return out
}

// CenterColumns subtracts each column's mean in place. A constant column becomes
// exactly 0.
func CenterColumns(x []float64, cols int) { CenterColumnsInto(1, x, x, cols) }

// CenterColumnsInto sets out to x less each column's mean; it may be x itself. Both are
// taken less the first row, so that an offset costs no digit.
func CenterColumnsInto(workers int, out, x []float64, cols int) {
	rows := len(x) / cols
	parts := crew.Chunks(cols, max(1, workers), 8)
	// The tasks give no error, and no context stops them.
	_ = crew.Each(context.Background(), workers, len(parts), func(k int) error {
		from, to := parts[k][0], parts[k][1]
		first, mean := slices.Clone(x[from:to]), make([]float64, to-from)
		for i := range rows {
			for j, v := range x[i*cols+from : i*cols+to] {
				mean[j] += v - first[j]
			}
		}
		for j := range mean {
			mean[j] /= float64(rows)
		}
		for i := range rows {
			row := out[i*cols+from : i*cols+to]
			for j, v := range x[i*cols+from : i*cols+to] {
				row[j] = v - first[j] - mean[j]
			}
		}
		return nil
	})
}

// SelectColumns copies the given columns of a row-major matrix.
func SelectColumns(x []float64, cols int, keep []int) []float64 {
	if len(keep) == 0 {
		return nil
	}
	out := make([]float64, 0, len(x)/cols*len(keep))
	for at := 0; at < len(x); at += cols {
		for _, j := range keep {
			out = append(out, x[at+j])
		}
	}
	return out
}

// SelectRows copies the given rows of a row-major matrix.
func SelectRows(x []float64, cols int, rows []int) []float64 {
	out := make([]float64, 0, len(rows)*cols)
	for _, i := range rows {
		out = append(out, x[i*cols:(i+1)*cols]...)
	}
	return out
}

// LongestRow is the largest norm of a row.
func LongestRow(x []float64, cols int) float64 {
	most := 0.0
	for at := 0; at < len(x); at += cols {
		most = max(most, Dot(x[at:at+cols], x[at:at+cols]))
	}
	return math.Sqrt(most)
}

// CenteredRows copies the given rows less their mean, which it also returns.
func CenteredRows(x []float64, cols int, rows []int) (out, mean []float64) {
	mean = ColumnMeans(x, cols, rows)
	out = SelectRows(x, cols, rows)
	CenterColumns(out, cols)
	return out, mean
}

// AddToRows adds alpha·v to each row of a row-major matrix.
func AddToRows(x []float64, alpha float64, v []float64) {
	for at := 0; at < len(x); at += len(v) {
		AddScaled(alpha, v, x[at:at+len(v)])
	}
}

// Submatrix copies the given rows and columns of a matrix of n columns.
func Submatrix(x []float64, n int, rows, columns []int) []float64 {
	out := make([]float64, 0, len(rows)*len(columns))
	for _, i := range rows {
		row := x[i*n : (i+1)*n]
		for _, j := range columns {
			out = append(out, row[j])
		}
	}
	return out
}

// RowsWhere returns the rows that a list has true for.
func RowsWhere(rows []int, keep []bool) []int {
	var kept []int
	for a, i := range rows {
		if keep[a] {
			kept = append(kept, i)
		}
	}
	return kept
}

// AllRows lists 0 … n-1.
func AllRows(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}
