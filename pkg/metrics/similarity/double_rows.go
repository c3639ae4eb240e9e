package similarity

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// doubleRows are some rows of activations or responses in twice the precision of
// float64, as a distance compares them: less their mean and of unit length for the
// correlation distance, of unit length for the cosine distance, and scaled by a power
// of two for the Euclidean distance.
//
// # Error
//
// With β = (64 + F)·2⁻¹⁰⁴ for rows of F values, the squared Euclidean distance is off by
// β of itself at most. The correlation and cosine distance d = 1 − u·v of unit vectors
// is off by β; near 0 it is |u − v|²/2 and near 2 less |u + v|²/2, and off by β·2√2d + β²
// alone. Dissimilarities that differ by less are equal. If the values may be rounded
// (not HeldRows.Short), those are equal too that differ by no more than what a few
// units in the last place of each value change.
type doubleRows struct {
	held      *stream.HeldRows
	rows      []int
	euclidean bool
	high, low []float64 // of all rows; low is nil for the Euclidean distance
	// inverse is 1 over the length by which a row was divided.
	inverse []float64
	// exact compares dissimilarities without rounding, where the values allow it.
	exact *exactPairs
	// moved bounds how far rounding of the values may move a row.
	moved []float64
	// exponent is that of the power of two that the values are those of the rows times.
	exponent int
}

// valueUlps is how many halves of a unit in the last place a value may be off: by its
// unit, by an average over trials.
const valueUlps = 4

func newDoubleRows(h *stream.HeldRows, distance string, rows []int, workers int) *doubleRows {
	n := len(rows)
	p := &doubleRows{
		held: h, rows: rows, euclidean: distance == "euclidean" || distance == squaredDistance,
		high: make([]float64, n*h.Cols), inverse: make([]float64, n), moved: make([]float64, n),
	}
	largest := 0.0
	for _, i := range rows {
		largest = max(largest, dense.MaxAbs(h.Row(i)))
	}
	_, exponent := math.Frexp(largest)
	if p.euclidean {
		p.exponent = exponent
		crew.EachRow(workers, n, func(a int) {
			out, squares := p.high[a*h.Cols:(a+1)*h.Cols], 0.0
			for j, v := range h.Row(rows[a]) {
				out[j] = math.Ldexp(v, -exponent)
				squares += float64(out[j] * out[j])
			}
			p.inverse[a] = 1
			p.moved[a] = valueUlps * stream.DoublePrecision * math.Sqrt(squares)
		})
		return p
	}
	p.low = make([]float64, n*h.Cols)
	crew.EachRow(workers, n, func(a int) {
		high, low := p.high[a*h.Cols:(a+1)*h.Cols], p.low[a*h.Cols:(a+1)*h.Cols]
		p.inverse[a], p.moved[a] = unitLength(h.Row(rows[a]), distance == "correlation", high, low)
	})
	return p
}

// unitLength writes a row, less its mean if it is to be centred, divided by its length
// to high and low. It returns 1 over that length, in the unit of the row times a power
// of two that makes its largest value about 1, and how far rounding may move the row.
func unitLength(row []float64, centre bool, high, low []float64) (inverse, moved float64) {
	_, exponent := math.Frexp(dense.MaxAbs(row))
	first := math.Ldexp(row[0], -exponent)
	if !centre {
		first = 0
	}
	sum, whole := double.Number{}, 0.0
	for j, v := range row {
		v = math.Ldexp(v, -exponent)
		whole += float64(v * v)
		d := double.Sum(v, -first)
		high[j], low[j] = d.High, d.Low
		sum = sum.Plus(d)
	}
	// What remains is scaled too, so that its square does not vanish beside an offset.
	_, small := math.Frexp(dense.MaxAbs(high))
	mean := double.Number{}
	if centre {
		mean = sum.Over(double.Number{High: float64(len(row))})
	}
	squares := double.Number{}
	for j := range row {
		d := double.Number{High: high[j], Low: low[j]}.Minus(mean)
		high[j], low[j] = math.Ldexp(d.High, -small), math.Ldexp(d.Low, -small)
		d = double.Number{High: high[j], Low: low[j]}
		squares = squares.Plus(d.Times(d))
	}
	length := squares.Root()
	factor := double.Number{High: 1}.Over(length)
	for j := range row {
		d := double.Number{High: high[j], Low: low[j]}.Times(factor)
		high[j], low[j] = d.High, d.Low
	}
	inverse = math.Ldexp(factor.High, -small)
	return inverse, valueUlps * stream.DoublePrecision * math.Sqrt(whole) * inverse
}

// dissimilarity returns that of two rows, of the Euclidean distance the square.
func (p *doubleRows) dissimilarity(a, b int) double.Number {
	cols := p.held.Cols
	x, y := p.high[a*cols:(a+1)*cols], p.high[b*cols:(b+1)*cols]
	if p.euclidean {
		return double.SquaredDifference(x, y)
	}
	xLow, yLow := p.low[a*cols:(a+1)*cols], p.low[b*cols:(b+1)*cols]
	d := double.Number{High: 1}.Minus(double.Dot(x, xLow, y, yLow))
	switch {
	case d.High < nearlyParallel:
		return double.HalfSquare(x, xLow, y, yLow, -1)
	case 2-d.High < nearlyParallel:
		return double.Number{High: 2}.Minus(double.HalfSquare(x, xLow, y, yLow, 1))
	}
	return d
}

// nearlyParallel is the dissimilarity below which unit vectors are subtracted.
const nearlyParallel = 0x1p-20

// arithmetic bounds the error of a dissimilarity.
func (p *doubleRows) arithmetic(value float64) float64 {
	bound := float64(float64(64+p.held.Cols) * 0x1p-104)
	if p.euclidean {
		return float64(bound * value)
	}
	if near := max(0, min(value, 2-value)); near < nearlyParallel {
		return float64(bound * (float64(2*math.Sqrt(2*near)) + bound))
	}
	return bound
}

// roughly bounds how far rounding of the values may move a dissimilarity, at little
// cost: the rows turn by no more than they move.
func (p *doubleRows) roughly(a, b int, value float64) float64 {
	if p.held.Short {
		return p.arithmetic(value)
	}
	moved := p.moved[a] + p.moved[b]
	slope := 2 * math.Sqrt(max(0, value))
	if !p.euclidean {
		slope = math.Sqrt(max(0, value*(2-value)))
	}
	return p.arithmetic(value) + float64((slope+moved)*moved)
}

// closely is a closer bound, by the rounding of each value.
func (p *doubleRows) closely(a, b int, value float64) float64 {
	if p.held.Short {
		return p.arithmetic(value)
	}
	cols := p.held.Cols
	x, y := p.high[a*cols:(a+1)*cols], p.high[b*cols:(b+1)*cols]
	moved := 0.0
	if p.euclidean {
		squares := 0.0
		for j, v := range x {
			if v == y[j] {
				continue // equal values are rounded alike
			}
			size := math.Abs(v) + math.Abs(y[j])
			moved += float64(2 * math.Abs(v-y[j]) * size)
			squares += float64(size * size)
		}
		const of = valueUlps * stream.DoublePrecision
		return p.arithmetic(value) + float64(of*(moved+float64(of*squares)))
	}
	// How far the dissimilarity moves with each value.
	cosine := 1 - value
	u, v := p.held.Row(p.rows[a]), p.held.Row(p.rows[b])
	unitX, unitY := p.unit(a), p.unit(b)
	squares := 0.0
	for j := range x {
		sizeX, sizeY := math.Abs(u[j]*unitX), math.Abs(v[j]*unitY)
		moved += float64(math.Abs(y[j]-float64(cosine*x[j]))*sizeX) + float64(math.Abs(x[j]-float64(cosine*y[j]))*sizeY)
		if u[j] != v[j] {
			squares += float64((sizeX + sizeY) * (sizeX + sizeY))
		}
	}
	const of = valueUlps * stream.DoublePrecision
	return p.arithmetic(value) + float64(of*(moved+float64(of*squares)))
}

// unit is 1 over the length of a row in the unit of its values.
func (p *doubleRows) unit(a int) float64 {
	_, exponent := math.Frexp(dense.MaxAbs(p.held.Row(p.rows[a])))
	return math.Ldexp(p.inverse[a], -exponent)
}
