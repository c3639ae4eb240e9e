package series

import (
	"cmp"
	"math"
	"slices"
)

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

func pairs(n int) float64 { return float64(float64(n) * float64(n-1) / 2) }

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
