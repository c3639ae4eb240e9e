package progress

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

func TestDescribe(t *testing.T) {
	status := scoring.RunStatus{Scores: 12, Done: 2, Failed: 1, Share: 0.25, Step: "hvm.IT-pls on alexnet/features.12", More: 1}
	for _, c := range []struct {
		name    string
		change  func(*scoring.RunStatus)
		elapsed time.Duration
		width   int
		want    string
	}{
		{"whole", func(*scoring.RunStatus) {}, time.Minute, 100, "3 of 12, 3m0s left: hvm.IT-pls on alexnet/features.12 and 1 more"},
		{"shortened", func(*scoring.RunStatus) {}, time.Minute, 42, "3 of 12, 3m0s left: hvm.IT-pls …eatures.12"},
		{"too early to tell", func(*scoring.RunStatus) {}, time.Second, 100, "3 of 12, 1s: hvm.IT-pls on alexnet/features.12 and 1 more"},
		{"hours", func(s *scoring.RunStatus) { s.Share = 0.02 }, 10 * time.Minute, 30, "3 of 12, 8h10m left: hvm.…s.12"},
		{"nothing done", func(s *scoring.RunStatus) { s.Share = 0 }, time.Hour, 100, "3 of 12, 1h0m0s: hvm.IT-pls on alexnet/features.12 and 1 more"},
		{"before the run", func(s *scoring.RunStatus) { *s = scoring.RunStatus{Step: "reading the data home"} }, 3 * time.Second, 100, "3s: reading the data home"},
		{"no step", func(s *scoring.RunStatus) { s.Step = "" }, time.Minute, 100, "3 of 12, 3m0s left"},
		{"hostile", func(s *scoring.RunStatus) { s.Step, s.More = "a\x1b[2J", 0 }, time.Minute, 100, `3 of 12, 3m0s left: a\x1b[2J`},
	} {
		s := status
		c.change(&s)
		got := describe(s, c.elapsed, c.width)
		if got != c.want || text.Width(got) > c.width {
			t.Errorf("%s: %q, want %q of at most %d", c.name, got, c.want, c.width)
		}
	}
}

// lockedBuffer is a buffer that several goroutines use.
type lockedBuffer struct {
	mu      sync.Mutex
	content bytes.Buffer // not embedded, whose other methods do not lock
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.content.Write(p)
}

func (b *lockedBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.content.String()
}

// A run is drawn although nothing calls the reporter, stands aside for lines, and leaves
// nothing once it is closed.
func TestRunIsDrawnByItself(t *testing.T) {
	b := &lockedBuffer{}
	r := &Reporter{w: b, bars: true}
	r.Watch(scoring.RunStatus{Scores: 4, Done: 1, Share: 0.25, Step: "a long step"})
	for !strings.Contains(b.text(), "1 of 4") {
		time.Sleep(redraw / 10)
	}
	r.Warn("doubtful")
	if err := r.Aside(func() error { _, err := b.Write([]byte("a table\n")); return err }); err != nil {
		t.Fatal(err)
	}
	r.Watch(scoring.RunStatus{Scores: 4, Done: 4, Share: 1})
	for !strings.Contains(b.text(), "4 of 4") {
		time.Sleep(redraw / 10)
	}
	r.Step("intervals")
	for !strings.Contains(b.text(), ": intervals") {
		time.Sleep(redraw / 10)
	}
	r.Close()
	r.Close()
	const cleared = "\x1b[2K\r"
	for _, want := range []string{" 25% |", cleared + "brainscore: warning: doubtful\n", "a table\n", " 99% |"} {
		if !strings.Contains(b.text(), want) {
			t.Errorf("%q lacks %q", b.text(), want)
		}
	}
	if !strings.HasSuffix(b.text(), cleared) {
		t.Errorf("the bar is not cleared: %q", b.text())
	}
}

func TestNoRunWithoutTerminal(t *testing.T) {
	var b bytes.Buffer
	r := New(&b, false)
	r.Watch(scoring.RunStatus{Scores: 1})
	r.Step("intervals")
	if r.run != nil || b.Len() > 0 {
		t.Errorf("wrote %q", b.String())
	}
	r.Close()
}
