// Package progress reports the progress of a run to people, on standard error: a bar for
// the files being read, and lines of warnings and notes that do not break it.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/internal/text"
)

// Reporter prints progress, warnings and notes. Its methods may be called from many
// goroutines.
type Reporter struct {
	w     io.Writer
	bars  bool
	quiet bool
	every time.Duration // between two renderings of a bar

	mu     sync.Mutex
	bar    *progressbar.ProgressBar // nil while nothing is being read
	active []*pass                  // in the order of their start
	done   int64                    // of all passes that share the bar
	total  int64
	run    *run // nil outside of a run that is watched
}

// pass is one reading of a file or layer.
type pass struct {
	label       string
	done, total int64
}

// New returns a Reporter that prints on w: bars if w is a terminal, and neither bars nor
// notes if quiet is true. Warnings are always printed.
func New(w io.Writer, quiet bool) *Reporter {
	return &Reporter{w: w, quiet: quiet, bars: !quiet && isTerminal(w), every: 100 * time.Millisecond}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// Pass starts reporting one reading of totalBytes bytes. The function that it returns is
// called with the number of bytes read so far; the pass ends when this is the total.
// Concurrent passes share a bar.
func (r *Reporter) Pass(label string, totalBytes int64) func(doneBytes int64) {
	if !r.bars || totalBytes <= 0 {
		return func(int64) {}
	}
	p := &pass{label: shorten(text.Safe(label)), total: totalBytes}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = append(r.active, p)
	r.total += totalBytes
	if r.bar == nil {
		r.bar = r.newBar()
	} else {
		r.bar.ChangeMax64(r.total)
	}
	r.describe()
	return func(doneBytes int64) { r.advance(p, doneBytes) }
}

// advance moves the bar by the progress of a pass.
func (r *Reporter) advance(p *pass, doneBytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	step := min(doneBytes, p.total) - p.done
	if r.bar == nil || step <= 0 {
		return
	}
	p.done += step
	r.done += step
	if p.done == p.total {
		r.end(p)
	}
	if len(r.active) == 0 {
		r.clear()
		return
	}
	_ = r.bar.Set64(r.done) // a terminal that cannot be written to shows no bar
}

// end removes a pass from the active ones.
func (r *Reporter) end(ended *pass) {
	for i, p := range r.active {
		if p == ended {
			r.active = append(r.active[:i], r.active[i+1:]...)
			break
		}
	}
	if len(r.active) > 0 {
		r.describe()
	}
}

// describe labels the bar with the pass that started first.
func (r *Reporter) describe() {
	label := r.active[0].label
	if more := len(r.active) - 1; more > 0 {
		label += fmt.Sprintf(" and %d more", more)
	}
	r.bar.Describe(label)
}

// clear removes the bar from the terminal.
func (r *Reporter) clear() {
	_ = r.bar.Clear()
	r.bar, r.active, r.done, r.total = nil, nil, 0, 0
}

// Close removes the bar of passes that have not ended, and that of a run. The reporter can be used
// afterwards.
func (r *Reporter) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bar != nil {
		r.clear()
	}
	if r.run != nil {
		close(r.run.stop)
		r.run.clear()
		r.run = nil
	}
}

// Warn prints a warning about the results.
func (r *Reporter) Warn(format string, args ...any) {
	r.line("warning: " + fmt.Sprintf(format, args...))
}

// Note prints a note, unless the reporter is quiet.
func (r *Reporter) Note(format string, args ...any) {
	if !r.quiet {
		r.line(fmt.Sprintf(format, args...))
	}
}

// NoteLine prints a note that is one line of text, unless the reporter is quiet.
func (r *Reporter) NoteLine(line string) { r.Note("%s", line) }

func (r *Reporter) line(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hide()
	_, _ = io.WriteString(r.w, output.WrapMessage(r.w, "brainscore: "+text.SafeLines(s)))
}

// hide removes the bars from the terminal until they are drawn again.
func (r *Reporter) hide() {
	if r.bar != nil {
		_ = r.bar.Clear()
	}
	r.run.clear()
}

// Aside calls write, which writes lines to the terminal, while no bar is shown.
func (r *Reporter) Aside(write func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hide()
	return write()
}

func (r *Reporter) newBar() *progressbar.ProgressBar {
	return progressbar.NewOptions64(r.total,
		progressbar.OptionSetWriter(r.w),
		progressbar.OptionShowBytes(true),
		progressbar.OptionUseIECUnits(true),
		progressbar.OptionSetWidth(20),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(r.every),
	)
}

// labelWidth keeps a bar on one line of a terminal.
const labelWidth = 32

// shorten removes the start of a long label: the end of a path is more specific.
func shorten(label string) string {
	if text.Width(label) <= labelWidth {
		return label
	}
	runes := []rune(label)
	for len(runes) > 0 && text.Width(string(runes)) > labelWidth-1 {
		runes = runes[1:]
	}
	return "…" + string(runes)
}
