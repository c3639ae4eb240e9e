package ranking

import (
	"cmp"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// pairs holds paired values of n models, prepared for correlations of resamples. A
// resample is given by the count of each model, so that its ranks follow from a walk
// along the order of all models, without sorting it.
type pairs struct {
	x, y           []float64
	orderX, orderY []int   // models in ascending order
	places         []int32 // in the order of x, each model's place among the distinct values of y, from 1
	below, equal   []int32 // counts of a resample's models below places, as a Fenwick tree, and on them
	tiesX, tiesY   bool    // some values are equal
	rankX, rankY   []float64
}

func newPairs(x, y []float64) *pairs {
	n := len(x)
	p := &pairs{x: x, y: y, orderX: ascending(x), orderY: ascending(y), rankX: make([]float64, n), rankY: make([]float64, n)}
	p.tiesX, p.tiesY = ties(x, p.orderX), ties(y, p.orderY)
	place, placeOf := int32(0), make([]int32, n)
	for k, i := range p.orderY {
		if k == 0 || y[i] != y[p.orderY[k-1]] {
			place++
		}
		placeOf[i] = place
	}
	p.places = make([]int32, n)
	for k, i := range p.orderX {
		p.places[k] = placeOf[i]
	}
	p.below, p.equal = make([]int32, place+1), make([]int32, place+1)
	return p
}

// ties reports whether some values are equal, given their ascending order.
func ties(values []float64, order []int) bool {
	for k := 1; k < len(order); k++ {
		if values[order[k]] == values[order[k-1]] {
			return true
		}
	}
	return false
}

// ascending returns the indices of values in ascending order.
func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(cmp.Compare(values[i], values[j]), cmp.Compare(i, j)) })
	return order
}

// spearman returns Spearman's ρ of a resample: the correlation of ranks, where equal
// values share their average rank.
func (p *pairs) spearman(counts []int32) float64 {
	averageRanks(p.x, p.orderX, p.tiesX, counts, p.rankX)
	averageRanks(p.y, p.orderY, p.tiesY, counts, p.rankY)
	return weightedPearson(p.rankX, p.rankY, counts)
}

// averageRanks writes the ranks of the models of a resample to ranks.
func averageRanks(values []float64, order []int, ties bool, counts []int32, ranks []float64) {
	below := 0.0
	if !ties { // equivalent to the loop below, but faster
		for _, i := range order {
			count := float64(counts[i])
			ranks[i] = below + float64((count+1)/2)
			below += count
		}
		return
	}
	for lo := 0; lo < len(order); {
		count, hi := 0.0, lo
		for ; hi < len(order) && values[order[hi]] == values[order[lo]]; hi++ {
			count += float64(counts[order[hi]])
		}
		for _, i := range order[lo:hi] {
			ranks[i] = below + float64((count+1)/2)
		}
		below += count
		lo = hi
	}
}

// kendall returns Kendall's τ-b of a resample: the number of concordant less that of
// discordant pairs, over the root of the number of pairs not tied in x times that of
// pairs not tied in y; NaN if either is 0. (τ-a would fall with the ties that resampling
// itself makes.)
//
// kendall passes over the models in the order of x, and a Fenwick tree counts the
// previous ones by their place in y, which takes n log n steps rather than n² (Knight
// 1966, doi:10.1080/01621459.1966.10480879).
func (p *pairs) kendall(counts []int32) float64 {
	clear(p.below)
	clear(p.equal)
	var sum int64
	var before int32
	for lo := 0; lo < len(p.orderX); {
		hi := lo + 1
		for p.tiesX && hi < len(p.orderX) && p.x[p.orderX[hi]] == p.x[p.orderX[lo]] {
			hi++
		}
		for k := lo; k < hi; k++ {
			c := counts[p.orderX[k]]
			if c == 0 {
				continue
			}
			lower := int32(0)
			for place := p.places[k] - 1; place > 0; place &= place - 1 {
				lower += p.below[place]
			}
			higher := before - lower - p.equal[p.places[k]]
			sum += int64(c) * int64(lower-higher)
		}
		for k := lo; k < hi; k++ { // models tied in x are not compared with each other
			c := counts[p.orderX[k]]
			if c == 0 {
				continue
			}
			before += c
			p.equal[p.places[k]] += c
			for place := p.places[k]; int(place) < len(p.below); place += place & -place {
				p.below[place] += c
			}
		}
		lo = hi
	}
	untied := untiedPairs(p.x, p.orderX, p.tiesX, counts) * untiedPairs(p.y, p.orderY, p.tiesY, counts)
	if untied == 0 {
		return math.NaN()
	}
	return max(-1, min(1, float64(sum)/math.Sqrt(untied)))
}

// untiedPairs returns the number of pairs of a resample with different values.
func untiedPairs(values []float64, order []int, ties bool, counts []int32) float64 {
	var n, tied float64
	if !ties { // only copies of the same model are tied
		for _, c := range counts {
			n += float64(c)
			tied += float64(float64(c) * float64(c-1) / 2)
		}
		return float64(n*(n-1)/2) - tied
	}
	for lo := 0; lo < len(order); {
		count, hi := 0.0, lo
		for ; hi < len(order) && values[order[hi]] == values[order[lo]]; hi++ {
			count += float64(counts[order[hi]])
		}
		n += count
		tied += float64(count * (count - 1) / 2)
		lo = hi
	}
	return float64(n*(n-1)/2) - tied
}

// Interval is a confidence interval; its ends are NaN if there is none.
type Interval = metrics.Interval

// NoInterval is the interval with NaN ends.
var NoInterval = metrics.NoInterval

// generator returns the random generator of the figure that words identify. Its draws
// do not depend on other figures.
func generator(seed uint64, words ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = io.WriteString(h, w)
		_, _ = h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// resample draws len(counts) models with replacement and counts each.
func resample(r *rand.Rand, counts []int32) {
	clear(counts)
	for range counts {
		counts[r.IntN(len(counts))]++
	}
}
