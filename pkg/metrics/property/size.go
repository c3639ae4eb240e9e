package property

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// sizeDesign is of gratings of several radii.
var sizeDesign = metrics.Design{Axes: []string{"radius", "spatial_frequency", "orientation", "phase"}, Least: []int{2, 1, 1, 2}}

// sizeMeasures returns the properties of Cavanaugh, Bair & Movshon (2002).
func sizeMeasures() map[string]measure {
	measures := make(map[string]measure)
	size := func(value func(radius, curve []float64, index float64) float64) measure {
		return measure{sizeDesign, func(r rates) (float64, bool) {
			g := r.gratings()
			values, at, largest := g.strongest(r.baseline)
			curve := g.curve(values, at, 0)
			return value(r.grid.Axes[0], curve, (largest-curve[len(curve)-1])/largest), largest > threshold
		}}
	}
	const suppressed = 0.1 // the index from which a neuron is suppressed
	measures["surround_suppression_index"] = size(func(_, _ []float64, index float64) float64 { return index })
	measures["grating_summation_field"] = size(func(radius, curve []float64, index float64) float64 {
		if index > suppressed {
			for i, v := range curve {
				if v >= 0.95*curve[firstLargest(curve)] {
					return 2 * radius[i]
				}
			}
		}
		return math.NaN()
	})
	measures["surround_diameter"] = size(func(radius, curve []float64, index float64) float64 {
		if index > suppressed {
			last := curve[len(curve)-1]
			for i := firstLargest(curve) + 1; i < len(curve); i++ {
				if curve[i] <= last+float64(0.05*math.Abs(last)) {
					return 2 * radius[i]
				}
			}
		}
		return math.NaN()
	})
	return measures
}
