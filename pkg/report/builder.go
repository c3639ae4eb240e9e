package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// coloured is the number of families with their own colour and shape.
const coloured = 7

// builder makes the page's data from models.
type builder struct {
	data    *ranking.Data
	options Options
	models  []*ranking.Model // by name
	columns []string         // names of the columns in data
	board   *ranking.Board
	ranking *observers.Ranking // nil without answers of people
	doc     document

	names      map[string]bool // of models as shown
	benchmarks map[string]int
	sources    map[string]int
	pools      map[string]int // indices of layers, metrics, ceilings and messages
}

// newBuilder returns a builder without data.
func newBuilder(data *ranking.Data, options Options) *builder {
	return &builder{data: data, options: options, names: map[string]bool{}, benchmarks: map[string]int{}, sources: map[string]int{}, pools: map[string]int{}}
}

// build fills in the data.
func (b *builder) build(ctx context.Context) error {
	b.models = b.data.Models()
	if len(b.models) == 0 {
		return ErrNoModels
	}
	b.doc = document{
		Composite: visible(b.data.Composite.Identifier), Of: b.data.Composite.Of, Site: b.data.Composite.Figures == benchmarks.FiguresOfSite,
		Columns: []column{}, Families: []string{}, Metadata: []string{}, Benchmarks: []benchmark{}, Layers: []string{},
		Metrics: []metric{}, Ceilings: [][]int{}, Messages: []string{}, Sources: []source{}, Models: []model{},
	}
	b.addColumns()
	b.chooseColumns()
	board, err := b.data.Rank(b.columns[b.doc.By])
	if err != nil {
		return err
	}
	b.board = board
	if err := b.addSources(ctx); err != nil {
		return err
	}
	for _, name := range board.Metadata {
		b.doc.Metadata = append(b.doc.Metadata, visible(name))
	}
	families := b.addFamilies()
	spans := b.spans()
	for _, m := range b.models {
		if err := ctx.Err(); err != nil {
			return err
		}
		b.addModel(m, families, spans)
	}
	b.addInputs()
	return b.addAnswers(ctx)
}

// chooseColumns chooses the column that the board is sorted by at first, which is the
// composite or else the first score with values, and the column that scores are plotted
// against, which is ImageNet accuracy or else the first numeric metadata.
func (b *builder) chooseColumns() {
	b.doc.By = max(0, slices.IndexFunc(b.doc.Columns, func(c column) bool {
		return c.Kind != ofMetadata && slices.ContainsFunc(c.Ranks, func(rank int) bool { return rank > 0 })
	}))
	indexOf := func(name string) int {
		return slices.IndexFunc(b.doc.Columns, func(c column) bool { return c.Kind == ofMetadata && (name == "" || c.Name == name) })
	}
	if b.doc.Against = indexOf(ranking.AccuracyColumn); b.doc.Against < 0 {
		b.doc.Against = indexOf("")
	}
}

// addFamilies assigns the largest families a colour each, and returns the colour of
// every family.
func (b *builder) addFamilies() map[string]int {
	colours := map[string]int{}
	for i, name := range ranking.FamilyNames(b.models) {
		colours[name] = min(i, coloured)
		if i < coloured {
			b.doc.Families = append(b.doc.Families, visible(name))
		}
	}
	return colours
}

// name returns the name of a model on the page and in links: made visible, and
// numbered if another model is shown by the same name.
func (b *builder) name(m *ranking.Model) string {
	shown := visible(m.Name)
	for i := 2; b.names[shown]; i++ {
		shown = fmt.Sprintf("%s (%d)", visible(m.Name), i)
	}
	b.names[shown] = true
	return shown
}

func (b *builder) addModel(m *ranking.Model, families map[string]int, spans map[string]span) {
	out := model{Name: b.name(m), Family: -1, Table: -1, Metadata: []string{}}
	if !stats.Finite(m.Composite) {
		out.Why = visible(m.Why)
	}
	if f := m.Metadata[ranking.FamilyColumn].Text; f != "" {
		out.Family = families[f]
	}
	if path := m.TablePath(); path != "" {
		out.Table = b.sourceOf(path)
	}
	for _, name := range b.board.Metadata {
		out.Metadata = append(out.Metadata, visible(m.Metadata[name].Text))
	}
	for _, r := range m.Results() {
		out.Scores = append(out.Scores, b.score(m, r, spans[r.Benchmark]))
	}
	for _, f := range m.Failures() {
		out.Failures = append(out.Failures, failure{visible(f.Benchmark), visible(f.Layer), b.message(f.Err.Error())})
	}
	for _, c := range benchmarks.Curves(&benchmarks.ModelResult{Model: m.Name, Scores: onLayers(m.Results())}, b.data.Composite.Of) {
		out.Curves = append(out.Curves, b.curve(c))
	}
	b.doc.Models = append(b.doc.Models, out)
}

// onLayers returns the results on benchmarks that several layers were scored on. A
// curve averages benchmarks and has a point only where all of them have the layer.
func onLayers(results []benchmarks.Result) []benchmarks.Result {
	layers := map[string]int{}
	for _, r := range results {
		layers[r.Benchmark]++
	}
	var out []benchmarks.Result
	for _, r := range results {
		if layers[r.Benchmark] > 1 {
			out = append(out, r)
		}
	}
	return out
}

func (b *builder) curve(c benchmarks.Curve) curve {
	out := curve{Region: visible(c.Region), Of: len(c.Benchmarks), Best: -1}
	for i, p := range c.Layers {
		out.Layers, out.Values = append(out.Layers, b.layer(p.Layer)), append(out.Values, short(p.Value))
		if p.Layer == c.Best {
			out.Best = i
		}
	}
	return out
}

func (b *builder) score(m *ranking.Model, r benchmarks.Result, within span) score {
	s := score{
		Benchmark: b.benchmark(r, within), Version: r.Version, Layer: b.layer(r.Layer), Source: b.sourceOf(m.Source(r)),
		Raw: pair(r.Raw), Ceiling: pair(r.Ceiling), Ceiled: pair(r.Ceiled), Splits: len(r.Raw.Splits),
		Counts: []int{r.Counts.Stimuli, r.Counts.Features, r.Counts.Neuroids, r.Counts.Trials, r.Counts.Subjects},
	}
	b.addNeuroids(&s, r, within)
	if q := quartiles(r.Alphas); q != nil {
		s.Alphas = []results.Number{q[0], q[2], q[4]}
	}
	for _, t := range r.TimeBins {
		s.Bins = append(s.Bins, []results.Number{short(t.Start), short(t.End), short(t.Raw.Value), short(t.Ceiling.Value), short(t.Ceiled.Value)})
	}
	for _, one := range r.Subjects {
		s.Subjects = append(s.Subjects, subject{visible(one.Subject), []results.Number{short(one.Raw.Value), short(one.Ceiling.Value), short(one.Ceiled.Value), results.Number(one.Neuroids)}})
	}
	for _, w := range r.Warnings {
		s.Warnings = append(s.Warnings, b.message(w))
	}
	return s
}

// pair returns a value, its error, and the ends of its interval if it has one.
func pair(e metrics.Estimate) []results.Number {
	out := []results.Number{short(e.Value), short(e.Error)}
	if e.Interval != nil && !e.Interval.None() {
		out = append(out, short(e.Interval.Low), short(e.Interval.High))
	}
	return out
}

// pooled returns the index of a text of a kind, which is next for a new text.
func (b *builder) pooled(kind, text string, next int) (index int, isNew bool) {
	key := kind + "\x00" + text
	if index, ok := b.pools[key]; ok {
		return index, false
	}
	b.pools[key] = next
	return next, true
}

func (b *builder) layer(name string) int {
	index, isNew := b.pooled("layer", name, len(b.doc.Layers))
	if isNew {
		b.doc.Layers = append(b.doc.Layers, visible(name))
	}
	return index
}

func (b *builder) message(text string) int {
	index, isNew := b.pooled("message", text, len(b.doc.Messages))
	if isNew {
		b.doc.Messages = append(b.doc.Messages, visible(text))
	}
	return index
}

func (b *builder) ceiling(counts []int) int {
	index, isNew := b.pooled("ceiling", fmt.Sprint(counts), len(b.doc.Ceilings))
	if isNew {
		b.doc.Ceilings = append(b.doc.Ceilings, counts)
	}
	return index
}

func (b *builder) metric(name string) int {
	index, isNew := b.pooled("metric", name, len(b.doc.Metrics))
	if isNew {
		m := metric{Name: visible(name)}
		if info, err := metrics.Lookup(name); err == nil {
			m.Summary, m.Formula = info.Summary, info.Formula
		}
		b.doc.Metrics = append(b.doc.Metrics, m)
	}
	return index
}
