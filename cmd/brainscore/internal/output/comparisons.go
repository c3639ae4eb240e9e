package output

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// comparisonDocument is the JSON of comparisons. Differences are b less a.
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
	Benchmark   string     `json:"benchmark"`
	Region      string     `json:"region"`
	Metric      string     `json:"metric"`
	A           subject    `json:"a"`
	B           subject    `json:"b"`
	Raw         difference `json:"raw"`
	Score       difference `json:"score"`
	P           Number     `json:"p"`
	Holm        Number     `json:"p_holm"`
	Significant bool       `json:"significant"`
	Paired      pairedOver `json:"paired"`
	Warnings    []string   `json:"warnings"`
}

type subject struct {
	Input string `json:"input"`
	Model string `json:"model"`
	Layer string `json:"layer"`
	Raw   Number `json:"raw"`
	Score Number `json:"score"`
}

type difference struct {
	Difference Number   `json:"difference"`
	Interval   interval `json:"interval"`
}

type pairedOver struct {
	Neuroids int `json:"neuroids"`
	Splits   int `json:"splits"`
}

type compositeDelta struct {
	Name       string           `json:"name"`
	A          compositeSubject `json:"a"`
	B          compositeSubject `json:"b"`
	Difference Number           `json:"difference"`
}

type compositeSubject struct {
	Input string `json:"input"`
	Model string `json:"model"`
	Value Number `json:"value"`
}

type unmatched struct {
	Input     string `json:"input"`
	Model     string `json:"model"`
	Benchmark string `json:"benchmark,omitempty"` // none where the model is without a counterpart
	Layer     string `json:"layer,omitempty"`
}

// Comparisons are comparisons with the scores that fell too far.
type Comparisons struct {
	*ranking.Comparisons
	Drops []string
}

// WriteComparisons writes comparisons in a format, with colour where that is a
// table and color is true. A difference that is not significant has a ~.
func WriteComparisons(w io.Writer, c Comparisons, format Format, color bool) error {
	switch format {
	case JSON:
		return WriteJSON(w, newComparisons(c))
	case CSV:
		return comparisonsCSV(c).WriteCSV(w)
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
		if err := comparisonGrid(pair, c).Write(b, format, color); err != nil {
			return err
		}
	}
	return b.Flush()
}

// inputText names a model and where it is from.
func inputText(s ranking.Subject) string { return s.Model + " (" + s.Side + ")" }

// pairsOf groups comparisons by the two models that they are of.
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

func comparisonGrid(list []ranking.Comparison, c Comparisons) Grid {
	level := strconv.FormatFloat(100*(1-c.Alpha), 'g', 4, 64) + " % interval"
	g := Grid{Header: []string{"benchmark", "layers", "raw A", "raw B", "B − A", level, "score A", "score B", "B − A", level, "", "p (Holm)"},
		Right: []bool{false, false, true, true, true, true, true, true, true, true, false, true}}
	for _, x := range list {
		layers := x.A.Layer
		if x.B.Layer != x.A.Layer {
			layers += " → " + x.B.Layer
		}
		g.Rows = append(g.Rows, []string{x.Benchmark, layers, figureText(x.A.Raw), figureText(x.B.Raw), signedText(x.Raw.Value), signedInterval(x.Raw.Interval),
			figureText(x.A.Score), figureText(x.B.Score), signedText(x.Score.Value), signedInterval(x.Score.Interval), verdict(x, c.Alpha), pText(x.Adjusted)})
	}
	for _, x := range c.Composites {
		if x.A.Side == list[0].A.Side && x.B.Side == list[0].B.Side && x.A.Model == list[0].A.Model && x.B.Model == list[0].B.Model {
			g.Rows = append(g.Rows, []string{x.Name, "", "", "", "", "", figureText(x.A.Score), figureText(x.B.Score), signedText(x.Difference), "", "", ""})
		}
	}
	return g
}

// verdict marks what is not significant as benchstat does, and what cannot be
// tested.
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

// signedText is a difference for people.
func signedText(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
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
	doc := comparisonDocument{Schema: Schema, Alpha: c.Alpha, Bootstrap: bootstrap{1 - c.Alpha, c.Draws, c.Seed},
		Comparisons: []comparison{}, Composites: []compositeDelta{}, Unmatched: []unmatched{}, Drops: c.Drops, Warnings: c.Warnings}
	newSubject := func(s ranking.Subject) subject {
		return subject{s.Side, s.Model, s.Layer, Number(s.Raw), Number(s.Score)}
	}
	newDifference := func(d ranking.Difference) difference {
		return difference{Number(d.Value), interval(d.Interval)}
	}
	for _, x := range c.List {
		doc.Comparisons = append(doc.Comparisons, comparison{x.Benchmark, x.Region, x.Metric, newSubject(x.A), newSubject(x.B),
			newDifference(x.Raw), newDifference(x.Score), Number(x.P), Number(x.Adjusted), x.Significant(c.Alpha),
			pairedOver{x.Neuroids, x.Splits}, append([]string{}, x.Warnings...)})
	}
	for _, x := range c.Composites {
		doc.Composites = append(doc.Composites, compositeDelta{x.Name, compositeSubject{x.A.Side, x.A.Model, Number(x.A.Score)},
			compositeSubject{x.B.Side, x.B.Model, Number(x.B.Score)}, Number(x.Difference)})
	}
	for _, u := range c.Unmatched {
		doc.Unmatched = append(doc.Unmatched, unmatched{u.Side, u.Model, u.Benchmark, u.Layer})
	}
	return doc
}

// comparisonsCSV has a row for each comparison, in full precision.
func comparisonsCSV(c Comparisons) Grid {
	g := Grid{Header: []string{"benchmark", "region", "metric", "input_a", "model_a", "layer_a", "input_b", "model_b", "layer_b",
		"raw_a", "raw_b", "raw_difference", "raw_low", "raw_high", "score_a", "score_b", "score_difference", "score_low", "score_high",
		"p", "p_holm", "significant", "neuroids", "splits", "warnings"}}
	for _, x := range c.List {
		g.Rows = append(g.Rows, []string{notFormula(x.Benchmark), notFormula(x.Region), notFormula(x.Metric),
			notFormula(x.A.Side), notFormula(x.A.Model), notFormula(x.A.Layer), notFormula(x.B.Side), notFormula(x.B.Model), notFormula(x.B.Layer),
			exactText(x.A.Raw), exactText(x.B.Raw), exactText(x.Raw.Value), exactText(x.Raw.Interval.Low), exactText(x.Raw.Interval.High),
			exactText(x.A.Score), exactText(x.B.Score), exactText(x.Score.Value), exactText(x.Score.Interval.Low), exactText(x.Score.Interval.High),
			exactText(x.P), exactText(x.Adjusted), strconv.FormatBool(x.Significant(c.Alpha)), countText(x.Neuroids), countText(x.Splits),
			notFormula(strings.Join(x.Warnings, "; "))})
	}
	return g
}
