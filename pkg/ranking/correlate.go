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

// pairs are paired values of n models, prepared for correlations of resamples.
// A resample is the count of each model in it, which makes ranks a walk along
// the order of all rather than a sort of their own.
type pairs struct {
	x, y           []float64
	orderX, orderY []int   // models in ascending order
	places         []int32 // in the order of x, each model's place among the distinct values of y, from 1
	below, at      []int32 // how many models of a resample are below places, as sums of a Fenwick tree, and at them
	tiesX, tiesY   bool    // whether values are equal
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
	p.below, p.at = make([]int32, place+1), make([]int32, place+1)
	return p
}

// ties says whether values in an ascending order hold equal ones.
func ties(values []float64, order []int) bool {
	for k := 1; k < len(order); k++ {
		if values[order[k]] == values[order[k-1]] {
			return true
		}
	}
	return false
}

func ascending(values []float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(cmp.Compare(values[i], values[j]), cmp.Compare(i, j)) })
	return order
}

// pearson is the correlation r of a resample, NaN where one side is constant.
func pearson(x, y []float64, counts []int32) float64 {
	var n, meanX, meanY float64
	for i, c := range counts {
		n += float64(c)
		meanX += float64(c) * x[i]
		meanY += float64(c) * y[i]
	}
	meanX /= n
	meanY /= n
	var xy, xx, yy float64
	for i, c := range counts {
		dx, dy := x[i]-meanX, y[i]-meanY
		xy += float64(c) * dx * dy
		xx += float64(c) * dx * dx
		yy += float64(c) * dy * dy
	}
	if roundingOnly(xx, meanX, n) || roundingOnly(yy, meanY, n) {
		return math.NaN()
	}
	return max(-1, min(1, xy/math.Sqrt(xx)/math.Sqrt(yy)))
}

// roundingOnly says whether a sum of squared deviations from the mean is no
// more than the mean's own rounding, so that the values are constant.
func roundingOnly(squares, mean, n float64) bool {
	const ulps = 8 * 0x1p-52
	return squares <= n*ulps*mean*ulps*mean
}

// spearman is the correlation ρ of the ranks of a resample, ties by average
// rank.
func (p *pairs) spearman(counts []int32) float64 {
	averageRanks(p.x, p.orderX, p.tiesX, counts, p.rankX)
	averageRanks(p.y, p.orderY, p.tiesY, counts, p.rankY)
	return pearson(p.rankX, p.rankY, counts)
}

func averageRanks(values []float64, order []int, ties bool, counts []int32, ranks []float64) {
	below := 0.0
	if !ties { // the same, in a plain walk
		for _, i := range order {
			here := float64(counts[i])
			ranks[i] = below + (here+1)/2
			below += here
		}
		return
	}
	for lo := 0; lo < len(order); {
		here, hi := 0.0, lo
		for ; hi < len(order) && values[order[hi]] == values[order[lo]]; hi++ {
			here += float64(counts[order[hi]])
		}
		for _, i := range order[lo:hi] {
			ranks[i] = below + (here+1)/2
		}
		below += here
		lo = hi
	}
}

// kendall is Kendall's τ-b of a resample: concordant less discordant pairs,
// over the root of the pairs not tied in x times those not tied in y. (τ-a
// would fall with the ties that resampling itself makes.)
//
// The models are passed in the order of x, and a Fenwick tree counts those before
// by their place in y, which takes n log n steps rather than n² (Knight 1966,
// doi:10.1080/01621459.1966.10480879).
func (p *pairs) kendall(counts []int32) float64 {
	clear(p.below)
	clear(p.at)
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
			higher := before - lower - p.at[p.places[k]]
			sum += int64(c) * int64(lower-higher)
		}
		for k := lo; k < hi; k++ { // those tied in x count for later ones alone
			c := counts[p.orderX[k]]
			if c == 0 {
				continue
			}
			before += c
			p.at[p.places[k]] += c
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

func untiedPairs(values []float64, order []int, ties bool, counts []int32) float64 {
	var n, tied float64
	if !ties { // only the same model is tied with itself
		for _, c := range counts {
			n += float64(c)
			tied += float64(c) * float64(c-1) / 2
		}
		return n*(n-1)/2 - tied
	}
	for lo := 0; lo < len(order); {
		here, hi := 0.0, lo
		for ; hi < len(order) && values[order[hi]] == values[order[lo]]; hi++ {
			here += float64(counts[order[hi]])
		}
		n += here
		tied += here * (here - 1) / 2
		lo = hi
	}
	return n*(n-1)/2 - tied
}

// Interval is a confidence interval; its ends are NaN where there is none.
type Interval = metrics.Interval

// NoInterval is the interval where none can be had.
var NoInterval = metrics.NoInterval

// generator is that of one figure, known by words: its draws do not depend on
// which other figures there are.
func generator(seed uint64, words ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = io.WriteString(h, w)
		_, _ = h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// resample draws len(counts) of so many with replacement.
func resample(r *rand.Rand, counts []int32) {
	clear(counts)
	for range counts {
		counts[r.IntN(len(counts))]++
	}
}
