package similarity

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// Dissimilarities of two rows a and b, |a| the length of a row, follow from
//
//	q = |a − b|² − (|a| − |b|)²
//
// with rows less their own means for the correlation distance and as they are for
// the cosine distance: both are q/(2|a||b|). The Euclidean distance is √q without the
// second term. Nothing cancels where an offset is large against what sets the rows
// apart, as it does in 1 − a·b/(|a||b|).
//
// # Error
//
// With c the rows less the column means μ, which K holds, and γ the relative error of
// an element of K (Gram.rounding), q is off by 13γ(|c_a| + |c_b|)² at most: γ from
// the elements of K, 2γ from the sums of rows, and 10γ from |a| − |b|, which is
// computed as the difference of
//
//	|a| − |μ| = (|a|² − |μ|²)/(|a| + |μ|),
//
// each off by 5γ|c| at most. The three do not reach their bounds together: with 2 for
// 13 (errorOfSquare), no error above a fifth of the bound was met with equal, random,
// sparse and whole numbers, up to 200,000 features, on any kernel.
//
// Two dissimilarities are the same if they differ by no more than their bounds, and a
// q within its bound is 0: such differences are rounding, which ranks would magnify.
// On continuous data, where values so close are met by chance, this moves ρ by less
// than 1e-12.

// errorOfSquare is the factor of γ(|c_a| + |c_b|)² in the bound of q.
const errorOfSquare = 2

// squaredDistance names the squared Euclidean distance. If only the order counts, it
// also stands for the distance, and spares the rounding that a root magnifies near 0.
const squaredDistance = "sqeuclidean"

// lengthsOf is what dissimilarities of some rows take beside the elements of K.
type lengths struct {
	euclidean, root bool
	by              float64 // power of two that scales K
	gamma           float64
	square          []float64 // |c|²
	sum             []float64 // sum over features, over √F
	above           []float64 // |a| − |μ|
	inverse         []float64 // 1/(√2·|a|)
	wide            []float64 // |c|·√(errorOfSquare·γ)
	relative        []float64 // bound of the relative error of |a|
}

// lengthsOf returns what the dissimilarities of the given rows take, and which of the
// rows have dissimilarities: not those without variance for the correlation
// distance, nor those of zeros for the cosine distance. faint counts the rows that
// lack one because their length is no more than rounding beside that of the others.
func lengthsOf(g *stream.Gram, distance string, rows []int) (l *lengths, defined []bool, faint int, err error) {
	by, root, err := g.PowerOfTwo(rows)
	if err != nil {
		return nil, nil, 0, err
	}
	n := len(rows)
	of := func() []float64 { return make([]float64, n) }
	l = &lengths{
		euclidean: distance == "euclidean" || distance == squaredDistance, root: distance == "euclidean",
		by: by, gamma: g.Rounding(),
		square: of(), sum: of(), above: of(), inverse: of(), wide: of(), relative: of(),
	}
	defined = make([]bool, n)
	m := g.Moments
	offset, centred := m.Length()
	if distance == "correlation" {
		offset = centred
	}
	offset = float64(offset * root)
	for a, i := range rows {
		l.square[a] = max(0, g.K[i*g.N+i]*by)
		c := math.Sqrt(l.square[a])
		l.wide[a] = c * math.Sqrt(errorOfSquare*l.gamma)
		if l.euclidean {
			l.inverse[a], defined[a] = 1, true
			continue
		}
		more := l.square[a] // |a|² − |μ|²
		if distance == "correlation" {
			l.sum[a] = m.Sums[i] * root / math.Sqrt(float64(g.Features))
			more += float64(2*m.Shifts[i]*by) - float64(l.sum[a]*l.sum[a])
			defined[a] = m.Varies[i]
		} else {
			more += float64(2 * (float64(m.Shifts[i]*root) + float64(m.Sums[i]*root*m.Grand())) * root)
			defined[a] = m.Nonzero[i]
		}
		whole := float64(offset*offset) + more
		if defined[a] && !(whole > errorOfSquare*l.gamma*(c+offset)*(c+offset)) {
			defined[a] = false
			faint++
		}
		length := math.Sqrt(max(0, whole))
		l.above[a] = more / (length + offset)
		l.inverse[a] = 1 / (math.Sqrt2 * length)
		l.relative[a] = l.gamma * (offset + float64(2*c)) / length
	}
	return l, defined, faint, nil
}

// exponent is that of the power of two that dissimilarities are what row returns times.
func (l *lengths) exponent() int {
	if !l.euclidean {
		return 0
	}
	_, exponent := math.Frexp(l.by)
	if exponent = 1 - exponent; l.root {
		return exponent / 2 // by is a square
	}
	return exponent
}

// error bounds that of a dissimilarity of rows a and b.
func (l *lengths) error(a, b int, value float64) float64 {
	wide := l.wide[a] + l.wide[b]
	switch {
	case l.root && value > 0:
		return min(wide, wide*wide/(2*value))
	case l.euclidean:
		return wide * wide
	}
	return float64(wide*wide*l.inverse[a]*l.inverse[b]) + float64(value*(l.relative[a]+l.relative[b]+float64(4*stream.DoublePrecision)))
}

// largestError bounds error over all pairs, values being 2 at most; of no use for
// the Euclidean distance.
func (l *lengths) largestError() float64 {
	var share, wide, inverse, relative float64
	for a := range l.wide {
		share = max(share, l.wide[a]*l.wide[a]*l.inverse[a])
		wide, inverse, relative = max(wide, l.wide[a]), max(inverse, l.inverse[a]), max(relative, l.relative[a])
	}
	if l.euclidean {
		return 4 * wide * wide
	}
	return float64(4*share*inverse) + float64(4*relative) + float64(8*stream.DoublePrecision)
}

// row fills out with the dissimilarities of row a and each of those behind it, given
// row a of K, and returns the sum of what share of each may be rounding. faint is true
// if one of them is within its bound of 0 although the two rows are not the same.
func (l *lengths) row(a int, k []float64, others []int, out []float64) (doubt float64, faint bool) {
	const digits = 1e6 // beyond which rounding counts as none
	square, sum, above, inverse, wide := l.square[a+1:], l.sum[a+1:], l.above[a+1:], l.inverse[a+1:], l.wide[a+1:]
	n := len(others) // all lists are as long
	square, sum, above, inverse, wide, out = square[:n], sum[:n], above[:n], inverse[:n], wide[:n], out[:n]
	squareA, sumA, aboveA, inverseA, wideA := l.square[a], l.sum[a], l.above[a], l.inverse[a], l.wide[a]
	twice := 2 * l.by
	for b, j := range others {
		s, e, w := sumA-sum[b], aboveA-above[b], wideA+wide[b]
		q := squareA + square[b] - float64(twice*k[j]) - float64(s*s) - float64(e*e)
		if bound := w * w; q < digits*bound {
			if q <= bound {
				q = 0
				if squareA != square[b] || twice*k[j] != 2*squareA { // of equal rows, these are
					doubt, faint = doubt+1, true
				}
			} else {
				doubt += bound / q
			}
		}
		out[b] = q * inverseA * inverse[b]
	}
	if l.root {
		for b, q := range out {
			out[b] = math.Sqrt(q)
		}
	}
	return doubt, faint
}
