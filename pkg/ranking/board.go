package ranking

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Board is an order of models.
type Board struct {
	Composite string
	Of        string // OfRaw | OfCeiled
	// Sort is the key of the order: CompositeScore, a part, a benchmark or a column
	// of metadata.
	Sort    string
	Entries []Entry
	// Figures is the composite's Figures: benchmarks.FiguresOfSite or empty.
	Figures string
	// Depths are the levels of the groups and leaves of a composite with groups, from 1,
	// and Upper are the nodes that an overview shows; else both are nil.
	Depths map[string]int
	Upper  []string
	// Missing are the models without a value of Sort, in the order of names.
	Missing  []Entry
	Parts    []string // that some model has
	Metadata []string // columns that some model has
	Numeric  []string // the columns of Metadata that hold only numbers
	Warnings []string
	// Since is what changed from earlier scores; nil if there are none to compare with.
	Since *Since
}

// Grouped reports whether the composite is a tree with groups.
func (b *Board) Grouped() bool {
	return b.Depths != nil
}

// Entry is a model on a board.
type Entry struct {
	Rank  int     // from 1; equal values share the best of their ranks
	Value float64 // of Sort; NaN if missing
	Lacks string  // the missing parts of a composite, else the missing score
	// Interval is the interval of Value.
	Interval Interval
	// Ranks are those that the intervals allow, nil for a value without one.
	Ranks *Range
	*Model
}

// Rank orders the models by a score or a column of metadata, named in any case.
func (d *Data) Rank(key string) (*Board, error) {
	if len(d.models) == 0 {
		return nil, errorf("there are no models to rank")
	}
	b := &Board{Composite: d.Composite.Identifier, Of: d.Composite.Of, Parts: Parts(d.models), Metadata: d.Metadata(),
		Numeric: d.numericColumns(), Warnings: d.Warnings, Figures: d.Composite.Figures}
	if d.Composite.Grouped() {
		b.Depths, b.Upper = d.Composite.Depths(), d.Composite.Upper()
	}
	if key == b.Composite || key == d.Composite.Root() {
		key = CompositeScore
	}
	var err error
	scores := Scores(d.models)
	if b.Sort, err = findScore(d.models, key, slices.Concat(scores, b.Numeric)); err != nil {
		return nil, err
	}
	isScore := slices.Contains(scores, b.Sort)
	for _, m := range d.models {
		e := Entry{Model: m, Value: m.Score(b.Sort), Interval: m.Interval(b.Sort)}
		if !isScore {
			e.Value = m.number(b.Sort)
		}
		if stats.Finite(e.Value) {
			b.Entries = append(b.Entries, e)
			continue
		}
		if e.Lacks = b.Sort; b.Sort == CompositeScore {
			e.Lacks = m.Why
		}
		b.Missing = append(b.Missing, e)
	}
	slices.SortStableFunc(b.Entries, func(x, y Entry) int {
		return cmp.Or(cmp.Compare(y.Value, x.Value), strings.Compare(x.Name, y.Name))
	})
	// Models that the site ranks alike stay in the order of their values.
	bySite := b.Figures == benchmarks.FiguresOfSite && b.Sort == CompositeScore
	for i := range b.Entries {
		b.Entries[i].Rank = i + 1
		if i == 0 {
			continue
		}
		x, y := b.Entries[i-1].Value, b.Entries[i].Value
		if tied(x, y) || bySite && rankedOnSite(x) == rankedOnSite(y) {
			b.Entries[i].Rank = b.Entries[i-1].Rank
		}
	}
	if !bySite {
		slices.SortStableFunc(b.Entries, func(x, y Entry) int {
			return cmp.Or(cmp.Compare(x.Rank, y.Rank), strings.Compare(x.Name, y.Name))
		})
	}
	findRanges(b.Entries)
	return b, nil
}

// CompositeRanks returns each model's rank by the composite as Rank does, from the
// composites of the models.
func (d *Data) CompositeRanks(composites []float64) []int {
	if d.Composite.Figures == benchmarks.FiguresOfSite {
		composites = slices.Clone(composites)
		for i, v := range composites {
			composites[i] = rankedOnSite(v)
		}
	}
	return Ranks(composites)
}

// Ranks returns each value's rank from the highest. Equal values share the best of
// their ranks; values that are not finite have rank 0.
func Ranks(values []float64) []int {
	ranks := make([]int, len(values))
	var indices []int
	var numbers []float64
	for i, v := range values {
		if stats.Finite(v) {
			indices, numbers = append(indices, i), append(numbers, v)
		}
	}
	for k, rank := range ranksOf(numbers) {
		ranks[indices[k]] = rank
	}
	return ranks
}

// ranksOf returns the ranks of finite values from the highest. Equal values share
// the best of their ranks.
func ranksOf(values []float64) []int {
	order := ascending(values)
	slices.Reverse(order)
	ranks := make([]int, len(values))
	for position, i := range order {
		ranks[i] = position + 1
		if position > 0 && tied(values[order[position-1]], values[i]) {
			ranks[i] = ranks[order[position-1]]
		}
	}
	return ranks
}

// tied reports whether two scores differ by no more than rounding, as means of the
// same figures in another order do.
func tied(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(a), math.Abs(b)) }
