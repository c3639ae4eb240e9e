package cli

import (
	"context"
	"io"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// scoreTables writes the table of each model to a terminal as it is finished.
type scoreTables struct {
	opts    *scoreOptions
	ctx     context.Context
	streams Streams
	written int                      // models
	held    []benchmarks.ModelResult // until one has scores: if all fail, nothing is written
	err     error
}

// add writes the table of the next model.
func (t *scoreTables) add(m benchmarks.ModelResult) {
	if t.err != nil {
		return
	}
	if t.opts.intervals {
		if t.err = ranking.AddIntervals(t.ctx, []benchmarks.ModelResult{m}, intervalSeed); t.err != nil {
			return
		}
	}
	if t.held = append(t.held, m); len(m.Scores) > 0 || t.written > 0 {
		t.err = t.opts.reporter.Aside(t.writeHeld)
	}
}

// writeHeld writes the tables of the models that are held.
func (t *scoreTables) writeHeld() error {
	err := t.opts.out.write(t.ctx, t.streams, func(w io.Writer, format output.Format, color bool) error {
		if t.written > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		return output.WriteScores(w, benchmarks.Report{Models: t.held}, format, color)
	})
	t.written, t.held = t.written+len(t.held), nil
	return err
}

// finish writes the table of the composites of several models.
func (t *scoreTables) finish(report benchmarks.Report) error {
	if t.err != nil {
		return t.err
	}
	return t.opts.out.write(t.ctx, t.streams, func(w io.Writer, _ output.Format, color bool) error {
		return output.WriteCompositeTable(w, report, color)
	})
}

// tables returns what writes the table of each model as it is finished; nil if all are
// written together, as they are unless a person looks at them.
func (o *scoreOptions) tables(ctx context.Context, streams Streams) *scoreTables {
	if len(o.Models) < 2 || o.redact || !o.out.onTerminal(streams) {
		return nil
	}
	t := &scoreTables{opts: o, ctx: ctx, streams: streams}
	o.options.Finished = t.add
	return t
}
