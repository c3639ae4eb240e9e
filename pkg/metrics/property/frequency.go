package property

import (
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// frequencyDesign is of gratings of several spatial frequencies.
var frequencyDesign = metrics.Design{Axes: []string{"radius", "spatial_frequency", "orientation", "phase"}, Least: []int{1, leastKnots, 1, 2}}

// frequencyCurve is a smoothed response at points that are evenly spaced in the logarithm
// of the spatial frequency.
type frequencyCurve struct{ log, values []float64 }

// frequencyMeasures returns the properties of De Valois, Albrecht & Thorell (1982) and of
// Schiller, Finlay & Volman (1976).
func frequencyMeasures() map[string]measure {
	measures := make(map[string]measure)
	measures["peak_spatial_frequency"] = measure{frequencyDesign, func(r rates) (float64, bool) {
		g := r.gratings()
		values, at, largest := g.strongest(r.baseline)
		c := newFrequencyCurve(r.grid.Axes[1], g.curve(values, at, 1))
		return portable.Pow(2, c.log[firstLargest(c.values)]), largest > threshold
	}}
	curve := func(value func(c frequencyCurve) float64) measure {
		return measure{frequencyDesign, func(r rates) (float64, bool) {
			g := r.gratings()
			at, largest := g.best(g.dc)
			return value(newFrequencyCurve(r.grid.Axes[1], g.curve(g.dc, at, 1))), largest > r.baseline+threshold
		}}
	}
	measures["spatial_frequency_bandwidth"] = curve(frequencyCurve.bandwidth)
	measures["spatial_frequency_selective"] = curve(func(c frequencyCurve) float64 { return isNumber(c.bandwidth()) })
	return measures
}

// newFrequencyCurve smooths a curve, whose ends go on, and interpolates it.
func newFrequencyCurve(frequencies, values []float64) frequencyCurve {
	const points, neighbour = 100, 0.2
	n := len(values)
	x, y := make([]float64, n), make([]float64, n)
	for i := range values {
		x[i] = log2(frequencies[i])
		whole := float64(1 + 2*neighbour)
		y[i] = float64(values[i]*(1/whole)) + float64((values[max(0, i-1)]+values[min(n-1, i+1)])*(neighbour/whole))
	}
	s := newSpline(x, y)
	c := frequencyCurve{make([]float64, points), make([]float64, points)}
	step := (x[n-1] - x[0]) / (points - 1)
	for i := range c.log {
		c.log[i] = float64(float64(i)*step) + x[0]
		if i == points-1 {
			c.log[i] = x[n-1]
		}
		c.values[i] = s.at(c.log[i])
	}
	return c
}

// bandwidth returns 100 times the ratio of the frequencies at 1/√2 of the peak.
func (c frequencyCurve) bandwidth() float64 {
	low, high, ok := atHeight(c.values, firstLargest(c.values))
	if !ok {
		return math.NaN()
	}
	return 100 * portable.Pow(2, c.log[low]) / portable.Pow(2, c.log[high])
}

// log2 is exact for powers of two.
func log2(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	if fraction == 0.5 {
		return float64(exponent - 1)
	}
	return float64(exponent) + float64(portable.Log(fraction)*(1/math.Ln2))
}
