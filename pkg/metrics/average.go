package metrics

import "math"

// Averager averages single-trial responses by stimulus, one presentation at a
// time, NaN trials left out, so that trials are never all held.
type Averager struct {
	stimuli, neuroids int
	sum               []float64
	count             []int32
}

// NewAverager averages neuroids responses to each of stimuli stimuli.
func NewAverager(stimuli, neuroids int) *Averager {
	return &Averager{stimuli, neuroids, make([]float64, stimuli*neuroids), make([]int32, stimuli*neuroids)}
}

// Add takes one presentation of a stimulus.
func (a *Averager) Add(stimulus int, responses []float64) {
	at := stimulus * a.neuroids
	sum, count := a.sum[at:at+a.neuroids], a.count[at:at+a.neuroids]
	for j, v := range responses {
		if v == v { // a NaN trial is missing
			sum[j] += v
			count[j]++
		}
	}
}

// Mean is the stimuli × neuroids average; NaN where there was no trial. It takes
// the place of the sums, so it is the last thing asked for.
func (a *Averager) Mean() []float64 {
	mean := a.sum
	a.sum = nil
	for i, n := range a.count {
		if n > 0 {
			mean[i] /= float64(n)
		} else {
			mean[i] = math.NaN()
		}
	}
	return mean
}
