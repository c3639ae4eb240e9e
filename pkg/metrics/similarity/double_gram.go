package similarity

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// newDoubleGram returns the centred Gram matrix of the given rows, computed from the
// rows themselves in twice the precision: its elements are off by no more than their
// last digit, however small they are beside the squared lengths of the rows. c is the
// same as it follows from inner products.
func newDoubleGram(h *stream.HeldRows, c *centredGram, noise float64, workers int) *centredGram {
	n, cols := len(c.rows), h.Cols
	high, low, _ := centredColumnsOf(h, c.rows, workers)
	k := make([]double.Number, n*n)
	crew.EachRow(workers, n, func(a int) {
		for b := a; b < n; b++ {
			k[a*n+b] = double.Dot(high[a*cols:(a+1)*cols], low[a*cols:(a+1)*cols], high[b*cols:(b+1)*cols], low[b*cols:(b+1)*cols])
		}
	})
	at := func(a, b int) double.Number { return k[min(a, b)*n+max(a, b)] }
	perRow, perAll := double.Number{High: float64(n)}, double.Number{High: float64(n) * float64(n)}
	if !c.biased {
		perRow, perAll = double.Number{High: float64(n - 2)}, double.Number{High: float64(n-1) * float64(n-2)}
	}
	shift, total, trace := make([]double.Number, n), double.Number{}, 0.0
	for a := range n {
		for b := range n {
			if c.biased || a != b {
				shift[a] = shift[a].Plus(at(a, b))
			}
		}
		total = total.Plus(shift[a])
		trace += at(a, a).High
	}
	half := total.Over(perAll)
	half = double.Number{High: half.High / 2, Low: half.Low / 2}
	for a := range shift {
		shift[a] = half.Minus(shift[a].Over(perRow))
	}
	out := &centredGram{
		gram: &stream.Gram{N: n, K: make([]float64, n*n)}, rows: dense.AllRows(n), biased: c.biased, by: 1,
		shift: make([]float64, n), trace: trace, gamma: stream.DoublePrecision * stream.DoublePrecision,
	}
	crew.EachRow(workers, n, func(a int) {
		for b := range n {
			out.gram.K[a*n+b] = at(a, b).Plus(shift[a]).Plus(shift[b]).High
		}
	})
	if c.trace > 0 { // both are of the same rows, in other units
		out.noise = noise * (trace / c.trace)
	}
	return out
}

// centredColumnsOf returns the given rows less their mean, in twice the precision and
// in units of 2^exponent.
func centredColumnsOf(h *stream.HeldRows, rows []int, workers int) (high, low []float64, exponent int) {
	n, cols := len(rows), h.Cols
	high, low = make([]float64, n*cols), make([]float64, n*cols)
	largest := 0.0
	for _, i := range rows {
		for j, v := range h.Row(i) {
			largest = max(largest, math.Abs(float64(v/2)-float64(h.Row(rows[0])[j]/2)))
		}
	}
	_, exponent = math.Frexp(largest)
	crew.EachRow(workers, cols, func(j int) {
		first, sum := h.Row(rows[0])[j], double.Number{}
		for a, i := range rows {
			d := double.Sum(h.Row(i)[j], -first)
			d = double.Number{High: math.Ldexp(d.High, -exponent), Low: math.Ldexp(d.Low, -exponent)}
			high[a*cols+j], low[a*cols+j] = d.High, d.Low
			sum = sum.Plus(d)
		}
		mean := sum.Over(double.Number{High: float64(n)})
		for a := range rows {
			d := double.Number{High: high[a*cols+j], Low: low[a*cols+j]}.Minus(mean)
			high[a*cols+j], low[a*cols+j] = d.High, d.Low
		}
	})
	return high, low, exponent
}
