package blas

import "math"

// The functions here stand for those of gonum's internal/asm/f64, of the same arguments.
// Sums are divided as there among the lanes of a register.

func axpy(alpha float64, x, y []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float64(alpha * v)
	}
}

func axpyInc(alpha float64, x, y []float64, n, incX, incY, ix, iy uintptr) {
	for range n {
		y[iy] += float64(alpha * x[ix])
		ix += incX
		iy += incY
	}
}

func scal(alpha float64, x []float64) {
	for i := range x {
		x[i] *= alpha
	}
}

func scalInc(alpha float64, x []float64, n, incX uintptr) {
	var ix uintptr
	for range n {
		x[ix] *= alpha
		ix += incX
	}
}

func dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	for len(x) >= 4 {
		s0 += float64(x[0] * y[0])
		s1 += float64(x[1] * y[1])
		s2 += float64(x[2] * y[2])
		s3 += float64(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += float64(v * y[i])
	}
	return (s0 + s2) + (s1 + s3)
}

func dotInc(x, y []float64, n, incX, incY, ix, iy uintptr) float64 {
	var even, odd float64
	for i := range n {
		product := float64(x[ix] * y[iy])
		if i%2 == 0 && i < n-1 {
			even += product
		} else {
			odd += product
		}
		ix += incX
		iy += incY
	}
	return even + odd
}

// gemvN sets y = alpha·A·x + beta·y.
func gemvN(m, n uintptr, alpha float64, a []float64, lda uintptr, x []float64, incX uintptr, beta float64, y []float64, incY uintptr) {
	ix, iy := first(n, incX), first(m, incY)
	for i := range m {
		// Of rows by fours and twos, the lanes are added before the last term.
		v := float64(alpha * rowDot(a[i*lda:i*lda+n], x, incX, ix, i == m-1 && m%2 == 1))
		if beta == 0 {
			y[iy] = 0
		}
		y[iy] = float64(beta*y[iy]) + v
		iy += incY
	}
}

func rowDot(row, x []float64, incX, ix uintptr, lone bool) float64 {
	var s0, s1 float64
	for len(row) >= 2 {
		s0 += float64(row[0] * x[ix])
		s1 += float64(row[1] * x[ix+incX])
		row, ix = row[2:], ix+2*incX
	}
	if len(row) == 0 {
		return s0 + s1
	}
	last := float64(row[0] * x[ix])
	if lone {
		return (s0 + last) + s1
	}
	return (s0 + s1) + last
}

// gemvT sets y = alpha·Aᵀ·x + beta·y.
func gemvT(m, n uintptr, alpha float64, a []float64, lda uintptr, x []float64, incX uintptr, beta float64, y []float64, incY uintptr) {
	ix, iy := first(m, incX), first(n, incY)
	at := iy
	for range n {
		if beta == 0 {
			y[at] = 0
		} else {
			y[at] *= beta
		}
		at += incY
	}
	for i := range m {
		axpyInc(alpha*x[ix], a[i*lda:i*lda+n], y, n, 1, incY, 0, iy)
		ix += incX
	}
}

// ger adds alpha·x·yᵀ to A.
func ger(m, n uintptr, alpha float64, x []float64, incX uintptr, y []float64, incY uintptr, a []float64, lda uintptr) {
	ix, iy := first(m, incX), first(n, incY)
	for i := range m {
		axpyInc(alpha*x[ix], y, a[i*lda:i*lda+n], n, incY, 1, iy, 0)
		ix += incX
	}
}

// first is where a vector of n elements begins, at its end if inc is negative.
func first(n, inc uintptr) uintptr {
	if int(inc) < 0 {
		return -(n - 1) * inc
	}
	return 0
}

func norm(x []float64) float64 { return normInc(x, uintptr(len(x)), 1) }

func normInc(x []float64, n, incX uintptr) float64 {
	scale, squares := 0.0, 1.0
	var ix uintptr
	for range n {
		v := math.Abs(x[ix])
		ix += incX
		switch {
		case v == 0:
		case math.IsNaN(v):
			return v
		case scale < v:
			s := scale / v
			squares = 1 + float64(squares*s*s)
			scale = v
		default:
			s := v / scale
			squares += float64(s * s)
		}
	}
	if math.IsInf(scale, 1) {
		return scale
	}
	return scale * math.Sqrt(squares)
}
