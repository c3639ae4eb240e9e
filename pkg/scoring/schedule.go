package scoring

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/dustin/go-humanize"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// concurrentBudget bounds the memory that concurrent readings may take
// together where no limit is set: small layers then share the processors, while
// large ones are read one by one, each with all of them.
const concurrentBudget = 512 << 20

// collectAbove is the memory of a reading from which on its matrices are collected
// before the next one makes its own, so that the peak is the memory of one.
const collectAbove = 128 << 20

// run reads the layers of all models. As many run concurrently as there are workers and
// as memory allows; the time bins of one layer follow each other. Results stay with
// their evaluations, so their order has no effect. result, if set, returns those of a model for
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

// runEstimate is what a run holds.
type runEstimate struct {
	kept int64 // for the whole run
	// working is what each sequence of readings holds beside; 0 for one whose files
	// cannot be read, which reading them reports.
	working map[*layerRead]int64
	rare    map[*layerRead]int64 // beside, if rounding matters
	bytes   map[*layerRead]int64 // that each reads
	room    int64                // for sequences that are read concurrently
	workers int
}

// estimate looks at the headers of the files of a run, but for those of sequences that
// are scored already; scored may be nil.
func (r *Runner) estimate(plans []*modelPlan, scored func(binSequence) bool) *runEstimate {
	out := &runEstimate{working: make(map[*layerRead]int64), rare: make(map[*layerRead]int64), bytes: make(map[*layerRead]int64), workers: r.Workers}
	var kept holding
	r.loader.once = countInTime(plans) == 1
	for _, p := range plans {
		for _, s := range p.sequences {
			if scored != nil && scored(s) {
				continue
			}
			for _, read := range s {
				size, err := r.loader.readSize(p.dump, read)
				if err != nil {
					continue
				}
				out.working[s[0]] = max(out.working[s[0]], size.holding.working)
				out.bytes[s[0]] += size.Bytes
				out.rare[s[0]] = max(out.rare[s[0]], size.holding.rare)
				for name, bytes := range size.holding.kept {
					kept.keep(name, bytes)
				}
			}
		}
	}
	out.kept = kept.total()
	if out.room = concurrentBudget; r.Memory > 0 {
		out.room = withoutGarbage(r.Memory) - out.kept
	}
	return out
}

// need returns what the run holds while a sequence is read alone.
func (e *runEstimate) need(s binSequence) int64 { return withGarbage(e.kept + e.working[s[0]]) }

// atMost returns what the run holds while a sequence is read alone whose rounding matters.
func (e *runEstimate) atMost(s binSequence) int64 {
	return withGarbage(e.kept + e.working[s[0]] + e.rare[s[0]])
}

// share returns what a sequence takes of the room for sequences that are read
// concurrently.
func (e *runEstimate) share(s *layerRead) int64 { return min(e.working[s]+e.rare[s], max(1, e.room)) }

// peak returns what the run holds at most, unless rounding matters: as many sequences as
// there are workers and room are read concurrently, and one that needs more than the room
// is read alone.
func (e *runEstimate) peak() int64 {
	return e.concurrent(func(s *layerRead) int64 { return e.working[s] })
}

// peakAtMost returns what the run holds at most.
func (e *runEstimate) peakAtMost() int64 {
	return e.concurrent(func(s *layerRead) int64 { return e.working[s] + e.rare[s] })
}

func (e *runEstimate) concurrent(of func(*layerRead) int64) int64 {
	var all []int64
	for s := range e.working {
		all = append(all, of(s))
	}
	slices.Sort(all)
	slices.Reverse(all)
	var together int64
	for _, bytes := range all[:min(len(all), e.workers)] {
		together += bytes
	}
	if len(all) > 0 {
		together = min(together, max(e.room, all[0]))
	}
	return withGarbage(e.kept + together)
}
