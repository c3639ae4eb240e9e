package scoring

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/dustin/go-humanize"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// concurrentBudget bounds the memory that readings running side by side may take
// together where no limit is set: small layers then share the processors, while
// large ones are read one by one, each with all of them.
const concurrentBudget = 512 << 20

// collectAbove is the memory of a reading from which on its matrices are collected
// before the next one makes its own, so that the peak is that of one.
const collectAbove = 128 << 20

// run reads the layers of all models. As many run at a time as there are workers and
// as memory allows; the time bins of one layer follow each other. Results stay with
// their evaluations, so order does not matter. result, if set, returns those of a model for
// Options.Finished.
func (r *Runner) run(ctx context.Context, plans []*modelPlan, result func(*modelPlan) *benchmarks.ModelResult) error {
	estimate := r.estimate(plans, func(s binSequence) bool { return r.keeper.sequenceKept(ctx, s) })
	hold := func(bytes int64) {
		if r.Hold != nil {
			r.Hold(bytes)
		}
	}
	hold(estimate.peak())
	more := sync.OnceFunc(func() { hold(estimate.peakAtMost()) })
	memory := semaphore.NewWeighted(max(1, estimate.room))
	running, inner := errgroup.WithContext(ctx)
	running.SetLimit(r.Workers)
	var sequences []binSequence
	for _, p := range plans {
		p.pending.Store(int32(len(p.sequences)))
		for _, s := range p.sequences {
			if !r.keeper.sequenceKept(ctx, s) {
				sequences = append(sequences, s)
			}
		}
	}
	r.tracker.begin(sequences)
	done := func(p *modelPlan) {
		if p.pending.Add(-1) == 0 && result != nil && inner.Err() == nil {
			r.tracker.finish(plans, result)
		}
	}
	for _, p := range plans {
		scorer := r.scorerOf(p.dump)
		for _, s := range p.sequences {
			if r.keeper.sequenceKept(ctx, s) {
				done(p)
				continue
			}
			refused := func(need int64, why string) error {
				if r.Memory <= 0 || need <= r.Memory {
					return nil
				}
				return &MemoryError{Need: need, Limit: r.Memory, Layer: p.dump.ID + "/" + s[0].key.set + "/" + s[0].key.layer, Why: why}
			}
			if err := refused(estimate.need(s), ""); err != nil {
				for _, read := range s {
					_ = failAll(read.evaluations, err)
				}
				r.tracker.count(s.evaluations()...)
				done(p)
				continue
			}
			for _, read := range s {
				read.rare = func() error {
					more()
					return refused(estimate.atMost(s), " where rounding of its inner products matters")
				}
			}
			need := estimate.share(s[0])
			if memory.Acquire(inner, need) != nil {
				break
			}
			running.Go(func() error {
				defer memory.Release(need)
				if err := scorer.scoreSequence(inner, s, need); err != nil {
					return err
				}
				r.tracker.count(s.evaluations()...)
				done(p)
				return nil
			})
		}
	}
	if err := running.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// countInTime counts the layers in time. Averaged recordings are kept for further
// models and layers; where one layer alone is in time, those of a bin have served
// once it is scored.
func countInTime(plans []*modelPlan) int {
	count := 0
	for _, p := range plans {
		for _, s := range p.sequences {
			if s[0].bin != nil {
				count++
			}
		}
	}
	return count
}

// scoreSequence scores the time bins of a layer one after the other. If no other layer is
// in time, the recordings of a bin are released after it.
func (s *layerScorer) scoreSequence(ctx context.Context, sequence binSequence, need int64) error {
	if err := s.keeper.recallSequence(ctx, s.dump, sequence); err != nil {
		return err
	}
	if s.keeper.sequenceKept(ctx, sequence) {
		return nil
	}
	for _, read := range sequence {
		if err := s.scoreWatched(ctx, read); err != nil {
			return err
		}
		if s.loader.once {
			s.loader.release(read)
		}
		if need > collectAbove {
			runtime.GC()
		}
		for _, e := range read.evaluations {
			if e.err != nil && e.kept == nil && s.options.StopAtFailure {
				return &stopError{e.err}
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// scoreWatched scores the evaluations on a layer as a step of the run, again in another
// unit if its activations ask for it.
func (s *layerScorer) scoreWatched(ctx context.Context, read *layerRead) error {
	read.step = s.tracker.step(float64(len(read.evaluations)), "preparing %s/%s", s.dump.ID, read.key.layer)
	defer read.step.end()
	err := s.score(ctx, read)
	if far, ok := errors.AsType[*farError](err); ok {
		read.exponent = far.exponent
		err = s.score(ctx, read)
	}
	return err
}

// MemoryError reports a layer that needs more memory than is allowed.
type MemoryError struct {
	Need, Limit int64
	Layer       string
	Why         string // what the memory is needed for, if not for any such layer
	Remedy      string // "" for that of scores
}

func (e *MemoryError) Error() string {
	remedy := e.Remedy
	if remedy == "" {
		remedy = "score fewer benchmarks at a time"
	}
	return fmt.Sprintf("%s needs up to %s of memory%s, but %s are allowed: allow that much, or %s", e.Layer, humanize.IBytes(uint64(e.Need)), e.Why, humanize.IBytes(uint64(e.Limit)), remedy)
}

// scorerOf returns what scores the layers of one model.
func (r *Runner) scorerOf(dump *stimuli.Dump) *layerScorer {
	return &layerScorer{options: &r.Options, loader: r.loader, keeper: r.keeper, tracker: r.tracker, dump: dump}
}
