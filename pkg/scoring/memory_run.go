package scoring

import (
	"slices"
)

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
