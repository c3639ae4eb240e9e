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

// ranksInto writes the ranks of values to out, which may be values itself. It
// sorts by the leading 32 of the bits in which values differ, digit by digit, and
// by the values themselves where these are equal. Each pass is stable, so the order
// does not depend on workers.
func ranksInto(pool *pages.Pool, workers int, values, out []float64) {
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
	inParts(len(parts), func(p int) {
		// Equal keys belong to the part where the first of them is.
		var room []uint64
		lo, end := parts[p][0], parts[p][1]
		for lo > 0 && lo < end && keys[lo]>>keyBits == keys[lo-1]>>keyBits {
			lo++
		}
		for lo < end {
			hi := lo + 1
			for hi < n && keys[hi]>>keyBits == keys[lo]>>keyBits {
				hi++
			}
			if hi == lo+1 {
				out[uint32(keys[lo])] = float64(hi)
			} else {
				room = rankRun(keys[lo:hi], lo, values, out, room)
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

// rankRun ranks several values with the same key, which stand from place lo on. It
// leaves run as it is, since other parts look at it, and gives room for further runs.
func rankRun(run []uint64, lo int, values, out []float64, room []uint64) []uint64 {
	const many = 1 << 10
	if len(run) > many {
		// They differ in at most half of the bits.
		part := make([]float64, len(run))
		for i, k := range run {
			part[i] = values[uint32(k)]
		}
		ranksInto(nil, 1, part, part)
		for i, k := range run {
			out[uint32(k)] = float64(lo) + part[i]
		}
		return room
	}
	room = append(room[:0], run...)
	run = room
	slices.SortFunc(run, func(a, b uint64) int { return cmp.Compare(values[uint32(a)], values[uint32(b)]) })
	for i := 0; i < len(run); {
		end := i + 1
		for end < len(run) && values[uint32(run[end])] == values[uint32(run[i])] {
			end++
		}
		// values may be out: it is read no more once it is written.
		rank := float64(2*lo+i+end+1) / 2
		for ; i < end; i++ {
			out[uint32(run[i])] = rank
		}
	}
	return room
}

// inParts runs task 0 … n-1 side by side.
func inParts(n int, task func(p int)) { crew.Run(n, n, func(_, p int) { task(p) }) }

// KendallA is Kendall's τ-a of two equally long lists without NaN: concordant
// less discordant pairs, over all pairs, tied ones counting for neither. It
// takes O(n log n), by merge sort (Knight 1966).
func KendallA(a, b []float64) float64 {
	n := len(a)
	if n < 2 {
		return math.NaN()
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(cmp.Compare(a[i], a[j]), cmp.Compare(b[i], b[j])) })
	// In the order of a, ties by b, discordant pairs are the inversions of b.
	var tiedA, tiedBoth float64
	sorted := make([]float64, n)
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && a[order[hi]] == a[order[lo]] {
			hi++
		}
		tiedA += pairs(hi - lo)
		for k := lo; k < hi; {
			end := k + 1
			for end < hi && b[order[end]] == b[order[k]] {
				end++
			}
			tiedBoth += pairs(end - k)
			k = end
		}
		lo = hi
	}
	for i, at := range order {
		sorted[i] = b[at]
	}
	discordant := inversions(sorted, make([]float64, n))
	tiedB := 0.0
	for lo := 0; lo < n; {
		hi := lo + 1
		for hi < n && sorted[hi] == sorted[lo] {
			hi++
		}
		tiedB += pairs(hi - lo)
		lo = hi
	}
	all := pairs(n)
	concordant := all - tiedA - tiedB + tiedBoth - discordant
	return (concordant - discordant) / all
}

func pairs(n int) float64 { return float64(n) * float64(n-1) / 2 }

// inversions sorts values and counts the pairs that stood in descending order.
func inversions(values, scratch []float64) float64 {
	n := len(values)
	if n < 2 {
		return 0
	}
	half := n / 2
	left, right := values[:half], values[half:]
	count := inversions(left, scratch[:half]) + inversions(right, scratch[half:])
	copy(scratch, values)
	left, right = scratch[:half], scratch[half:]
	i, j := 0, 0
	for k := range values {
		if j == len(right) || i < len(left) && left[i] <= right[j] {
			values[k] = left[i]
			i++
			continue
		}
		values[k] = right[j]
		count += float64(len(left) - i)
		j++
	}
	return count
}
