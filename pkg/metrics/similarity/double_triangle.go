package similarity

import (
	"cmp"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// newDoubleTriangle computes dissimilarities from the rows themselves. noise is the
// part of the largest one by which all of them may differ from each other and count
// as equal still. ranked reports whether ranks are needed; dissimilarities that rounding
// of the values may have made of 0 are 0 then.
func newDoubleTriangle(h *stream.HeldRows, distance string, rows []int, noise float64, ranked bool, workers int) triangle {
	p := newDoubleRows(h, distance, rows, workers)
	if ranked {
		p.exact = exactPairsOf(h, rows, distance)
	}
	n := len(rows)
	size := n * (n - 1) / 2
	high, low := make([]float64, size), make([]float64, size)
	some := make([]bool, n) // of each row: a dissimilarity is not 0
	crew.EachRow(workers, n, func(a int) {
		at := firstPair(n, a)
		for b := a + 1; b < n; b++ {
			d := p.dissimilarity(a, b)
			none := d.High <= p.roughly(a, b, d.High) && d.High <= p.closely(a, b, d.High)
			if none && ranked {
				d = double.Number{}
			}
			some[a] = some[a] || !none
			high[at], low[at] = d.High, d.Low
			at++
		}
	})
	t := triangle{values: high, zero: !slices.Contains(some, true), exponent: 2 * p.exponent}
	if t.zero {
		clear(high)
		clear(low)
	}
	t.constant = p.constant(high, low, noise)
	if distance == "euclidean" {
		t.exponent = p.exponent
		for i, v := range high {
			root := double.Number{High: v, Low: low[i]}.Root()
			high[i], low[i] = root.High, root.Low
		}
	}
	if ranked {
		order := orderOf(high, low)
		ranks, other := p.rankings(order, high, low)
		t.ranked = func(int) []float64 { return ranks }
		t.loose = other
		return t
	}
	// The first one is subtracted in twice the precision: all may be nearly 1.
	t.deviations = make([]float64, size)
	for i, v := range high {
		t.deviations[i] = (v - high[0]) + (low[i] - low[0])
	}
	return t
}

// constant reports whether dissimilarities are equal to their precision.
func (p *doubleRows) constant(high, low []float64, noise float64) bool {
	if len(high) == 0 {
		return true
	}
	least, greatest := 0, 0
	for i, v := range high {
		if v < high[least] || v == high[least] && low[i] < low[least] {
			least = i
		}
		if v > high[greatest] || v == high[greatest] && low[i] > low[greatest] {
			greatest = i
		}
	}
	between := (high[greatest] - high[least]) + (low[greatest] - low[least])
	within := noise * high[greatest]
	if len(high) > 1 {
		within = max(within, p.bound(least, high[least])+p.bound(greatest, high[greatest]))
	}
	return !(between > within)
}

// bound is closely of a place in the triangle.
func (p *doubleRows) bound(at int, value float64) float64 {
	a, b := pairAt(len(p.rows), at)
	return p.closely(a, b, value)
}

// orderOf returns the places of numbers in ascending order.
func orderOf(high, low []float64) []int32 {
	type place struct { // beside its number, which sorting then need not look up
		high float64
		at   int32
	}
	places := make([]place, len(high))
	for i, v := range high {
		places[i] = place{v, int32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.high < b.high:
			return -1
		case a.high > b.high:
			return 1
		}
		return cmp.Or(cmp.Compare(a.high, b.high), cmp.Compare(low[a.at], low[b.at]), cmp.Compare(a.at, b.at))
	})
	order := make([]int32, len(high))
	for k, p := range places {
		order[k] = p.at
	}
	return order
}

// Wide bounds are farBounds times as wide as those of the values' rounding.
const farBounds = 64

// rankings returns the ranks of dissimilarities in the given order, and other ranks
// with which a score is to be compared if some dissimilarities may have been equal
// before the values were rounded; else nil.
//
// By chance, there are as many gaps between dissimilarities within their bounds as in
// any other interval of that width, and dissimilarities are taken as they are. If there
// are more, rounding has parted some that were equal, and these are ties.
func (p *doubleRows) rankings(order []int32, high, low []float64) (ranks, other []float64) {
	exact := p.ranks(order, high, low, p.exactBound, p.exactBound)
	if p.held.Short {
		return exact, nil
	}
	near, far := 0, 0
	for k := 1; k < len(order); k++ {
		i, j := int(order[k-1]), int(order[k])
		gap := (high[j] - high[i]) + (low[j] - low[i])
		switch {
		case gap <= p.exactBound(i, high[i])+p.exactBound(j, high[j]):
		case gap > farBounds*(p.roughBound(i, high[i])+p.roughBound(j, high[j])):
		default:
			if bound := p.bound(i, high[i]) + p.bound(j, high[j]); gap <= bound {
				near++
			} else if gap <= farBounds*bound {
				far++
			}
		}
	}
	const expected = farBounds - 1 // far gaps for a near one, by chance
	if near*expected <= 8*far {
		return exact, nil
	}
	return p.ranks(order, high, low, p.roughBound, p.bound), exact
}

// exactBound and roughBound are arithmetic and roughly of a place in the triangle.
func (p *doubleRows) exactBound(_ int, value float64) float64 { return p.arithmetic(value) }

func (p *doubleRows) roughBound(at int, value float64) float64 {
	a, b := pairAt(len(p.rows), at)
	return p.roughly(a, b, value)
}

// rank sets the ranks of the dissimilarities in places start … end−1 of the order, which
// are equal to their bounds. If exact is set, those are ties that are equal without any.
func (p *doubleRows) rank(order []int32, start, end int, ranks []float64) {
	places := order[start:end]
	if p.exact == nil || len(places) == 1 {
		for _, i := range places {
			ranks[i] = float64(start+end+1) / 2
		}
		return
	}
	first := p.exact.sort(places, len(p.rows))
	for k := 0; k < len(places); {
		next := k + 1
		for next < len(places) && first[next] == first[k] {
			next++
		}
		for _, i := range places[k:next] {
			ranks[i] = float64(2*start+k+next+1) / 2
		}
		k = next
	}
}

// ranks returns the ranks of dissimilarities in the given order, those being ties that
// differ by no more than their bounds, which rough ones exceed. The rule is that of
// ranking.tied.
func (p *doubleRows) ranks(order []int32, high, low []float64, rough, bound func(at int, value float64) float64) []float64 {
	out := make([]float64, len(order))
	between := func(i, j int32) float64 { return (high[j] - high[i]) + (low[j] - low[i]) }
	for start := 0; start < len(order); {
		end := start + 1
		first := order[start]
		before, widest := -1.0, 0.0 // bounds, -1 if not yet computed
		for ; end < len(order); end++ {
			last, next := order[end-1], order[end]
			gap := between(last, next)
			if gap == 0 {
				continue
			}
			if gap > rough(int(last), high[last])+rough(int(next), high[next]) {
				break
			}
			if before < 0 {
				before = bound(int(last), high[last])
				widest = max(widest, before)
			}
			here := bound(int(next), high[next])
			if gap > before+here || between(first, next) > 2*max(widest, here) {
				break
			}
			widest, before = max(widest, here), here
		}
		p.rank(order, start, end, out)
		start = end
	}
	return out
}
