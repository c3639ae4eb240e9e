package scoring

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// full is a store that keeps only some results.
type full struct {
	*results.Store
	room int
}

func (s *full) Save(k results.Key, result any) error {
	if s.room--; s.room < 0 {
		return fmt.Errorf("store the result of %s: %w", k, syscall.ENOSPC)
	}
	return s.Store.Save(k, result)
}

// TestUnkeptResultsAreReported fills a store after each number of results: reports are
// the same, the error counts what was not kept, and what was kept is whole.
func TestUnkeptResultsAreReported(t *testing.T) {
	golden := "../../testdata/golden"
	request := Request{Models: []string{filepath.Join(golden, "models/mini-net")}, AllLayers: true, Benchmarks: []string{"hvm-mini.IT-rdm", "hvm-mini.IT-ridge"}}
	const scores, contents = 4, 2
	var want *benchmarks.Report
	for room := scores + contents; room >= 0; room-- {
		dir := t.TempDir()
		score := func(store Store, stopAtFailure bool) (*benchmarks.Report, *Runner, error) {
			runner := NewRunner(benchmarks.Home{Dir: filepath.Join(golden, "home")}, Options{Workers: 1, StopAtFailure: stopAtFailure})
			runner.Store = store
			report, err := runner.Score(t.Context(), request)
			return report, runner, err
		}
		opened, err := results.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		opened.Warn = func(line string) { t.Error(line) }
		report, runner, err := score(&full{opened, room}, false)
		if err != nil {
			t.Fatalf("room for %d: %v", room, err)
		}
		missing := scores + contents - room
		if err := runner.Unkept(); errors.Is(err, syscall.ENOSPC) != (missing > 0) || missing > 1 && !strings.HasPrefix(err.Error(), fmt.Sprintf("%d results", missing)) {
			t.Errorf("room for %d: unkept is %v", room, err)
		}
		if want == nil {
			want = report
		}
		same(t, fmt.Sprintf("room for %d", room), report, want)
		again, _, err := score(opened, false)
		if err != nil {
			t.Fatal(err)
		}
		same(t, fmt.Sprintf("room for %d, the second time", room), again, want)
		if room > 0 {
			continue
		}
		opened, _ = results.Open(t.TempDir())
		if _, _, err := score(&full{opened, 1}, true); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("a run that stops at a failure ends with %v", err)
		}
	}
}
