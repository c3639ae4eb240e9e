package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// matrix holds the rank correlations of scores with each other.
type matrix struct {
	What  string
	Names []string
	Rows  []matrixRow
}

type matrixRow struct {
	Name  string
	Cells []matrixCell
}

// matrixCell is a pair of scores. Its shade is n10 for ρ = -1, p0 for 0, p10 for 1.
type matrixCell struct {
	Text, Shade, Title string
	Self               bool
}

// addAnalysis adds the correlations of scores with metadata and with each other.
func (p *page) addAnalysis(b *builder, a *ranking.Analysis) {
	if b.doc.Against >= 0 {
		p.Against = b.doc.Columns[b.doc.Against].Name
		if p.AgainstLabel = p.Against; p.Against == ranking.AccuracyColumn {
			p.AgainstLabel = "ImageNet top-1"
		}
	}
	benches := b.namesOf(ofBenchmark)
	for _, x := range a.Against {
		c := correlation{Score: b.scoreName(x.Score), Models: "all", N: x.N,
			Pearson: text(x.Pearson, 3), PearsonIn: interval(x.Interval), Spearman: text(x.Spearman, 3), SpearmanIn: interval(x.SpearmanInterval)}
		if !math.IsNaN(x.Above) {
			c.Models = fmt.Sprintf("above %g", x.Above)
		}
		c.Changed, c.ChangedRanks = b.change(x.Change)
		p.addCorrelation(c, slices.Contains(benches, x.Score))
	}
	for _, x := range a.Agreement {
		pair := pairing{A: visible(x.A), B: visible(x.B), N: x.N, Spearman: text(x.Spearman, 3), Interval: interval(x.Interval)}
		pair.Changed, pair.ChangedRanks = b.change(x.Change)
		p.Pairs = append(p.Pairs, pair)
	}
	p.addMatrix("parts", b.namesOf(ofPart), a.Agreement)
	p.addMatrix("benchmarks", benches, a.Agreement)
	for _, f := range a.Families {
		p.Groups = append(p.Groups, group{visible(f.Family), f.N, text(f.Mean, 4), visible(f.Best), text(f.Highest, 4)})
	}
}

func (p *page) addCorrelation(c correlation, ofBenchmark bool) {
	list, what := &p.Correlations, "composite and parts"
	if ofBenchmark {
		list, what = &p.Further, "benchmarks"
	}
	if *list == nil {
		*list = &correlations{AgainstLabel: p.AgainstLabel, What: what, Level: p.Level}
	}
	(*list).Rows = append((*list).Rows, c)
}

func (b *builder) namesOf(kind string) []string {
	var names []string
	for i, c := range b.doc.Columns {
		if c.Kind == kind {
			names = append(names, b.columns[i])
		}
	}
	return names
}

// scoreName returns a score's name on the page.
func (b *builder) scoreName(name string) string {
	if name == ranking.CompositeScore {
		return b.doc.Composite
	}
	return visible(name)
}

func (b *builder) change(c *ranking.Change) (model, ranks string) {
	if c == nil {
		return "", ""
	}
	return visible(c.Model), fmt.Sprintf("%d → %d", c.RankA, c.RankB)
}

func interval(i ranking.Interval) string {
	if !stats.Finite(i.Low) || !stats.Finite(i.High) {
		return "–"
	}
	return fmt.Sprintf("[%.3f, %.3f]", i.Low, i.High)
}

func (p *page) addMatrix(what string, names []string, agreement []ranking.Agreement) {
	if len(names) < 2 {
		return
	}
	type key struct{ a, b string }
	pairs := map[key]ranking.Agreement{}
	for _, x := range agreement {
		pairs[key{x.A, x.B}], pairs[key{x.B, x.A}] = x, x
	}
	m := matrix{What: what}
	some := false
	for _, x := range names {
		m.Names = append(m.Names, visible(x))
		row := matrixRow{Name: visible(x)}
		for _, y := range names {
			if x == y {
				row.Cells = append(row.Cells, matrixCell{Self: true})
				continue
			}
			r := pairs[key{x, y}]
			c := matrixCell{Text: text(r.Spearman, 2), Shade: shade(r.Spearman)}
			c.Title = fmt.Sprintf("%s and %s: ρ %s %s, %d models", visible(x), visible(y), text(r.Spearman, 3), interval(r.Interval), r.N)
			some = some || stats.Finite(r.Spearman)
			row.Cells = append(row.Cells, c)
		}
		m.Rows = append(m.Rows, row)
	}
	if some {
		p.Matrices = append(p.Matrices, m)
	}
}

// shade returns the class of a correlation's colour.
func shade(rho float64) string {
	switch {
	case !stats.Finite(rho):
		return "none"
	case rho < 0:
		return fmt.Sprintf("n%d", int(math.Round(-10*rho)))
	}
	return fmt.Sprintf("p%d", int(math.Round(10*rho)))
}

// bar is a value drawn on the board, in units of a picture of 100 × 10.
type bar struct {
	X, Width   string
	Error      string // the path of the whisker, "" for none
	Ceiling    string // the position of the ceiling, "" for none
	Zero       string
	HasCeiling bool
}

// scale is the range of a column's values, which bars are drawn on.
type scale struct{ low, high float64 }

// scaleOf returns a scale that includes 0 and all values of a column, with errors and
// ceilings.
func scaleOf(c column) scale {
	s := scale{0, 0}
	include := func(v float64) {
		if stats.Finite(v) {
			s.low, s.high = min(s.low, v), max(s.high, v)
		}
	}
	for i, v := range c.Values {
		include(float64(v))
		low, high := c.whisker(i)
		include(low)
		include(high)
		if c.Ceilings != nil {
			include(float64(c.Ceilings[i]))
		}
	}
	if s.high == s.low {
		s.high = s.low + 1
	}
	return s
}

// whisker returns the ends of a value's interval, or else its error to either side;
// NaN if it has neither.
func (c column) whisker(i int) (low, high float64) {
	if c.Lows != nil {
		return float64(c.Lows[i]), float64(c.Highs[i])
	}
	if c.Errors == nil {
		return math.NaN(), math.NaN()
	}
	v, e := float64(c.Values[i]), float64(c.Errors[i])
	return v - e, v + e
}

// position returns the place of a value on the picture's width.
func (s scale) position(v float64) float64 { return 100 * (v - s.low) / (s.high - s.low) }

// bar returns the bar of a model's value, nil if it has none.
func (s scale) bar(c column, i int) *bar {
	v := float64(c.Values[i])
	if !stats.Finite(v) {
		return nil
	}
	start, end := s.position(min(v, 0)), s.position(max(v, 0))
	b := &bar{X: unit(start), Width: unit(end - start), Zero: unit(s.position(0))}
	if low, high := c.whisker(i); stats.Finite(low) && stats.Finite(high) {
		b.Error = fmt.Sprintf("M%s 5H%s", unit(s.position(low)), unit(s.position(high)))
	}
	if c.Ceilings != nil {
		if ceiling := float64(c.Ceilings[i]); stats.Finite(ceiling) {
			b.Ceiling, b.HasCeiling = unit(s.position(ceiling)), true
		}
	}
	return b
}

// unit formats a length in a picture to hundredths.
func unit(v float64) string {
	s := fmt.Sprintf("%.2f", v)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
