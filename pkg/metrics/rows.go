package metrics

// complement lists 0 … n-1 without the given sorted rows.
func complement(rows []int, n int) []int {
	var out []int
	at := 0
	for i := range n {
		if at < len(rows) && rows[at] == i {
			at++
		} else {
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
