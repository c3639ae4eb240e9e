package benchmarks

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Curve is how the layers of a model score for one region, and which is best.
type Curve struct {
	Model, Region string
	Of            string   // OfRaw | OfCeiled
	Benchmarks    []string // whose mean is compared
	Layers        []CurvePoint
	// Best is the layer with the highest mean, of several the first; "" where
	// no layer has a score on every benchmark.
	Best string
}

// CurvePoint is one layer of a curve.
type CurvePoint struct {
	Layer string
	// Value is the mean over the benchmarks, NaN where one has no score.
	Value  float64
	Scores []float64 // by benchmark
}

// Curves returns a curve for each region that a model has scores for: layers in
// order of depth where the model lists them, then in natural order of their names, as conv2
// before conv10. Choices and probabilities are no layers.
func Curves(m *ModelResult, of string) []Curve {
	var curves []Curve
	for _, s := range m.Scores {
		if s.Layer == stimuli.ResponsesLayer || s.Layer == stimuli.ProbabilitiesLayer {
			continue
		}
		i := slices.IndexFunc(curves, func(c Curve) bool { return c.Region == s.Region })
		if i < 0 {
			i = len(curves)
			curves = append(curves, Curve{Model: m.Model, Region: s.Region, Of: of})
		}
		c := &curves[i]
		if !slices.Contains(c.Benchmarks, s.Benchmark) {
			c.Benchmarks = append(c.Benchmarks, s.Benchmark)
		}
		if !slices.ContainsFunc(c.Layers, func(p CurvePoint) bool { return p.Layer == s.Layer }) {
			c.Layers = append(c.Layers, CurvePoint{Layer: s.Layer})
		}
	}
	slices.SortStableFunc(curves, func(a, b Curve) int { return strings.Compare(a.Region, b.Region) })
	for i := range curves {
		curves[i].fill(m)
	}
	return curves
}

func (c *Curve) fill(m *ModelResult) {
	compare := CompareLayers(m.Layers)
	slices.SortFunc(c.Layers, func(a, b CurvePoint) int { return compare(a.Layer, b.Layer) })
	best := math.Inf(-1)
	for i := range c.Layers {
		p := &c.Layers[i]
		sum := 0.0
		for _, benchmark := range c.Benchmarks {
			value := math.NaN()
			for _, s := range m.Scores {
				if s.Benchmark == benchmark && s.Layer == p.Layer {
					if value = s.Ceiled.Value; c.Of == OfRaw {
						value = s.Raw.Value
					}
				}
			}
			p.Scores = append(p.Scores, value)
			sum += value
		}
		if p.Value = sum / float64(len(c.Benchmarks)); stats.Finite(p.Value) && p.Value > best {
			best, c.Best = p.Value, p.Layer
		}
	}
}

// CompareLayers returns a function that orders layers by depth, which a list of layers
// tells, and others after them in the natural order of their names.
func CompareLayers(byDepth []string) func(a, b string) int {
	depth := make(map[string]int, len(byDepth))
	for i, layer := range byDepth {
		depth[layer] = i - len(byDepth) // negative: before all others
	}
	return func(a, b string) int { return cmp.Or(cmp.Compare(depth[a], depth[b]), CompareNatural(a, b)) }
}

// CompareNatural orders names with the numbers in them by their size.
func CompareNatural(a, b string) int {
	whole := strings.Compare(a, b)
	for a != "" && b != "" {
		x, restA := leadingDigits(a)
		y, restB := leadingDigits(b)
		if x != "" && y != "" {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = restA, restB
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), whole)
}

func leadingDigits(s string) (digits, rest string) {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return s[:n], s[n:]
}
