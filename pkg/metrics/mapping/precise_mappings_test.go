package mapping

import (
	"math"
	"math/big"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
)

// mappingBits is the precision in bits of the independent path below: of what 90 digits
// can tell apart nothing is lost.
const mappingBits = 320

func number(v float64) *big.Float { return new(big.Float).SetPrec(mappingBits).SetFloat64(v) }

// preciseSplit is a split in numbers of many digits: inner products of train rows
// centred there, of test rows with them, and centred responses.
type preciseSplit struct {
	m, t    int
	k       [][]*big.Float // train × train
	cross   [][]*big.Float // test × train
	y       [][]*big.Float // train × neuroids
	largest float64
}

func newPreciseSplit(c simulated.Case, s metrics.Split) *preciseSplit {
	p := &preciseSplit{m: len(s.Train), t: c.Neuroids}
	centre := func(x []float64, cols int, rows []int) [][]*big.Float {
		out := make([][]*big.Float, len(rows))
		for a := range out {
			out[a] = make([]*big.Float, cols)
		}
		for j := range cols {
			mean := number(0)
			for _, i := range s.Train {
				mean.Add(mean, number(x[i*cols+j]))
			}
			mean.Quo(mean, number(float64(p.m)))
			for a, i := range rows {
				out[a][j] = new(big.Float).Sub(number(x[i*cols+j]), mean)
			}
		}
		return out
	}
	products := func(a, b [][]*big.Float) [][]*big.Float {
		out := make([][]*big.Float, len(a))
		product := number(0)
		for i := range a {
			for j := range b {
				sum := number(0)
				for f, v := range a[i] {
					sum.Add(sum, product.Mul(v, b[j][f]))
				}
				out[i] = append(out[i], sum)
			}
		}
		return out
	}
	train, test := centre(c.X, c.Features, s.Train), centre(c.X, c.Features, s.Test)
	p.k, p.cross = products(train, train), products(test, train)
	p.y = centre(c.Y, c.Neuroids, s.Train)
	for i := range p.k {
		v, _ := p.k[i][i].Float64()
		p.largest = max(p.largest, v)
	}
	return p
}

// factor is L of L·D·Lᵀ = K + αI + 11ᵀ, with D in its diagonal.
func (p *preciseSplit) factor(alpha *big.Float) [][]*big.Float {
	l := make([][]*big.Float, p.m)
	product := number(0)
	for i := range l {
		l[i] = make([]*big.Float, i+1)
		for j := 0; j <= i; j++ {
			sum := new(big.Float).Add(p.k[i][j], number(1))
			if i == j {
				sum.Add(sum, alpha)
			}
			for k := range j {
				product.Mul(l[i][k], l[j][k])
				sum.Sub(sum, product.Mul(product, l[k][k]))
			}
			if j < i {
				sum.Quo(sum, l[j][j])
			}
			l[i][j] = sum
		}
	}
	return l
}

func (p *preciseSplit) solve(l [][]*big.Float, b []*big.Float) []*big.Float {
	x := make([]*big.Float, p.m)
	product := number(0)
	for i := range x {
		x[i] = new(big.Float).Set(b[i])
		for k := range i {
			x[i].Sub(x[i], product.Mul(l[i][k], x[k]))
		}
	}
	for i := range x {
		x[i].Quo(x[i], l[i][i])
	}
	for i := p.m - 1; i >= 0; i-- {
		for k := i + 1; k < p.m; k++ {
			x[i].Sub(x[i], product.Mul(l[k][i], x[k]))
		}
	}
	return x
}

// correlations are Pearson's r of the predictions with the penalty.
func (p *preciseSplit) correlations(c simulated.Case, s metrics.Split, alpha *big.Float) []float64 {
	l := p.factor(alpha)
	r := make([]float64, p.t)
	for j := range r {
		column := make([]*big.Float, p.m)
		for i := range column {
			column[i] = p.y[i][j]
		}
		d := p.solve(l, column)
		predicted := make([]*big.Float, len(s.Test))
		mean, product := number(0), number(0)
		for i := range predicted {
			predicted[i] = number(0)
			for k, v := range d {
				predicted[i].Add(predicted[i], product.Mul(v, p.cross[i][k]))
			}
			mean.Add(mean, product.Quo(predicted[i], number(float64(len(s.Test)))))
		}
		largest := 0.0
		for _, v := range predicted {
			size, _ := v.Sub(v, mean).Float64()
			largest = max(largest, math.Abs(size))
		}
		values, measured := make([]float64, len(s.Test)), make([]float64, len(s.Test))
		for i, v := range predicted {
			values[i], _ = v.Float64()
			if values[i] /= largest; largest < 1e-60 {
				values[i] = 0
			}
			measured[i] = c.Y[s.Test[i]*p.t+j]
		}
		r[j] = series.Pearson(values, measured)
	}
	return r
}

// inverseDiagonal is an element of the diagonal of (L·D·Lᵀ)⁻¹.
func (p *preciseSplit) inverseDiagonal(l [][]*big.Float, i int) *big.Float {
	x, sum, product := make([]*big.Float, p.m), number(0), number(0)
	for a := i; a < p.m; a++ {
		x[a] = number(0)
		if a == i {
			x[a] = number(1)
		}
		for k := i; k < a; k++ {
			x[a].Sub(x[a], product.Mul(l[a][k], x[k]))
		}
		sum.Add(sum, product.Quo(product.Mul(x[a], x[a]), l[a][a]))
	}
	return sum
}

// alpha is the penalty with the least leave-one-out error.
func (p *preciseSplit) alpha() float64 {
	best, least := 0.0, new(big.Float).SetInf(false)
	for _, alpha := range ridgeAlphas() {
		l := p.factor(number(alpha))
		// G = (K + αI + 11ᵀ)⁻¹ less its share along 1.
		loss := number(0)
		c := make([][]*big.Float, p.t)
		for j := range c {
			column := make([]*big.Float, p.m)
			for i := range column {
				column[i] = p.y[i][j]
			}
			c[j] = p.solve(l, column)
		}
		for i := range p.m {
			g := p.inverseDiagonal(l, i)
			share := new(big.Float).Quo(number(1), new(big.Float).Mul(number(float64(p.m)), new(big.Float).Add(number(alpha), number(float64(p.m)))))
			g.Sub(g, share)
			for j := range c {
				e := new(big.Float).Quo(c[j][i], g)
				loss.Add(loss, e.Mul(e, e))
			}
		}
		if loss.Cmp(least) < 0 {
			best, least = alpha, loss
		}
	}
	return best
}
