package metrics

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
)

// Spearman is the correlation ρ of the ranks of two equally long lists without
// NaN, ties by average rank.
func Spearman(a, b []float64) float64 {
	return Pearson(ranks(1, a), ranks(1, b))
}

// The digits of a radix sort on 64-bit keys: 11 bits make six passes.
const (
	radixBits = 11
	radixSize = 1 << radixBits
)

// sortedKey is a value's place in the order of values, with where it stood.
type sortedKey struct {
	key   uint64
	index int32
}

// ranks gives each value's place from 1, equal values the mean of theirs. It
// sorts by the digits of the values' bits, least first: each pass is stable,
// so the order does not depend on workers.
func ranks(workers int, values []float64) []float64 {
	n := len(values)
	if n > math.MaxInt32 {
		panic("metrics: too many values to rank")
	}
	const least = 1 << 14 // values a worker, below which one is faster
	parts := chunks(n, max(1, min(workers, n/least)), 1)
	keys, other := pages.Of[sortedKey](n), pages.Of[sortedKey](n)
	// The histograms of all digits do not change from pass to pass, those of
	// a part do.
	type histograms [6][radixSize]int32
	ofParts := make([]histograms, len(parts))
	inParts(len(parts), func(p int) {
		totals := &ofParts[p]
		for i := parts[p][0]; i < parts[p][1]; i++ {
			bits := math.Float64bits(values[i] + 0) // −0 is +0
			bits ^= uint64(int64(bits)>>63) | 1<<63
			keys[i] = sortedKey{bits, int32(i)}
			for d := range totals {
				totals[d][bits>>(d*radixBits)&(radixSize-1)]++
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
		shift := d * radixBits
		if n == 0 || totals[d][keys[0].key>>shift&(radixSize-1)] == int32(n) {
			continue // all have the same digit
		}
		inParts(len(parts), func(p int) {
			c := &counts[p]
			clear(c[:])
			for _, k := range keys[parts[p][0]:parts[p][1]] {
				c[k.key>>shift&(radixSize-1)]++
			}
		})
		at := int32(0)
		for digit := range radixSize {
			for p := range counts {
				c := counts[p][digit]
				counts[p][digit] = at
				at += c
			}
		}
		inParts(len(parts), func(p int) {
			c := &counts[p]
			for _, k := range keys[parts[p][0]:parts[p][1]] {
				digit := k.key >> shift & (radixSize - 1)
				other[c[digit]] = k
				c[digit]++
			}
		})
		keys, other = other, keys
	}
	out := pages.Of[float64](n)
	inParts(len(parts), func(p int) {
		// Equal values belong to the part where the first of them is.
		lo, end := parts[p][0], parts[p][1]
		for lo > 0 && lo < end && keys[lo].key == keys[lo-1].key {
			lo++
		}
		for lo < end {
			hi := lo + 1
			for hi < n && keys[hi].key == keys[lo].key {
				hi++
			}
			for _, k := range keys[lo:hi] {
				out[k.index] = float64(lo+hi+1) / 2
			}
			lo = hi
		}
	})
	return out
}

// inParts runs task 0 … n-1, each on a goroutine of its own.
func inParts(n int, task func(p int)) {
	if n == 1 {
		task(0)
		return
	}
	var wait sync.WaitGroup
	for p := range n {
		wait.Go(func() { task(p) })
	}
	wait.Wait()
}

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
