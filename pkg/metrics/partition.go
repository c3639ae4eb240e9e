package metrics

import (
	"context"
	"math/bits"
)

// Partitioning is a mapping that divides the variance that it explains among the layers
// that a layer is joined of, its bands.
type Partitioning interface {
	Neural
	// Partition fits the bands of in.Gram in all combinations. r asks for draws.
	Partition(ctx context.Context, in NeuralInput, r Resampling) (Partition, error)
	// PartitionMemory estimates what Partition holds, an upper bound.
	PartitionMemory(s Shape) Memory
}

// Bands is a set of bands: bit b stands for band b.
type Bands uint

// Partition is the explained variance of models of each set of bands, and its parts.
//
// With E(A) the explained variance of the model of the bands A, E of none being 0, and N all
// bands, the part of the bands T, which any of them can explain and no other, is
//
//	C(T) = −Σ_{S⊆T} (−1)^|S| · E((N∖T) ∪ S),
//
// so that of two bands C(1) = E(1,2) − E(2) and C(1,2) = E(1) + E(2) − E(1,2). The parts
// of all sets add up to E(N). A part may be negative: E is of stimuli that were left out,
// which a further band can predict worse, and two bands can explain more together than the
// sum of both.
//
// Source: commonality analysis, Mood (1971), American Educational Research Journal 8.
type Partition struct {
	Bands int
	// Explained are the values of each neuroid by set, from that of the first band alone to
	// all bands, at index set - 1: 1 less the squared errors over the squared responses to the
	// test stimuli, both less their mean over these, summed over splits. NaN of a neuroid that
	// has none. Splits in which its responses to train or test stimuli are constant are left
	// out of the sums.
	Explained [][]float64
	// Draws are means over neuroids by set, in each of a number of samples: stimuli and
	// neuroids are drawn with replacement, the same for all sets, with the models as they
	// are fitted.
	Draws [][]float64
	// Penalties are those of all bands together by split and, within it, by band (by neuroid,
	// then band, if each has its own), relative to the variance of the band; NaN of a band
	// that is left out.
	Penalties []float64
	Warnings  []string
}

// All returns the set of all bands.
func (p Partition) All() Bands { return 1<<p.Bands - 1 }

// Sets lists the sets of bands, those of fewer first.
func (p Partition) Sets() []Bands {
	var sets []Bands
	for size := 1; size <= p.Bands; size++ {
		for set := Bands(1); set <= p.All(); set++ {
			if bits.OnesCount(uint(set)) == size {
				sets = append(sets, set)
			}
		}
	}
	return sets
}

// each calls f for the models whose sum, each times a sign, is the part of a set.
func (p Partition) each(of Bands, f func(model int, sign float64)) {
	others := p.All() &^ of
	for subset := of; ; subset = (subset - 1) & of {
		sign := -1.0
		if bits.OnesCount(uint(subset))%2 == 1 {
			sign = 1
		}
		if model := others | subset; model != 0 {
			f(int(model)-1, sign)
		}
		if subset == 0 {
			return
		}
	}
}

// Part returns the values of each neuroid of the part of a set.
func (p Partition) Part(of Bands) []float64 { return p.sum(of, p.Explained) }

// PartDraws returns the draws of the mean of the part of a set.
func (p Partition) PartDraws(of Bands) []float64 { return p.sum(of, p.Draws) }

// sum returns the part of a set from values of each model.
func (p Partition) sum(of Bands, models [][]float64) []float64 {
	part := make([]float64, len(models[0]))
	p.each(of, func(model int, sign float64) {
		for k, v := range models[model] {
			part[k] += float64(sign * v)
		}
	})
	return part
}
