package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// testCorrelations sets r to Pearson's r between predicted (test × columns, less
// a constant for each column) and the slab's columns, as read, on the test rows. A
// column that is not predicted, or is constant on the test rows, has none; neither
// has one whose predictions vary by no more than their rounding. spans are what the
// predictions vary by, 0 for columns that have no r whatever these are.
func (s *featureSlab) testCorrelations(test []int, predicted []float64, predicts []bool, rounding, r []float64) (spans []float64) {
	width, n := len(r), float64(len(test))
	varies := make([]bool, width)
	s.varies(test, width, varies)
	if len(test) == 0 {
		for j := range r {
			r[j] = math.NaN()
		}
		return make([]float64, width)
	}
	sums := make([]float64, 7*width)
	part := func(k int) []float64 { return sums[k*width : (k+1)*width : (k+1)*width] }
	// Means are those of the distances from the first row: what is close together but far
	// from 0 keeps its digits.
	meanP, meanY, pp, yy, py, low, high := part(0), part(1), part(2), part(3), part(4), part(5), part(6)
	firstP, firstY := predicted[:width], s.raw[test[0]*stream.SlabCols:test[0]*stream.SlabCols+width]
	copy(low, firstP)
	copy(high, firstP)
	for a, row := range test {
		y := s.raw[row*stream.SlabCols : row*stream.SlabCols+width]
		for j, p := range predicted[a*width : (a+1)*width] {
			meanP[j] += p - firstP[j]
			meanY[j] += y[j] - firstY[j]
			if p < low[j] {
				low[j] = p
			} else if p > high[j] {
				high[j] = p
			}
		}
	}
	for j := range width {
		meanP[j] /= n
		meanY[j] /= n
	}
	for a, row := range test {
		y := s.raw[row*stream.SlabCols : row*stream.SlabCols+width]
		for j, p := range predicted[a*width : (a+1)*width] {
			dp, dy := p-firstP[j]-meanP[j], y[j]-firstY[j]-meanY[j]
			pp[j] += float64(dp * dp)
			yy[j] += float64(dy * dy)
			py[j] += float64(dp * dy)
		}
	}
	spans = low
	for j := range r {
		r[j] = math.NaN()
		spans[j] = high[j] - low[j]
		if !predicts[j] || !varies[j] {
			spans[j] = 0
			continue
		}
		if !(spans[j] > 2*rounding[j]) {
			continue
		}
		if least := 0x1p-900; pp[j] < least || yy[j] < least || math.IsInf(pp[j], 1) {
			column := make([]float64, len(test)) // its squares are out of range
			for a := range column {
				column[a] = predicted[a*width+j]
			}
			r[j] = series.Pearson(column, s.column(j, test))
			continue
		}
		r[j] = max(-1, min(1, py[j]/math.Sqrt(pp[j])/math.Sqrt(yy[j])))
	}
	return spans
}
