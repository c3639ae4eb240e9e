package output

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// boardDocument is the JSON of a leaderboard.
type boardDocument struct {
	Schema    int          `json:"schema"`
	Composite string       `json:"composite"`
	Sort      string       `json:"sort,omitempty"` // unless by the composite
	Entries   []boardEntry `json:"entries"`
	Missing   []boardEntry `json:"missing,omitempty"` // models without the value that is ranked by
	Since     *boardSince  `json:"since,omitempty"`
	Warnings  []string     `json:"warnings,omitempty"`
}

// boardSince is what changed from earlier scores.
type boardSince struct {
	NewModels     []string `json:"new_models,omitempty"`
	GoneModels    []string `json:"gone_models,omitempty"`
	ChangedModels []string `json:"changed_models,omitempty"`
	NewBenchmarks []string `json:"new_benchmarks,omitempty"`
}

type boardEntry struct {
	Rank     int               `json:"rank,omitempty"`
	Was      int               `json:"was,omitempty"`   // the rank among earlier scores
	Ranks    []int             `json:"ranks,omitempty"` // the best and the worst that intervals allow
	Model    string            `json:"model"`
	Value    results.Number    `json:"value"` // the composite
	Interval *results.Interval `json:"interval,omitempty"`
	Sorted   *results.Number   `json:"sorted,omitempty"` // the value that is ranked by, unless the composite
	// Intervals has the intervals of parts and benchmarks.
	Intervals  map[string]results.Interval `json:"intervals,omitempty"`
	Parts      map[string]results.Number   `json:"parts"`
	Benchmarks map[string]results.Number   `json:"benchmarks,omitempty"`
	// Coverage and Lacks describe how much of a tree the model has figures of; Failed
	// are the benchmarks and groups without one because benchmarks failed.
	Coverage *results.Coverage    `json:"coverage,omitempty"`
	Lacks    []string             `json:"lacks,omitempty"`
	Failed   []string             `json:"failed,omitempty"`
	StandIns []benchmarks.StandIn `json:"stand_ins,omitempty"`
	Metadata map[string]any       `json:"metadata"`
	Missing  string               `json:"missing,omitempty"`
}

// BoardView is the part of a leaderboard that is written.
type BoardView struct {
	Top   int // the number of models; 0 for all
	Depth int // for people, the levels of a composite's tree; 0 for an overview
}

// WriteBoard writes a leaderboard in a format; a table is coloured if color is true.
// Tables and Markdown have the numeric metadata and the family, and the intervals of the
// composite and of the value that is ranked by; other formats have all.
func WriteBoard(w io.Writer, b *ranking.Board, view BoardView, format Format, color bool) error {
	entries := b.Entries
	if view.Top > 0 {
		entries = entries[:min(view.Top, len(entries))]
	}
	if format == JSON {
		return results.WriteJSON(w, newBoard(b, entries))
	}
	grids := []Grid{boardGrid(b, view, entries), notRankedGrid(b.Missing)}
	if slices.Contains(Programs, format) {
		grids = []Grid{boardGrid(b, view, slices.Concat(entries, b.Missing))}
	}
	return WriteGrids(w, format, color, nil, grids...)
}

// notRankedGrid returns a row for each model without the value that is ranked by.
func notRankedGrid(missing []ranking.Entry) Grid {
	g := Grid{Columns: []Column{{Header: "not ranked"}, {Header: "missing", Wrap: true}}}
	for _, e := range missing {
		g.Add(Text(e.Name), Text(e.Lacks))
	}
	return g
}

func newBoard(b *ranking.Board, entries []ranking.Entry) boardDocument {
	doc := boardDocument{Schema: results.Schema, Composite: b.Composite, Entries: []boardEntry{}, Warnings: b.Warnings}
	if b.Sort != ranking.CompositeScore {
		doc.Sort = b.Sort
	}
	if s := b.Since; s != nil {
		doc.Since = &boardSince{s.NewModels, s.GoneModels, s.ChangedModels, s.NewBenchmarks}
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
	out := boardEntry{Rank: e.Rank, Model: e.Name, Value: results.Number(e.Composite), Parts: map[string]results.Number{}, Metadata: map[string]any{}, Missing: e.Lacks}
	if b.Sort != ranking.CompositeScore {
		v := results.Number(e.Value)
		out.Sorted = &v
	}
	if b.Since != nil {
		out.Was = b.Since.Ranks[e.Name]
	}
	if r := e.Ranks; r != nil {
		out.Ranks = []int{r.Best, r.Worst}
	}
	if i := e.Model.Interval(ranking.CompositeScore); !i.None() {
		out.Interval = (*results.Interval)(&i)
	}
	for _, name := range slices.Concat(sortedKeys(e.Parts), sortedKeys(e.Benchmarks)) {
		if i := e.Model.Interval(name); !i.None() {
			if out.Intervals == nil {
				out.Intervals = map[string]results.Interval{}
			}
			out.Intervals[name] = results.Interval(i)
		}
	}
	for name, v := range e.Parts {
		out.Parts[name] = results.Number(v)
	}
	for name, v := range e.Benchmarks {
		if out.Benchmarks == nil {
			out.Benchmarks = map[string]results.Number{}
		}
		out.Benchmarks[name] = results.Number(v)
	}
	if b.Grouped() {
		c := results.Coverage(e.Coverage)
		out.Coverage, out.Lacks, out.StandIns = &c, e.Model.Missing, e.StandIns
		for _, name := range slices.Concat([]string{ranking.CompositeScore}, sortedKeys(b.Depths)) {
			if e.Failed(name) {
				out.Failed = append(out.Failed, name)
			}
		}
	}
	for name, v := range e.Metadata {
		if slices.Contains(b.Numeric, name) {
			out.Metadata[name] = results.Number(v.Number)
		} else {
			out.Metadata[name] = v.Text
		}
	}
	return out
}

// sortBenchmark returns the benchmark that a board is ranked by, or nil.
func sortBenchmark(b *ranking.Board) []string {
	if b.Sort == ranking.CompositeScore || slices.Contains(b.Parts, b.Sort) || slices.Contains(b.Metadata, b.Sort) {
		return nil
	}
	return []string{b.Sort}
}

// boardColumn is one column of a board.
type boardColumn struct {
	Column
	cell func(ranking.Entry) Cell
}

// boardGrid returns a row for each model. People see the numeric metadata and the family,
// and the intervals, if a model has one, of the composite and of the value that the
// board is ranked by; programs get all.
func boardGrid(b *ranking.Board, view BoardView, entries []ranking.Entry) Grid {
	columns := boardColumns(b, view, entries)
	var g Grid
	for _, c := range columns {
		g.Columns = append(g.Columns, c.Column)
	}
	for _, e := range entries {
		var cells []Cell
		for _, c := range columns {
			cells = append(cells, c.cell(e))
		}
		g.Add(cells...)
	}
	return g
}

func boardColumns(b *ranking.Board, view BoardView, entries []ranking.Entry) []boardColumn {
	var columns []boardColumn
	add := func(c Column, cell func(ranking.Entry) Cell) { columns = append(columns, boardColumn{c, cell}) }
	score := func(name string) func(ranking.Entry) Cell {
		return func(e ranking.Entry) Cell { return nodeCell(b, e.Score(name), e.Failed(name)) }
	}
	bounds := func(name string) func(ranking.Entry) Cell {
		return func(e ranking.Entry) Cell { i := e.Model.Interval(name); return RangeCell(&i) }
	}
	add(Column{Header: "rank", Right: true}, func(e ranking.Entry) Cell { return Count(e.Rank) })
	if b.Since != nil {
		add(Column{Header: "was", Right: true}, func(e ranking.Entry) Cell { return wasCell(b.Since, e) })
	}
	if slices.ContainsFunc(entries, func(e ranking.Entry) bool { return e.Ranks != nil }) {
		add(Column{Header: "ranks", Right: true, Hide: Programs}, func(e ranking.Entry) Cell { return Text(rangeOfRanks(e)) })
	}
	add(Column{Header: "model"}, func(e ranking.Entry) Cell { return Text(e.Name) })
	known := map[string]bool{}
	for _, e := range entries {
		for name := range e.Benchmarks {
			known[name] = true
		}
	}
	for _, name := range b.Parts {
		delete(known, name)
	}
	parts := slices.DeleteFunc(slices.Clone(b.Parts), func(name string) bool {
		depth, inTree := b.Depths[name]
		return inTree && name != b.Sort && (depth > view.Depth && view.Depth > 0 || view.Depth == 0 && !slices.Contains(b.Upper, name))
	})
	shown := slices.Concat([]string{ranking.CompositeScore}, sortBenchmark(b), parts)
	scores := slices.Concat(b.Parts, sortedKeys(known))
	bounded := intervalScores(entries, scores)
	for _, name := range shown {
		header := name
		if name == ranking.CompositeScore {
			header = b.Composite
		}
		c := Column{Header: header, Right: true}
		if name != ranking.CompositeScore {
			c.Hide = Programs // for which it is added below, in the order of all scores
		}
		add(c, score(name))
		if (name == ranking.CompositeScore || name == b.Sort) && slices.Contains(bounded, name) {
			add(Column{Header: intervalHeader, Right: true, Hide: Programs}, bounds(name))
		}
	}
	if b.Grouped() {
		add(Column{Header: "benchmarks", Fields: []string{"benchmarks_scored", "benchmarks_counted", "weight_scored"}, Right: true}, func(e ranking.Entry) Cell {
			c := e.Coverage
			return Cell{text: fmt.Sprintf("%d/%d", c.Scored, c.Leaves), values: []string{strconv.Itoa(c.Scored), strconv.Itoa(c.Leaves), exactText(c.Weight)}}
		})
	}
	for _, name := range scores {
		add(Column{Header: name, Hide: People}, score(name))
	}
	for _, name := range b.Metadata {
		numeric := slices.Contains(b.Numeric, name)
		c := Column{Header: name, Right: numeric}
		if !numeric && name != ranking.FamilyColumn {
			c.Hide = People
		}
		if name != b.Sort {
			c.Rank = 3
		}
		add(c, func(e ranking.Entry) Cell {
			value := e.Metadata[name].Text
			cell := Texts(textOr(value, "–"), value)
			if numeric {
				cell.values = []string{value} // a minus sign starts no formula here
			}
			return cell
		})
	}
	if len(bounded) > 0 {
		add(Column{Header: "ranks", Fields: []string{"rank_best", "rank_worst"}, Hide: People}, func(e ranking.Entry) Cell {
			if e.Ranks == nil {
				return Blank()
			}
			return Cell{values: []string{countText(e.Ranks.Best), countText(e.Ranks.Worst)}}
		})
	}
	for _, name := range bounded {
		field := name
		if name == ranking.CompositeScore {
			field = b.Composite
		}
		add(Column{Header: field, Fields: []string{field + "_low", field + "_high"}, Hide: People}, bounds(name))
	}
	return columns
}

// wasCell returns the rank that a model had among earlier scores.
func wasCell(s *ranking.Since, e ranking.Entry) Cell {
	if rank := s.Ranks[e.Name]; rank > 0 {
		return Count(rank)
	}
	text := "–"
	if slices.Contains(s.NewModels, e.Name) {
		text = "new"
	}
	return Texts(text, "")
}

// nodeCell returns a cell of the value of a composite, or of a node of it.
func nodeCell(b *ranking.Board, value float64, failed bool) Cell {
	cell := ScoreCell(value)
	switch {
	case b.Figures == benchmarks.FiguresOfSite:
		cell.text = textOr(ranking.FigureOfSite(value, failed), "–")
	case failed && b.Grouped():
		cell.text = "X"
	}
	return cell
}

// rangeOfRanks returns the range of ranks that intervals allow a model.
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

func textOr(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

// intervalScores returns the scores for which a model has an interval, the composite
// first.
func intervalScores(entries []ranking.Entry, scores []string) []string {
	return slices.DeleteFunc(slices.Concat([]string{ranking.CompositeScore}, scores), func(name string) bool {
		return !slices.ContainsFunc(entries, func(e ranking.Entry) bool { return !e.Model.Interval(name).None() })
	})
}

func sortedKeys[V any](set map[string]V) []string { return slices.Sorted(maps.Keys(set)) }
