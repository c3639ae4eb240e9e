package metrics

import "context"

// complement lists 0 … n-1 without the given rows.
func complement(rows []int, n int) []int {
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

// centreAll subtracts each column's mean in place. A constant column becomes
// exactly 0.
func centreAll(x []float64, cols int) { centredInto(1, x, x, cols) }

// centredInto sets out to x less each column's mean; it may be x itself.
func centredInto(workers int, out, x []float64, cols int) {
	rows := len(x) / cols
	parts := chunks(cols, max(1, workers), 8)
	// The tasks give no error, and no context stops them.
	_ = parallel(context.Background(), workers, len(parts), func(k int) error {
		from, to := parts[k][0], parts[k][1]
		first, mean := x[from:to], make([]float64, to-from)
		for i := range rows {
			for j, v := range x[i*cols+from : i*cols+to] {
				mean[j] += v - first[j]
			}
		}
		for j := range mean {
			mean[j] = first[j] + mean[j]/float64(rows)
		}
		for i := range rows {
			row := out[i*cols+from : i*cols+to]
			for j, v := range x[i*cols+from : i*cols+to] {
				row[j] = v - mean[j]
			}
		}
		return nil
	})
}
