package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// page is the data of the template: everything that can be read without the script.
type page struct {
	Policy string
	Style  template.CSS
	Script template.JS
	Data   template.JS

	Version   string
	Composite string
	Formula   string
	Reference string
	By        string // the score that the models are ranked by
	Models    int
	Unranked  int
	Leaders   []leader

	Columns      []head
	ManyBenches  bool // columns of benchmarks are shown on demand
	Tree         bool // the composite is a tree whose columns fold
	Rows         []row
	Families     []string
	OtherFamily  bool
	Against      string
	AgainstLabel string
	Correlations *correlations // of the composite and parts
	Further      *correlations // of benchmarks
	Regions      []string
	Matrices     []matrix
	Pairs        []pairing
	Level        int
	Resamples    int
	Seed         uint64
	Groups       []group
	Warnings     []string
	Failures     []failureLine
	Sources      []source
	Benchmarks   []benchmarkLine
	Neuroids     bool
	HasAnswers   bool
	HasPeople    bool
	RankedOn     []string
	Ranked       []rankedLine
}

type leader struct{ Name, Value string }

type head struct {
	At         int
	Name, Kind string
	Sorted     bool
}

// row is a model on the board.
type row struct {
	At     int
	Rank   string
	Name   string
	Family string
	Mark   int // the family's colour; -1 for none
	Cells  []cell
}

type cell struct {
	Text, Kind string
	By         bool
	Lacks      string
	Bar        *bar
}

type correlations struct {
	AgainstLabel, What string
	Level              int
	Rows               []correlation
}

type correlation struct {
	Score, Models         string
	N                     int
	Pearson, PearsonIn    string
	Spearman, SpearmanIn  string
	Changed, ChangedRanks string
}

type pairing struct {
	A, B, Spearman, Interval, Changed, ChangedRanks string
	N                                               int
}

type group struct {
	Family  string
	N       int
	Mean    string
	Best    string
	Highest string
}

type failureLine struct{ Model, Benchmark, Layer, Error string }

type benchmarkLine struct {
	Name, Region, Parent, Versions, Metric string
	Definition, Origin                     string
	Models                                 int
}

func newPage(b *builder, a *ranking.Analysis) *page {
	composite := b.data.Composite
	p := &page{
		Version: b.options.Version, Composite: b.doc.Composite, Formula: visible(composite.String()), Models: len(b.models), Unranked: len(b.board.Missing),
		By: b.doc.Columns[b.doc.By].Name, Families: b.doc.Families, Regions: regionsOf(b.doc.Models),
		Level: int(math.Round(100 * a.Level)), Resamples: a.Resamples, Seed: a.Seed, Sources: b.doc.Sources,
	}
	if r := composite.Reference; r != nil {
		p.Reference = visible(fmt.Sprintf("%s (%d)", r.Title, r.Year))
	}
	indices := b.modelIndices()
	for _, e := range b.board.Entries[:min(3, len(b.board.Entries))] {
		p.Leaders = append(p.Leaders, leader{b.doc.Models[indices[e.Name]].Name, text(e.Value, 4)})
	}
	p.addBoard(b)
	p.addAnalysis(b, a)
	for _, w := range a.Warnings {
		p.Warnings = append(p.Warnings, visible(w))
	}
	p.addFailures(b)
	p.addRanking(b)
	p.addBenchmarks(b)
	return p
}

// modelIndices returns the index of each model by its name.
func (b *builder) modelIndices() map[string]int {
	indices := make(map[string]int, len(b.models))
	for i, m := range b.models {
		indices[m.Name] = i
	}
	return indices
}

// shownBenches is the largest number of columns of benchmarks that a board with parts
// shows at first. If there are more, the script adds them on demand, because browsers
// lay out wide tables slowly.
const shownBenches = 4

func (p *page) addBoard(b *builder) {
	parts, benches := 0, 0
	for _, c := range b.doc.Columns {
		switch c.Kind {
		case ofPart:
			parts++
		case ofBenchmark:
			benches++
		}
	}
	p.ManyBenches = benches > shownBenches && parts > 0
	hidden := func(k int) bool {
		c := b.doc.Columns[k]
		hasValues := func() bool { return slices.ContainsFunc(c.Ranks, func(rank int) bool { return rank > 0 }) }
		return k != b.doc.By && (p.ManyBenches && c.Kind == ofBenchmark || c.node != nil && k > 0 && (!c.Upper || !hasValues()))
	}
	p.Tree = b.doc.Columns[0].node != nil
	for k, c := range b.doc.Columns {
		if !hidden(k) {
			p.Columns = append(p.Columns, head{k, c.Name, c.Kind, k == b.doc.By})
		}
	}
	scale := scaleOf(b.doc.Columns[b.doc.By])
	indices := b.modelIndices()
	for _, e := range slices.Concat(b.board.Entries, b.board.Missing) {
		i := indices[e.Name]
		m := &b.doc.Models[i]
		r := row{At: i, Rank: "–", Name: m.Name, Mark: m.Family, Family: visible(e.Metadata[ranking.FamilyColumn].Text)}
		p.OtherFamily = p.OtherFamily || m.Family == coloured
		if e.Rank > 0 {
			r.Rank = fmt.Sprint(e.Rank)
		}
		for k, c := range b.doc.Columns {
			if hidden(k) {
				continue
			}
			out := cell{Kind: c.Kind, By: k == b.doc.By, Text: b.figure(c, i)}
			if c.Kind == ofMetadata {
				out.Text = m.Metadata[slices.Index(b.doc.Metadata, c.Name)]
				if out.Text == "" {
					out.Text = "–"
				}
			}
			if c.Kind == ofComposite && m.Why != "" {
				out.Lacks = m.Why
			}
			if out.By {
				out.Bar = scale.bar(c, i)
			}
			r.Cells = append(r.Cells, out)
		}
		p.Rows = append(p.Rows, r)
	}
}

// figure returns a model's value in a column as the board shows it.
func (b *builder) figure(c column, model int) string {
	failed := slices.Contains(c.Failed, model)
	switch {
	case b.doc.Site && c.node != nil:
		if shown := ranking.FigureOfSite(float64(c.Values[model]), failed); shown != "" {
			return shown
		}
	case failed:
		return "X"
	}
	return text(float64(c.Values[model]), 4)
}

func (p *page) addFailures(b *builder) {
	for _, m := range b.doc.Models {
		for _, f := range m.Failures {
			p.Failures = append(p.Failures, failureLine{m.Name, f.Benchmark, f.Layer, b.doc.Messages[f.Error]})
		}
	}
}

func (p *page) addBenchmarks(b *builder) {
	models := make([]map[int]bool, len(b.doc.Benchmarks))
	versions := make([][]int, len(b.doc.Benchmarks))
	for i, m := range b.doc.Models {
		for _, s := range m.Scores {
			if models[s.Benchmark] == nil {
				models[s.Benchmark] = map[int]bool{}
			}
			models[s.Benchmark][i] = true
			if !slices.Contains(versions[s.Benchmark], s.Version) {
				versions[s.Benchmark] = append(versions[s.Benchmark], s.Version)
			}
			p.Neuroids = p.Neuroids || s.Histogram != nil
		}
	}
	for i, x := range b.doc.Benchmarks {
		slices.Sort(versions[i])
		line := benchmarkLine{Name: x.Name, Region: x.Region, Parent: x.Parent, Metric: b.doc.Metrics[x.Metric].Name,
			Definition: x.Definition, Origin: x.Origin, Models: len(models[i])}
		for k, v := range versions[i] {
			if k > 0 {
				line.Versions += ", "
			}
			line.Versions += fmt.Sprint(v)
		}
		p.Benchmarks = append(p.Benchmarks, line)
	}
	slices.SortFunc(p.Benchmarks, func(x, y benchmarkLine) int { return ranking.CompareNames(x.Name, y.Name) })
}
