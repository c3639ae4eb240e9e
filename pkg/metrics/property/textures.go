package property

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// textureDesign is of noise (type 1) and textures (type 2) of several families.
var textureDesign = metrics.Design{Axes: []string{"type", "family", "sample"}, Least: []int{2, 2, 2}}

// textures are responses above the baseline: of noise, then of textures.
type textures struct {
	families, samples int
	above             []float64
	rates             []float64 // of textures, not above the baseline
}

// textureMeasures returns the properties of Freeman, Ziemba, Heeger, Simoncelli & Movshon
// (2013) and of Ziemba, Freeman, Movshon & Simoncelli (2016).
func textureMeasures() map[string]measure {
	measures := make(map[string]measure)
	texture := func(value func(t textures) float64) measure {
		return measure{textureDesign, func(r rates) (float64, bool) {
			t := textures{families: len(r.grid.Axes[1]), samples: len(r.grid.Axes[2]), above: make([]float64, len(r.to)), rates: r.to[len(r.to)/2:]}
			for i, v := range r.to {
				t.above[i] = v - r.baseline
			}
			return value(t), t.above[firstLargest(t.above)] > threshold
		}}
	}
	largest := func(values []float64) float64 { return values[firstLargest(values)] }
	measures["max_noise"] = texture(func(t textures) float64 { return largest(t.noise()) })
	measures["max_texture"] = texture(func(t textures) float64 { return largest(t.textures()) })
	measures["texture_modulation_index"] = texture(textures.modulation)
	measures["absolute_texture_modulation_index"] = texture(func(t textures) float64 { return math.Abs(t.modulation()) })
	measures["texture_selectivity"] = texture(func(t textures) float64 { return sparseness(t.familyMeans(t.textures())) })
	measures["texture_sparseness"] = texture(func(t textures) float64 { return sparseness(t.textures()) })
	measures["variance_ratio"] = texture(textures.varianceRatio)
	return measures
}

func (t textures) noise() []float64    { return t.above[:len(t.above)/2] }
func (t textures) textures() []float64 { return t.above[len(t.above)/2:] }

// familyMeans returns the means over the samples of each family.
func (t textures) familyMeans(values []float64) []float64 {
	means := make([]float64, t.families)
	for i := range means {
		means[i] = series.Mean(values[i*t.samples : (i+1)*t.samples])
	}
	return means
}

// modulation returns the mean over families of the contrast between textures and noise,
// families left out whose sum is 0.
func (t textures) modulation() float64 {
	noise, texture := t.familyMeans(t.noise()), t.familyMeans(t.textures())
	each := make([]float64, t.families)
	for i := range each {
		if each[i] = math.NaN(); texture[i]+noise[i] != 0 {
			each[i] = (texture[i] - noise[i]) / (texture[i] + noise[i])
		}
	}
	mean, _, _ := series.Moments(each)
	return mean
}

// sparseness returns 0 if all values are equal, 1 if one alone is not 0.
func sparseness(values []float64) float64 {
	k := float64(len(values))
	var sum, squares float64
	for _, v := range values {
		sum += v
		squares += float64(v * v)
	}
	if squares == 0 {
		return math.NaN()
	}
	return (1 - float64((sum/k)*(sum/k))/(squares/k)) / (1 - 1/k)
}

// varianceRatio returns the share of variance among families over that among the samples
// of a family, by a nested analysis of variance of transformed rates.
func (t textures) varianceRatio() float64 {
	const small = 0.02
	h := make([]float64, len(t.rates))
	for i, v := range t.rates {
		h[i] = math.Sqrt(v/10) + math.Sqrt(v/10+1)
	}
	means := t.familyMeans(h)
	grand := series.Mean(means)
	var between, within float64
	for i, v := range h {
		d := v - means[i/t.samples]
		within += float64(d * d)
	}
	for _, mean := range means {
		between += float64((mean - grand) * (mean - grand))
	}
	samples, families := float64(t.samples), float64(t.families)
	sample := within / (families * (samples - 1))
	family := (between*samples/(families-1) - sample) / samples
	total := sample + family
	if total == 0 || sample/total+small == 0 {
		return math.NaN()
	}
	return (family/total + small) / (sample/total + small)
}
