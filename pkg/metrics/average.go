package metrics

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// Averager averages single-trial responses by stimulus, one presentation at a
// time, NaN trials left out, so that trials are never all held.
//
// Sums have twice the precision of the trials. An average then does not depend on the
// order of its trials, and averages that are equal are equal to the last bit, so that a
// half that is silent but for one response to each stimulus stays constant.
type Averager struct {
	stimuli, neuroids int
	sum               []float64
	rest              [][]float64 // what rounding left out of the sums, by stimulus, nil until there is some
	count             []int32
}

// NewAverager returns an Averager of neuroids responses to each of stimuli stimuli.
func NewAverager(stimuli, neuroids int) *Averager {
	n := stimuli * neuroids
	return &Averager{stimuli: stimuli, neuroids: neuroids, sum: pages.Of[float64](n), rest: make([][]float64, stimuli), count: pages.Of[int32](n)}
}

// Add adds one presentation of a stimulus.
func (a *Averager) Add(stimulus int, responses []float64) {
	at := stimulus * a.neuroids
	sum, count := a.sum[at:at+a.neuroids], a.count[at:at+a.neuroids]
	for j, v := range responses {
		if v == v { // a NaN trial is missing
			count[j]++
			d := double.Sum(sum[j], v)
			sum[j] = d.High
			if d.Low != 0 {
				if a.rest[stimulus] == nil {
					a.rest[stimulus] = make([]float64, a.neuroids)
				}
				a.rest[stimulus][j] += d.Low
			}
		}
	}
}

// Mean returns the stimuli × neuroids averages; NaN where there was no trial. No
// more presentations can be added after it.
func (a *Averager) Mean() []float64 {
	mean := a.sum
	for stimulus, rests := range a.rest {
		at := stimulus * a.neuroids
		row, count := mean[at:at+a.neuroids], a.count[at:at+a.neuroids]
		for j, n := range count {
			rest := 0.0
			if rests != nil {
				rest = rests[j]
			}
			switch {
			case n == 0:
				row[j] = math.NaN()
			case rest == 0 && n == 1:
			case rest == 0:
				row[j] /= float64(n)
			default:
				row[j] = double.Sum(row[j], rest).Over(double.Number{High: float64(n)}).High
			}
		}
	}
	a.sum, a.rest, a.count = nil, nil, nil
	return mean
}

// AverageBytes returns what an average of a response holds while it is taken. Only
// sums of responses that are not exact in float32 are rounded.
func AverageBytes(responsePrecision float64) int64 {
	const count, single = 4, 0x1p-24
	if responsePrecision == 0 || responsePrecision >= single {
		return FloatBytes + count
	}
	return 2*FloatBytes + count
}
