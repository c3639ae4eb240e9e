package scoring

import (
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// layerPlan is the reading of one layer: the sinks that take its columns, and how
// each evaluation is scored once they are done. Targets join it.
type layerPlan struct {
	scorer   *layerScorer
	source   *activations // nil where a table is read instead
	fitIDs   []string     // of the first rows, to fit read-outs on; none without
	ids      []string     // of the rows after them
	features int
	needs    stream.Needs // of all metrics together
	// again passes the layer's columns to one more sink, once it is read.
	again func(ctx context.Context, sink stream.Sink) error
	rare  func() error

	sinks   []stream.Sink
	loads   []*loading
	seconds []*secondReading
	scorers map[*binEvaluation]func(ctx context.Context) (metrics.Score, error)

	position map[string]int
	grams    []gramOf
	readouts *readouts
}

// gramOf is the Gram matrix of one list of stimuli.
type gramOf struct {
	stimuli []string
	sink    *stream.GramSink
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
	begin      func() (metrics.Stream, error)
}

func newLayerPlan(s *layerScorer, ids []string) *layerPlan {
	p := &layerPlan{scorer: s, ids: ids,
		scorers:  make(map[*binEvaluation]func(context.Context) (metrics.Score, error)),
		position: make(map[string]int, len(ids)),
	}
	for i, id := range ids {
		p.position[id] = i
	}
	return p
}

// Close releases the layer's files.
func (p *layerPlan) Close() {
	if p.source != nil {
		p.source.Close()
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
		p.scorers[second.evaluation] = stream.Score
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
			e.noteAlikeFitted(p.source.rows, len(p.fitIDs), p.position, t.stimuli())
		} else {
			e.noteAlike(p.source.rows, "", p.rows(t.stimuli()))
		}
	}
}

// addNeural makes a metric on recordings part of the reading. load may be called
// while the layer is read.
func (p *layerPlan) addNeural(e *binEvaluation, metric metrics.Metric, stimuli []string, load func() (metrics.NeuralInput, error)) error {
	rows := p.rows(stimuli)
	streaming, ok := metric.(metrics.Streaming)
	if ok && !metric.Info().Needs.Gram {
		in, err := load()
		if err != nil {
			return err
		}
		stream, err := streaming.NewStream(in, rows)
		if err != nil {
			return err
		}
		p.sinks = append(p.sinks, stream)
		p.scorers[e] = stream.Score
		return nil
	}
	in := &loading{evaluation: e, load: load}
	p.loads = append(p.loads, in)
	sink := p.gram(stimuli, rows)
	withGram := func() metrics.NeuralInput {
		in.Gram = sink.Gram()
		return in.NeuralInput
	}
	if ok {
		p.seconds = append(p.seconds, &secondReading{e, func() (metrics.Stream, error) {
			return streaming.NewStream(withGram(), rows)
		}})
		return nil
	}
	p.scorers[e] = func(ctx context.Context) (metrics.Score, error) {
		return metric.(metrics.Neural).ScoreNeural(ctx, withGram())
	}
	return nil
}

// rows returns the rows of a list of stimuli in the reading; nil stands for all.
func (p *layerPlan) rows(stimuli []string) []int {
	if len(stimuli) == len(p.ids) {
		return nil
	}
	rows := make([]int, len(stimuli))
	for i, id := range stimuli {
		rows[i] = p.position[id]
	}
	return rows
}

// gram returns the sink of a list of stimuli, shared by the evaluations with the
// same one. It holds just these stimuli, so that a figure does not depend on which
// other benchmarks are scored beside it.
func (p *layerPlan) gram(stimuli []string, rows []int) *stream.GramSink {
	at := slices.IndexFunc(p.grams, func(g gramOf) bool { return slices.Equal(g.stimuli, stimuli) })
	if at >= 0 {
		return p.grams[at].sink
	}
	sink := stream.NewGramSink(rows, len(p.ids), p.features, p.needs, p.scorer.options.Workers)
	sink.Gram().Again, sink.Gram().Rare = p.again, p.rare
	p.grams = append(p.grams, gramOf{stimuli, sink})
	p.sinks = append(p.sinks, sink)
	return sink
}
