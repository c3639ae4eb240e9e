package output

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// analysisDocument is the JSON of an analysis.
type analysisDocument struct {
	Schema      int               `json:"schema"`
	Composite   string            `json:"composite"`
	Models      int               `json:"models"`
	Bootstrap   bootstrap         `json:"bootstrap"`
	Against     []against         `json:"against"`
	Agreement   []agreement       `json:"agreement"`
	Families    []familyAnalysis  `json:"families"`
	RankChanges []modelRankChange `json:"rank_changes"`
	Warnings    []string          `json:"warnings,omitempty"`
}

// bootstrap describes how intervals were computed.
type bootstrap struct {
	Level     float64 `json:"level"`
	Resamples int     `json:"resamples"`
	Seed      uint64  `json:"seed"`
}

type against struct {
	Score            string           `json:"score"`
	Metadata         string           `json:"metadata"`
	Above            results.Number   `json:"above"` // null for all models
	N                int              `json:"n"`
	Pearson          results.Number   `json:"pearson"`
	Spearman         results.Number   `json:"spearman"`
	Interval         results.Interval `json:"interval"` // of pearson
	SpearmanInterval results.Interval `json:"spearman_interval"`
	LargestChange    *modelRankChange `json:"largest_change"`
}

type agreement struct {
	A               string           `json:"a"`
	B               string           `json:"b"`
	N               int              `json:"n"`
	Spearman        results.Number   `json:"spearman"`
	Kendall         results.Number   `json:"kendall"`  // τ-b
	Interval        results.Interval `json:"interval"` // of spearman
	KendallInterval results.Interval `json:"kendall_interval"`
	LargestChange   *modelRankChange `json:"largest_change"`
}

type familyAnalysis struct {
	Family  string         `json:"family"`
	N       int            `json:"n"`
	Mean    results.Number `json:"mean"` // of the composites
	Best    string         `json:"best"`
	Highest results.Number `json:"highest"`
	Against []against      `json:"against"`
}

type modelRankChange struct {
	Model string `json:"model"`
	A     string `json:"a"`
	RankA int    `json:"rank_a"`
	B     string `json:"b"`
	RankB int    `json:"rank_b"`
	N     int    `json:"n"`
}

// shownChanges is the number of changes of ranks that a table shows.
const shownChanges = 10

// WriteAnalysis writes an analysis in a format; a table is coloured if color is true.
// Formats for programs have the rank changes of all models.
func WriteAnalysis(w io.Writer, a *ranking.Analysis, format Format, color bool) error {
	if format == JSON {
		return results.WriteJSON(w, newAnalysis(a))
	}
	grids := []Grid{againstGrid("", a.Against), agreementGrid(a.Agreement), familyGrid(a.Composite, a.Families), changeGrid(a.Changes)}
	if slices.Contains(People, format) && !slices.ContainsFunc(grids, func(g Grid) bool { return len(g.Rows) > 0 }) {
		_, err := io.WriteString(w, "nothing to correlate: there are no metadata and fewer than two scores\n")
		return err
	}
	if slices.Contains(Programs, format) {
		grids = slices.Replace(grids, 2, 3, familyDetails(a)...)
	}
	return WriteGrids(w, format, color, analysisFields, grids...)
}

// analysisFields are the fields of an analysis for programs.
var analysisFields = []string{"kind", "a", "b", "above", "family", "n",
	"pearson", "pearson_low", "pearson_high", "spearman", "spearman_low", "spearman_high", "kendall", "kendall_low", "kendall_high",
	"mean", "model", "rank_a", "rank_b"}

func newAnalysis(a *ranking.Analysis) analysisDocument {
	doc := analysisDocument{
		Schema: results.Schema, Composite: a.Composite, Models: a.Models, Bootstrap: bootstrap{a.Level, a.Resamples, a.Seed},
		Against: newAgainst(a.Against), Agreement: []agreement{}, Families: []familyAnalysis{}, RankChanges: []modelRankChange{}, Warnings: a.Warnings,
	}
	for _, g := range a.Agreement {
		doc.Agreement = append(doc.Agreement, agreement{g.A, g.B, g.N, results.Number(g.Spearman), results.Number(g.Kendall),
			results.Interval(g.Interval), results.Interval(g.KendallInterval), newChange(g.Change)})
	}
	for _, f := range a.Families {
		doc.Families = append(doc.Families, familyAnalysis{f.Family, f.N, results.Number(f.Mean), f.Best, results.Number(f.Highest), newAgainst(f.Against)})
	}
	for _, c := range a.Changes {
		doc.RankChanges = append(doc.RankChanges, *newChange(&c))
	}
	return doc
}

func newAgainst(list []ranking.Against) []against {
	out := []against{}
	for _, g := range list {
		out = append(out, against{g.Score, g.Metadata, results.Number(g.Above), g.N, results.Number(g.Pearson), results.Number(g.Spearman),
			results.Interval(g.Interval), results.Interval(g.SpearmanInterval), newChange(g.Change)})
	}
	return out
}

func newChange(c *ranking.Change) *modelRankChange {
	if c == nil {
		return nil
	}
	return &modelRankChange{c.Model, c.A, c.RankA, c.B, c.RankB, c.N}
}

// correlationText returns a correlation for people.
func correlationText(r float64) string {
	if !stats.Finite(r) {
		return "–"
	}
	return strconv.FormatFloat(r, 'f', 3, 64)
}

// changeCell returns a cell of the model whose rank changes most; for programs, with
// its ranks.
func changeCell(c *ranking.Change) Cell {
	if c == nil {
		return Cell{text: "–"}
	}
	return Cell{text: fmt.Sprintf("%s: %d → %d", c.Model, c.RankA, c.RankB),
		values: []string{notFormula(c.Model), countText(c.RankA), countText(c.RankB)}}
}

// kindColumn names the kind of a row for programs.
var kindColumn = Column{Header: "kind", Hide: People}

var changeColumn = Column{Header: "rank changes most", Fields: []string{"model", "rank_a", "rank_b"}, Rank: 5}

// correlationColumns returns the columns of a coefficient and its interval; the interval of
// one with a rank is less wanted by one.
func correlationColumns(header, field string, rank int) []Column {
	interval := Column{Header: intervalHeader, Fields: []string{field + "_low", field + "_high"}, Right: true}
	if rank > 0 {
		interval.Rank = rank + 1
	}
	return []Column{{Header: header, Fields: []string{field}, Right: true, Rank: rank}, interval}
}

// againstGrid returns a row for each correlation of a score with metadata, over the
// models of a family if that is not empty.
func againstGrid(family string, list []ranking.Against) Grid {
	g := Grid{Columns: slices.Concat([]Column{kindColumn, {Header: "family", Hide: People}, {Header: "score", Fields: []string{"a"}}, {Header: "with", Fields: []string{"b"}},
		{Header: "models", Fields: []string{"above"}}, {Header: "n", Right: true}},
		correlationColumns("Pearson r", "pearson", 0), correlationColumns("Spearman ρ", "spearman", 3), []Column{changeColumn})}
	for _, a := range list {
		models := "all"
		if !math.IsNaN(a.Above) {
			models = "above " + exactText(a.Above)
		}
		g.Add(Text("against"), Text(family), Text(a.Score), Text(a.Metadata), Texts(models, exactText(a.Above)), Int(a.N),
			CorrelationCell(a.Pearson), IntervalCell(a.Interval), CorrelationCell(a.Spearman), IntervalCell(a.SpearmanInterval), changeCell(a.Change))
	}
	return g
}

// familyDetails returns, for each family, a grid of its row and one of its
// correlations.
func familyDetails(a *ranking.Analysis) []Grid {
	var grids []Grid
	for _, f := range a.Families {
		grids = append(grids, familyGrid(a.Composite, []ranking.Family{f}), againstGrid(f.Family, f.Against))
	}
	return grids
}

func agreementGrid(list []ranking.Agreement) Grid {
	g := Grid{Columns: slices.Concat([]Column{kindColumn, {Header: "agreement of", Fields: []string{"a"}}, {Header: "and", Fields: []string{"b"}}, {Header: "n", Right: true}},
		correlationColumns("Spearman ρ", "spearman", 0), correlationColumns("Kendall τ-b", "kendall", 3), []Column{changeColumn})}
	for _, a := range list {
		g.Add(Text("agreement"), Text(a.A), Text(a.B), Int(a.N), CorrelationCell(a.Spearman), IntervalCell(a.Interval),
			CorrelationCell(a.Kendall), IntervalCell(a.KendallInterval), changeCell(a.Change))
	}
	return g
}

// familyGrid returns a row for each family. For programs, correlations within families
// are rows of familyDetails.
func familyGrid(composite string, families []ranking.Family) Grid {
	g := Grid{Columns: []Column{kindColumn, {Header: "a", Hide: People}, {Header: "family"}, {Header: "n", Right: true},
		{Header: "mean " + composite, Fields: []string{"mean"}, Right: true}, {Header: "highest", Right: true, Hide: Programs}, {Header: "best", Fields: []string{"model"}}}}
	for i, f := range families {
		cells := []Cell{Text("family"), Text(ranking.CompositeScore), Text(f.Family), Int(f.N), ScoreCell(f.Mean), ScoreCell(f.Highest), Text(f.Best)}
		for _, r := range f.Against {
			if i == 0 {
				g.Columns = append(g.Columns, Column{Header: "r with " + r.Metadata, Right: true, Hide: Programs}, Column{Header: intervalHeader, Right: true, Hide: Programs})
			}
			cells = append(cells, CorrelationCell(r.Pearson), IntervalCell(r.Interval))
		}
		g.Add(cells...)
	}
	return g
}

// changeGrid returns a row for each change of ranks; people see the largest.
func changeGrid(list []ranking.Change) Grid {
	g := Grid{Columns: []Column{kindColumn, {Header: "a", Hide: People}, {Header: "b", Hide: People}, {Header: "rank changes most", Fields: []string{"model"}},
		{Header: "ranks", Right: true, Hide: Programs}, {Header: "from", Fields: []string{"rank_a"}}, {Header: "to", Fields: []string{"rank_b"}}, {Header: "of", Fields: []string{"n"}, Right: true}}}
	for i, c := range list {
		row := Row{Cells: []Cell{Text("rank_change"), Text(c.A), Text(c.B), Text(c.Model), Int(c.By()),
			Texts(fmt.Sprintf("%d on %s", c.RankA, c.A), countText(c.RankA)), Texts(fmt.Sprintf("%d on %s", c.RankB, c.B), countText(c.RankB)), Int(c.N)}}
		if i >= shownChanges || c.By() == 0 {
			row.Hide = People
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}
