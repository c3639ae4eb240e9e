package mapping

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// plsResponses sets y to the responses less a usual one of each neuroid, in a unit in
// which the largest is close to 1, of which it returns the power of two.
func plsResponses(workers int, y, responses []float64, neuroids int) (unit int) {
	copy(y, responses)
	lessUsual(workers, y, neuroids)
	_, exponent := math.Frexp(dense.MaxAbs(y))
	const most = 1000 // of a power of two that is a number
	if factor := math.Ldexp(1, -exponent); -most <= exponent && exponent <= most {
		dense.Scale(y, factor)
	} else {
		for i, v := range y {
			y[i] = math.Ldexp(v, -exponent)
		}
	}
	return -exponent
}

// size returns the standard deviation of a neuroid's responses over the train rows,
// which is exactly 0 where they are constant.
func (r *plsRun) size(f *plsFit, j int) float64 { return math.Sqrt(r.squares(f, j) / float64(f.train)) }

// squares returns the sum of a neuroid's squared deviations over the train rows.
func (r *plsRun) squares(f *plsFit, j int) float64 {
	if f.total == nil {
		r.measureTrain(f)
	}
	return f.total[j]
}

// measureTrain sets, over the train rows, the mean of each neuroid, the sum of its squared
// deviations, and the largest mean of a neuroid over its standard deviation. Responses are
// read row by row, as they are in memory.
func (r *plsRun) measureTrain(f *plsFit) {
	t, rows := r.in.Neuroids, f.rows[:f.train]
	mean, total := dense.ColumnMeans(r.y, t, rows), make([]float64, t)
	f.mean, f.total = mean, total
	for _, i := range rows {
		row := r.y[i*t : (i+1)*t][:len(total)] // no index is checked
		for j, m := range mean[:len(total)] {
			total[j] += float64((row[j] - m) * (row[j] - m))
		}
	}
	for j, square := range f.total {
		if square > 0 {
			f.offset = max(f.offset, math.Abs(f.mean[j])/math.Sqrt(square/float64(len(rows))))
		}
	}
}
