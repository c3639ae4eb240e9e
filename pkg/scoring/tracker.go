package scoring

import (
	"fmt"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// RunStatus describes how far a run is.
type RunStatus struct {
	Scores int // that the run computes, without those that are kept
	Done   int // of these
	Failed int // of these
	// Share estimates how much of the work is done, from 0 to 1.
	Share float64
	// Step names what has been under way for the longest time, and More counts the
	// other steps that run concurrently.
	Step string
	More int
}

// tracker follows a run for Options.Watch and Options.Finished.
type tracker struct {
	options *Options

	mu     sync.Mutex
	status RunStatus
	work   float64 // in time bins and parts of all evaluations
	done   float64 // of it
	steps  []*step

	finishing sync.Mutex
}

// step is something that a run does: the reading of a layer with the scores on it, or
// another task. A nil step is not followed.
type step struct {
	tracker  *tracker
	label    string
	work     float64
	done     float64 // of it
	computed int     // evaluations whose scores are computed
}

// readingShare is the part of the work on a layer that its reading counts as.
const readingShare = 0.5

// begin starts a run that computes scores on the readings of sequences.
func (t *tracker) begin(sequences []binSequence) {
	scores, work := 0, 0
	for _, s := range sequences {
		scores += len(s.evaluations())
		for _, read := range s {
			work += len(read.evaluations)
		}
	}
	t.expect(scores, work)
}

// expect adds scores to those that the run computes, and an amount of work for them.
func (t *tracker) expect(scores, work int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status.Scores += scores
	t.work += float64(work)
	t.tell()
}

// step starts a step that counts as an amount of the work.
func (t *tracker) step(work float64, format string, args ...any) *step {
	s := &step{tracker: t, label: fmt.Sprintf(format, args...), work: work}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.steps = append(t.steps, s)
	t.tell()
	return s
}

// say changes the label of a step.
func (s *step) say(format string, args ...any) {
	if s == nil {
		return
	}
	s.tracker.mu.Lock()
	defer s.tracker.mu.Unlock()
	s.label = fmt.Sprintf(format, args...)
	s.tracker.tell()
}

// read records that a share of the layer has been read.
func (s *step) read(share float64) {
	if s != nil {
		s.advance(readingShare * share * s.work)
	}
}

// score records that one more of the evaluations on the layer is scored, which may be the
// last time bin or part of e.
func (s *step) score(e *evaluation) {
	if s == nil {
		return
	}
	s.computed++
	if e.complete() {
		s.tracker.count(e)
	}
	s.advance(float64(readingShare*s.work) + float64((1-readingShare)*float64(s.computed)))
}

// advance records that an amount of the work of a step is done. A second reading does
// not move it back.
func (s *step) advance(done float64) {
	t := s.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	done = min(done, s.work)
	if done <= s.done {
		return
	}
	t.done += done - s.done
	s.done = done
	t.tell()
}

// end ends a step.
func (s *step) end() {
	s.advance(s.work)
	t := s.tracker
	t.mu.Lock()
	defer t.mu.Unlock()
	t.steps = slices.DeleteFunc(t.steps, func(other *step) bool { return other == s })
	t.tell()
}

// count counts the evaluations that are not counted yet as scores or failures.
func (t *tracker) count(evaluations ...*evaluation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range evaluations {
		if !e.counted {
			e.counted = true
			t.countOne(e.kept != nil || e.complete())
		}
	}
	t.tell()
}

// countOne counts a score that is done or has failed; the caller holds the lock.
func (t *tracker) countOne(done bool) {
	if done {
		t.status.Done++
	} else {
		t.status.Failed++
	}
}

// alone runs a task that computes one score, as a step of the run.
func (t *tracker) alone(label string, task func() error) error {
	s := t.step(1, "%s", label)
	err := task()
	t.mu.Lock()
	t.countOne(err == nil)
	t.mu.Unlock()
	s.end()
	return err
}

// tell passes the status on; the caller holds the lock.
func (t *tracker) tell() {
	if t.options.Watch == nil {
		return
	}
	s := t.status
	if t.work > 0 {
		s.Share = t.done / t.work
	}
	if len(t.steps) > 0 {
		s.Step, s.More = t.steps[0].label, len(t.steps)-1
	}
	t.options.Watch(s)
}

// finish passes on the results of the models that are complete, in the order of the
// plans. result returns those of one of them.
func (t *tracker) finish(plans []*modelPlan, result func(*modelPlan) *benchmarks.ModelResult) {
	if t.options.Finished == nil {
		return
	}
	t.finishing.Lock()
	defer t.finishing.Unlock()
	for _, p := range plans {
		if p.pending.Load() > 0 {
			return
		}
		if !p.finished {
			p.finished = true
			t.options.Finished(*result(p))
		}
	}
}
