package property

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// threshold is the response, in spikes/s, above which a neuron counts.
const threshold = 5

// rates are one model neuron's responses to the stimuli, in spikes/s, in the order of the
// grid.
type rates struct {
	grid     metrics.Grid
	to       []float64
	baseline float64 // to the blank image
}

// gratings are responses to drifting gratings: the mean over phases (dc) and the amplitude
// of the modulation (ac), by the three parameters before the phase.
type gratings struct {
	sizes  [3]int
	dc, ac []float64
}

// gratings returns the responses without the phase, which is the last parameter.
func (r rates) gratings() gratings {
	phases := len(r.grid.Axes[3])
	g := gratings{sizes: [3]int{len(r.grid.Axes[0]), len(r.grid.Axes[1]), len(r.grid.Axes[2])}}
	cos, sin := make([]float64, phases), make([]float64, phases)
	for k := range phases {
		cos[k], sin[k] = turn(float64(k) / float64(phases))
	}
	for lo := 0; lo < len(r.to); lo += phases {
		var sum, real, imaginary float64
		for k, v := range r.to[lo : lo+phases] {
			sum += v
			real += float64(v * cos[k])
			imaginary += float64(v * sin[k])
		}
		g.dc = append(g.dc, sum/float64(phases))
		g.ac = append(g.ac, 2*math.Sqrt(float64(real*real)+float64(imaginary*imaginary))/float64(phases))
	}
	return g
}

// best returns the parameters of the first largest of values.
func (g gratings) best(values []float64) (at [3]int, largest float64) {
	place := firstLargest(values)
	largest = values[place]
	for k := 2; k >= 0; k-- {
		at[k] = place % g.sizes[k]
		place /= g.sizes[k]
	}
	return at, largest
}

// curve returns values along one parameter, the others being those of a place.
func (g gratings) curve(values []float64, at [3]int, along int) []float64 {
	curve := make([]float64, g.sizes[along])
	for k := range curve {
		at[along] = k
		curve[k] = values[(at[0]*g.sizes[1]+at[1])*g.sizes[2]+at[2]]
	}
	return curve
}

// strongest returns the place and values of the larger component: the mean response above
// the baseline, or the modulation.
func (g gratings) strongest(baseline float64) (values []float64, at [3]int, largest float64) {
	above := make([]float64, len(g.dc))
	for i, v := range g.dc {
		above[i] = v - baseline
	}
	at, largest = g.best(above)
	other, modulation := g.best(g.ac)
	if modulation > largest {
		return g.ac, other, modulation
	}
	return above, at, largest
}

// firstLargest returns the index of the first largest of values.
func firstLargest(values []float64) int {
	place := 0
	for i, v := range values {
		if v > values[place] {
			place = i
		}
	}
	return place
}
