package report

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// bins is the number of bins of a histogram.
const bins = 28

// span is a range of values.
type span struct{ low, high float64 }

// widen extends the span to include values, within the range of correlations.
func (s *span) widen(values []float64) {
	for _, v := range values {
		if stats.Finite(v) {
			s.low, s.high = min(s.low, max(v, -1)), max(s.high, min(v, 1))
		}
	}
}

// rounded returns the span rounded outwards to twentieths, starting at 0 or below.
func (s span) rounded() span {
	if s.low > s.high {
		return span{0, 1}
	}
	const steps = 20
	low, high := math.Floor(min(s.low, 0)*steps)/steps, math.Ceil(s.high*steps)/steps
	if high <= low {
		high = low + 1.0/steps
	}
	return span{low, high}
}

// histogram counts values by bin, and those that are not finite. Values beyond the span
// are counted in the first or last bin.
func (s span) histogram(values []float64) (counts []int, without int) {
	counts = make([]int, bins)
	for _, v := range values {
		if !stats.Finite(v) {
			without++
			continue
		}
		bin := int(math.Floor((v - s.low) / (s.high - s.low) * bins))
		counts[min(max(bin, 0), bins-1)]++
	}
	return counts, without
}

// quartiles returns the minimum, the quartiles (linear between order statistics) and
// the maximum of the finite values; nil if there are none.
func quartiles(values []float64) []results.Number {
	sorted := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return !stats.Finite(v) })
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	var out []results.Number
	for _, q := range []float64{0, 0.25, 0.5, 0.75, 1} {
		out = append(out, short(stats.Quantile(sorted, q)))
	}
	return out
}

// spans returns the range of neuroids' values of each benchmark over all models, so
// that histograms of different models can be compared.
func (b *builder) spans() map[string]span {
	spans := map[string]span{}
	for _, m := range b.models {
		for _, r := range m.Results() {
			if len(r.Neuroids) == 0 {
				continue
			}
			s, ok := spans[r.Benchmark]
			if !ok {
				s = span{math.Inf(1), math.Inf(-1)}
			}
			s.widen(r.Neuroids)
			s.widen(r.NeuroidCeilings)
			spans[r.Benchmark] = s
		}
	}
	for name, s := range spans {
		spans[name] = s.rounded()
	}
	return spans
}

// addNeuroids adds the distribution of a result's neuroids.
func (b *builder) addNeuroids(s *score, r benchmarks.Result, within span) {
	if len(r.Neuroids) == 0 {
		return
	}
	s.Histogram, s.Without = within.histogram(r.Neuroids)
	s.Quartiles = quartiles(r.Neuroids)
	ceilings, without := within.histogram(r.NeuroidCeilings)
	if without < len(r.NeuroidCeilings) {
		s.Limits = 1 + b.ceiling(ceilings)
	}
}
