package metrics_test

import (
	"math"
	"math/big"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// longBits is the precision of long matrices: what is 0 in exact arithmetic is less
// than longZero of what it was computed from. Components of no more than longNone of the
// predictors' size do not count, by the definition of pls.
const (
	longBits = 500
	longZero = 1e-120
	longNone = 0x1p-92
)

// long is a matrix of long numbers, by rows.
type long [][]*big.Float

func newLong(x float64) *big.Float { return new(big.Float).SetPrec(longBits).SetFloat64(x) }

// longRows copies rows of a matrix, each less the mean of the given train rows.
func longRows(m matrix, rows, train []int) long {
	out := make(long, len(rows))
	for i := range out {
		out[i] = make([]*big.Float, m.cols)
	}
	n := newLong(float64(len(train)))
	for j := range m.cols {
		mean := newLong(0)
		for _, row := range train {
			mean.Add(mean, newLong(m.x[row*m.cols+j]))
		}
		mean.Quo(mean, n)
		for i, row := range rows {
			out[i][j] = newLong(m.x[row*m.cols+j])
			out[i][j].Sub(out[i][j], mean)
		}
	}
	return out
}

func longDot(a, b []*big.Float) *big.Float {
	sum, product := newLong(0), newLong(0)
	for i, v := range a {
		sum.Add(sum, product.Mul(v, b[i]))
	}
	return sum
}

// times is m·v.
func (m long) times(v []*big.Float) []*big.Float {
	out := make([]*big.Float, len(m))
	for i, row := range m {
		out[i] = longDot(row, v)
	}
	return out
}

// into is mᵀ·v.
func (m long) into(v []*big.Float) []*big.Float {
	out, product := make([]*big.Float, len(m[0])), newLong(0)
	for j := range out {
		out[j] = newLong(0)
		for i, row := range m {
			out[j].Add(out[j], product.Mul(row[j], v[i]))
		}
	}
	return out
}

// less subtracts t·pᵀ.
func (m long) less(t, p []*big.Float) {
	product := newLong(0)
	for i, row := range m {
		for j, v := range p {
			row[j].Sub(row[j], product.Mul(t[i], v))
		}
	}
}

func (m long) column(j int) []*big.Float {
	out := make([]*big.Float, len(m))
	for i, row := range m {
		out[i] = new(big.Float).Copy(row[j])
	}
	return out
}

func longDivide(v []*big.Float, by *big.Float) {
	for _, x := range v {
		x.Quo(x, by)
	}
}

func longLength(v []*big.Float) *big.Float { return newLong(0).Sqrt(longDot(v, v)) }

// longNIPALS is nipals on long numbers, for components that are rounding of the others to
// 32 digits. Predictions that differ by no more than longZero of the largest are constant.
func longNIPALS(source, target matrix, split structured.Split, components int) (rs []float64, doubtful bool) {
	x, rest := longRows(source, split.Train, split.Train), longRows(source, split.Test, split.Train)
	y := longRows(target, split.Train, split.Train)
	predicted := make(long, len(rest))
	for i := range predicted {
		predicted[i] = make([]*big.Float, target.cols)
		for j := range predicted[i] {
			predicted[i][j] = newLong(0)
		}
	}
	size := 0.0
	for _, row := range x {
		length, _ := longLength(row).Float64()
		size = math.Hypot(size, length)
	}
	scale := make([]float64, target.cols)
	for j := range scale {
		scale[j], _ = longLength(y.column(j)).Float64()
	}
	for range components {
		start := -1
		for j := range scale {
			if left, _ := longLength(y.column(j)).Float64(); left > longZero*scale[j] {
				doubtful = doubtful || left < 1e-12*scale[j]
				start = j
				break
			}
		}
		if start < 0 {
			break
		}
		u := y.column(start)
		var w, old, t, c []*big.Float
		for i := range 500 {
			w = x.into(u)
			length := longLength(w)
			short, _ := length.Float64()
			long, _ := longLength(u).Float64()
			of := short / (size * long)
			doubtful = doubtful || of > longNone/1e3 && of < longNone*1e3
			if of <= longNone {
				return longCorrelations(predicted, target, split), doubtful
			}
			longDivide(w, length)
			t = x.times(w)
			score, _ := longLength(t).Float64()
			doubtful = doubtful || score > longNone/1e3*size && score < longNone*1e3*size
			if score <= longNone*size {
				return longCorrelations(predicted, target, split), doubtful
			}
			c = y.into(t)
			longDivide(c, longDot(t, t))
			u = y.times(c)
			longDivide(u, longDot(c, c))
			if target.cols == 1 {
				break
			}
			if i > 0 {
				change := 0.0
				for k := range w {
					d, _ := newLong(0).Sub(w[k], old[k]).Float64()
					change += d * d
				}
				doubtful = doubtful || math.Abs(change-1e-6) < 1e-12
				if change < 1e-6 {
					break
				}
			}
			old = w
		}
		p := x.into(t)
		longDivide(p, longDot(t, t))
		x.less(t, p)
		y.less(t, c)
		scores := rest.times(w)
		rest.less(scores, p)
		for i, row := range predicted {
			for k, v := range c {
				row[k].Add(row[k], newLong(0).Mul(scores[i], v))
			}
		}
	}
	return longCorrelations(predicted, target, split), doubtful
}

// longCorrelations is r of each target on the test rows with its prediction.
func longCorrelations(predicted long, target matrix, split structured.Split) []float64 {
	rs := make([]float64, target.cols)
	for j := range rs {
		rs[j] = math.NaN()
		measured := pick(target.x, target.cols, j, split.Test)
		if !varies(measured) || !varies(pick(target.x, target.cols, j, split.Train)) {
			continue
		}
		p := make([]exact.Number, len(predicted))
		largest, span := 0.0, 0.0
		for i, row := range predicted {
			from := newLong(0).Sub(row[j], predicted[0][j])
			high, _ := from.Float64()
			low, _ := from.Sub(from, newLong(high)).Float64()
			p[i] = exact.Number{Hi: high, Lo: low}
			v, _ := row[j].Float64()
			largest, span = max(largest, math.Abs(v)), max(span, math.Abs(high))
		}
		if span > longZero*largest {
			rs[j] = pearson(p, numbers(measured)).Float()
		}
	}
	return rs
}
