package output

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// comparisonDocument is the JSON of comparisons. Differences are b − a.
type comparisonDocument struct {
	Schema      int              `json:"schema"`
	Alpha       float64          `json:"alpha"`
	Bootstrap   bootstrap        `json:"bootstrap"`
	Comparisons []comparison     `json:"comparisons"`
	Composites  []compositeDelta `json:"composites"`
	Unmatched   []unmatched      `json:"unmatched"`
	Drops       []string         `json:"drops,omitempty"`
	Warnings    []string         `json:"warnings,omitempty"`
}

type comparison struct {
	Benchmark   string         `json:"benchmark"`
	Region      string         `json:"region"`
	Metric      string         `json:"metric"`
	A           subject        `json:"a"`
	B           subject        `json:"b"`
	Raw         difference     `json:"raw"`
	Score       difference     `json:"score"`
	P           results.Number `json:"p"`
	Holm        results.Number `json:"p_holm"`
	Significant bool           `json:"significant"`
	Paired      pairedOver     `json:"paired"`
	Warnings    []string       `json:"warnings"`
}

type subject struct {
	Input string         `json:"input"`
	Model string         `json:"model"`
	Layer string         `json:"layer"`
	Raw   results.Number `json:"raw"`
	Score results.Number `json:"score"`
}

type difference struct {
	Difference results.Number   `json:"difference"`
	Interval   results.Interval `json:"interval"`
}

type pairedOver struct {
	Neuroids int `json:"neuroids"`
	Splits   int `json:"splits"`
	Stimuli  int `json:"stimuli,omitempty"` // that both were resampled on; splits are then subjects
}

type compositeDelta struct {
	Name       string           `json:"name"`
	A          compositeSubject `json:"a"`
	B          compositeSubject `json:"b"`
	Difference results.Number   `json:"difference"`
}

type compositeSubject struct {
	Input string         `json:"input"`
	Model string         `json:"model"`
	Value results.Number `json:"value"`
}

type unmatched struct {
	Input     string `json:"input"`
	Model     string `json:"model"`
	Benchmark string `json:"benchmark,omitempty"` // empty if the model has no counterpart
	Layer     string `json:"layer,omitempty"`
}

// Comparisons holds comparisons and a line for each score that fell too far.
type Comparisons struct {
	*ranking.Comparisons
	Drops []string
}

// WriteComparisons writes comparisons in a format; a table is coloured if color is true.
// A ~ marks a difference that is not significant.
func WriteComparisons(w io.Writer, c Comparisons, format Format, color bool) error {
	if format == JSON {
		return results.WriteJSON(w, newComparisons(c))
	}
	if slices.Contains(Programs, format) {
		return comparisonGrid(c.List, c).Write(w, format, color)
	}
	b := bufio.NewWriter(w)
	for i, pair := range pairsOf(c) {
		if i > 0 {
			b.WriteString("\n")
		}
		first := pair[0]
		if format == Markdown {
			fmt.Fprintf(b, "A: %s, B: %s\n\n", escapeMarkdown(inputText(first.A)), escapeMarkdown(inputText(first.B)))
		} else {
			fmt.Fprintf(b, "A: %s\nB: %s\n", text.Safe(inputText(first.A)), text.Safe(inputText(first.B)))
		}
		if err := onPage(w, "", comparisonGrid(pair, c))[0].Write(b, format, color); err != nil {
			return err
		}
	}
	return b.Flush()
}

// inputText returns the name of a model and of its source.
func inputText(s ranking.Subject) string { return s.Model + " (" + s.Side + ")" }

// pairsOf groups comparisons by their two models.
func pairsOf(c Comparisons) [][]ranking.Comparison {
	var groups [][]ranking.Comparison
	for i, x := range c.List {
		if i > 0 {
			if last := c.List[i-1]; last.A.Side == x.A.Side && last.B.Side == x.B.Side && last.A.Model == x.A.Model && last.B.Model == x.B.Model {
				groups[len(groups)-1] = append(groups[len(groups)-1], x)
				continue
			}
		}
		groups = append(groups, []ranking.Comparison{x})
	}
	return groups
}

// comparisonGrid returns a row for each comparison and, for people, one for each
// composite of the models of the first.
func comparisonGrid(list []ranking.Comparison, c Comparisons) Grid {
	level := strconv.FormatFloat(100*(1-c.Alpha), 'g', 4, 64) + " % interval"
	programs := func(field string) Column { return Column{Header: field, Hide: People} }
	figure := func(header, field string, rank int) Column {
		return Column{Header: header, Fields: []string{field}, Right: true, Rank: rank}
	}
	bounds := func(name string, rank int) Column {
		return Column{Header: level, Fields: []string{name + "_low", name + "_high"}, Right: true, Rank: rank}
	}
	g := Grid{Columns: []Column{{Header: "benchmark"}, programs("region"), programs("metric"), {Header: "layers", Hide: Programs, Rank: 8},
		programs("input_a"), programs("model_a"), programs("layer_a"), programs("input_b"), programs("model_b"), programs("layer_b"),
		figure("raw A", "raw_a", 0), figure("raw B", "raw_b", 0), figure("raw B − A", "raw_difference", 0), bounds("raw", 3),
		figure("score A", "score_a", 7), figure("score B", "score_b", 6), figure("score B − A", "score_difference", 4), bounds("score", 5),
		{Hide: Programs}, programs("p"), figure("p (Holm)", "p_holm", 2), programs("significant"), programs("neuroids"), programs("splits"), programs("warnings")}}
	for _, x := range list {
		layers := x.A.Layer
		if x.B.Layer != x.A.Layer {
			layers += " → " + x.B.Layer
		}
		g.Add(Text(x.Benchmark), Text(x.Region), Text(x.Metric), Text(layers),
			Text(x.A.Side), Text(x.A.Model), Text(x.A.Layer), Text(x.B.Side), Text(x.B.Model), Text(x.B.Layer),
			ScoreCell(x.A.Raw), ScoreCell(x.B.Raw), DifferenceCell(x.Raw.Value), DifferenceRangeCell(x.Raw.Interval),
			ScoreCell(x.A.Score), ScoreCell(x.B.Score), DifferenceCell(x.Score.Value), DifferenceRangeCell(x.Score.Interval),
			Text(verdict(x, c.Alpha)), Texts("", exactText(x.P)), Cell{text: pText(x.Adjusted), values: []string{exactText(x.Adjusted)}},
			Text(strconv.FormatBool(x.Significant(c.Alpha))), Count(x.Neuroids), Count(x.Splits), WarningsCell(x.Warnings))
	}
	for _, x := range c.Composites {
		if len(list) == 0 || x.A.Side != list[0].A.Side || x.B.Side != list[0].B.Side || x.A.Model != list[0].A.Model || x.B.Model != list[0].B.Model {
			continue
		}
		cells := make([]Cell, len(g.Columns))
		cells[0] = Text(x.Name)
		cells[14], cells[15], cells[16] = ScoreCell(x.A.Score), ScoreCell(x.B.Score), DifferenceCell(x.Difference)
		g.Rows = append(g.Rows, Row{Cells: cells, Hide: Programs})
	}
	return g
}

// verdict returns the mark of a difference: * if it is significant, ~ if not, as
// benchstat writes it, and ? if it cannot be tested.
func verdict(x ranking.Comparison, alpha float64) string {
	switch {
	case math.IsNaN(x.P):
		return "?"
	case x.Significant(alpha):
		return "*"
	}
	return "~"
}

func pText(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 0.001:
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}

// signedText returns a difference for people.
func signedText(f float64) string {
	if !stats.Finite(f) {
		return "–"
	}
	s := strconv.FormatFloat(f, 'f', 4, 64)
	if strings.Trim(s, "-0.") == "" {
		return "0.0000"
	}
	if f > 0 {
		s = "+" + s
	}
	return s
}

func signedInterval(i ranking.Interval) string {
	if math.IsNaN(i.Low) || math.IsNaN(i.High) {
		return "–"
	}
	return "[" + signedText(i.Low) + ", " + signedText(i.High) + "]"
}

func newComparisons(c Comparisons) comparisonDocument {
	doc := comparisonDocument{Schema: results.Schema, Alpha: c.Alpha, Bootstrap: bootstrap{1 - c.Alpha, c.Draws, c.Seed},
		Comparisons: []comparison{}, Composites: []compositeDelta{}, Unmatched: []unmatched{}, Drops: c.Drops, Warnings: c.Warnings}
	newSubject := func(s ranking.Subject) subject {
		return subject{s.Side, s.Model, s.Layer, results.Number(s.Raw), results.Number(s.Score)}
	}
	newDifference := func(d ranking.Difference) difference {
		return difference{results.Number(d.Value), results.Interval(d.Interval)}
	}
	for _, x := range c.List {
		doc.Comparisons = append(doc.Comparisons, comparison{x.Benchmark, x.Region, x.Metric, newSubject(x.A), newSubject(x.B),
			newDifference(x.Raw), newDifference(x.Score), results.Number(x.P), results.Number(x.Adjusted), x.Significant(c.Alpha),
			pairedOver{x.Neuroids, x.Splits, x.Stimuli}, append([]string{}, x.Warnings...)})
	}
	for _, x := range c.Composites {
		doc.Composites = append(doc.Composites, compositeDelta{x.Name, compositeSubject{x.A.Side, x.A.Model, results.Number(x.A.Score)},
			compositeSubject{x.B.Side, x.B.Model, results.Number(x.B.Score)}, results.Number(x.Difference)})
	}
	for _, u := range c.Unmatched {
		doc.Unmatched = append(doc.Unmatched, unmatched{u.Side, u.Model, u.Benchmark, u.Layer})
	}
	return doc
}
