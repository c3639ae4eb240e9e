package ranking

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Change is a difference of a model's ranks in two orders of models.
type Change struct {
	Model        string
	A, B         string
	RankA, RankB int
	N            int // models in both orders
}

// By returns the number of ranks by which the orders differ.
func (c Change) By() int { return max(c.RankA-c.RankB, c.RankB-c.RankA) }

// changesOf returns each model's ranks by two scores, from the highest.
func changesOf(names []string, x, y []float64, a, b string) []Change {
	changes := make([]Change, len(names))
	rankX, rankY := ranksOf(x), ranksOf(y)
	for i, name := range names {
		changes[i] = Change{Model: name, A: a, B: b, RankA: rankX[i], RankB: rankY[i], N: len(names)}
	}
	return changes
}

// largestChange returns the largest change, that of the first model on ties; nil if
// no rank changes.
func largestChange(changes []Change) *Change {
	var largest *Change
	for i, c := range changes {
		if c.By() > 0 && (largest == nil || c.By() > largest.By()) {
			largest = &changes[i]
		}
	}
	return largest
}

// largestByModel returns the largest change of each model, largest first.
func largestByModel(changes []Change) []Change {
	byModel := map[string]Change{}
	for _, c := range changes {
		if largest, ok := byModel[c.Model]; !ok || c.By() > largest.By() {
			byModel[c.Model] = c
		}
	}
	return slices.SortedFunc(maps.Values(byModel), func(x, y Change) int {
		return cmp.Or(cmp.Compare(y.By(), x.By()), strings.Compare(x.Model, y.Model))
	})
}
