package similarity

import "math"

// tieGroups numbers the values of a triangle in ascending order, equal ones alike, given
// their average ranks, and returns how many numbers there are.
func tieGroups(ranks []float64) (groups []int32, count int) {
	numbers := make([]int32, 2*len(ranks)+1) // by twice the rank
	for _, r := range ranks {
		numbers[int(2*r)] = 1
	}
	for i, v := range numbers {
		if v > 0 {
			numbers[i] = int32(count)
			count++
		}
	}
	groups = make([]int32, len(ranks))
	for i, r := range ranks {
		groups[i] = numbers[int(2*r)]
	}
	return groups, count
}

// rankSampler computes Spearman's ρ, or ρ-a, of the ranks within a sample.
type rankSampler struct {
	a, b           []int32 // numbers of the values
	ranksA, ranksB []int32 // by these numbers
	corrected      bool    // for ties
}

func (v *rankSampler) value(s *sample) float64 {
	clear(v.ranksA)
	clear(v.ranksB)
	for x, i := range s.drawn {
		from, c := firstPair(s.n, i)-i-1, s.counts[x]
		for y := x + 1; y < len(s.drawn); y++ {
			at, w := from+s.drawn[y], int32(c*s.counts[y])
			v.ranksA[v.a[at]] += w
			v.ranksB[v.b[at]] += w
		}
	}
	pairs := s.pairs()
	aa, bb := centreRanks(v.ranksA, pairs), centreRanks(v.ranksB, pairs)
	ab := 0.0
	for x, i := range s.drawn {
		from, row := firstPair(s.n, i)-i-1, 0.0
		for y := x + 1; y < len(s.drawn); y++ {
			at := from + s.drawn[y]
			row += float64(s.counts[y] * float64(v.ranksA[v.a[at]]) * float64(v.ranksB[v.b[at]]))
		}
		ab += float64(s.counts[x] * row)
	}
	if !v.corrected {
		if pairs < 2 {
			return math.NaN()
		}
		cube := float64(pairs * pairs * pairs)
		whole := (cube - pairs) / 3 // of ranks times 2
		aa, bb = whole, whole
	}
	return bounded(ab, aa, bb, 0, 0)
}

// centreRanks replaces the number of pairs of each group of ties by their rank less that of
// the mean, times 2, and returns the sum of the squares over all pairs.
func centreRanks(counts []int32, pairs float64) (squares float64) {
	below, middle := int32(0), int32(pairs)
	for g, c := range counts {
		rank := 2*below + c - middle
		below += c
		counts[g] = rank
		squares += float64(float64(c) * float64(rank) * float64(rank))
	}
	return squares
}

// byGroup lists the pairs of a triangle in ascending order of their values.
func byGroup(groups []int32, count int) []int32 {
	starts := make([]int32, count+1)
	for _, g := range groups {
		starts[g+1]++
	}
	for g := range count {
		starts[g+1] += starts[g]
	}
	order := make([]int32, len(groups))
	for p, g := range groups {
		order[starts[g]] = int32(p)
		starts[g]++
	}
	return order
}

// kendallSampler computes Kendall's τ-a: pairs that a sample repeats are tied.
type kendallSampler struct {
	a, order, b []int32
	countB      int
	weights     []float64 // of pairs
	below       []float64 // Fenwick tree over the numbers of b
}

func newKendallSampler(a, order, b []int32, countB int) *kendallSampler {
	return &kendallSampler{a: a, order: order, b: b, countB: countB, weights: make([]float64, len(a)), below: make([]float64, countB+1)}
}

func (v *kendallSampler) value(s *sample) float64 {
	clear(v.weights)
	clear(v.below)
	for x, i := range s.drawn {
		from, c := firstPair(s.n, i)-i-1, s.counts[x]
		for y := x + 1; y < len(s.drawn); y++ {
			v.weights[from+s.drawn[y]] = c * s.counts[y]
		}
	}
	sum, added := 0.0, 0.0 // whole numbers
	until := func(g int32) (below float64) {
		for ; g > 0; g &= g - 1 {
			below += v.below[g]
		}
		return below
	}
	for lo := 0; lo < len(v.order); {
		hi := lo
		for ; hi < len(v.order) && v.a[v.order[hi]] == v.a[v.order[lo]]; hi++ {
			p := v.order[hi]
			if w := v.weights[p]; w > 0 {
				lower, upTo := until(v.b[p]), until(v.b[p]+1)
				sum += float64(w * (lower - (added - upTo)))
			}
		}
		for ; lo < hi; lo++ {
			p := v.order[lo]
			w := v.weights[p]
			if w == 0 {
				continue
			}
			added += w
			for g := v.b[p] + 1; int(g) < len(v.below); g += g & -g {
				v.below[g] += w
			}
		}
	}
	pairs := s.pairs()
	if pairs < 2 {
		return math.NaN()
	}
	return max(-1, min(1, 2*(sum/pairs/(pairs-1))))
}
