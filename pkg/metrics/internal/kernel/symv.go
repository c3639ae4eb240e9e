package kernel

import "gonum.org/v1/gonum/blas"

// symvStrips is how many parts the rows of a symmetric matrix are divided into. Each
// sums into a vector of its own; the vectors are added in order. The number is fixed,
// as it decides the bits.
const symvStrips = 8

// symvLarge is the order from which Dsymv is worth routing.
const symvLarge = 64

// Dsymv computes y = alpha·A·x + beta·y for symmetric A, of which one triangle is read,
// once: half of the work of reducing a symmetric matrix to tridiagonal form, and in
// gonum a scalar loop.
func (impl blasFloat64) Dsymv(ul blas.Uplo, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	if n < symvLarge || alpha == 0 || !validUplo(ul) || incX <= 0 || incY <= 0 ||
		!fits(n, n, lda, len(a)) || len(x) <= (n-1)*incX || len(y) <= (n-1)*incY {
		impl.Float64.Dsymv(ul, n, alpha, a, lda, x, incX, beta, y, incY)
		return
	}
	ws := takeWorkspace()
	defer ws.release()
	ws.shared[0] = grow(ws.shared[0], (1+symvStrips)*n)
	dense, sums := ws.shared[0][:n], ws.shared[0][n:]
	for i := range dense {
		dense[i] = x[i*incX]
	}
	workers := impl.workers
	if n*n < blasSmall {
		workers = 1
	}
	parallel(workers, symvStrips, func(_, s int) {
		sum := sums[s*n : (s+1)*n]
		clear(sum)
		active.symvStrip(ul, symvRow(ul, n, s), symvRow(ul, n, s+1), n, a, lda, dense, sum)
	})
	for i := range dense {
		total := 0.0
		for s := range symvStrips {
			total += sums[s*n+i]
		}
		if beta == 0 {
			y[i*incY] = alpha * total
		} else {
			y[i*incY] = float64(alpha*total) + float64(beta*y[i*incY])
		}
	}
}

// symvRow is where strip s starts: strips are of about equal area.
func symvRow(ul blas.Uplo, n, s int) int {
	if ul == blas.Upper {
		s = symvStrips - s
	}
	// The least r, a multiple of four, with r² ≥ n²·s/strips.
	r := 0
	for r < n && r*r*symvStrips < n*n*s {
		r += 4
	}
	r = min(r, n)
	if ul == blas.Upper {
		return n - r
	}
	return r
}

// symvStrip adds the share of rows r0..r1 of the triangle to sum, four rows at a time:
// first the columns that all four have off the diagonal, then the small triangle.
func (p path) symvStrip(ul blas.Uplo, r0, r1, n int, a []float64, lda int, x, sum []float64) {
	for i := r0; i < r1; i += 4 {
		rows := min(4, r1-i)
		from, to := 0, i
		if ul == blas.Upper {
			from, to = i+rows, n
		}
		if rows == 4 && from < to {
			p.symvRows(to-from, a[i*lda+from:], lda, x[from:], sum[from:], x[i:], sum[i:])
		} else if from < to {
			for r := i; r < i+rows; r++ {
				symvRowGo(a[r*lda+from:r*lda+to], x[from:], sum[from:], x[r], &sum[r])
			}
		}
		for r := i; r < i+rows; r++ {
			sum[r] += float64(a[r*lda+r] * x[r])
			from, to := i, r
			if ul == blas.Upper {
				from, to = r+1, i+rows
			}
			if from < to {
				symvRowGo(a[r*lda+from:r*lda+to], x[from:], sum[from:], x[r], &sum[r])
			}
		}
	}
}

// symvRows does k columns of four rows: dots gains a·x, y gains xr·a.
func (p path) symvRows(k int, a []float64, lda int, x, y, xr, dots []float64) {
	share, d := [4]float64(xr), [4]float64{}
	done := p.symv(k, &a[0], lda, &x[0], &y[0], &share, &d)
	for r := range d {
		symvRowGo(a[r*lda+done:r*lda+k], x[done:], y[done:], share[r], &d[r])
		dots[r] += d[r]
	}
}

// symvRowGo rounds each product, as dotGo does.
func symvRowGo(a, x, y []float64, share float64, dot *float64) {
	x, y = x[:len(a)], y[:len(a)]
	sum := 0.0
	for j, v := range a {
		sum += float64(v * x[j])
		y[j] += float64(v * share)
	}
	*dot += sum
}
