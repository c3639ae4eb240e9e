package progress

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/brainscore-go/brainscore/internal/text"
)

func TestNoBarWithoutTerminal(t *testing.T) {
	for _, quiet := range []bool{false, true} {
		var b bytes.Buffer
		r := New(&b, quiet)
		r.Pass("layer", 100)(50)
		r.Close()
		if b.Len() > 0 {
			t.Errorf("quiet %v: wrote %q", quiet, b.String())
		}
	}
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		quiet bool
		want  string
	}{
		{false, "brainscore: warning: 3 of x\\x1b[2J\nbrainscore: note\n"},
		{true, "brainscore: warning: 3 of x\\x1b[2J\n"},
	} {
		var b bytes.Buffer
		r := New(&b, c.quiet)
		r.Warn("%d of %s", 3, "x\x1b[2J")
		r.Note("note")
		if b.String() != c.want {
			t.Errorf("quiet %v: wrote %q, want %q", c.quiet, b.String(), c.want)
		}
	}
}

func TestBar(t *testing.T) {
	var b bytes.Buffer
	r := &Reporter{w: &b, bars: true}
	first := r.Pass("first layer", 1<<20)
	second := r.Pass("second\nlayer", 1<<20)
	if r.total != 2<<20 {
		t.Errorf("total %d", r.total)
	}
	first(1 << 19)
	first(1 << 18) // the bar never moves back
	if r.done != 1<<19 {
		t.Errorf("done %d", r.done)
	}
	r.Warn("doubtful")
	first(1 << 21) // nor beyond its end
	if r.done != 1<<20 || len(r.active) != 1 {
		t.Errorf("done %d, active %d", r.done, len(r.active))
	}
	second(1 << 20)
	if r.bar != nil || r.done != 0 || r.total != 0 {
		t.Error("the bar stays after the last pass")
	}
	out := b.String()
	for _, want := range []string{"first layer and 1 more", "B/s)", `second\nlayer`, "brainscore: warning: doubtful\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q lacks %q", out, want)
		}
	}
	if !strings.HasSuffix(out, "\r") {
		t.Errorf("the last bar is not cleared: %q", out)
	}
}

func TestCloseTakesBarAway(t *testing.T) {
	var b bytes.Buffer
	r := &Reporter{w: &b, bars: true}
	done := r.Pass("layer", 100)
	r.Close()
	done(100) // a late call of a pass that was abandoned
	r.Close()
	if r.bar != nil || r.done != 0 {
		t.Error("the bar stays")
	}
	r.Pass("next", 10)(10)
}

func TestConcurrentPasses(t *testing.T) {
	var b bytes.Buffer
	r := &Reporter{w: &b, bars: true}
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			done := r.Pass(fmt.Sprint("layer", i), 1000)
			for n := range int64(1001) {
				done(n)
			}
			r.Warn("%d is done", i)
		})
	}
	wait.Wait()
	if r.bar != nil || r.done != 0 || r.total != 0 {
		t.Errorf("left: done %d of %d", r.done, r.total)
	}
	if got := strings.Count(b.String(), "is done\n"); got != 8 {
		t.Errorf("%d of 8 warnings", got)
	}
}

func TestShorten(t *testing.T) {
	for _, s := range []string{"short", strings.Repeat("long/", 20) + "end", strings.Repeat("脳", 40)} {
		if got := shorten(s); text.Width(got) > labelWidth || !strings.HasSuffix(s, strings.TrimPrefix(got, "…")) {
			t.Errorf("shorten(%q) = %q", s, got)
		}
	}
}
