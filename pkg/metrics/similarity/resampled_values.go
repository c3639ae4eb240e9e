package similarity

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// valueSampler computes Pearson's r of dissimilarities, or their cosine.
type valueSampler struct {
	a, b    []float64
	centred bool
}

func (v valueSampler) value(s *sample) float64 {
	var n, sumA, sumB, aa, bb, ab float64
	for x, i := range s.drawn {
		from := firstPair(s.n, i) - i - 1
		var rowN, rowA, rowB, rowAA, rowBB, rowAB float64
		for y := x + 1; y < len(s.drawn); y++ {
			at, w := from+s.drawn[y], s.counts[y]
			p, q := v.a[at], v.b[at]
			wp, wq := float64(w*p), float64(w*q)
			rowN += w
			rowA += wp
			rowB += wq
			rowAA += float64(wp * p)
			rowBB += float64(wq * q)
			rowAB += float64(wp * q)
		}
		c := s.counts[x]
		n += float64(c * rowN)
		sumA += float64(c * rowA)
		sumB += float64(c * rowB)
		aa += float64(c * rowAA)
		bb += float64(c * rowBB)
		ab += float64(c * rowAB)
	}
	if !v.centred {
		return bounded(ab, aa, bb, 0, 0)
	}
	return bounded(ab-float64(sumA*sumB)/n, aa-float64(sumA*sumA)/n, bb-float64(sumB*sumB)/n, aa, bb)
}

// centredValues returns values less their mean.
func centredValues(values []float64) []float64 {
	mean, out := series.Mean(values), make([]float64, len(values))
	for i, v := range values {
		out[i] = v - mean
	}
	return out
}

// dissimilarityKernel returns the matrix −½D of stimuli: its upper triangle and then its
// diagonal, which is 0. If centre is set, the triangle is less its mean.
func dissimilarityKernel(t triangle, centre bool) []float64 {
	values := t.values
	if centre {
		values = centredValues(t.spread())
	}
	out := make([]float64, len(values)+stimuliOf(len(values)))
	for i, d := range values {
		out[i] = -d / 2
	}
	return out
}

// newSampler returns what computes the alignment of two centred matrices on samples, for
// each goroutine. The elements are those centred over all stimuli, which keep their digits.
func (m cka) newSampler(k, l *centredGram) func() sampler {
	a, b := k.elements(), l.elements()
	return func() sampler { return &kernelSampler{k: a, l: b, itself: m.biased} }
}

// elements returns the upper triangle of the centred matrix, and then its diagonal.
func (c *centredGram) elements() []float64 {
	n := len(c.rows)
	out := make([]float64, 0, n*(n-1)/2+n)
	for a, i := range c.rows {
		row := c.gram.K[i*c.gram.N : (i+1)*c.gram.N]
		for b := a + 1; b < n; b++ {
			out = append(out, float64(row[c.rows[b]]*c.by)+(c.shift[a]+c.shift[b]))
		}
	}
	for a, i := range c.rows {
		out = append(out, float64(c.gram.K[i*c.gram.N+i]*c.by)+float64(2*c.shift[a]))
	}
	return out
}

// kernelSampler computes the cosine of two symmetric matrices that are centred over the
// pairs of a sample: less the sums of a row's and a column's term that fit them best
// by least squares. Of a sample without repetition, these are U-centred matrices if the
// pairs of an element with itself are left out, and doubly centred ones otherwise.
// To leave out a pair of copies in the closed form of whitened dissimilarities is to fill
// in what makes the centred matrix smallest, whose elements are then 0 there.
type kernelSampler struct {
	k, l   []float64 // upper triangles, and then diagonals
	itself bool      // whether the pair of an element with itself counts
	less   bool      // whether the mean is first subtracted from the triangles

	rowsK, rowsL []float64
}

func (v *kernelSampler) value(s *sample) float64 {
	p := s.n * (s.n - 1) / 2
	m := len(s.drawn)
	v.rowsK, v.rowsL = append(v.rowsK[:0], make([]float64, m)...), append(v.rowsL[:0], make([]float64, m)...)
	for x, i := range s.drawn {
		from := firstPair(s.n, i) - i - 1
		c := s.counts[x]
		sumK, sumL := 0.0, 0.0
		for y := x + 1; y < m; y++ {
			at, w := from+s.drawn[y], s.counts[y]
			sumK += float64(w * v.k[at])
			sumL += float64(w * v.l[at])
			v.rowsK[y] += float64(c * v.k[at])
			v.rowsL[y] += float64(c * v.l[at])
		}
		v.rowsK[x] += sumK
		v.rowsL[x] += sumL
	}
	meanK, meanL := 0.0, 0.0
	if v.less {
		meanK, meanL = s.mean(v.rowsK), s.mean(v.rowsL)
	}
	for x, i := range s.drawn {
		others := s.total - s.counts[x]
		v.rowsK[x] -= float64(others * meanK)
		v.rowsL[x] -= float64(others * meanL)
		if v.itself {
			v.rowsK[x] += v.k[p+i]
			v.rowsL[x] += v.l[p+i]
		}
	}
	if !s.fit(v.rowsK, v.itself) || !s.fit(v.rowsL, v.itself) {
		return math.NaN()
	}
	var kl, kk, ll, sizeK, sizeL float64
	for x, i := range s.drawn {
		from := firstPair(s.n, i) - i - 1
		var rowKL, rowKK, rowLL, rowSizeK, rowSizeL float64
		for y := x + 1; y < m; y++ {
			at, w := from+s.drawn[y], s.counts[y]
			a, b := v.k[at]-meanK-v.rowsK[x]-v.rowsK[y], v.l[at]-meanL-v.rowsL[x]-v.rowsL[y]
			rowKL += float64(w * float64(a*b))
			rowKK += float64(w * float64(a*a))
			rowLL += float64(w * float64(b*b))
			rowSizeK += float64(w * float64(v.k[at]*v.k[at]))
			rowSizeL += float64(w * float64(v.l[at]*v.l[at]))
		}
		c := 2 * s.counts[x]
		kl += float64(c * rowKL)
		kk += float64(c * rowKK)
		ll += float64(c * rowLL)
		sizeK += float64(c * rowSizeK)
		sizeL += float64(c * rowSizeL)
		if v.itself {
			a, b := v.k[p+i]-float64(2*v.rowsK[x]), v.l[p+i]-float64(2*v.rowsL[x])
			kl += float64(s.counts[x] * float64(a*b))
			kk += float64(s.counts[x] * float64(a*a))
			ll += float64(s.counts[x] * float64(b*b))
		}
	}
	return bounded(kl, kk, ll, sizeK, sizeL)
}

// mean returns the mean over pairs of the matrix with the given sums of rows.
func (s *sample) mean(rows []float64) float64 {
	sum := 0.0
	for x, c := range s.counts {
		sum += float64(c * rows[x])
	}
	return sum / s.pairs() / 2
}

// fit replaces the sums of rows by the terms of the rows that fit the matrix best, and
// reports whether there are such.
func (s *sample) fit(rows []float64, itself bool) bool {
	own := 0.0
	if itself {
		own = 1
	}
	// The sum of a row is (total − 2·count + 2·own)·term + the weighted sum of all terms.
	sum, weight := 0.0, 1.0
	for x, c := range s.counts {
		free := s.total - float64(2*c) + float64(2*own)
		if !(free > 0) {
			return false // one stimulus is half of the sample
		}
		sum += float64(c*rows[x]) / free
		weight += c / free
	}
	sum /= weight
	for x, c := range s.counts {
		rows[x] = (rows[x] - sum) / (s.total - float64(2*c) + float64(2*own))
	}
	return true
}
