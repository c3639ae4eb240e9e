package series

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// Spearman is the correlation ρ of the ranks of two equally long lists without
// NaN, ties by average rank.
func Spearman(a, b []float64) float64 {
	return Pearson(Ranks(nil, 1, a), Ranks(nil, 1, b))
}

// Ranks returns each value's place from 1, equal values the mean of theirs, in an
// array from the pool.
func Ranks(pool *pages.Pool, workers int, values []float64) []float64 {
	out := pages.Take[float64](pool, len(values))
	RanksInto(pool, workers, values, out)
	return out
}

// RanksInto writes the ranks of exact values to out, which may be values itself.
func RanksInto(pool *pages.Pool, workers int, values, out []float64) {
	RanksWithin(pool, workers, values, out, Ties{})
}

// Ties reports which computed values are equal: those that differ by no more than the
// sum of their errors. The zero ties are of exact values.
type Ties struct {
	Bound func(i int) float64 // of the error of value i
	Most  float64             // no bound is above it
}

// RanksWithin writes the ranks of values to out, which may be values itself. It
// sorts by the leading 32 of the bits in which values differ, digit by digit, and
// by the values themselves where these are equal or as close as ties are. Each pass
// is stable, so the order does not depend on workers.
func RanksWithin(pool *pages.Pool, workers int, values, out []float64, t Ties) {
	n := len(values)
	if n > math.MaxInt32 {
		panic("metrics: too many values to rank")
	}
	const least = 1 << 14 // values a worker, below which one is faster
	parts := crew.Chunks(n, max(1, min(workers, n/least)), 1)
	low, high := orderedRange(parts, values)
	if low >= high {
		for i := range out {
			out[i] = float64(n+1) / 2
		}
		return
	}
	k := newKeys(low, high, t)
	both := pages.Take[uint64](pool, 2*n)
	defer pages.Give(pool, both)
	keys, other := both[:n], both[n:] // a key above, the place that it stood in below

	// The histograms of all digits do not change from pass to pass, those of
	// a part do.
	type histograms [radixSteps][radixSize]int32
	ofParts := make([]histograms, len(parts))
	crew.All(len(parts), func(p int) {
		totals := &ofParts[p]
		from := parts[p][0]
		here := keys[from:parts[p][1]]
		k.fill(here, values[from:parts[p][1]])
		for i, key := range here {
			here[i] = key<<keyBits | uint64(from+i)
			for d := range totals {
				totals[d][key>>(d*radixBits)&(radixSize-1)]++
			}
		}
	})
	var totals histograms
	for p := range ofParts {
		for d := range totals {
			for digit, c := range ofParts[p][d] {
				totals[d][digit] += c
			}
		}
	}
	counts := make([][radixSize]int32, len(parts))
	for d := range totals {
		at := keyBits + d*radixBits
		if totals[d][keys[0]>>at&(radixSize-1)] == int32(n) {
			continue // all have the same digit
		}
		sortByDigit(parts, counts, at, keys, other)
		keys, other = other, keys
	}
	r := ranking{values, out, t, k}
	// A part ends where neighbours are surely no ties.
	for p := 1; p < len(parts); p++ {
		at := max(parts[p][0], parts[p-1][0])
		for at < n && at > 0 && !k.apart(keys[at-1], keys[at]) {
			at++
		}
		parts[p-1][1], parts[p][0] = at, at
		parts[p][1] = max(at, parts[p][1])
	}
	crew.All(len(parts), func(p int) {
		for lo, end := parts[p][0], parts[p][1]; lo < end; {
			hi := lo + 1
			for hi < end && !k.apart(keys[hi-1], keys[hi]) {
				hi++
			}
			if hi == lo+1 {
				out[uint32(keys[lo])] = float64(hi)
			} else {
				r.run(keys[lo:hi], other[lo:hi], lo)
			}
			lo = hi
		}
	})
}

// ranking is what ranks the runs of values that have equal or close keys.
type ranking struct {
	values, out []float64
	ties        Ties
	keys        keys
}

// run ranks values that are in order of their keys, the first of them standing at
// place lo of all. room is as long as keys.
func (r *ranking) run(keys, room []uint64, lo int) {
	if !r.keys.whole() {
		for at := 0; at < len(keys); {
			end := at + 1
			for end < len(keys) && keys[end]>>keyBits == keys[at]>>keyBits {
				end++
			}
			sortExactly(keys[at:end], room[at:end], r.values)
			at = end
		}
	}
	// values may be out: none is read once its rank is written.
	for at := 0; at < len(keys); {
		end := r.tied(keys, at)
		rank := float64(2*lo+at+end+1) / 2
		for ; at < end; at++ {
			r.out[uint32(keys[at])] = rank
		}
	}
}

// tied returns the end of the ties that start at a place of values in order. Values
// each of which is tied with the next are one set of ties only as far as its ends
// are as close as errors about one value can be: beyond that it is a dense series of
// different ones, which is cut so that no rank is off by more than their errors.
func (r *ranking) tied(keys []uint64, start int) int {
	value := func(k int) float64 { return r.values[uint32(keys[k])] }
	first := value(start)
	last, end := first, start+1
	for end < len(keys) && value(end) == last {
		end++
	}
	if r.ties.Most == 0 {
		return end
	}
	bound := func(k int) float64 { return r.ties.Bound(int(uint32(keys[k]))) }
	widest := bound(start)
	before := widest
	for end < len(keys) {
		v := value(end)
		if v != last {
			if v-last > 2*r.ties.Most {
				break
			}
			here := bound(end)
			if v-last > before+here || v-first > 2*max(widest, here) {
				break
			}
			widest, before, last = max(widest, here), here, v
		}
		end++
	}
	return end
}
