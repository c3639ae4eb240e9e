package benchmarks

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// comparisons are the neural benchmarks on one layer: the sinks to feed in a
// pass over it, and how each task gets its score once they are done.
type comparisons struct {
	workers  int
	ids      []string // of the pass's rows
	features int
	needs    metrics.Needs
	sinks    []metrics.Sink
	later    []*later
	of       map[*task]func(ctx context.Context) (metrics.Score, error)

	position map[string]int
	grams    []gramOf
}

// gramOf is the Gram matrix of one list of stimuli.
type gramOf struct {
	stimuli []string
	sink    *metrics.GramSink
}

// later is a task whose metric takes the columns once their Gram matrix is
// complete: in a second pass over the same layer.
type later struct {
	task  *task
	begin func() (metrics.Stream, error)
}

// secondPass lists the tasks that need a second pass, with their sinks. Those
// that cannot take part are failed.
func (c *comparisons) secondPass(failed map[*task]error) (tasks []*task, sinks []metrics.Sink) {
	for _, l := range c.later {
		stream, err := l.begin()
		if err != nil {
			failed[l.task] = fmt.Errorf("%s: %w", l.task.definition.Identifier, err)
			continue
		}
		c.of[l.task] = stream.Score
		tasks, sinks = append(tasks, l.task), append(sinks, stream)
	}
	return tasks, sinks
}

func (r *Runner) newComparisons(ids []string, features int, needs metrics.Needs) *comparisons {
	c := &comparisons{workers: r.Workers, ids: ids, features: features, needs: needs,
		of:       make(map[*task]func(context.Context) (metrics.Score, error)),
		position: make(map[string]int, len(ids)),
	}
	for i, id := range ids {
		c.position[id] = i
	}
	return c
}

// add makes a task part of the pass.
func (c *comparisons) add(t *task, rec *recordings) error {
	metric, err := t.definition.NewMetric()
	if err != nil {
		return err
	}
	splits, err := rec.splits(t.definition)
	if err != nil {
		return err
	}
	rows := c.rows(rec.design.Stimuli)
	streaming, ok := metric.(metrics.Streaming)
	if ok && metric.Info().Needs.Gram {
		sink := c.gram(rec.design.Stimuli, rows)
		c.later = append(c.later, &later{t, func() (metrics.Stream, error) {
			return streaming.NewStream(rec.input(sink.Gram(), splits, c.workers), rows)
		}})
		return nil
	}
	if ok {
		stream, err := streaming.NewStream(rec.input(nil, splits, c.workers), rows)
		if err != nil {
			return err
		}
		c.sinks = append(c.sinks, stream)
		c.of[t] = stream.Score
		return nil
	}
	sink := c.gram(rec.design.Stimuli, rows)
	c.of[t] = func(ctx context.Context) (metrics.Score, error) {
		return metric.(metrics.Neural).ScoreNeural(ctx, rec.input(sink.Gram(), splits, c.workers))
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

// gram is the sink of a list of stimuli, shared by the tasks with the same one.
// It holds just these stimuli, so that a figure does not depend on which other
// benchmarks are run beside it.
func (c *comparisons) gram(stimuli []string, rows []int) *metrics.GramSink {
	at := slices.IndexFunc(c.grams, func(g gramOf) bool { return slices.Equal(g.stimuli, stimuli) })
	if at >= 0 {
		return c.grams[at].sink
	}
	sink := metrics.NewGramSink(rows, len(c.ids), c.features, c.needs, c.workers)
	c.grams = append(c.grams, gramOf{stimuli, sink})
	c.sinks = append(c.sinks, sink)
	return sink
}
