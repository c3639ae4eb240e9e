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

// besides bounds the memory that passes running beside another may take
// together where no limit is set: small layers then share the processors, while
// large ones run one by one, each with all of them.
const besides = 512 << 20

// runPlans runs the passes of all models. As many run at a time as there are
// workers and as memory allows; passes over the time bins of one layer follow
// each other. Results stay with their tasks, so order does not matter.
func (r *Runner) runPlans(ctx context.Context, plans []*modelPlan) error {
	limit := r.Memory
	if limit <= 0 {
		limit = besides
	}
	memory := semaphore.NewWeighted(limit)
	// Averaged recordings are kept for further models and layers. Where one
	// layer alone is in time, those of a bin have served once it is done.
	inTime := 0
	for _, p := range plans {
		for _, g := range p.groups {
			if g[0].bin != nil {
				inTime++
			}
		}
	}
	r.once = inTime == 1
	running, inner := errgroup.WithContext(ctx)
	running.SetLimit(r.Workers)
	for _, p := range plans {
		for _, g := range p.groups {
			if r.settled(g) {
				continue
			}
			need, err := r.memoryOf(p.dump, g)
			if err != nil {
				// What is wrong with the files is said by the pass itself.
				need = 0
			}
			if r.Memory > 0 && need > r.Memory {
				err := &MemoryError{Need: need, Limit: r.Memory, Layer: p.dump.ID + "/" + g[0].key.set + "/" + g[0].key.layer}
				for _, pass := range g {
					_ = failAll(pass.parts, err)
				}
				continue
			}
			need = min(need, limit)
			if memory.Acquire(inner, need) != nil {
				break
			}
			running.Go(func() error {
				defer memory.Release(need)
				return r.runGroup(inner, p.dump, g, need)
			})
		}
	}
	if err := running.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// collected is the memory from which on a pass's matrices are collected before
// the next pass makes its own, so that the peak is that of one.
const collected = 128 << 20

func (r *Runner) runGroup(ctx context.Context, dump *stimuli.Dump, g group, need int64) error {
	if err := r.recallGroup(dump, g); err != nil {
		return err
	}
	if r.settled(g) {
		return nil
	}
	for _, p := range g {
		if err := r.runPass(ctx, dump, p); err != nil {
			return err
		}
		if r.once {
			r.forget(p)
		}
		if need > collected {
			runtime.GC()
		}
		for _, t := range p.parts {
			if t.err != nil && t.recalled == nil && r.StopAtFailure {
				return &stopError{t.err}
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
