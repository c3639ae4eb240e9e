package metrics

import "math"

// Averager averages single-trial responses by stimulus, one presentation at a
// time, NaN trials left out, so that trials are never all held.
//
// It moves the mean of the trials so far towards each next one. The mean of equal
// trials is then exactly their value, whatever their number, so that a silent
// neuroid stays constant.
type Averager struct {
	stimuli, neuroids int
	mean              []float64
	count             []int32
}

// NewAverager returns an Averager of neuroids responses to each of stimuli stimuli.
func NewAverager(stimuli, neuroids int) *Averager {
	return &Averager{stimuli, neuroids, make([]float64, stimuli*neuroids), make([]int32, stimuli*neuroids)}
}

// Add adds one presentation of a stimulus.
func (a *Averager) Add(stimulus int, responses []float64) {
	at := stimulus * a.neuroids
	mean, count := a.mean[at:at+a.neuroids], a.count[at:at+a.neuroids]
	for j, v := range responses {
		if v == v { // a NaN trial is missing
			count[j]++
			mean[j] += (v - mean[j]) / float64(count[j])
		}
	}
}

// Mean returns the stimuli × neuroids averages; NaN where there was no trial. No
// more presentations can be added after it.
func (a *Averager) Mean() []float64 {
	mean := a.mean
	a.mean = nil
	for i, n := range a.count {
		if n == 0 {
			mean[i] = math.NaN()
		}
	}
	return mean
}
