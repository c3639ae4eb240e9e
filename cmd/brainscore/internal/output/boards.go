package output

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// boardDocument is the JSON of a leaderboard.
type boardDocument struct {
	Schema    int          `json:"schema"`
	Composite string       `json:"composite"`
	Sort      string       `json:"sort,omitempty"` // where not by the composite
	Entries   []boardEntry `json:"entries"`
	Missing   []boardEntry `json:"missing,omitempty"` // models without what is ranked by
	Warnings  []string     `json:"warnings,omitempty"`
}

type boardEntry struct {
	Rank     int       `json:"rank,omitempty"`
	Ranks    []int     `json:"ranks,omitempty"` // the best and the worst that intervals allow
	Model    string    `json:"model"`
	Value    Number    `json:"value"` // the composite
	Interval *interval `json:"interval,omitempty"`
	Sorted   *Number   `json:"sorted,omitempty"` // what it is ranked by, where not the composite
	// Intervals are those of parts and benchmarks that have one.
	Intervals  map[string]interval `json:"intervals,omitempty"`
	Parts      map[string]Number   `json:"parts"`
	Benchmarks map[string]Number   `json:"benchmarks,omitempty"`
	Metadata   map[string]any      `json:"metadata"`
	Missing    string              `json:"missing,omitempty"`
}

// WriteBoard writes a leaderboard in a format: its first entries, or all where
// top is 0; with colour where that is a table and color is true. Tables and
// Markdown have metadata that are numbers and the family, and the intervals of the
// composite and of what is ranked by; CSV and JSON have all.
func WriteBoard(w io.Writer, b *ranking.Board, top int, format Format, color bool) error {
	entries := b.Entries
	if top > 0 {
		entries = entries[:min(top, len(entries))]
	}
	switch format {
	case JSON:
		return WriteJSON(w, newBoard(b, entries))
	case CSV:
		return boardCSV(b, entries).WriteCSV(w)
	}
	if err := boardGrid(b, entries).Write(w, format, color); err != nil {
		return err
	}
	if len(b.Missing) == 0 {
		return nil
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return err
	}
	g := Grid{Header: []string{"not ranked", "lacks"}}
	for _, e := range b.Missing {
		g.Rows = append(g.Rows, []string{e.Name, e.Lacks})
	}
	return g.Write(w, format, color)
}

func newBoard(b *ranking.Board, entries []ranking.Entry) boardDocument {
	doc := boardDocument{Schema: Schema, Composite: b.Composite, Entries: []boardEntry{}, Warnings: b.Warnings}
	if b.Sort != ranking.CompositeScore {
		doc.Sort = b.Sort
	}
	for _, e := range entries {
		doc.Entries = append(doc.Entries, newBoardEntry(b, e))
	}
	for _, e := range b.Missing {
		doc.Missing = append(doc.Missing, newBoardEntry(b, e))
	}
	return doc
}

func newBoardEntry(b *ranking.Board, e ranking.Entry) boardEntry {
	out := boardEntry{Rank: e.Rank, Model: e.Name, Value: Number(e.Composite), Parts: map[string]Number{}, Metadata: map[string]any{}, Missing: e.Lacks}
	if b.Sort != ranking.CompositeScore {
		v := Number(e.Value)
		out.Sorted = &v
	}
	if r := e.Ranks; r != nil {
		out.Ranks = []int{r.Best, r.Worst}
	}
	if i := e.Model.Interval(ranking.CompositeScore); !i.None() {
		out.Interval = (*interval)(&i)
	}
	for _, name := range slices.Concat(sortedKeys(e.Parts), sortedKeys(e.Benchmarks)) {
		if i := e.Model.Interval(name); !i.None() {
			if out.Intervals == nil {
				out.Intervals = map[string]interval{}
			}
			out.Intervals[name] = interval(i)
		}
	}
	for name, v := range e.Parts {
		out.Parts[name] = Number(v)
	}
	for name, v := range e.Benchmarks {
		if out.Benchmarks == nil {
			out.Benchmarks = map[string]Number{}
		}
		out.Benchmarks[name] = Number(v)
	}
	for name, v := range e.Metadata {
		if slices.Contains(b.Numeric, name) {
			out.Metadata[name] = Number(v.Number)
		} else {
			out.Metadata[name] = v.Text
		}
	}
	return out
}

// sortBenchmark is the benchmark that a board is ranked by, if it is.
func sortBenchmark(b *ranking.Board) []string {
	if b.Sort == ranking.CompositeScore || slices.Contains(b.Parts, b.Sort) || slices.Contains(b.Metadata, b.Sort) {
		return nil
	}
	return []string{b.Sort}
}

// column is one of a board's table.
type column struct {
	header string
	right  bool
	cell   func(ranking.Entry) string
}

// boardColumns are those of a board's table: intervals stand beside the
// composite and what the board is ranked by, where some model has them.
func boardColumns(b *ranking.Board, entries []ranking.Entry) []column {
	columns := []column{{"rank", true, func(e ranking.Entry) string { return strconv.Itoa(e.Rank) }}}
	if slices.ContainsFunc(entries, func(e ranking.Entry) bool { return e.Ranks != nil }) {
		columns = append(columns, column{"ranks", true, rangeOfRanks})
	}
	columns = append(columns, column{"model", false, func(e ranking.Entry) string { return e.Name }})
	add := func(header, name string) {
		columns = append(columns, column{header, true, func(e ranking.Entry) string { return figureText(e.Score(name)) }})
		has := func(e ranking.Entry) bool { return !e.Model.Interval(name).None() }
		if (name == ranking.CompositeScore || name == b.Sort) && slices.ContainsFunc(entries, has) {
			columns = append(columns, column{intervalHeader, true, func(e ranking.Entry) string {
				i := e.Model.Interval(name)
				return rangeText(&i)
			}})
		}
	}
	add(b.Composite, ranking.CompositeScore)
	for _, name := range slices.Concat(sortBenchmark(b), b.Parts) {
		add(name, name)
	}
	for _, name := range b.Metadata {
		if numeric := slices.Contains(b.Numeric, name); numeric || name == ranking.FamilyColumn {
			columns = append(columns, column{name, numeric, func(e ranking.Entry) string { return textOr(e.Metadata[name].Text, "–") }})
		}
	}
	return columns
}

// rangeOfRanks are the ranks that a model could have as well.
func rangeOfRanks(e ranking.Entry) string {
	switch r := e.Ranks; {
	case r == nil:
		return "–"
	case r.Best == r.Worst:
		return strconv.Itoa(r.Best)
	default:
		return fmt.Sprintf("%d–%d", r.Best, r.Worst)
	}
}

func boardGrid(b *ranking.Board, entries []ranking.Entry) Grid {
	g := Grid{Rows: make([][]string, len(entries))}
	for _, c := range boardColumns(b, entries) {
		g.Header, g.Right = append(g.Header, c.header), append(g.Right, c.right)
		for i, e := range entries {
			g.Rows[i] = append(g.Rows[i], c.cell(e))
		}
	}
	return g
}

func textOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// boardCSV has all models: those without a rank come last.
func boardCSV(b *ranking.Board, entries []ranking.Entry) Grid {
	benchmarks := map[string]bool{}
	all := slices.Concat(entries, b.Missing)
	for _, e := range all {
		for name := range e.Benchmarks {
			benchmarks[name] = true
		}
	}
	scores := slices.Concat(b.Parts, sortedKeys(benchmarks))
	g := Grid{Header: slices.Concat([]string{"rank", "model", b.Composite}, scores, b.Metadata)}
	bounded := intervalScores(all, scores)
	if len(bounded) > 0 {
		g.Header = append(g.Header, "rank_best", "rank_worst")
		for _, name := range bounded {
			if name == ranking.CompositeScore {
				name = b.Composite
			}
			g.Header = append(g.Header, name+"_low", name+"_high")
		}
	}
	for i := range g.Header {
		g.Header[i] = notFormula(g.Header[i])
	}
	for _, e := range all {
		row := []string{countText(e.Rank), notFormula(e.Name), exactText(e.Composite)}
		for _, name := range scores {
			row = append(row, exactText(e.Score(name)))
		}
		for _, name := range b.Metadata {
			if slices.Contains(b.Numeric, name) {
				row = append(row, e.Metadata[name].Text)
			} else {
				row = append(row, notFormula(e.Metadata[name].Text))
			}
		}
		if len(bounded) > 0 {
			ranks := ranking.Range{}
			if e.Ranks != nil {
				ranks = *e.Ranks
			}
			row = append(row, countText(ranks.Best), countText(ranks.Worst))
		}
		for _, name := range bounded {
			i := e.Model.Interval(name)
			row = append(row, ends(&i)...)
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// intervalScores are the scores, the composite first, that some model has an
// interval of.
func intervalScores(entries []ranking.Entry, scores []string) []string {
	return slices.DeleteFunc(slices.Concat([]string{ranking.CompositeScore}, scores), func(name string) bool {
		return !slices.ContainsFunc(entries, func(e ranking.Entry) bool { return !e.Model.Interval(name).None() })
	})
}

func sortedKeys[V any](set map[string]V) []string { return slices.Sorted(maps.Keys(set)) }
