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
		f.total, f.offset = r.trainSquares(f.rows[:f.train])
	}
	return f.total[j]
}

// trainSquares returns those of all neuroids, row by row as they are in memory, and the
// largest mean of a neuroid over its standard deviation.
func (r *plsRun) trainSquares(rows []int) (sums []float64, offset float64) {
	t := r.in.Neuroids
	row := func(i int) []float64 { return r.y[i*t : (i+1)*t] }
	first, mean := row(rows[0]), make([]float64, t)
	sums = make([]float64, t)
	for _, i := range rows {
		for j, v := range row(i) {
			mean[j] += v - first[j]
		}
	}
	for j := range mean {
		mean[j] = first[j] + mean[j]/float64(len(rows))
	}
	for _, i := range rows {
		for j, v := range row(i) {
			sums[j] += float64((v - mean[j]) * (v - mean[j]))
		}
	}
	for j, square := range sums {
		if square > 0 {
			offset = max(offset, math.Abs(mean[j])/math.Sqrt(square/float64(len(rows))))
		}
	}
	return sums, offset
}
