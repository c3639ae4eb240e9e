package property

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// orientationDesign is of gratings of several numbers of cycles: radii differ with the
// spatial frequency.
var orientationDesign = metrics.Design{Ranked: "radius", Axes: []string{"spatial_frequency", "orientation", "phase"}, Least: []int{1, 2, 2}}

// orientationCurve is the mean response by orientation at the best cycles and spatial
// frequency.
type orientationCurve struct {
	degrees, values []float64
	largest, ac     float64 // at the best orientation
}

// orientationMeasures returns the properties of Ringach, Shapley & Hawken (2002) and the
// preferred orientation of De Valois, Yund & Hepler (1982).
func orientationMeasures() map[string]measure {
	measures := make(map[string]measure)
	curve := func(value func(c orientationCurve) float64) measure {
		return measure{orientationDesign, func(r rates) (float64, bool) {
			g := r.gratings()
			at, largest := g.best(g.dc)
			c := orientationCurve{degrees: r.grid.Axes[2], values: g.curve(g.dc, at, 2), largest: largest, ac: g.curve(g.ac, at, 2)[at[2]]}
			return value(c), largest > r.baseline+threshold
		}}
	}
	measures["max_dc"] = curve(func(c orientationCurve) float64 { return c.largest })
	measures["modulation_ratio"] = curve(func(c orientationCurve) float64 { return c.ac / c.largest })
	measures["circular_variance"] = curve(orientationCurve.circularVariance)
	measures["bandwidth"] = curve(orientationCurve.bandwidth)
	measures["orthogonal_preferred_ratio"] = curve(orientationCurve.orthogonal)
	measures["orientation_selective"] = curve(func(c orientationCurve) float64 { return isNumber(c.bandwidth()) })
	measures["circular_variance_bandwidth_ratio"] = curve(func(c orientationCurve) float64 { return c.circularVariance() / c.bandwidth() })
	measures["orthogonal_preferred_ratio_circular_variance_difference"] = curve(func(c orientationCurve) float64 { return c.orthogonal() - c.circularVariance() })
	measures["preferred_orientation"] = curve(orientationCurve.preferred)
	return measures
}

// isNumber returns 1 for a number, 0 for NaN.
func isNumber(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return 1
}

func (c orientationCurve) circularVariance() float64 {
	var real, imaginary, sum float64
	for i, v := range c.values {
		cos, sin := turn(2 * c.degrees[i] / 360)
		real += float64(v * cos)
		imaginary += float64(v * sin)
		sum += math.Abs(v)
	}
	return 1 - math.Sqrt(float64(real*real)+float64(imaginary*imaginary))/sum
}

func (c orientationCurve) orthogonal() float64 {
	n := len(c.values)
	return c.values[(firstLargest(c.values)+n/2)%n] / c.largest
}

// The degrees at which a smoothed curve is evaluated, and its own half turn among them.
const (
	firstDegree, degrees = -180, 540
	ownFirst, ownEnd     = 180, 360
)

// smooth returns the curve at each degree from firstDegree on: three times over, weighted
// with its neighbours, whose weight is given, and interpolated.
func (c orientationCurve) smooth(neighbour float64) []float64 {
	n := len(c.values)
	x, y := make([]float64, 3*n), make([]float64, 3*n)
	whole := float64(1 + 2*neighbour)
	value := func(i int) float64 {
		if i < 0 || i >= 3*n {
			return 0
		}
		return c.values[i%n]
	}
	for i := range x {
		x[i] = c.degrees[i%n] + float64(180*(i/n-1))
		y[i] = float64(value(i)*(1/whole)) + float64((value(i-1)+value(i+1))*(neighbour/whole))
	}
	s := newSpline(x, y)
	out := make([]float64, degrees)
	for i := range out {
		out[i] = s.at(float64(firstDegree + i))
	}
	return out
}

// bandwidth returns half of the width of the curve at 1/√2 of its peak, in degrees; NaN if
// it does not fall so low within a half turn.
func (c orientationCurve) bandwidth() float64 {
	smoothed := c.smooth(0.4)
	low, high, ok := atHeight(smoothed, ownFirst+firstLargest(smoothed[ownFirst:ownEnd]))
	if !ok || high-low > 180 {
		return math.NaN()
	}
	return float64(high-low) / 2
}

func (c orientationCurve) preferred() float64 {
	const first = 157.5 // is -22.5
	degree := float64(firstLargest(c.smooth(0.2)[ownFirst:ownEnd]))
	if degree >= first {
		degree -= 180
	}
	return degree
}

// atHeight returns the nearest places below and above a peak where a curve is at most
// 0.707 of it; false if there are not both.
func atHeight(curve []float64, peak int) (low, high int, ok bool) {
	height := 0.707 * curve[peak]
	low, high = peak-1, peak+1
	for low >= 0 && curve[low] > height {
		low--
	}
	for high < len(curve) && curve[high] > height {
		high++
	}
	return low, high, low >= 0 && high < len(curve)
}
