package scoring

import (
	"context"
	"reflect"
	"runtime"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// needsOf returns what a benchmark's metric needs of a layer with the options that it has.
func needsOf(d *benchmarks.Definition) (stream.Needs, error) {
	metric, err := d.NewMetric()
	if err != nil {
		return stream.Needs{}, err
	}
	return metric.Info().Needs, nil
}

// layerPlan is the reading of one layer: the sinks that take its columns, and how
// each evaluation is scored once they are done. Targets join it.
type layerPlan struct {
	scorer   *layerScorer
	source   *activations // nil where a table is read instead
	fitIDs   []string     // of the first rows, to fit read-outs on; none without
	ids      [][]string   // of the rows after them, by section
	count    int          // of these rows
	features int
	bands    []int        // of the layers that the layer is joined of, their features
	needs    stream.Needs // of all metrics together
	// triangles is true if large Gram matrices may be held as triangles.
	triangles bool
	// again passes the layer's columns to one more sink, once it is read.
	again func(ctx context.Context, sink stream.Sink) error
	rare  func() error
	// collects is true if the reading is made for its Gram matrices and read-outs, and
	// not to be scored.
	collects bool

	sinks   []stream.Sink
	loads   []*loading
	seconds []*secondReading
	shared  map[string]any // what the targets of one reading have in common
	scorers map[*binEvaluation]func(ctx context.Context) (metrics.Score, error)

	position []map[string]int // of each section's stimuli among the rows after fitIDs
	grams    []*gramOf
	readouts *readouts
}

// gramOf is the Gram matrix of one list of stimuli.
type gramOf struct {
	stimuli [][]string
	gram    *stream.Gram // complete once the layer is read
	users   int          // comparisons on it
}

// loading is the input of a metric, which is loaded while the layer is read.
type loading struct {
	metrics.NeuralInput
	evaluation *binEvaluation
	load       func() (metrics.NeuralInput, error)
}

// secondReading is an evaluation whose metric takes the columns once their Gram
// matrix is complete.
type secondReading struct {
	evaluation *binEvaluation
	of         *comparison
	begin      func() (metrics.Stream, error)
}

// newLayerPlan returns a plan to read the stimuli of each section.
func newLayerPlan(s *layerScorer, ids [][]string) *layerPlan {
	p := &layerPlan{scorer: s, ids: ids, scorers: make(map[*binEvaluation]func(context.Context) (metrics.Score, error))}
	for _, section := range ids {
		position := make(map[string]int, len(section))
		for _, id := range section {
			position[id] = p.count
			p.count++
		}
		p.position = append(p.position, position)
	}
	return p
}

// Close releases the layer's files.
func (p *layerPlan) Close() {
	if p.source != nil {
		p.source.Close()
	}
}

// share keeps what other targets of the reading can use.
func (p *layerPlan) share(key string, value any) {
	if p.shared == nil {
		p.shared = make(map[string]any)
	}
	p.shared[key] = value
}

// collectedMatrix is the size of a matrix of stimuli by stimuli from which on garbage is
// collected between scores: several would be held where the collector lags behind.
const collectedMatrix = 8 << 20

// collect collects what a score has left if that may be large. Scores on matrices of that
// size take far longer.
func (p *layerPlan) collect() {
	if metrics.FloatBytes*p.count*p.count > collectedMatrix {
		runtime.GC()
	}
}

// load loads the inputs of all metrics.
func (p *layerPlan) load() {
	for _, in := range p.loads {
		if in.evaluation.err == nil {
			in.NeuralInput, in.evaluation.err = in.load()
		}
	}
}

// secondReading lists the evaluations that need a second reading, with their sinks.
// Those that cannot take part fail.
func (p *layerPlan) secondReading() (evaluations []*binEvaluation, sinks []stream.Sink) {
	for _, second := range p.seconds {
		if second.evaluation.err != nil {
			continue
		}
		stream, err := second.begin()
		if err != nil {
			second.evaluation.err = err
			continue
		}
		second.of.score = stream.Score
		evaluations, sinks = append(evaluations, second.evaluation), append(sinks, stream)
	}
	return evaluations, sinks
}

// noteAlike counts, for each evaluation, the stimuli that the layer has the same
// activations for.
func (p *layerPlan) noteAlike(targets targets) {
	if p.source == nil {
		return
	}
	for e, t := range targets {
		if e.reading == readsFitting {
			e.noteAlikeFitted(p.source.rows, len(p.fitIDs), p.position[0], t.stimuli()[0])
		} else {
			e.noteAlike(p.source.rows, "", p.rows(e.sections(t.stimuli())))
		}
	}
}

// comparison is a metric on the recordings of one group of neuroids. score is set once the
// layer has been read.
type comparison struct {
	score func(ctx context.Context) (metrics.Score, error)
}

// addNeural makes a metric on recordings part of the reading. load may be called
// while the layer is read.
func (p *layerPlan) addNeural(e *binEvaluation, metric metrics.Metric, stimuli [][]string, load func() (metrics.NeuralInput, error)) (*comparison, error) {
	if err := p.needsColumns(metric.Info().Needs); err != nil {
		return nil, err
	}
	streaming, ok := metric.(metrics.Streaming)
	if ok && !metric.Info().Needs.Gram {
		in, err := load()
		if err != nil {
			return nil, err
		}
		stream, err := streaming.NewStream(in, p.rows(stimuli))
		if err != nil {
			return nil, err
		}
		return &comparison{stream.Score}, p.addSinks(stream)
	}
	in := &loading{evaluation: e, load: load}
	p.loads = append(p.loads, in)
	loader := p.scorer.loader
	gram, err := p.gramOf(stimuli, p.triangles && loader.holdsTriangle(loader.sizeOfRecordings(e.definition).stimuli, p.features))
	if err != nil {
		return nil, err
	}
	gram.users++
	withGram := func() metrics.NeuralInput {
		in.Gram, in.Shared, in.Allowed = gram.gram, gram.users > 1, allowedMemory(p.scorer.options)
		return in.NeuralInput
	}
	of := &comparison{}
	if ok {
		p.seconds = append(p.seconds, &secondReading{e, of, func() (metrics.Stream, error) {
			return streaming.NewStream(withGram(), p.rows(stimuli))
		}})
		return of, nil
	}
	of.score = func(ctx context.Context) (metrics.Score, error) {
		in := withGram()
		side := metrics.SideOf(metric, metrics.ShapeOf(in))
		score, err := metric.(metrics.Neural).ScoreNeural(ctx, in)
		score.Side = side
		return score, err
	}
	return of, nil
}

// rows returns the rows of stimuli, given by section, in the reading; nil stands for all.
func (p *layerPlan) rows(stimuli [][]string) []int {
	var rows []int
	for i, section := range stimuli {
		// More sections than the reading has repeat them.
		position := p.position[i%len(p.position)]
		for _, id := range section {
			rows = append(rows, position[id])
		}
	}
	if len(rows) == p.count && len(stimuli) == len(p.position) {
		return nil
	}
	return rows
}

// gram returns the Gram matrix of the stimuli of each section, shared by the evaluations with the
// same ones. It holds just these stimuli, so that a figure does not depend on which
// other benchmarks are scored beside it.
func (p *layerPlan) gram(stimuli [][]string) (*stream.Gram, error) {
	g, err := p.gramOf(stimuli, false)
	if err != nil {
		return nil, err
	}
	return g.gram, nil
}

// gramOf is gram with its users. triangle is true if it may be held as its triangle.
func (p *layerPlan) gramOf(stimuli [][]string, triangle bool) (*gramOf, error) {
	at := slices.IndexFunc(p.grams, func(g *gramOf) bool { return slices.EqualFunc(g.stimuli, stimuli, slices.Equal[[]string]) })
	if at >= 0 {
		return p.grams[at], nil
	}
	if p.source != nil && p.source.products != nil {
		gram, err := p.source.products.gram(stimuli, p.needs)
		if err != nil {
			return nil, err
		}
		gram.Rare = p.rare
		g := &gramOf{stimuli: stimuli, gram: gram}
		p.grams = append(p.grams, g)
		return g, nil
	}
	var sink *stream.GramSink
	if triangle {
		sink = stream.NewTriangleSink(p.rows(stimuli), p.count, p.features, p.scorer.options.Workers)
	} else {
		sink = newGramSink(p.source, p.rows(stimuli), p.count, p.bands, p.features, p.needs, p.scorer.options.Workers)
	}
	sink.Gram().Again, sink.Gram().Rare = p.again, p.rare
	g := &gramOf{stimuli: stimuli, gram: sink.Gram()}
	p.grams = append(p.grams, g)
	p.sinks = append(p.sinks, sink)
	return g, nil
}

// newGramSink returns a sink that makes the Gram matrix of the given rows of a layer, or
// collects their dissimilarities if the layer is given as these. source may be nil: it is not
// where the sink's columns come from.
func newGramSink(source *activations, rows []int, n int, bands []int, features int, needs stream.Needs, workers int) *stream.GramSink {
	if source != nil && source.dissimilar() {
		return stream.NewDissimilaritySink(rows, n)
	}
	return stream.NewBandedGramSink(rows, n, bands, features, needs, workers)
}

// leastTriangle is the size in bytes of a Gram matrix from which on its triangle is held.
const leastTriangle = 256 << 20

// onlyTriangle reports whether evaluations on a layer may be given triangles of Gram matrices:
// if their metrics overwrite a triangle, all in the same way.
func onlyTriangle(evaluations []*binEvaluation) bool {
	for _, e := range evaluations {
		d, first := e.definition, evaluations[0].definition
		info, err := metrics.Lookup(d.Metric.Name)
		if err != nil || !info.Triangle || e.reading != readsLayer || d.Time == benchmarks.Spanned ||
			!reflect.DeepEqual(d.Metric, first.Metric) || !reflect.DeepEqual(d.CrossValidation, first.CrossValidation) {
			return false
		}
	}
	return len(evaluations) > 0
}

// holdsTriangle reports whether a Gram matrix is so large, and of so many features, that its
// triangle is held. stimuli are those of the tables of a benchmark, as estimates know no others.
func (l *loader) holdsTriangle(stimuli, features int) bool {
	return features > stimuli && float*stimuli*stimuli >= l.triangle
}
