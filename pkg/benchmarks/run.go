package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// runPass reads what a pass needs once and scores its tasks. Errors of single
// tasks go to failed; the error returned stops the run.
func (r *Runner) runPass(ctx context.Context, dump *stimuli.Dump, p *pass, done map[*task]*Result, failed map[*task]error) error {
	var err error
	switch {
	case p.key.layer == stimuli.ResponsesLayer && p.tasks[0].kind == metrics.KindConsistency:
		err = r.each(ctx, p.tasks, done, failed, func(t *task) (*Result, error) { return r.scoreConsistency(ctx, dump, t) })
	case p.tasks[0].fitted:
		err = r.fittedPass(ctx, dump, p, done, failed)
	case p.tasks[0].kind == metrics.KindBehavior:
		err = r.each(ctx, p.tasks, done, failed, func(t *task) (*Result, error) { return r.scoreGiven(ctx, dump, t) })
	default:
		err = r.neuralPass(ctx, dump, p, done, failed)
	}
	return err
}

// each scores tasks one by one.
func (r *Runner) each(ctx context.Context, tasks []*task, done map[*task]*Result, failed map[*task]error, score func(*task) (*Result, error)) error {
	for _, t := range tasks {
		if err := ctx.Err(); err != nil {
			return err
		}
		if failed[t] != nil {
			continue
		}
		result, err := score(t)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case err != nil:
			failed[t] = fmt.Errorf("%s: %w", t.definition.Identifier, err)
		default:
			done[t] = result
		}
	}
	return nil
}

// failAll gives one reason to all tasks that have not failed yet, unless the
// run itself was stopped.
func failAll(tasks []*task, failed map[*task]error, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	for _, t := range tasks {
		if failed[t] == nil {
			failed[t] = err
		}
	}
	return nil
}

// result starts a task's result.
func (t *task) result() *Result {
	d := t.definition
	return &Result{Benchmark: d.Identifier, Version: d.Version, Region: d.Region, Parent: d.Parent, Layer: t.layer, Metric: d.Metric.Name}
}

// neuralPass reads one layer into a Gram matrix for each distinct list of
// stimuli among its tasks, usually one, and scores every task on it. Metrics
// that take the columns once these are complete share a second reading.
func (r *Runner) neuralPass(ctx context.Context, dump *stimuli.Dump, p *pass, done map[*task]*Result, failed map[*task]error) error {
	data := make(map[*task]*recordings)
	var needs metrics.Needs
	for _, t := range p.tasks {
		rec, err := r.loadRecordings(ctx, t.definition)
		if err != nil {
			if errors.Is(err, context.Canceled) {
				return err
			}
			failed[t] = err
			continue
		}
		data[t] = rec
		info, err := metrics.Lookup(t.definition.Metric.Name)
		if err != nil {
			return err
		}
		needs = needs.Union(info.Needs)
	}
	if len(data) == 0 {
		return nil
	}
	set, err := r.stimulusSet(p.key.set)
	if err != nil {
		return failAll(p.tasks, failed, err)
	}
	layer, err := dump.OpenLayer(set, p.key.layer)
	if err != nil {
		return failAll(p.tasks, failed, err)
	}
	defer layer.Close()
	ids := unionIDs(data)
	selection, err := layer.Select(ids)
	if err != nil {
		return failAll(p.tasks, failed, err)
	}
	if extra := layer.Extra(ids); extra > 0 {
		r.log("%s: %d rows are of no stimulus in the recordings and are ignored", layer.File.Path(), extra)
	}
	c := r.newComparisons(ids, selection.Cols(), needs)
	for _, t := range p.tasks {
		if data[t] == nil {
			continue
		}
		if err := c.add(t, data[t]); err != nil {
			failed[t] = fmt.Errorf("%s: %w", t.definition.Identifier, err)
		}
	}
	if err := r.read(ctx, dump, p.key.layer, p.key.set, selection, c.sinks); err != nil {
		return failAll(p.tasks, failed, err)
	}
	if err := r.readAgain(ctx, dump, p, selection, c, failed); err != nil {
		return err
	}
	return r.each(ctx, p.tasks, done, failed, func(t *task) (*Result, error) {
		score, err := c.of[t](ctx)
		if err != nil {
			return nil, err
		}
		return r.neuralResult(t, data[t], score, selection.Cols())
	})
}

// unionIDs is the ascending union of the stimuli of several recordings.
func unionIDs(data map[*task]*recordings) []string {
	var all []string
	for _, rec := range data {
		all = append(all, rec.design.Stimuli...)
	}
	_, names := stimuli.Codes(all)
	return names
}

// read runs a pass over a selection, with progress, and notes the hash of what
// was read.
func (r *Runner) read(ctx context.Context, dump *stimuli.Dump, layer, set string, selection *stimuli.Selection, sinks []metrics.Sink) error {
	digest := newContentSink(selection.Rows())
	options := metrics.PassOptions{}
	if r.Progress != nil {
		bytes := selection.Bytes()
		advance := r.Progress(fmt.Sprintf("%s %s/%s", dump.ID, set, layer), bytes)
		options.Progress = func(cols int) { advance(bytes / int64(selection.Cols()) * int64(cols)) }
	}
	err := metrics.RunPass(ctx, selection, append(sinks, digest), options)
	var bad *metrics.NonFiniteError
	if errors.As(err, &bad) {
		path, stimulus := selection.Where(bad.Row)
		return &stimuli.FileError{Path: path, What: fmt.Sprintf("holds %v for stimulus %q in column %d", bad.Value, stimulus, bad.Col), Remedy: "activations must be finite: check the model and the precision it ran in", Err: err}
	}
	if errors.Is(err, metrics.ErrOverflow) {
		path, _ := selection.Where(0)
		return &stimuli.FileError{Path: path, What: "holds activations too large to multiply", Remedy: "rescale the layer", Err: err}
	}
	if err == nil {
		r.noteContent(contentName(dump, layer, set), digest.sum())
	}
	return err
}

// readAgain runs the second pass for the tasks that need one.
func (r *Runner) readAgain(ctx context.Context, dump *stimuli.Dump, p *pass, selection *stimuli.Selection, c *comparisons, failed map[*task]error) error {
	tasks, sinks := c.secondPass(failed)
	if len(sinks) == 0 {
		return nil
	}
	name := contentName(dump, p.key.layer, p.key.set)
	before := r.inputs[name]
	err := r.read(ctx, dump, p.key.layer, p.key.set, selection, sinks)
	if err == nil && r.inputs[name] != before {
		path, _ := selection.Where(0)
		err = &stimuli.FileError{Path: path, What: "changed between two readings", Remedy: "score it again once it is written"}
	}
	if err != nil {
		return failAll(tasks, failed, err)
	}
	return nil
}

// contentName is what the activations of a layer are called among the inputs.
func contentName(dump *stimuli.Dump, layer, set string) string {
	return dump.ID + "/" + set + "/" + layer
}

// neuralResult completes a raw score on recordings.
func (r *Runner) neuralResult(t *task, rec *recordings, score metrics.Score, features int) (*Result, error) {
	d := t.definition
	out := t.result()
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
