package stream

// Means sets mean to the means of the block's columns from … to-1 over the
// given rows, the first n where rows is nil.
func (b Block) Means(rows []int, n, from, to int, mean []float64) {
	if b.X != nil {
		columnMeansOf(b.X, b.Stride, rows, n, from, to, mean)
	} else {
		columnMeansOf(b.Single, b.Stride, rows, n, from, to, mean)
	}
}

// Centered fills columns from … to-1 of a slab with those of the block less
// their mean.
func (b Block) Centered(rows []int, n, from, to int, mean, slab []float64) {
	if b.X != nil {
		centredColumns(b.X, b.Stride, rows, n, from, to, mean, slab)
	} else {
		centredColumns(b.Single, b.Stride, rows, n, from, to, mean, slab)
	}
}

// Row copies a row's columns, from a first one on.
func (b Block) Row(i, from int, dst []float64) {
	if b.X != nil {
		copy(dst, b.X[i*b.Stride+from:])
		return
	}
	for j, v := range b.Single[i*b.Stride+from:][:len(dst)] {
		dst[j] = float64(v)
	}
}

// columnMeansOf sets each mean as the first row's value and the mean distance from
// it, so that a column of equal values is exactly 0 once it is centred.
func columnMeansOf[T float32 | float64](x []T, ld int, rows []int, n, from, to int, mean []float64) {
	clear(mean)
	if n == 0 {
		return
	}
	at := func(i int) []T {
		if rows != nil {
			i = rows[i]
		}
		return x[i*ld+from : i*ld+to]
	}
	first := make([]float64, len(mean))
	for j, v := range at(0) {
		first[j] = float64(v)
	}
	i := 1
	// Four rows at a time, added one after the other.
	for ; i+4 <= n; i += 4 {
		a, b, c, d := at(i), at(i+1), at(i+2), at(i+3)
		b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
		sums, first := mean[:len(a)], first[:len(a)]
		for j, v := range a {
			f := first[j]
			sums[j] = sums[j] + (float64(v) - f) + (float64(b[j]) - f) + (float64(c[j]) - f) + (float64(d[j]) - f)
		}
	}
	for ; i < n; i++ {
		for j, v := range at(i) {
			mean[j] += float64(v) - first[j]
		}
	}
	for j := range mean {
		mean[j] = first[j] + mean[j]/float64(n)
	}
}

func centredColumns[T float32 | float64](x []T, ld int, rows []int, n, from, to int, mean, slab []float64) {
	for i := range n {
		at := i
		if rows != nil {
			at = rows[i]
		}
		out, row := slab[i*SlabCols+from:i*SlabCols+to], x[at*ld+from:at*ld+to]
		for j, v := range row {
			out[j] = float64(v) - mean[j]
		}
	}
}
