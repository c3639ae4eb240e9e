package metrics

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

// centreAll subtracts each column's mean in place.
func centreAll(x []float64, cols int) {
	rows := make([]int, len(x)/cols)
	for i := range rows {
		rows[i] = i
	}
	mean := trainMeans(x, cols, rows)
	for at := 0; at < len(x); at += cols {
		for j, m := range mean {
			x[at+j] -= m
		}
	}
}
