package kernel

// mirrorBlock is the side of the squares that are copied, so small that neither
// side of one leaves the first-level cache while it is walked down its columns.
const mirrorBlock = 32

// Mirror copies the upper triangle of the n×n matrix C to its lower one.
func Mirror(workers, n int, c []float64, ldc int) {
	if n < 0 {
		panic(negative)
	}
	checkMatrix(n, n, ldc, len(c), badLdC, shortC)
	// The longest rows first, so that workers end together.
	strips := (n + mirrorBlock - 1) / mirrorBlock
	parallel(workers, strips, func(_, s int) {
		i0 := (strips - 1 - s) * mirrorBlock
		i1 := min(i0+mirrorBlock, n)
		for j0 := 0; j0 <= i0; j0 += mirrorBlock {
			for i := i0; i < i1; i++ {
				j1 := min(j0+mirrorBlock, i)
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
	})
}
