package cli

import (
	"fmt"
	"sync/atomic"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// interruption returns the message of a command that is interrupted: what it leaves, and
// how to go on.
type interruption struct{ run atomic.Pointer[watchedRun] }

// message returns the message in one line.
func (i *interruption) message() string {
	if run := i.run.Load(); run != nil {
		run.reporter.Close()
		if s := run.status.Load(); s != nil && s.Scores > 0 {
			return "interrupted: " + run.remains(*s)
		}
	}
	return "interrupted"
}

// watchedRun is a run of a command whose status is reported.
type watchedRun struct {
	reporter *progress.Reporter
	status   atomic.Pointer[scoring.RunStatus]
	folder   atomic.Pointer[string] // of results; nil if none keeps them
}

// remains describes what is kept of a run, and how to go on.
func (w *watchedRun) remains(s scoring.RunStatus) string {
	if folder := w.folder.Load(); folder != nil {
		return fmt.Sprintf("%d of %d scores are computed and kept in %s; the same command computes the others", s.Done, s.Scores, *folder)
	}
	return fmt.Sprintf("%d of %d scores were computed, and none is kept; with --results DIR a run keeps each of them, and the same command then goes on", s.Done, s.Scores)
}

// watch makes the request report its run on the error stream, and a message about it if the
// command is interrupted.
func (r *scoreRequest) watch(streams Streams) {
	r.reporter = progress.New(streams.Err, r.quiet)
	r.run = &watchedRun{reporter: r.reporter}
	if streams.interruption != nil {
		streams.interruption.run.Store(r.run)
	}
}

// watch reports the status of the run.
func (w *watchedRun) watch(s scoring.RunStatus) {
	w.status.Store(&s)
	w.reporter.Watch(s)
}
