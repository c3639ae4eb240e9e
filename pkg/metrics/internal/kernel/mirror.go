package kernel

// Mirror copies the upper triangle of the n×n matrix C to its lower one, in square
// blocks that fit the first-level cache, so that neither side is walked down columns
// of a large stride.
func Mirror(n int, c []float64, ldc int) {
	const block = 32
	if n < 0 {
		panic(negative)
	}
	checkMatrix(n, n, ldc, len(c), badLdC, shortC)
	for i0 := 0; i0 < n; i0 += block {
		i1 := min(i0+block, n)
		for j0 := 0; j0 <= i0; j0 += block {
			for i := i0; i < i1; i++ {
				j1 := min(j0+block, i)
				if j0 >= j1 {
					continue
				}
				row := c[i*ldc+j0 : i*ldc+j1]
				at := j0*ldc + i
				for j := range row {
					row[j] = c[at]
					at += ldc
				}
			}
		}
	}
}
