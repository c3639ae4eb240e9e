package scoring

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// keeper keeps results in a store and returns those that it has. Without a store it
// does nothing.
type keeper struct {
	options *Options
	loader  *loader
	inputs  *inputLog

	mu         sync.Mutex
	canonicals map[*benchmarks.Definition]string
	unkept     int   // results that the store could not keep
	firstError error // of them
}

func newKeeper(l *loader) *keeper {
	return &keeper{options: l.options, loader: l, inputs: l.inputs, canonicals: make(map[*benchmarks.Definition]string)}
}

// keptEvaluation is what the store has of an evaluation.
type keptEvaluation struct {
	result  *benchmarks.Result
	content string // of a table of choices or probabilities
	name    string // of that in inputs
}

// recallAll looks up every evaluation of the plans and logs what has to be scored
// again and why. Evaluations that nothing is kept of are left to recallSequence:
// their files are hashed as they are about to be scored, and so are read from the
// disk once.
func (k *keeper) recallAll(ctx context.Context, plans []*modelPlan) error {
	if k.options.Store == nil {
		return nil
	}
	type lookup struct {
		plan       *modelPlan
		evaluation *evaluation
		note       string
	}
	var all []*lookup
	for _, p := range plans {
		for _, e := range p.evaluations {
			all = append(all, &lookup{plan: p, evaluation: e})
		}
	}
	looking, inner := errgroup.WithContext(ctx)
	looking.SetLimit(max(4, k.options.Workers))
	var mu sync.Mutex
	kept := 0
	for _, f := range all {
		looking.Go(func() error {
			if err := inner.Err(); err != nil {
				return err
			}
			if !k.options.Store.Any(f.evaluation.subject(f.plan.dump)) {
				return nil
			}
			key, err := k.keyOf(inner, f.plan.dump, f.evaluation)
			if err != nil {
				return nil // scoring it fails with the reason
			}
			f.evaluation.key = key
			if ok, err := k.recall(inner, f.evaluation); err != nil {
				return err
			} else if ok {
				mu.Lock()
				kept++
				mu.Unlock()
			} else {
				f.note = k.options.Store.Changed(key.Key)
			}
			return nil
		})
	}
	if err := looking.Wait(); err != nil {
		return err
	}
	for _, f := range all {
		if f.note != "" {
			k.options.log("%s: scored again: %s", f.evaluation.key, f.note)
		}
	}
	if kept > 0 {
		k.options.log("%d of %d scores are among the results already", kept, len(all))
	}
	return ctx.Err()
}

// recallSequence looks once more for results of a sequence that is to be read, which
// another run may have kept by now. Evaluations without a key get one.
func (k *keeper) recallSequence(ctx context.Context, dump *stimuli.Dump, s binSequence) error {
	if k.options.Store == nil {
		return nil
	}
	for _, e := range s.evaluations() {
		if e.kept != nil {
			continue
		}
		if e.key == nil {
			key, err := k.keyOf(ctx, dump, e)
			if err != nil {
				continue // scoring it fails with the reason
			}
			e.key = key
		}
		if _, err := k.recall(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// recall looks up one evaluation.
func (k *keeper) recall(ctx context.Context, e *evaluation) (bool, error) {
	body, ok := k.options.Store.Lookup(e.key.Key)
	if !ok {
		return false, nil
	}
	kept, err := decodeResult(body)
	if err != nil {
		k.options.Store.Reject(e.key.Key, err)
		return false, nil
	}
	e.kept = &keptEvaluation{result: kept.result(), content: kept.Content,
		name: e.tableName(e.key.Model)}
	return true, k.inputs.add(ctx, e.key.inputs...)
}

// recordTable records the table of choices or probabilities of a kept evaluation.
func (k *keeper) recordTable(e *evaluation) {
	if e.kept.content != "" {
		k.inputs.record(e.kept.name, e.kept.content)
	}
}

// keep saves the result of an evaluation once its last bin is scored. It returns a
// *stopError where the evaluation failed and a failure is to end the run.
func (k *keeper) keep(ctx context.Context, e *binEvaluation) error {
	if e.err != nil && k.options.StopAtFailure {
		return &stopError{e.err}
	}
	if e.key == nil || !e.complete() {
		return nil
	}
	if !k.options.Store.Unchanged(ctx, e.key.files...) {
		k.options.log("%s: its files changed while it was scored, so the result is not kept", e.key)
		return nil
	}
	out, err := e.outcome()
	if err != nil {
		return nil
	}
	return k.save(e.key.Key, encodeResult(out, e.bins[0].content))
}

// save saves a result. A failure does not end the run, which reports the result all the
// same, unless any failure is to end it.
func (k *keeper) save(key results.Key, result any) error {
	err := k.options.Store.Save(key, result)
	if err == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.unkept++; k.firstError == nil {
		k.firstError = err
	}
	if k.options.StopAtFailure {
		return &stopError{err}
	}
	return nil
}

// Unkept returns an error if the store could not keep all results so far, which reports
// have all the same.
func (r *Runner) Unkept() error {
	k := r.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.unkept < 2 {
		return k.firstError
	}
	return fmt.Errorf("%d results could not be kept, the first: %w", k.unkept, k.firstError)
}

// stopError is the failure of a score that ends the run.
type stopError struct{ error }

func (e *stopError) Unwrap() error { return e.error }

// Store keeps results by what determines them; *results.Store is one.
type Store interface {
	// Hash returns the hash of a file's content.
	Hash(ctx context.Context, path string) (string, error)
	// Unchanged reports whether files that were hashed are still the same.
	Unchanged(ctx context.Context, paths ...string) bool
	// Any reports whether any result exists for k's model, benchmark and layer,
	// whatever its inputs.
	Any(k results.Key) bool
	Lookup(k results.Key) (result json.RawMessage, ok bool)
	Save(k results.Key, result any) error
	// Reject reports a result that cannot be used.
	Reject(k results.Key, why error)
	// Changed returns what changed since a result about the same was kept.
	Changed(k results.Key) string
}
