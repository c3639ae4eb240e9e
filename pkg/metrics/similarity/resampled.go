package similarity

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
)

// A bootstrap sample of n stimuli has some of them several times. Its coefficient is that
// of all pairs of its n elements without those of a stimulus with itself, as rsatoolbox
// takes it (Schütt et al. 2023, eLife 12:e82566). It is computed with stimulus i as
// counts[i] equal ones: a pair i < j counts counts[i]·counts[j] times.

// sampler computes a coefficient on samples. One sampler serves one goroutine.
type sampler interface {
	// value returns the coefficient, NaN if the sample has none.
	value(s *sample) float64
}

// sample is which of n stimuli a sample has, and how often.
type sample struct {
	n      int
	drawn  []int
	counts []float64 // of the drawn ones
	total  float64   // of all counts
}

// set sets the number of times that each stimulus was drawn.
func (s *sample) set(counts []int32) {
	s.n, s.drawn, s.counts, s.total = len(counts), s.drawn[:0], s.counts[:0], 0
	for i, c := range counts {
		if c > 0 {
			s.drawn, s.counts = append(s.drawn, i), append(s.counts, float64(c))
			s.total += float64(c)
		}
	}
}

// pairs returns how many pairs of different stimuli the sample has.
func (s *sample) pairs() float64 {
	squares := 0.0
	for _, c := range s.counts {
		squares += float64(c * c)
	}
	return float64((float64(s.total*s.total) - squares) / 2)
}

// resample returns the coefficient on each of the samples, in parallel. rows are the
// stimuli that are compared, among those of the samples' rows; newSampler makes the
// sampler of a goroutine for these.
func resample(ctx context.Context, samples *metrics.StimulusSamples, rows []int, workers int, newSampler func() sampler) ([]float64, error) {
	values := make([]float64, samples.Len())
	parts := crew.Chunks(len(values), max(1, workers), 1)
	length := samples.Stimuli
	if samples.Rows != nil {
		length = len(samples.Rows)
	}
	err := crew.Each(ctx, workers, len(parts), func(p int) error {
		of := newSampler()
		all, counts, own := make([]int32, samples.Stimuli), make([]int32, length), make([]int32, len(rows))
		var s sample
		for k := parts[p][0]; k < parts[p][1]; k++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			samples.Count(k, all, counts)
			for i, row := range rows {
				own[i] = counts[row]
			}
			s.set(own)
			values[k] = math.NaN()
			if len(s.drawn) >= 3 {
				values[k] = of.value(&s)
			}
		}
		return nil
	})
	return values, err
}

// newSampler returns what computes the coefficient of two triangles on samples, for each
// goroutine.
func (m rdm) newSampler(a, b triangle, workers int) func() sampler {
	c := coefficients[m.compare]
	switch {
	case c.centred && (a.constant || b.constant):
		return func() sampler { return undefined{} }
	case c.ranked:
		groupsA, countA := tieGroups(a.ranked(workers))
		groupsB, countB := tieGroups(b.ranked(workers))
		if m.compare == "kendall" {
			order := byGroup(groupsA, countA)
			return func() sampler { return newKendallSampler(groupsA, order, groupsB, countB) }
		}
		return func() sampler {
			return &rankSampler{a: groupsA, b: groupsB, ranksA: make([]int32, countA), ranksB: make([]int32, countB), corrected: m.compare == "spearman"}
		}
	case c.whitened:
		k, l := dissimilarityKernel(a, c.centred), dissimilarityKernel(b, c.centred)
		return func() sampler { return &kernelSampler{k: k, l: l, itself: true, less: c.centred} }
	}
	x, y := a.values, b.values
	if c.centred {
		x, y = centredValues(a.spread()), centredValues(b.spread())
	}
	return func() sampler { return valueSampler{x, y, c.centred} }
}

// undefined is the sampler of what has no coefficient.
type undefined struct{}

func (undefined) value(*sample) float64 { return math.NaN() }

// bounded returns the cosine of series with the given products, NaN if one of them is 0
// or no more than rounding beside its size before it was centred.
func bounded(product, a, b, sizeA, sizeB float64) float64 {
	const rounding = 1e-24
	if !(a > rounding*sizeA) || !(b > rounding*sizeB) {
		return math.NaN()
	}
	return max(-1, min(1, product/math.Sqrt(a*b)))
}
