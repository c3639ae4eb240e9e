package mapping

import (
	"math"
	"math/big"
)

// The slow path of tests: mappings step by step on numbers of 1,200 bits, with no code
// of the package.

var preciseBits uint = 1200 // so that 1e140² and 1 add up

func bigOf(v float64) *big.Float { return new(big.Float).SetPrec(preciseBits).SetFloat64(v) }
func bigZero() *big.Float        { return new(big.Float).SetPrec(preciseBits) }
func add(a, b *big.Float) *big.Float {
	return bigZero().Add(a, b)
}
func sub(a, b *big.Float) *big.Float { return bigZero().Sub(a, b) }
func mul(a, b *big.Float) *big.Float { return bigZero().Mul(a, b) }
func quo(a, b *big.Float) *big.Float { return bigZero().Quo(a, b) }

// precise is a matrix by rows.
type precise [][]*big.Float

func newPrecise(rows, cols int) precise {
	m := make(precise, rows)
	for i := range m {
		m[i] = make([]*big.Float, cols)
		for j := range m[i] {
			m[i][j] = bigZero()
		}
	}
	return m
}

// preciseRows are some rows of a row-major matrix.
func preciseRows(x []float64, cols int, rows []int) precise {
	m := newPrecise(len(rows), cols)
	for a, i := range rows {
		for j := range cols {
			m[a][j].SetFloat64(x[i*cols+j])
		}
	}
	return m
}

func (m precise) column(j int) []*big.Float {
	out := make([]*big.Float, len(m))
	for i := range m {
		out[i] = m[i][j]
	}
	return out
}

func (m precise) transpose() precise {
	out := newPrecise(len(m[0]), len(m))
	for i := range m {
		for j := range m[i] {
			out[j][i] = m[i][j]
		}
	}
	return out
}

func (m precise) times(b precise) precise {
	out := newPrecise(len(m), len(b[0]))
	for i := range m {
		for k := range b {
			if m[i][k].Sign() == 0 {
				continue
			}
			for j := range b[k] {
				out[i][j].Add(out[i][j], mul(m[i][k], b[k][j]))
			}
		}
	}
	return out
}

func (m precise) means() []*big.Float {
	out := make([]*big.Float, len(m[0]))
	for j := range out {
		out[j] = bigZero()
		for i := range m {
			out[j].Add(out[j], m[i][j])
		}
		out[j].Quo(out[j], bigOf(float64(len(m))))
	}
	return out
}

func (m precise) less(row []*big.Float) precise {
	out := newPrecise(len(m), len(row))
	for i := range m {
		for j := range row {
			out[i][j].Sub(m[i][j], row[j])
		}
	}
	return out
}

// solve is a⁻¹·b for a symmetric positive definite matrix, by elimination.
func (m precise) solve(b precise) precise {
	n, a, x := len(m), newPrecise(len(m), len(m)), newPrecise(len(b), len(b[0]))
	for i := range n {
		for j := range n {
			a[i][j].Set(m[i][j])
		}
		for j := range b[i] {
			x[i][j].Set(b[i][j])
		}
	}
	for k := range n {
		for i := k + 1; i < n; i++ {
			f := quo(a[i][k], a[k][k])
			if f.Sign() == 0 {
				continue
			}
			for j := k; j < n; j++ {
				a[i][j].Sub(a[i][j], mul(f, a[k][j]))
			}
			for j := range x[i] {
				x[i][j].Sub(x[i][j], mul(f, x[k][j]))
			}
		}
	}
	for k := n - 1; k >= 0; k-- {
		for j := range x[k] {
			for i := k + 1; i < n; i++ {
				x[k][j].Sub(x[k][j], mul(a[k][i], x[i][j]))
			}
			x[k][j].Quo(x[k][j], a[k][k])
		}
	}
	return x
}

func bigDot(a, b []*big.Float) *big.Float {
	sum := bigZero()
	for i := range a {
		sum.Add(sum, mul(a[i], b[i]))
	}
	return sum
}

// bigPearson is r, nil where a series is constant.
func bigPearson(a, b []*big.Float) *big.Float {
	centred := func(x []*big.Float) ([]*big.Float, bool) {
		m, varies := bigZero(), false
		for _, v := range x {
			m.Add(m, v)
			varies = varies || v.Cmp(x[0]) != 0
		}
		m.Quo(m, bigOf(float64(len(x))))
		out := make([]*big.Float, len(x))
		for i, v := range x {
			out[i] = sub(v, m)
		}
		return out, varies
	}
	x, variesX := centred(a)
	y, variesY := centred(b)
	if !variesX || !variesY {
		return nil
	}
	return quo(bigDot(x, y), bigZero().Sqrt(mul(bigDot(x, x), bigDot(y, y))))
}

// correlationsOf are r of each column; NaN where a column is constant: predictions,
// where they vary by less than 1e-60 of their size.
func correlationsOf(predicted, y precise, trainVaries []bool) []float64 {
	out := make([]float64, len(y[0]))
	for j := range out {
		out[j] = math.NaN()
		p, largest, spread := predicted.column(j), bigZero(), bigZero()
		for _, v := range p {
			if v == nil {
				break
			}
			if w := bigZero().Abs(v); w.Cmp(largest) > 0 {
				largest = w
			}
			if w := bigZero().Abs(sub(v, p[0])); w.Cmp(spread) > 0 {
				spread = w
			}
		}
		if !trainVaries[j] || spread.Cmp(mul(largest, bigOf(1e-60))) <= 0 {
			continue
		}
		if r := bigPearson(p, y.column(j)); r != nil {
			out[j], _ = r.Float64()
		}
	}
	return out
}

// preciseRidge predicts with a penalty, which may be tiny: then it is least squares
// of least norm.
func preciseRidge(x, y, test precise, alpha *big.Float) precise {
	xm, ym := x.means(), y.means()
	x, y, test = x.less(xm), y.less(ym), test.less(xm)
	xt := x.transpose()
	if len(x[0]) > len(x) {
		k := x.times(xt)
		for i := range k {
			k[i][i].Add(k[i][i], alpha)
		}
		return test.times(xt).times(k.solve(y))
	}
	c := xt.times(x)
	for i := range c {
		c[i][i].Add(c[i][i], alpha)
	}
	return test.times(c.solve(xt.times(y)))
}

// preciseRidgeCV leaves out one row after the other.
func preciseRidgeCV(x, y, test precise, alphas []float64) (precise, float64) {
	best, least := 0.0, (*big.Float)(nil)
	for _, alpha := range alphas {
		loss := bigZero()
		for i := range x {
			var xs, ys precise
			for k := range x {
				if k != i {
					xs, ys = append(xs, x[k]), append(ys, y[k])
				}
			}
			p, m := preciseRidge(xs, ys, precise{x[i]}, bigOf(alpha)), ys.means()
			for j := range m {
				d := sub(y[i][j], add(p[0][j], m[j]))
				loss.Add(loss, mul(d, d))
			}
		}
		if least == nil || loss.Cmp(least) < 0 {
			best, least = alpha, loss
		}
	}
	return preciseRidge(x, y, test, bigOf(best)), best
}

// preciseBest predicts each target by the first of the columns most correlated, those
// that differ by less than rounding of the values taken as equal.
func preciseBest(x, y, test precise) precise {
	out := newPrecise(len(test), len(y[0]))
	for j := range y[0] {
		var best *big.Float
		at := -1
		for k := range x[0] {
			r := bigPearson(x.column(k), y.column(j))
			if r != nil && (best == nil || sub(r, best).Cmp(bigOf(4*float64(len(x))*0x1p-52)) > 0) {
				best, at = r, k
			}
		}
		for i := range test {
			if out[i][j] = bigZero(); at >= 0 {
				out[i][j] = test[i][at]
			}
		}
	}
	return out
}

// precisePLS is NIPALS, with responses of a standard deviation of 1 in mind: a column
// whose residual is above ε of its own one starts a component.
func precisePLS(x, y, test precise, components int) precise {
	xm, ym := x.means(), y.means()
	x, y, test = x.less(xm), y.less(ym), test.less(xm)
	n, t := len(x), len(y[0])
	out := newPrecise(len(test), t)
	limits := make([]*big.Float, t)
	for j := range limits {
		c := y.column(j)
		limits[j] = mul(bigOf(0x1p-52), bigZero().Sqrt(quo(bigDot(c, c), bigOf(float64(n)))))
	}
	one := func(v []*big.Float) precise { return precise{v}.transpose() }
	unit := func(v []*big.Float) {
		norm := bigZero().Sqrt(bigDot(v, v))
		for i := range v {
			v[i] = quo(v[i], norm)
		}
	}
	for range components {
		var u []*big.Float
		for j := 0; j < t && u == nil; j++ {
			for i := range n {
				if bigZero().Abs(y[i][j]).Cmp(limits[j]) > 0 {
					u = y.column(j)
					break
				}
			}
		}
		if u == nil {
			break
		}
		var w, old, score []*big.Float
		for iteration := range 500 {
			w = x.transpose().times(one(u)).column(0)
			unit(w)
			score = x.times(one(w)).column(0)
			if iteration > 0 {
				change := bigZero()
				for i := range w {
					d := sub(w[i], old[i])
					change.Add(change, mul(d, d))
				}
				if change.Cmp(bigOf(1e-6)) < 0 {
					break
				}
			}
			if t == 1 {
				break
			}
			old = w
			c := y.transpose().times(one(score)).column(0)
			unit(c)
			u = y.times(one(c)).column(0)
		}
		tau := bigDot(score, score)
		p, q := x.transpose().times(one(score)).column(0), y.transpose().times(one(score)).column(0)
		s := test.times(one(w)).column(0)
		deflate := func(m precise, score, loading []*big.Float) precise {
			less := newPrecise(len(m), len(m[0]))
			for i := range m {
				for j := range m[i] {
					less[i][j].Sub(m[i][j], quo(mul(score[i], loading[j]), tau))
				}
			}
			return less
		}
		for i := range out {
			for j := range out[i] {
				out[i][j] = add(out[i][j], quo(mul(s[i], q[j]), tau))
			}
		}
		x, y, test = deflate(x, score, p), deflate(y, score, q), deflate(test, s, p)
	}
	return out
}
