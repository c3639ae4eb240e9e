package property

import (
	"maps"
	"math"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// measure is a property of a neuron: what the stimuli must combine, and the value of a
// neuron's rates, with whether the neuron responds, so that it counts.
type measure struct {
	design metrics.Design
	of     func(r rates) (value float64, counts bool)
}

// measures are the properties by name.
var measures = func() map[string]measure {
	all := sizeMeasures()
	maps.Copy(all, orientationMeasures())
	maps.Copy(all, frequencyMeasures())
	maps.Copy(all, textureMeasures())
	return all
}()

// published are the edges of the bins of Marques et al.
var published = map[string][]float64{
	"surround_suppression_index":        evenly(0, 2, 11),
	"grating_summation_field":           powers(2, evenly(-4, 4, 9)),
	"surround_diameter":                 powers(2, evenly(-4, 4, 9)),
	"preferred_orientation":             evenly(-22.5, 157.5, 5),
	"max_dc":                            powers(10, evenly(0, 3, 10)),
	"modulation_ratio":                  evenly(0, 2, 11),
	"circular_variance":                 evenly(0, 1, 14),
	"bandwidth":                         evenly(0, 90, 18),
	"orthogonal_preferred_ratio":        evenly(0, 1, 14),
	"orientation_selective":             evenly(0, 1, 3),
	"circular_variance_bandwidth_ratio": powers(10, evenly(-3, 0, 16)),
	"orthogonal_preferred_ratio_circular_variance_difference": evenly(-1, 1, 20),
	"peak_spatial_frequency":                                  {0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8, 11.2, 16, 22.4},
	"spatial_frequency_selective":                             evenly(0, 1, 3),
	"spatial_frequency_bandwidth":                             evenly(0, 100, 11),
	"texture_modulation_index":                                evenly(-1, 1, 25),
	"absolute_texture_modulation_index":                       evenly(0, 1, 13),
	"texture_selectivity":                                     evenly(0, 1, 11),
	"texture_sparseness":                                      evenly(0, 1, 11),
	"variance_ratio":                                          powers(10, evenly(-2, 1, 13)),
	"max_texture":                                             powers(10, evenly(-1, 3, 13)),
	"max_noise":                                               powers(10, evenly(-1, 3, 13)),
}

// evenly returns n numbers from low to high, as numpy's linspace.
func evenly(low, high float64, n int) []float64 {
	values := make([]float64, n)
	step := (high - low) / float64(n-1)
	for i := range values {
		values[i] = float64(float64(i)*step) + low
	}
	values[n-1] = high
	return values
}

// powers returns powers of a base.
func powers(base float64, exponents []float64) []float64 {
	values := make([]float64, len(exponents))
	for i, e := range exponents {
		values[i] = portable.Pow(base, e)
		if whole := math.Round(values[i]); e >= 0 && e == math.Round(e) {
			values[i] = whole
		}
	}
	return values
}
