package scoring

import (
	"context"
	"fmt"
	"runtime"

	"github.com/dustin/go-humanize"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

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
// their evaluations, so order does not matter.
func (r *Runner) run(ctx context.Context, plans []*modelPlan) error {
	limit := r.Memory
	if limit <= 0 {
		limit = concurrentBudget
	}
	memory := semaphore.NewWeighted(limit)
	once := countInTime(plans) == 1
	running, inner := errgroup.WithContext(ctx)
	running.SetLimit(r.Workers)
	for _, p := range plans {
		scorer := r.scorerOf(p.dump)
		for _, s := range p.sequences {
			if r.keeper.sequenceKept(ctx, s) {
				continue
			}
			need, err := r.loader.memoryOf(p.dump, s)
			if err != nil {
				need = 0 // reading the files fails with the reason
			}
			if r.Memory > 0 && need > r.Memory {
				err := &MemoryError{Need: need, Limit: r.Memory, Layer: p.dump.ID + "/" + s[0].key.set + "/" + s[0].key.layer}
				for _, read := range s {
					_ = failAll(read.evaluations, err)
				}
				continue
			}
			need = min(need, limit)
			if memory.Acquire(inner, need) != nil {
				break
			}
			running.Go(func() error {
				defer memory.Release(need)
				return scorer.scoreSequence(inner, s, need, once)
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

// scoreSequence scores the time bins of a layer one after the other. With once, the
// recordings of a bin are released after it.
func (s *layerScorer) scoreSequence(ctx context.Context, sequence binSequence, need int64, once bool) error {
	if err := s.keeper.recallSequence(ctx, s.dump, sequence); err != nil {
		return err
	}
	if s.keeper.sequenceKept(ctx, sequence) {
		return nil
	}
	for _, read := range sequence {
		if err := s.scoreInUnits(ctx, read); err != nil {
			return err
		}
		if once {
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

// MemoryError reports a layer that needs more memory than is allowed.
type MemoryError struct {
	Need, Limit int64
	Layer       string
}

func (e *MemoryError) Error() string {
	return fmt.Sprintf("%s needs up to %s of memory, but %s are allowed: allow that much, or score fewer benchmarks at a time", e.Layer, humanize.IBytes(uint64(e.Need)), humanize.IBytes(uint64(e.Limit)))
}

// scorerOf returns what scores the layers of one model.
func (r *Runner) scorerOf(dump *stimuli.Dump) *layerScorer {
	return &layerScorer{options: &r.Options, loader: r.loader, keeper: r.keeper, dump: dump}
}
