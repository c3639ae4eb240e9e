package output

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/ranking"
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

// bootstrap says how intervals were made.
type bootstrap struct {
	Level     float64 `json:"level"`
	Resamples int     `json:"resamples"`
	Seed      uint64  `json:"seed"`
}

type against struct {
	Score            string           `json:"score"`
	Metadata         string           `json:"metadata"`
	Above            Number           `json:"above"` // null for all models
	N                int              `json:"n"`
	Pearson          Number           `json:"pearson"`
	Spearman         Number           `json:"spearman"`
	Interval         interval         `json:"interval"` // of pearson
	SpearmanInterval interval         `json:"spearman_interval"`
	LargestChange    *modelRankChange `json:"largest_change"`
}

type agreement struct {
	A               string           `json:"a"`
	B               string           `json:"b"`
	N               int              `json:"n"`
	Spearman        Number           `json:"spearman"`
	Kendall         Number           `json:"kendall"`  // τ-b
	Interval        interval         `json:"interval"` // of spearman
	KendallInterval interval         `json:"kendall_interval"`
	LargestChange   *modelRankChange `json:"largest_change"`
}

type familyAnalysis struct {
	Family  string    `json:"family"`
	N       int       `json:"n"`
	Mean    Number    `json:"mean"` // of the composites
	Best    string    `json:"best"`
	Highest Number    `json:"highest"`
	Against []against `json:"against"`
}

type modelRankChange struct {
	Model string `json:"model"`
	A     string `json:"a"`
	RankA int    `json:"rank_a"`
	B     string `json:"b"`
	RankB int    `json:"rank_b"`
	N     int    `json:"n"`
}

// shownChanges is how many changes of ranks a table shows.
const shownChanges = 10

// WriteAnalysis writes an analysis in a format, with colour where that is a
// table and color is true. JSON and CSV have the rank changes of all models.
func WriteAnalysis(w io.Writer, a *ranking.Analysis, format Format, color bool) error {
	switch format {
	case JSON:
		return WriteJSON(w, newAnalysis(a))
	case CSV:
		return analysisCSV(a).WriteCSV(w)
	}
	first := true
	for _, g := range []Grid{againstGrid(a.Against), agreementGrid(a.Agreement), familyGrid(a), changeGrid(a.Changes)} {
		if len(g.Rows) == 0 {
			continue
		}
		if !first {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		first = false
		if err := g.Write(w, format, color); err != nil {
			return err
		}
	}
	if first {
		_, err := io.WriteString(w, "nothing to correlate: there are no metadata and fewer than two scores\n")
		return err
	}
	return nil
}

func newAnalysis(a *ranking.Analysis) analysisDocument {
	doc := analysisDocument{
		Schema: Schema, Composite: a.Composite, Models: a.Models, Bootstrap: bootstrap{a.Level, a.Resamples, a.Seed},
		Against: newAgainst(a.Against), Agreement: []agreement{}, Families: []familyAnalysis{}, RankChanges: []modelRankChange{}, Warnings: a.Warnings,
	}
	for _, g := range a.Agreement {
		doc.Agreement = append(doc.Agreement, agreement{g.A, g.B, g.N, Number(g.Spearman), Number(g.Kendall),
			interval(g.Interval), interval(g.KendallInterval), newChange(g.Change)})
	}
	for _, f := range a.Families {
		doc.Families = append(doc.Families, familyAnalysis{f.Family, f.N, Number(f.Mean), f.Best, Number(f.Highest), newAgainst(f.Against)})
	}
	for _, c := range a.Changes {
		doc.RankChanges = append(doc.RankChanges, *newChange(&c))
	}
	return doc
}

func newAgainst(list []ranking.Against) []against {
	out := []against{}
	for _, g := range list {
		out = append(out, against{g.Score, g.Metadata, Number(g.Above), g.N, Number(g.Pearson), Number(g.Spearman),
			interval(g.Interval), interval(g.SpearmanInterval), newChange(g.Change)})
	}
	return out
}

func newChange(c *ranking.Change) *modelRankChange {
	if c == nil {
		return nil
	}
	return &modelRankChange{c.Model, c.A, c.RankA, c.B, c.RankB, c.N}
}

// correlationText is a correlation for people.
func correlationText(r float64) string {
	if math.IsNaN(r) || math.IsInf(r, 0) {
		return "–"
	}
	return strconv.FormatFloat(r, 'f', 3, 64)
}

// changeText tells of the model whose rank changes most.
func changeText(c *ranking.Change) string {
	if c == nil {
		return "–"
	}
	return fmt.Sprintf("%s: %d → %d", c.Model, c.RankA, c.RankB)
}

func againstGrid(list []ranking.Against) Grid {
	g := Grid{Header: []string{"score", "with", "models", "n", "Pearson r", "95 % interval", "Spearman ρ", "95 % interval", "rank changes most"},
		Right: []bool{false, false, false, true, true, true, true, true, false}}
	for _, a := range list {
		models := "all"
		if !math.IsNaN(a.Above) {
			models = "above " + exactText(a.Above)
		}
		g.Rows = append(g.Rows, []string{a.Score, a.Metadata, models, strconv.Itoa(a.N), correlationText(a.Pearson), intervalText(a.Interval),
			correlationText(a.Spearman), intervalText(a.SpearmanInterval), changeText(a.Change)})
	}
	return g
}

func agreementGrid(list []ranking.Agreement) Grid {
	g := Grid{Header: []string{"agreement of", "and", "n", "Spearman ρ", "95 % interval", "Kendall τ-b", "95 % interval", "rank changes most"},
		Right: []bool{false, false, true, true, true, true, true, false}}
	for _, a := range list {
		g.Rows = append(g.Rows, []string{a.A, a.B, strconv.Itoa(a.N), correlationText(a.Spearman), intervalText(a.Interval),
			correlationText(a.Kendall), intervalText(a.KendallInterval), changeText(a.Change)})
	}
	return g
}

func familyGrid(a *ranking.Analysis) Grid {
	g := Grid{Header: []string{"family", "n", "mean " + a.Composite, "highest", "best"}, Right: []bool{false, true, true, true, false}}
	for i, f := range a.Families {
		row := []string{f.Family, strconv.Itoa(f.N), figureText(f.Mean), figureText(f.Highest), f.Best}
		for _, r := range f.Against {
			if i == 0 {
				g.Header = append(g.Header, "r with "+r.Metadata, "95 % interval")
				g.Right = append(g.Right, true, true)
			}
			row = append(row, correlationText(r.Pearson), intervalText(r.Interval))
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func changeGrid(list []ranking.Change) Grid {
	g := Grid{Header: []string{"rank changes most", "ranks", "from", "to", "of"}, Right: []bool{false, true, false, false, true}}
	for _, c := range list[:min(len(list), shownChanges)] {
		if c.By() == 0 {
			break
		}
		g.Rows = append(g.Rows, []string{c.Model, strconv.Itoa(c.By()), fmt.Sprintf("%d on %s", c.RankA, c.A), fmt.Sprintf("%d on %s", c.RankB, c.B), strconv.Itoa(c.N)})
	}
	return g
}

// analysisCSV has a row for each figure of each kind, in full precision.
func analysisCSV(a *ranking.Analysis) Grid {
	g := Grid{Header: []string{"kind", "a", "b", "above", "family", "n",
		"pearson", "pearson_low", "pearson_high", "spearman", "spearman_low", "spearman_high", "kendall", "kendall_low", "kendall_high",
		"mean", "model", "rank_a", "rank_b"}}
	none := ranking.NoInterval
	add := func(kind, x, y, family string, above float64, n int, figures []float64, intervals []ranking.Interval, mean float64, c *ranking.Change) {
		row := []string{kind, notFormula(x), notFormula(y), exactText(above), notFormula(family), strconv.Itoa(n)}
		for i, f := range figures {
			row = append(row, exactText(f), exactText(intervals[i].Low), exactText(intervals[i].High))
		}
		row = append(row, exactText(mean))
		if c == nil {
			row = append(row, "", "", "")
		} else {
			row = append(row, notFormula(c.Model), countText(c.RankA), countText(c.RankB))
		}
		g.Rows = append(g.Rows, row)
	}
	nan := math.NaN()
	addAgainst := func(family string, list []ranking.Against) {
		for _, r := range list {
			add("against", r.Score, r.Metadata, family, r.Above, r.N, []float64{r.Pearson, r.Spearman, nan},
				[]ranking.Interval{r.Interval, r.SpearmanInterval, none}, nan, r.Change)
		}
	}
	addAgainst("", a.Against)
	for _, r := range a.Agreement {
		add("agreement", r.A, r.B, "", nan, r.N, []float64{nan, r.Spearman, r.Kendall}, []ranking.Interval{none, r.Interval, r.KendallInterval}, nan, r.Change)
	}
	noFigures, noIntervals := []float64{nan, nan, nan}, []ranking.Interval{none, none, none}
	for _, f := range a.Families {
		add("family", ranking.CompositeScore, "", f.Family, nan, f.N, noFigures, noIntervals, f.Mean, &ranking.Change{Model: f.Best})
		addAgainst(f.Family, f.Against)
	}
	for _, c := range a.Changes {
		add("rank_change", c.A, c.B, "", nan, c.N, noFigures, noIntervals, nan, &c)
	}
	return g
}
