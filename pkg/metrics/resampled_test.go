package metrics

import (
	"slices"
	"testing"
)

// TestSamplesWithoutGroups checks that each sample without one group lacks a group of its own,
// and each without two a pair of its own.
func TestSamplesWithoutGroups(t *testing.T) {
	for n := 1; n <= 230; n++ {
		s := NewStimulusSamples(0, 1, n, nil)
		all, counts := make([]int32, n), make([]int32, n)
		groups, pairs := s.Groups(), map[[2]int]bool{}
		missing := make([][]int, s.Len())
		for k := range s.Len() {
			s.Count(k, all, counts)
			for i, c := range counts {
				if c == 0 {
					missing[k] = append(missing[k], i)
				}
			}
			if k < groups {
				continue
			}
			i, j := GroupPair(k-groups, groups)
			both := slices.Concat(missing[i], missing[j])
			slices.Sort(both)
			if i == j || pairs[[2]int{min(i, j), max(i, j)}] || !slices.Equal(both, missing[k]) {
				t.Fatalf("%d stimuli, sample %d: groups %d and %d, missing %v", n, k, i, j, missing[k])
			}
			pairs[[2]int{min(i, j), max(i, j)}] = true
		}
		once := slices.Concat(missing[:groups]...)
		slices.Sort(once)
		if len(slices.Compact(once)) != n || len(once) != n {
			t.Fatalf("%d stimuli: groups of %v", n, once)
		}
		if want := min(100, groups*(groups-1)/2); len(pairs) != want {
			t.Errorf("%d stimuli: %d pairs, not %d", n, len(pairs), want)
		}
	}
}
