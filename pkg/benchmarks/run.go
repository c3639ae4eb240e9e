package benchmarks

import (
	"context"
	"errors"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// runPass reads what a pass needs once and scores its parts. Errors of single
// parts stay with them; the error returned stops the run.
func (r *Runner) runPass(ctx context.Context, dump *stimuli.Dump, p *pass) error {
	switch first := p.parts[0]; {
	case first.kind == metrics.KindConsistency:
		return r.each(ctx, p.parts, func(t *part) (*Result, error) { return r.scoreConsistency(ctx, dump, t) })
	case first.fitted:
		return r.fittedPass(ctx, dump, p)
	case first.kind == metrics.KindBehavior:
		return r.each(ctx, p.parts, func(t *part) (*Result, error) { return r.scoreGiven(ctx, dump, t) })
	default:
		return r.neuralPass(ctx, dump, p)
	}
}

// each scores parts one by one.
func (r *Runner) each(ctx context.Context, parts []*part, score func(*part) (*Result, error)) error {
	for _, t := range parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.recalled != nil {
			r.note(t.task)
			continue
		}
		if t.err != nil {
			continue
		}
		result, err := score(t)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			t.err = err
		default:
			for _, note := range t.notes {
				if !slices.Contains(result.Warnings, note) {
					result.Warnings = append(result.Warnings, note)
				}
			}
			t.result = result
		}
		if err := r.finished(t); err != nil {
			return err
		}
	}
	return nil
}

// failAll gives one reason to all parts that have not failed yet, unless the
// run itself was stopped.
func failAll(parts []*part, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	for _, t := range parts {
		if t.err == nil {
			t.err = err
		}
	}
	return nil
}

// newResult starts a task's result.
func (t *task) newResult() *Result {
	d := t.definition
	return &Result{Benchmark: d.Identifier, Version: d.Version, Region: d.Region, Parent: d.Parent, Layer: t.layer, Metric: d.Metric.Name}
}

// neuralPass reads one layer for all its parts: into a Gram matrix for each
// distinct list of stimuli, usually one, and into the sinks of what takes the
// columns themselves. Metrics that take the columns once the Gram matrices are
// complete share a second reading.
func (r *Runner) neuralPass(ctx context.Context, dump *stimuli.Dump, p *pass) error {
	data := make(map[*part]compared)
	defer func() {
		for _, c := range data {
			_ = c.wait() // nothing is read once the pass has returned
		}
	}()
	var needs metrics.Needs
	for _, t := range p.parts {
		c, err := r.compared(ctx, t)
		if errors.Is(err, context.Canceled) {
			return err
		}
		if err != nil {
			t.err = err
			continue
		}
		data[t] = c
		info, err := metrics.Lookup(t.definition.Metric.Name)
		if err != nil {
			return err
		}
		needs = needs.Union(info.Needs)
	}
	if len(data) == 0 || r.nothingLeft(p, keysOf(data)) {
		return nil
	}
	set, err := r.stimulusSet(p.key.set)
	if err != nil {
		return failAll(p.parts, err)
	}
	ids := unionIDs(data)
	a, err := r.open(ctx, dump, p, stimuliOf{set, ids})
	if err != nil {
		return failAll(p.parts, err)
	}
	defer a.Close()
	c := r.newComparisons(ids, a.Cols(), needs)
	for _, t := range p.parts {
		if t.err == nil && t.recalled == nil {
			t.err = data[t].join(c, t)
		}
	}
	left, err := r.readCompared(ctx, a, c, p.parts)
	if err != nil {
		return failAll(p.parts, err)
	}
	if !left {
		return nil
	}
	if err := r.keepContent(p, keysOf(data), a.name); err != nil {
		return err
	}
	if err := r.readAgain(ctx, a, c); err != nil {
		return err
	}
	return r.each(ctx, p.parts, func(t *part) (*Result, error) {
		score, err := c.of[t](ctx)
		if err != nil {
			return nil, err
		}
		return data[t].result(r, t, score, a.Cols())
	})
}

// readCompared reads the layer while what it is compared with is completed. Where
// nothing is left to compare with, it stops reading.
func (r *Runner) readCompared(ctx context.Context, a *activations, c *comparisons, parts []*part) (left bool, err error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	completed := make(chan struct{})
	go func() {
		defer close(completed)
		if left = c.complete(parts); !left {
			stop()
		}
	}()
	err = r.read(inner, a, c.sinks)
	<-completed
	if ctx.Err() != nil {
		return left, ctx.Err()
	}
	if !left {
		return false, nil
	}
	return true, err
}

// compared is what a part compares activations with.
type compared interface {
	// stimuli are the ids needed, ascending.
	stimuli() []string
	// wait returns once all of it is read.
	wait() error
	// join makes the part one of the comparisons of a pass.
	join(c *comparisons, t *part) error
	// result completes the score.
	result(r *Runner, t *part, score metrics.Score, features int) (*Result, error)
}

func (r *Runner) compared(ctx context.Context, t *part) (compared, error) {
	if t.kind == metrics.KindSolutionTime {
		return r.solutionTimes(t)
	}
	return r.openRecordings(ctx, t.definition, t.bin)
}

// unionIDs is the ascending union of the stimuli of several comparisons.
func unionIDs(data map[*part]compared) []string {
	var all []string
	for _, c := range data {
		all = append(all, c.stimuli()...)
	}
	_, names := stimuli.Codes(all)
	return names
}

func (rec *recordings) stimuli() []string { return rec.design.Stimuli }

// join adds a comparison with recordings.
func (rec *recordings) join(c *comparisons, t *part) error {
	metric, err := t.definition.NewMetric()
	if err != nil {
		return err
	}
	return c.add(t, metric, rec.design.Stimuli, func() (metrics.NeuralInput, error) {
		splits, err := rec.splits(t.definition)
		if err != nil {
			return metrics.NeuralInput{}, err
		}
		if err := rec.wait(); err != nil {
			return metrics.NeuralInput{}, err
		}
		return rec.input(splits, c.workers), nil
	})
}

// readAgain runs the second pass for the parts that need one.
func (r *Runner) readAgain(ctx context.Context, a *activations, c *comparisons) error {
	parts, sinks := c.secondPass()
	if len(sinks) == 0 {
		return nil
	}
	before := r.content(a.name)
	err := r.read(ctx, a, sinks)
	if err == nil && r.content(a.name) != before {
		path, _ := a.selection.Where(0)
		err = &stimuli.FileError{Path: path, What: "changed between two readings", Remedy: "score it again once it is written"}
	}
	if err != nil {
		return failAll(parts, err)
	}
	return nil
}

// result completes a raw score on recordings.
func (rec *recordings) result(r *Runner, t *part, score metrics.Score, features int) (*Result, error) {
	d := t.definition
	out := t.newResult()
	out.Score = score
	out.Counts = Counts{Stimuli: len(rec.design.Stimuli), Features: features, Neuroids: len(rec.neuroidIDs)}
	addCeiling(out, d, rec)
	if t.kind == metrics.KindMapping {
		out.Warnings = append(out.Warnings, rec.constantWarning()...)
	}
	if err := r.addInput(rec.files...); err != nil {
		return nil, err
	}
	return out, r.addDefinition(d)
}

// addCeiling sets a neural result's ceiling and ceiled score.
func addCeiling(out *Result, d *Definition, rec *recordings) {
	out.NeuroidIDs = rec.neuroidIDs
	out.Ceiling = rec.ceiling
	out.NeuroidCeilings = rec.neuroidCeilings
	out.CeilingBounds = rec.ceilingBounds
	if d.Ceiling != nil && d.Ceiling.Value != nil {
		out.Ceiling = metrics.Exact(*d.Ceiling.Value)
	}
	ceiled, warnings := metrics.Ceil(out.Raw, out.Ceiling, metrics.Form(d.Score))
	out.Ceiled = ceiled
	out.Warnings = slices.Concat(out.Warnings, rec.warnings, warnings)
}
