package metrics

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// Spearman is the correlation ρ of the ranks of two equally long lists without
// NaN, ties by average rank.
func Spearman(a, b []float64) float64 {
	return Pearson(ranks(nil, 1, a), ranks(nil, 1, b))
}

// The digits of a radix sort on 32-bit keys: 11 bits make three passes.
const (
	radixBits  = 11
	radixSize  = 1 << radixBits
	radixSteps = 3
	keyBits    = 32
)

// ranks gives each value's place from 1, equal values the mean of theirs, in an
// array from the pool.
func ranks(pool *pages.Pool, workers int, values []float64) []float64 {
	out := pages.Take[float64](pool, len(values))
	ranksInto(pool, workers, values, out)
	return out
}

// ranksInto writes the ranks of exact values to out, which may be values itself.
func ranksInto(pool *pages.Pool, workers int, values, out []float64) {
	ranksWithin(pool, workers, values, out, ties{})
}

// ties tells which computed values are equal: those that differ by no more than the
// sum of their errors. The zero ties are of exact values.
type ties struct {
	bound func(i int) float64 // of the error of value i
	most  float64             // no bound is above it
}

// ranksWithin writes the ranks of values to out, which may be values itself. It
// sorts by the leading 32 of the bits in which values differ, digit by digit, and
// by the values themselves where these are equal or as close as ties are. Each pass
// is stable, so the order does not depend on workers.
func ranksWithin(pool *pages.Pool, workers int, values, out []float64, t ties) {
	n := len(values)
	if n > math.MaxInt32 {
		panic("metrics: too many values to rank")
	}
	const least = 1 << 14 // values a worker, below which one is faster
	parts := chunks(n, max(1, min(workers, n/least)), 1)
	low, high := orderedRange(parts, values)
	if low >= high {
		for i := range out {
			out[i] = float64(n+1) / 2
		}
		return
	}
	shift := max(0, bits.Len64(high-low)-keyBits)
	both := pages.Take[uint64](pool, 2*n)
	defer pages.Give(pool, both)
	keys, other := both[:n], both[n:] // a key above, the place that it stood in below

	// The histograms of all digits do not change from pass to pass, those of
	// a part do.
	type histograms [radixSteps][radixSize]int32
	ofParts := make([]histograms, len(parts))
	inParts(len(parts), func(p int) {
		totals := &ofParts[p]
		for i := parts[p][0]; i < parts[p][1]; i++ {
			key := (ordered(values[i]) - low) >> shift
			keys[i] = key<<keyBits | uint64(i)
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
	r := ranking{values, out, t, low, shift}
	// A part ends where neighbours are surely no ties.
	for p := 1; p < len(parts); p++ {
		at := max(parts[p][0], parts[p-1][0])
		for at < n && at > 0 && !r.apart(keys[at-1], keys[at]) {
			at++
		}
		parts[p-1][1], parts[p][0] = at, at
		parts[p][1] = max(at, parts[p][1])
	}
	inParts(len(parts), func(p int) {
		for lo, end := parts[p][0], parts[p][1]; lo < end; {
			hi := lo + 1
			for hi < end && !r.apart(keys[hi-1], keys[hi]) {
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

// ordered maps a value to bits that are in order as values are; −0 is +0.
func ordered(v float64) uint64 {
	b := math.Float64bits(v + 0)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// unordered is the value that ordered maps to these bits.
func unordered(b uint64) float64 {
	return math.Float64frombits(b ^ (uint64(^int64(b)>>63) | 1<<63))
}

// orderedRange is the least and the greatest of the values' bits.
func orderedRange(parts [][2]int, values []float64) (low, high uint64) {
	lows, highs := make([]uint64, len(parts)), make([]uint64, len(parts))
	inParts(len(parts), func(p int) {
		l, h := uint64(math.MaxUint64), uint64(0)
		for _, v := range values[parts[p][0]:parts[p][1]] {
			b := ordered(v)
			l, h = min(l, b), max(h, b)
		}
		lows[p], highs[p] = l, h
	})
	low = math.MaxUint64
	for p := range lows {
		low, high = min(low, lows[p]), max(high, highs[p])
	}
	return low, high
}

// sortByDigit moves keys to other in order of the digit that starts at a bit.
func sortByDigit(parts [][2]int, counts [][radixSize]int32, at int, keys, other []uint64) {
	inParts(len(parts), func(p int) {
		c := &counts[p]
		clear(c[:])
		for _, k := range keys[parts[p][0]:parts[p][1]] {
			c[k>>at&(radixSize-1)]++
		}
	})
	place := int32(0)
	for digit := range radixSize {
		for p := range counts {
			c := counts[p][digit]
			counts[p][digit] = place
			place += c
		}
	}
	inParts(len(parts), func(p int) {
		c := &counts[p]
		for _, k := range keys[parts[p][0]:parts[p][1]] {
			digit := k >> at & (radixSize - 1)
			other[c[digit]] = k
			c[digit]++
		}
	})
}

// ranking is what ranks the runs of values that have equal or close keys.
type ranking struct {
	values, out []float64
	ties        ties
	low         uint64 // key 0
	shift       int    // bits below a key
}

// apart reports whether the values of two keys, in order, are surely no ties.
func (r *ranking) apart(a, b uint64) bool {
	a, b = a>>keyBits, b>>keyBits
	if a == b {
		return false
	}
	if r.ties.most == 0 {
		return true
	}
	last := unordered(r.low + (a+1)<<r.shift - 1)
	return unordered(r.low+b<<r.shift)-last > 2*r.ties.most
}

// run ranks values that are in order of their keys, the first of them standing at
// place lo of all. room is as long as keys.
func (r *ranking) run(keys, room []uint64, lo int) {
	if r.shift > 0 {
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
	if r.ties.most == 0 {
		return end
	}
	bound := func(k int) float64 { return r.ties.bound(int(uint32(keys[k]))) }
	widest := bound(start)
	before := widest
	for end < len(keys) {
		v := value(end)
		if v != last {
			if v-last > 2*r.ties.most {
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

// sortExactly sorts the places of several values by value. room is as long.
func sortExactly(keys, room []uint64, values []float64) {
	const few = 1 << 10
	if len(keys) <= few {
		slices.SortFunc(keys, func(a, b uint64) int {
			return cmp.Or(cmp.Compare(values[uint32(a)], values[uint32(b)]), cmp.Compare(uint32(a), uint32(b)))
		})
		return
	}
	low, high := uint64(math.MaxUint64), uint64(0)
	for _, k := range keys {
		b := ordered(values[uint32(k)])
		low, high = min(low, b), max(high, b)
	}
	if low == high {
		return
	}
	shift := max(0, bits.Len64(high-low)-keyBits)
	for i, k := range keys {
		at := k & math.MaxUint32
		keys[i] = (ordered(values[at])-low)>>shift<<keyBits | at
	}
	all := [][2]int{{0, len(keys)}}
	counts := make([][radixSize]int32, 1)
	for d := range radixSteps {
		sortByDigit(all, counts, keyBits+d*radixBits, keys, room)
		copy(keys, room)
	}
	for at := 0; shift > 0 && at < len(keys); {
		end := at + 1
		for end < len(keys) && keys[end]>>keyBits == keys[at]>>keyBits {
			end++
		}
		sortExactly(keys[at:end], room[at:end], values)
		at = end
	}
}

// inParts runs task 0 … n-1 side by side.
func inParts(n int, task func(p int)) { crew.Run(n, n, func(_, p int) { task(p) }) }
