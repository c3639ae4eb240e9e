package ranking

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// FamilyColumn is the column of metadata that names a model's family.
const FamilyColumn = "family"

// Board is an order of models.
type Board struct {
	Composite string
	Of        string // OfRaw | OfCeiled
	// Sort is what models are ranked by: CompositeScore, a part, a benchmark
	// or a column of metadata.
	Sort    string
	Entries []Entry
	// Missing are the models without what is ranked by, in the order of names.
	Missing  []Entry
	Parts    []string // that some model has
	Metadata []string // columns that some model has
	Numeric  []string // those of Metadata that hold numbers alone
	Warnings []string
}

// Entry is a model on a board.
type Entry struct {
	Rank  int     // from 1; equal values share the best rank that they take up
	Value float64 // what it is ranked by; NaN where that is missing
	Lacks string  // the parts or else the score that is missing
	// Interval is that of Value, and Ranks are those that it could have as well
	// by the intervals, nil where it has none.
	Interval Interval
	Ranks    *Range
	*Model
}

// Rank ranks the models by a score or a column of metadata, named in any case.
func (d *Data) Rank(by string) (*Board, error) {
	models := d.Form()
	if len(models) == 0 {
		return nil, errorf("there are no models to rank")
	}
	b := &Board{Composite: d.Composite.Identifier, Of: d.Composite.Of, Parts: Parts(models), Metadata: d.Metadata(), Warnings: d.Warnings}
	for _, c := range b.Metadata {
		if d.Numeric(c) {
			b.Numeric = append(b.Numeric, c)
		}
	}
	if by == b.Composite {
		by = CompositeScore
	}
	var err error
	scores := Scores(models)
	if b.Sort, err = find("score", by, slices.Concat(scores, b.Numeric)); err != nil {
		return nil, err
	}
	for _, m := range models {
		e := Entry{Model: m, Value: m.Score(b.Sort), Interval: m.Interval(b.Sort)}
		if !slices.Contains(scores, b.Sort) {
			e.Value = math.NaN()
			if v, ok := m.Metadata[b.Sort]; ok {
				e.Value = v.Number
			}
		}
		if finite(e.Value) {
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
	for i := range b.Entries {
		b.Entries[i].Rank = i + 1
		if i > 0 && tied(b.Entries[i-1].Value, b.Entries[i].Value) {
			b.Entries[i].Rank = b.Entries[i-1].Rank
		}
	}
	slices.SortStableFunc(b.Entries, func(x, y Entry) int {
		return cmp.Or(cmp.Compare(x.Rank, y.Rank), strings.Compare(x.Name, y.Name))
	})
	findRanges(b.Entries)
	return b, nil
}

// tied says whether two scores differ by no more than rounding: means of the
// same figures in another order do.
func tied(a, b float64) bool { return math.Abs(a-b) <= 1e-12*max(1, math.Abs(a), math.Abs(b)) }
