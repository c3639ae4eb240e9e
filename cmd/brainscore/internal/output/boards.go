package output

import (
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
	Rank       int               `json:"rank,omitempty"`
	Model      string            `json:"model"`
	Value      Number            `json:"value"`            // the composite
	Sorted     *Number           `json:"sorted,omitempty"` // what it is ranked by, where not the composite
	Parts      map[string]Number `json:"parts"`
	Benchmarks map[string]Number `json:"benchmarks,omitempty"`
	Metadata   map[string]any    `json:"metadata"`
	Missing    string            `json:"missing,omitempty"`
}

// WriteBoard writes a leaderboard in a format: its first entries, or all where
// top is 0; with colour where that is a table and color is true. Tables and
// Markdown have metadata that are numbers and the family; CSV and JSON all.
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

func boardGrid(b *ranking.Board, entries []ranking.Entry) Grid {
	var metadata []string
	for _, name := range b.Metadata {
		if name == ranking.FamilyColumn || slices.Contains(b.Numeric, name) {
			metadata = append(metadata, name)
		}
	}
	scores := slices.Concat(sortBenchmark(b), b.Parts)
	g := Grid{Header: slices.Concat([]string{"rank", "model", b.Composite}, scores, metadata), Right: []bool{true, false, true}}
	for range scores {
		g.Right = append(g.Right, true)
	}
	for _, name := range metadata {
		g.Right = append(g.Right, slices.Contains(b.Numeric, name))
	}
	for _, e := range entries {
		row := []string{strconv.Itoa(e.Rank), e.Name, figureText(e.Composite)}
		for _, name := range scores {
			row = append(row, figureText(e.Score(name)))
		}
		for _, name := range metadata {
			row = append(row, textOr(e.Metadata[name].Text, "–"))
		}
		g.Rows = append(g.Rows, row)
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
		g.Rows = append(g.Rows, row)
	}
	return g
}

func sortedKeys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
