package metrics_test

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
)

// nipals is PLS2 by NIPALS on the rows themselves. It reports whether the definition
// hangs on rounding: whether a residual has vanished, or the inner loop's end; and whether
// a component is so small beside the activations that 32 digits do not know it.
func (r *regression) nipals(components int) (rs []float64, doubtful, vague bool) {
	const zero, near, known = 1e-26, 1e-12, 1e-12
	n, targets := r.y.Rows, r.y.Cols
	x, y := r.train.Clone(), r.y.Clone()
	rest := r.test.Clone()
	predicted := exact.New(r.test.Rows, targets)
	scale := make([]float64, targets) // of the untouched targets
	for j := range scale {
		scale[j] = largest(y.Column(j))
	}
	size := exact.Dot(x.X, x.X).Sqrt().Float()
	bound := make([]float64, targets)
	for range components {
		start := -1
		for j := range targets {
			left := largest(y.Column(j))
			if left > zero*scale[j] {
				doubtful = doubtful || left < near*scale[j]
				start = j
				break
			}
		}
		if start < 0 {
			break
		}
		u := y.Column(start)
		var w, old, t, c []exact.Number
		for i := range 500 {
			w = x.T().MulVector(u)
			length := exact.Dot(w, w).Sqrt()
			reach := size * exact.Dot(u, u).Sqrt().Float()
			vague = vague || length.Float() <= known*reach
			if length.Float() <= zero*reach {
				return r.correlations(predicted, bound), doubtful, vague
			}
			for k := range w {
				w[k] = w[k].Div(length)
			}
			t = x.MulVector(w)
			tt := exact.Dot(t, t)
			c = y.T().MulVector(t)
			for k := range c {
				c[k] = c[k].Div(tt)
			}
			u = y.MulVector(c)
			cc := exact.Dot(c, c)
			for k := range u {
				u[k] = u[k].Div(cc)
			}
			if targets == 1 {
				break
			}
			if i > 0 {
				change := 0.0
				for k := range w {
					d := w[k].Sub(old[k]).Float()
					change += d * d
				}
				doubtful = doubtful || math.Abs(change-1e-6) < 1e-12
				if change < 1e-6 {
					break
				}
			}
			old = w
		}
		tt := exact.Dot(t, t)
		p := x.T().MulVector(t)
		for k := range p {
			p[k] = p[k].Div(tt)
		}
		for i := range n {
			for k, v := range p {
				x.X[i*x.Cols+k] = x.At(i, k).Sub(t[i].Mul(v))
			}
			for k, v := range c {
				y.X[i*targets+k] = y.At(i, k).Sub(t[i].Mul(v))
			}
		}
		length := tt.Sqrt().Float() / math.Sqrt(float64(n))
		for i := range rest.Rows {
			score := exact.Dot(rest.Row(i), w)
			for k, v := range p {
				rest.X[i*rest.Cols+k] = rest.At(i, k).Sub(score.Mul(v))
			}
			for k, v := range c {
				predicted.X[i*targets+k] = predicted.At(i, k).Add(score.Mul(v))
				bound[k] += math.Abs(score.Float()) * scale[k] / length
			}
		}
	}
	return r.correlations(predicted, bound), doubtful, vague
}

func largest(x []exact.Number) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v.Hi))
	}
	return m
}
