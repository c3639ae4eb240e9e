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
	for i, v := range y {
		if v != 0 {
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
	if f.total[j] >= 0 {
		return f.total[j]
	}
	t, rows := r.in.Neuroids, f.rows[:f.train]
	first, mean, sum := r.y[rows[0]*t+j], 0.0, 0.0
	for _, row := range rows {
		mean += r.y[row*t+j] - first
	}
	mean = first + mean/float64(f.train)
	for _, row := range rows {
		sum += (r.y[row*t+j] - mean) * (r.y[row*t+j] - mean)
	}
	f.total[j] = sum
	return sum
}
