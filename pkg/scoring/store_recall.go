package scoring

import (
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// recalled is what the store has of a task.
type recalled struct {
	result  *benchmarks.Result
	content string // of a table of choices or probabilities
	name    string // of that in inputs
}

// recallAll looks up every task of the plans and tells what has to be scored
// again and why. Tasks of which there is nothing are left to recallGroup: their
// files are hashed as they are about to be scored, and so are read from the disk
// once.
func (r *Runner) recallAll(ctx context.Context, plans []*modelPlan) error {
	if r.Store == nil {
		return nil
	}
	type found struct {
		plan *modelPlan
		task *task
		note string
	}
	var all []*found
	for _, p := range plans {
		for _, t := range p.tasks {
			all = append(all, &found{plan: p, task: t})
		}
	}
	looking, inner := errgroup.WithContext(ctx)
	looking.SetLimit(max(4, r.Workers))
	var mu sync.Mutex
	there := 0
	for _, f := range all {
		looking.Go(func() error {
			if err := inner.Err(); err != nil {
				return err
			}
			if !r.Store.Any(f.task.about(f.plan.dump)) {
				return nil
			}
			key, err := r.keyOf(f.plan.dump, f.task)
			if err != nil {
				return nil // the score itself fails and says why
			}
			f.task.key = key
			if ok, err := r.recall(f.task); err != nil {
				return err
			} else if ok {
				mu.Lock()
				there++
				mu.Unlock()
			} else {
				f.note = r.Store.Changed(key.Key)
			}
			return nil
		})
	}
	if err := looking.Wait(); err != nil {
		return err
	}
	for _, f := range all {
		if f.note != "" {
			r.log("%s: scored again: %s", f.task.key, f.note)
		}
	}
	if there > 0 {
		r.log("%d of %d scores are among the results already", there, len(all))
	}
	return ctx.Err()
}

// recallGroup makes the keys of the tasks of a group that is to be read, where
// they have none yet. It looks once more for results, which another run may
// have given by now.
func (r *Runner) recallGroup(dump *stimuli.Dump, g group) error {
	if r.Store == nil {
		return nil
	}
	for _, t := range g.tasks() {
		if t.recalled != nil {
			continue
		}
		if t.key == nil {
			key, err := r.keyOf(dump, t)
			if err != nil {
				continue // the score itself fails and says why
			}
			t.key = key
		}
		if _, err := r.recall(t); err != nil {
			return err
		}
	}
	return nil
}

// recall looks up one task.
func (r *Runner) recall(t *task) (bool, error) {
	body, ok := r.Store.Lookup(t.key.Key)
	if !ok {
		return false, nil
	}
	kept, err := decodeResult(body)
	if err != nil {
		r.Store.Reject(t.key.Key, err)
		return false, nil
	}
	t.recalled = &recalled{result: kept.result(), content: kept.Content,
		name: t.key.Model + "/" + t.definition.StimulusSet + "/" + t.layer}
	return true, r.addInput(t.key.inputs...)
}

// note notes a recalled table of choices or probabilities as an input.
func (r *Runner) note(t *task) {
	if t.recalled.content != "" {
		r.noteContent(t.recalled.name, t.recalled.content)
	}
}

// finished saves the result of a task whose last part is done, and ends the run
// where a failure is to.
func (r *Runner) finished(t *part) error {
	if t.recalled != nil {
		return nil
	}
	if t.err != nil && r.StopAtFailure {
		return &stopError{t.err}
	}
	if t.key == nil || !t.complete() {
		return nil
	}
	if !r.Store.Unchanged(t.key.files...) {
		r.log("%s: its files changed while it was scored, so the result is not kept", t.key)
		return nil
	}
	out, err := t.outcome()
	if err != nil {
		return nil
	}
	return r.Store.Save(t.key.Key, encodeResult(out, t.parts[0].content))
}

// stopError is the failure of a score that ends the run.
type stopError struct{ error }

func (e *stopError) Unwrap() error { return e.error }

// complete says whether all parts of a task have their result.
func (t *task) complete() bool {
	return !slices.ContainsFunc(t.parts, func(p *part) bool { return p.err != nil || p.result == nil })
}
