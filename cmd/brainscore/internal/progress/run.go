package progress

import (
	"fmt"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// run is the bar of a whole run. It is drawn again at least every half second, so that a
// step without progress of its own is not silent.
type run struct {
	status scoring.RunStatus
	start  time.Time
	bar    *progressbar.ProgressBar // nil until it is drawn for the first time
	stop   chan struct{}
}

const (
	// redraw is the time between two drawings, and before the first.
	redraw = 500 * time.Millisecond
	// steps is the number of steps of the bar.
	steps = 1000
	// unpredictable is the time for which the time left is not estimated.
	unpredictable = 2 * time.Second
)

// Watch shows how far a run is, in a bar from the first half second on. The bar stays until
// Close.
func (r *Reporter) Watch(status scoring.RunStatus) {
	if !r.bars {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.run != nil {
		r.run.status = status
		return
	}
	r.run = &run{status: status, start: time.Now(), stop: make(chan struct{})}
	go r.draw(r.run)
}

// Step shows what is being done that no status of a run tells.
func (r *Reporter) Step(label string) {
	var status scoring.RunStatus
	r.mu.Lock()
	if r.run != nil {
		status = r.run.status
	}
	r.mu.Unlock()
	status.Step, status.More = label, 0
	r.Watch(status)
}

// draw draws the bar of a run until it ends.
func (r *Reporter) draw(of *run) {
	ticker := time.NewTicker(redraw)
	defer ticker.Stop()
	for {
		select {
		case <-of.stop:
			return
		case <-ticker.C:
		}
		r.mu.Lock()
		if r.run == of && r.bar == nil {
			of.draw(r)
		}
		r.mu.Unlock()
	}
}

func (u *run) draw(r *Reporter) {
	columns := output.TerminalWidth(r.w)
	if columns == 0 {
		columns = 80
	}
	width := 20
	if columns < 80 {
		width = 10
	}
	if u.bar == nil {
		u.bar = progressbar.NewOptions64(steps, progressbar.OptionSetWriter(r.w), progressbar.OptionSetWidth(width),
			progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false), progressbar.OptionShowDescriptionAtLineEnd(), progressbar.OptionUseANSICodes(true))
	}
	// A full bar would end its line and never change again.
	_ = u.bar.Set64(min(int64(steps*u.status.Share), steps-1))
	const around = len("  25% || ") + 3
	u.bar.Describe(describe(u.status, time.Since(u.start), columns-width-around))
}

// clear removes the bar from the terminal until it is drawn again.
func (u *run) clear() {
	if u != nil && u.bar != nil {
		_ = u.bar.Clear()
	}
}

// describe returns the text beside the bar of a run after a time, at most width wide: how
// many scores are computed, the time left, and what is being done.
func describe(s scoring.RunStatus, elapsed time.Duration, width int) string {
	label := ""
	if s.Scores > 0 {
		label = fmt.Sprintf("%d of %d, ", s.Done+s.Failed, s.Scores)
	}
	if left, ok := timeLeft(s.Share, elapsed); ok {
		label += left + " left"
	} else {
		label += elapsed.Truncate(time.Second).String()
	}
	if s.Step == "" {
		return label
	}
	label += ": "
	more := ""
	if s.More > 0 {
		more = fmt.Sprintf(" and %d more", s.More)
	}
	step := text.Safe(s.Step) + more
	if room := width - text.Width(label); text.Width(step) > room {
		step = output.Shorten(text.Safe(s.Step), room)
	}
	return label + step
}

// timeLeft estimates the time left of a run, from a share of it and the time that this
// share took. It reports false while there is too little to tell.
func timeLeft(share float64, elapsed time.Duration) (left string, known bool) {
	if share < 0.01 || share >= 1 || elapsed < unpredictable {
		return "", false
	}
	rest := time.Duration(float64(elapsed) * (1 - share) / share)
	if rest > time.Hour {
		return strings.TrimSuffix(rest.Round(time.Minute).String(), "0s"), true
	}
	return rest.Round(time.Second).String(), true
}
