package metrics_test

import (
	"math"
	"math/big"
	"math/bits"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
)

// dissimilarities of pairs of rows in double-double. Those that are equal in exact
// arithmetic have the same place and the same value.
type dissimilarities struct {
	values  []exact.Number
	defined []bool
	// rounding is how far the rounding of the data themselves, as by a change of
	// unit, may move each value.
	rounding []float64
	// close is true if some count as equal here that are not in exact arithmetic.
	close bool
}

// merged takes values as equal that the rounding of the data may have made differ.
func (d dissimilarities) merged() dissimilarities {
	d.values, _ = settledWithin(d.values, func(i int) float64 { return d.rounding[i] / 2 })
	return d
}

// Rounding moves a correlation or cosine by less than alike, and other numbers by
// less than alike times the largest of their terms.
const alike = 1e-27

// newDissimilarities takes the upper triangle, row by row.
func newDissimilarities(m matrix, rows []int, distance string) dissimilarities {
	var d dissimilarities
	const ulps = 8 * 0x1p-53
	length := func(x []exact.Number) float64 { return exact.Dot(x, x).Sqrt().Float() }
	series := make([][]exact.Number, len(rows))
	moved := make([]float64, len(rows)) // by rounding, for each row
	for a, i := range rows {
		x := m.x[i*m.cols : (i+1)*m.cols]
		switch distance {
		case "correlation":
			if varies(x) {
				series[a] = unit(numbers(x))
				spread := exact.Dot(numbers(x), series[a]).Float() // length of x less its mean
				moved[a] = ulps * length(numbers(x)) / spread
			}
		case "cosine":
			if slices.ContainsFunc(x, func(v float64) bool { return v != 0 }) {
				v := numbers(x)
				length := exact.Dot(v, v).Sqrt()
				for k := range v {
					v[k] = v[k].Div(length)
				}
				series[a] = v
				moved[a] = ulps
			}
		default:
			series[a] = numbers(x)
			moved[a] = ulps * length(series[a])
		}
	}
	for a, x := range series {
		for b, y := range series[a+1:] {
			rounding := moved[a] + moved[a+1+b]
			switch {
			case x == nil || y == nil:
				d.values, d.defined, d.rounding = append(d.values, exact.Number{}), append(d.defined, false), append(d.rounding, rounding)
				continue
			case distance == "euclidean":
				var s exact.Number
				for k, v := range x {
					e := v.Sub(y[k])
					s = s.Add(e.Mul(e))
				}
				d.values = append(d.values, s.Sqrt())
			default:
				value := apart(x, y)
				d.values = append(d.values, value)
				v := value.Float() // moves by the sine of the angle
				rounding *= math.Sqrt(max(0, v*(2-v))) + rounding
			}
			d.rounding = append(d.rounding, rounding)
			d.defined = append(d.defined, true)
		}
	}
	if distance == "euclidean" {
		d.values, _ = settledBy(d.values, alike*largest(d.values))
		return d
	}
	// Rounding of unit vectors moves their angle, and so hardly moves what is near 0 or 2.
	d.values, _ = settledWithin(d.values, func(i int) float64 {
		v := d.values[i].Float()
		const unitAlike = alike / 100
		return unitAlike*math.Sqrt(max(0, min(v, 2-v))) + unitAlike*unitAlike
	})
	d.close = closerThanDigits(m, rows, distance, d)
	return d
}

// closerThanDigits reports whether fractions tell some dissimilarities of whole numbers,
// times a power of two, apart that have the same value: twice the precision does not tell
// numbers that agree to thirty digits.
func closerThanDigits(m matrix, rows []int, distance string, d dissimilarities) bool {
	const digits, most = 53, 1 << 53
	lowest := math.MaxInt
	for _, v := range m.x {
		if v != 0 {
			fraction, exponent := math.Frexp(math.Abs(v))
			lowest = min(lowest, exponent-digits+bits.TrailingZeros64(uint64(math.Ldexp(fraction, digits))))
		}
	}
	m.x = slices.Clone(m.x)
	for i, v := range m.x {
		if m.x[i] = math.Ldexp(v, -lowest); math.Abs(m.x[i]) > most {
			return false
		}
	}
	fraction := ratCosine
	if distance == "correlation" {
		fraction = ratCorrelation
	}
	first, at := make(map[exact.Number]*big.Rat), 0
	for a, i := range rows {
		for _, j := range rows[a+1:] {
			value, defined := d.values[at], d.defined[at]
			if at++; !defined {
				continue
			}
			key := fraction(whole(m, i), whole(m, j))
			if first[value] == nil {
				first[value] = key
			} else if first[value].Cmp(key) != 0 {
				return true
			}
		}
	}
	return false
}

// apart is 1 less the product of unit vectors, which is half of the square of their
// difference, and 2 less half of that of their sum.
func apart(x, y []exact.Number) exact.Number {
	half := func(sign float64) exact.Number {
		var sum exact.Number
		for i, v := range x {
			e := v.Add(y[i].Times(sign))
			sum = sum.Add(e.Mul(e))
		}
		return sum.Times(.5)
	}
	if d := half(-1); d.Float() < 1 {
		return d
	}
	return exact.Of(2).Sub(half(1))
}

// both keeps the pairs that all lists have.
func both(lists ...dissimilarities) (kept [][]exact.Number) {
	kept = make([][]exact.Number, len(lists))
	for i := range lists[0].values {
		if slices.ContainsFunc(lists, func(d dissimilarities) bool { return !d.defined[i] }) {
			continue
		}
		for k, d := range lists {
			kept[k] = append(kept[k], d.values[i])
		}
	}
	return kept
}

// settled is settledBy for numbers whose terms are no larger than the largest.
func settled(values []exact.Number) (out []exact.Number, places []int) {
	return settledBy(values, alike*largest(values))
}

// settledBy gives values that differ by no more than bound one value, and those that
// are within it of 0 that. places are twice the average ranks.
func settledBy(values []exact.Number, bound float64) (out []exact.Number, places []int) {
	return settledWithin(values, func(int) float64 { return bound / 2 })
}

// settledWithin is settledBy with a bound for each value.
func settledWithin(values []exact.Number, bound func(i int) float64) (out []exact.Number, places []int) {
	n := len(values)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return values[i].Cmp(values[j]) })
	out, places = make([]exact.Number, n), make([]int, n)
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && values[order[hi]].Sub(values[order[hi-1]]).Float() <= bound(order[hi])+bound(order[hi-1]) {
			hi++
		}
		value := values[order[lo]]
		if math.Abs(value.Float()) <= 2*bound(order[lo]) {
			value = exact.Number{}
		}
		for _, i := range order[lo:hi] {
			out[i], places[i] = value, lo+hi+1
		}
		lo = hi
	}
	return out, places
}

// agreement compares two lists by a coefficient; NaN where it is 0/0.
func agreement(compare string, a, b []exact.Number) float64 {
	if len(a) == 0 || len(a) == 1 && compare == "kendall" {
		return math.NaN()
	}
	// Both are settled: what is equal has the same value.
	a, placesA := settledBy(a, 0)
	b, placesB := settledBy(b, 0)
	switch compare {
	case "pearson":
		return float(correlationOf(a, b))
	case "cosine":
		aa, bb := exact.Dot(a, a), exact.Dot(b, b)
		if aa.IsZero() || bb.IsZero() {
			return math.NaN()
		}
		return exact.Dot(a, b).Div(aa.Sqrt()).Div(bb.Sqrt()).Float()
	case "kendall":
		if slices.Min(placesA) == slices.Max(placesA) || slices.Min(placesB) == slices.Max(placesB) {
			return math.NaN() // as the metric defines it: there is no order
		}
		sum := 0
		for i := range placesA {
			for j := range i {
				sum += sign(placesA[i]-placesA[j]) * sign(placesB[i]-placesB[j])
			}
		}
		return float64(sum) / (float64(len(a)) * float64(len(a)-1) / 2)
	default:
		return float(correlationOf(wholes(placesA), wholes(placesB)))
	}
}

// correlationOf is Pearson's r; nil where a series is constant.
func correlationOf(a, b []exact.Number) *exact.Number {
	same := func(x []exact.Number) bool {
		return !slices.ContainsFunc(x, func(v exact.Number) bool { return v.Cmp(x[0]) != 0 })
	}
	if len(a) < 2 || same(a) || same(b) {
		return nil
	}
	r := pearson(a, b)
	return &r
}

// float is NaN for nil.
func float(x *exact.Number) float64 {
	if x == nil {
		return math.NaN()
	}
	return x.Float()
}

func wholes(x []int) []exact.Number {
	out := make([]exact.Number, len(x))
	for i, v := range x {
		out[i] = exact.Int(v)
	}
	return out
}

func sign(i int) int { return min(1, max(-1, i)) }

// innerProducts of the given rows less their mean.
func innerProducts(m matrix, rows []int) exact.Matrix {
	x := exact.From(m.x, m.cols, rows)
	for j := range m.cols { // of constant columns nothing stays, not even rounding
		if !varies(pick(m.x, m.cols, j, rows)) {
			for i := range rows {
				x.X[i*m.cols+j] = exact.Number{}
			}
		}
	}
	x, _ = x.Centre()
	k := exact.New(len(rows), len(rows))
	for i := range rows {
		for j := range i + 1 {
			v := exact.Dot(x.Row(i), x.Row(j))
			k.X[i*k.Cols+j], k.X[j*k.Cols+i] = v, v
		}
	}
	return k
}

// alignment is linear CKA, by the unbiased estimator or the biased one.
func alignment(k, l exact.Matrix, biased bool) float64 {
	hsic := unbiasedHSIC
	if biased {
		hsic = exact.Dot
	} else {
		k, l = k.Clone(), l.Clone()
		for i := range k.Rows {
			k.X[i*k.Cols+i], l.X[i*l.Cols+i] = exact.Number{}, exact.Number{}
		}
	}
	kk, ll := hsic(k.X, k.X), hsic(l.X, l.X)
	none := func(v exact.Number, m exact.Matrix) bool {
		return v.Float() <= 1e-24*exact.Dot(m.X, m.X).Float()/(float64(m.Rows)*float64(m.Rows))
	}
	if none(kk, k) || none(ll, l) {
		return math.NaN()
	}
	return hsic(k.X, l.X).Div(kk.Sqrt()).Div(ll.Sqrt()).Float()
}

// unbiasedHSIC is the estimator of Song et al. of square matrices with zero diagonals. Its
// terms are far larger than their sum where stimuli are nearly equally similar, so that
// it takes four times the precision of float64.
func unbiasedHSIC(k, l []exact.Number) exact.Number {
	const precision = 256
	n := int(math.Sqrt(float64(len(k))))
	number := func(x float64) *big.Float { return big.NewFloat(x).SetPrec(precision) }
	wide := func(x exact.Number) *big.Float { return number(x.Hi).Add(number(x.Hi), number(x.Lo)) }
	var first, cross, allK, allL *big.Float = number(0), number(0), number(0), number(0)
	for i := range n {
		sumK, sumL := number(0), number(0)
		for j := range n {
			x, y := wide(k[i*n+j]), wide(l[i*n+j])
			first.Add(first, number(0).Mul(x, y))
			sumK.Add(sumK, x)
			sumL.Add(sumL, y)
		}
		cross.Add(cross, number(0).Mul(sumK, sumL))
		allK.Add(allK, sumK)
		allL.Add(allL, sumL)
	}
	first.Add(first, number(0).Quo(number(0).Mul(allK, allL), number(float64((n-1)*(n-2)))))
	first.Sub(first, number(0).Quo(number(0).Mul(number(2), cross), number(float64(n-2))))
	first.Quo(first, number(float64(n*(n-3))))
	high, _ := first.Float64()
	low, _ := first.Sub(first, number(high)).Float64()
	return exact.Number{Hi: high, Lo: low}
}
