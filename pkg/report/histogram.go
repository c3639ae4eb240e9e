package report

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// bins is how many bins a histogram has.
const bins = 28

// span is a range of values.
type span struct{ low, high float64 }

// widen takes values into the span, as far as correlations go.
func (s *span) widen(values []float64) {
	for _, v := range values {
		if finite(v) {
			s.low, s.high = min(s.low, max(v, -1)), max(s.high, min(v, 1))
		}
	}
}

// rounded is the span to twentieths outwards, from 0 unless it goes below.
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

// histogram counts values by bin; those beyond the span are in the first and
// the last one.
func (s span) histogram(values []float64) (counts []int, without int) {
	counts = make([]int, bins)
	for _, v := range values {
		if !finite(v) {
			without++
			continue
		}
		at := int(math.Floor((v - s.low) / (s.high - s.low) * bins))
		counts[min(max(at, 0), bins-1)]++
	}
	return counts, without
}

// quartiles are the minimum, the quartiles (linear between order statistics)
// and the maximum; nil of nothing.
func quartiles(values []float64) []figure {
	sorted := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return !finite(v) })
	if len(sorted) == 0 {
		return nil
	}
	slices.Sort(sorted)
	var out []figure
	for _, q := range []float64{0, 0.25, 0.5, 0.75, 1} {
		at := q * float64(len(sorted)-1)
		i := int(at)
		j := min(i+1, len(sorted)-1)
		out = append(out, figure(sorted[i]+(at-float64(i))*(sorted[j]-sorted[i])))
	}
	return out
}

// spans are the ranges of neuroids' values by benchmark, over all models, so
// that their histograms compare.
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

// addNeuroids adds how a result's neuroids are distributed.
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
