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
	orderX, orderY []int  // models in ascending order
	agree          []int8 // of models i > j, at i(i-1)/2 + j: 1 in the same order in x and y, -1 in opposite ones, 0 tied
	tiesX, tiesY   bool   // whether values are equal
	rankX, rankY   []float64
}

func newPairs(x, y []float64) *pairs {
	n := len(x)
	p := &pairs{x: x, y: y, orderX: ascending(x), orderY: ascending(y), rankX: make([]float64, n), rankY: make([]float64, n)}
	p.tiesX, p.tiesY = ties(x, p.orderX), ties(y, p.orderY)
	p.agree = make([]int8, 0, n*(n-1)/2)
	for i := range n {
		for j := range i {
			p.agree = append(p.agree, int8(cmp.Compare(x[i], x[j])*cmp.Compare(y[i], y[j])))
		}
	}
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
func (p *pairs) kendall(counts []int32) float64 {
	var sum int64
	at := 0
	for i, c := range counts {
		if row := p.agree[at : at+i]; c != 0 {
			var s int32
			for j, a := range row {
				s += int32(a) * counts[j]
			}
			sum += int64(c) * int64(s)
		}
		at += i
	}
	untied := untiedPairs(p.x, p.orderX, counts) * untiedPairs(p.y, p.orderY, counts)
	if untied == 0 {
		return math.NaN()
	}
	return max(-1, min(1, float64(sum)/math.Sqrt(untied)))
}

func untiedPairs(values []float64, order []int, counts []int32) float64 {
	var n, tied float64
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
