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

// Mean is the stimuli × neuroids average; NaN where there was no trial.
func (a *Averager) Mean() []float64 {
	mean := make([]float64, len(a.sum))
	for i, s := range a.sum {
		mean[i] = math.NaN()
		if a.count[i] > 0 {
			mean[i] = s / float64(a.count[i])
		}
	}
	return mean
}
