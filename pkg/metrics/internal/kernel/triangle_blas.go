package kernel

import "gonum.org/v1/gonum/blas"

// What LAPACK does on the upper triangle of a matrix, done on a Triangle. Products are
// divided by rows at the bounds of bands, which changes no bit, and by terms at bounds of
// bands that are multiples of KC. So the bits are those of the BLAS of this package on the
// matrix, if that routes the product here, as it does if the triangle has several bands.

// Several reports whether the triangle has more than one band. One that has not is the upper
// triangle of a matrix of stride n.
func (t *Triangle) Several() bool { return len(t.bands) > 1 }

// SubtractProducts subtracts Tᵀ·T from the rows j … j+jb-1, of one band, from column
// j+jb on, where T stands for the rows above j: Dgemm's step of a Cholesky decomposition.
func (t *Triangle) SubtractProducts(workers, j, jb int) {
	width := t.n - j - jb
	if width == 0 {
		return
	}
	c, ldc, _ := t.Block(j, j+jb)
	for k0 := 0; k0 < j; k0 += t.height {
		left, ld, _ := t.Block(k0, j)
		Gemm(workers, true, false, jb, width, min(t.height, j-k0), -1, left, ld, left[jb:], ld, c, ldc)
	}
}

// AddRowProducts adds to b, i×ib, the products of the rows before i with the rows i …
// i+ib-1, of one band, over the columns from i+ib on: Dgemm's step of U·Uᵀ.
func (t *Triangle) AddRowProducts(workers, i, ib int, b []float64) {
	from := i + ib
	if from == t.n {
		return
	}
	right, ld, _ := t.Block(i, from)
	t.eachPart(workers, 0, i, func(workers, r0, r1 int) {
		left, lda, _ := t.Block(r0, from)
		Gemm(workers, false, true, r1-r0, ib, t.n-from, 1, left, lda, right, ld, b[r0*ib:], ib)
	})
}

// eachPart calls f for the rows from … to-1 in parts that are each of one band: concurrently,
// with one worker each, if they are many.
func (t *Triangle) eachPart(workers, from, to int, f func(workers, r0, r1 int)) {
	const many = 4
	first := from / t.height
	parts := (to+t.height-1)/t.height - first
	own := workers
	if parts >= many*workers {
		own = 1
	} else {
		workers = 1
	}
	parallel(workers, parts, func(_, k int) {
		f(own, max(from, (first+k)*t.height), min(to, (first+k+1)*t.height))
	})
}

// Multiply replaces b, m×n, by T·b, T being the first m rows and columns of the triangle, as
// Dtrmm does.
func (t *Triangle) Multiply(workers, m, n int, b []float64) {
	impl := BLAS(workers).(blasFloat64)
	t.multiply(impl, 0, m, n, b)
}

// multiply multiplies by the triangle of rows at … at+m-1.
func (t *Triangle) multiply(impl blasFloat64, at, m, n int, b []float64) {
	if m <= blasBase {
		// It may be of two bands.
		var small [blasBase * blasBase]float64
		for i := range m {
			copy(small[i*m+i:(i+1)*m], t.Row(at+i))
		}
		impl.strips(n, m*m*n, func(from, to int) {
			impl.Float64.Dtrmm(blas.Left, blas.Upper, blas.NoTrans, blas.NonUnit, m, to-from, 1, small[:], m, b[from:], n)
		})
		return
	}
	h := halfOf(m)
	t.multiply(impl, at, h, n, b)
	t.eachPart(impl.workers, at, at+h, func(workers, r0, r1 int) {
		off, ld, _ := t.Block(r0, at+h)
		Gemm(workers, false, false, r1-r0, n, m-h, 1, off, ld, b[h*n:], n, b[(r0-at)*n:], n)
	})
	t.multiply(impl, at+h, m-h, n, b[h*n:])
}
