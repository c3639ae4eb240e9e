package property

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/numpyrand"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// distribution compares samples with recorded values by their histograms.
type distribution struct {
	bins     []float64 // edges
	recorded []float64 // cumulative shares
	furthest float64   // the distance of the furthest distribution
}

// missingBin stands for a value that is in no bin, as NaN.
const missingBin = -1

// binOf returns the bin of a value, clipped to the ends; the last one includes its end.
func binOf(bins []float64, v float64) int {
	if math.IsNaN(v) {
		return missingBin
	}
	at, found := slices.BinarySearch(bins, v)
	if !found {
		at--
	}
	return max(0, min(at, len(bins)-2))
}

// binsOf returns the bins of values.
func binsOf(bins, values []float64) []int {
	of := make([]int, len(values))
	for i, v := range values {
		of[i] = binOf(bins, v)
	}
	return of
}

// newDistribution returns the distribution of recorded values in the bins; false if no
// neuron has a value.
func newDistribution(bins, recorded []float64) (*distribution, bool) {
	d := &distribution{bins: bins, recorded: make([]float64, len(bins)-1)}
	if !cumulate(binsOf(bins, recorded), make([]int, len(bins)-1), d.recorded) {
		return nil, false
	}
	for i, share := range d.recorded {
		last := 0.
		if i == len(d.recorded)-1 {
			last = 1
		}
		d.furthest = max(d.furthest, math.Abs(1-share), math.Abs(last-share))
	}
	return d, true
}

// cumulate sets shares to the cumulative ones of the bins; false if none has a value.
func cumulate(of, counts []int, shares []float64) bool {
	clear(counts)
	n := 0
	for _, bin := range of {
		if bin != missingBin {
			counts[bin]++
			n++
		}
	}
	if n == 0 {
		return false
	}
	sum := 0.
	for i, c := range counts {
		sum += float64(c) / float64(n)
		shares[i] = sum
	}
	return true
}

// sampled compares samples of values with the recorded ones: in each draw as many values,
// with replacement, as there are recorded neurons. Draws in which no neuron has a value
// have no figure; if these are more than a tenth, the similarity is 0, as the reference
// implementation has it.
func (d *distribution) sampled(ctx context.Context, what string, values []float64, size, draws int, seed uint32) (metrics.Estimate, []string, error) {
	const many = 10
	random := numpyrand.New(seed)
	of, sample := binsOf(d.bins, values), make([]int, size)
	counts, shares, figures := make([]int, len(d.recorded)), make([]float64, len(d.recorded)), make([]float64, draws)
	without := 0
	for k := range figures {
		if err := ctx.Err(); err != nil {
			return metrics.Estimate{}, nil, err
		}
		for i := range sample {
			sample[i] = of[random.Interval(uint32(len(of)-1))]
		}
		if !cumulate(sample, counts, shares) {
			figures[k] = math.NaN()
			without++
			continue
		}
		distance := 0.
		for i, share := range shares {
			distance = max(distance, math.Abs(share-d.recorded[i]))
		}
		figures[k] = 1 - distance/d.furthest
	}
	if without > draws/many {
		return metrics.Exact(0), []string{fmt.Sprintf("%s: in %d of %d draws no neuron has a value of the property: the similarity is 0", what, without, draws)}, nil
	}
	mean, sd, _ := series.Moments(figures)
	estimate := metrics.Estimate{Value: mean, Error: sd}
	if without > 0 {
		return estimate, []string{fmt.Sprintf("%s: in %d of %d draws no neuron has a value of the property; these are left out", what, without, draws)}, nil
	}
	return estimate, nil, nil
}
