package benchmarks

import (
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// comparisons are the neural benchmarks on one layer: the sinks to feed in a
// pass over it, and how each part gets its score once they are done.
type comparisons struct {
	workers  int
	ids      []string // of the pass's rows
	features int
	needs    metrics.Needs
	// again gives the layer's columns to one more sink, once the pass is done.
	again  func(ctx context.Context, sink metrics.Sink) error
	sinks  []metrics.Sink
	inputs []*input
	later  []*later
	of     map[*part]func(ctx context.Context) (metrics.Score, error)

	position map[string]int
	grams    []gramOf
}

// gramOf is the Gram matrix of one list of stimuli.
type gramOf struct {
	stimuli []string
	sink    *metrics.GramSink
}

// input is what a part's metric takes, which may be completed while the layer is
// read.
type input struct {
	metrics.NeuralInput
	part     *part
	complete func() (metrics.NeuralInput, error)
}

// complete completes all inputs and says whether a part is left that has not failed.
func (c *comparisons) complete(parts []*part) bool {
	for _, in := range c.inputs {
		if in.part.err == nil {
			in.NeuralInput, in.part.err = in.complete()
		}
	}
	return slices.ContainsFunc(parts, func(t *part) bool { return t.err == nil })
}

// later is a part whose metric takes the columns once their Gram matrix is
// complete: in a second pass over the same layer.
type later struct {
	part  *part
	begin func() (metrics.Stream, error)
}

// secondPass lists the parts that need a second pass, with their sinks. Those
// that cannot take part are failed.
func (c *comparisons) secondPass() (parts []*part, sinks []metrics.Sink) {
	for _, l := range c.later {
		if l.part.err != nil {
			continue
		}
		stream, err := l.begin()
		if err != nil {
			l.part.err = err
			continue
		}
		c.of[l.part] = stream.Score
		parts, sinks = append(parts, l.part), append(sinks, stream)
	}
	return parts, sinks
}

func (r *Runner) newComparisons(ids []string, features int, needs metrics.Needs) *comparisons {
	c := &comparisons{workers: r.Workers, ids: ids, features: features, needs: needs,
		of:       make(map[*part]func(context.Context) (metrics.Score, error)),
		position: make(map[string]int, len(ids)),
	}
	for i, id := range ids {
		c.position[id] = i
	}
	return c
}

// add makes a metric on recordings part of the pass.
func (c *comparisons) add(t *part, metric metrics.Metric, stimuli []string, complete func() (metrics.NeuralInput, error)) error {
	rows := c.rows(stimuli)
	streaming, ok := metric.(metrics.Streaming)
	if ok && !metric.Info().Needs.Gram {
		in, err := complete()
		if err != nil {
			return err
		}
		stream, err := streaming.NewStream(in, rows)
		if err != nil {
			return err
		}
		c.sinks = append(c.sinks, stream)
		c.of[t] = stream.Score
		return nil
	}
	in := &input{part: t, complete: complete}
	c.inputs = append(c.inputs, in)
	sink := c.gram(stimuli, rows)
	withGram := func() metrics.NeuralInput {
		in.Gram = sink.Gram()
		return in.NeuralInput
	}
	if ok {
		c.later = append(c.later, &later{t, func() (metrics.Stream, error) {
			return streaming.NewStream(withGram(), rows)
		}})
		return nil
	}
	c.of[t] = func(ctx context.Context) (metrics.Score, error) {
		return metric.(metrics.Neural).ScoreNeural(ctx, withGram())
	}
	return nil
}

// rows gives the pass's rows of a list of stimuli; nil stands for all.
func (c *comparisons) rows(stimuli []string) []int {
	if len(stimuli) == len(c.ids) {
		return nil
	}
	rows := make([]int, len(stimuli))
	for i, id := range stimuli {
		rows[i] = c.position[id]
	}
	return rows
}

// gram is the sink of a list of stimuli, shared by the parts with the same one.
// It holds just these stimuli, so that a figure does not depend on which other
// benchmarks are run beside it.
func (c *comparisons) gram(stimuli []string, rows []int) *metrics.GramSink {
	at := slices.IndexFunc(c.grams, func(g gramOf) bool { return slices.Equal(g.stimuli, stimuli) })
	if at >= 0 {
		return c.grams[at].sink
	}
	sink := metrics.NewGramSink(rows, len(c.ids), c.features, c.needs, c.workers)
	sink.Gram().Again = c.again
	c.grams = append(c.grams, gramOf{stimuli, sink})
	c.sinks = append(c.sinks, sink)
	return sink
}
