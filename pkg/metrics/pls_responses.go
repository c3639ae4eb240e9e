package metrics

import (
	"context"
	"math"
	"slices"
)

// plsResponses sets y to the responses less a usual one of each neuroid, in a unit in
// which the largest is close to 1, of which it returns the power of two. Which one is
// subtracted is no matter to PLS, but it keeps the digits of responses with a large
// offset; a usual one keeps them also where a few are far larger than all others,
// which move the mean. A constant neuroid becomes exactly 0.
func plsResponses(workers int, y, responses []float64, neuroids int) (unit int) {
	n := len(responses) / max(1, neuroids)
	parts := chunks(neuroids, max(1, workers), 8)
	largest := make([]float64, len(parts))
	// The tasks give no error, and no context stops them.
	_ = parallel(context.Background(), workers, len(parts), func(k int) error {
		from, to := parts[k][0], parts[k][1]
		usual := make([]float64, to-from)
		for j := range usual {
			usual[j] = usualResponse(responses[from+j:], neuroids, n)
		}
		for at := 0; at < n*neuroids; at += neuroids {
			row := y[at+from : at+to]
			for j, v := range responses[at+from : at+to] {
				row[j] = v - usual[j]
				largest[k] = max(largest[k], math.Abs(row[j]))
			}
		}
		return nil
	})
	_, exponent := math.Frexp(maxAbs(largest))
	for i, v := range y {
		if v != 0 {
			y[i] = math.Ldexp(v, -exponent)
		}
	}
	return -exponent
}

// usualResponse returns the median of a few of the n responses that are step apart.
func usualResponse(responses []float64, step, n int) float64 {
	const few = 9
	m := min(few, n)
	some := make([]float64, m)
	for i := range some {
		some[i] = responses[i*(n-1)/max(1, m-1)*step]
	}
	slices.Sort(some)
	return some[m/2]
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
