package scoring

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// TestLayerThatChangesWhileItIsRead changes a layer in every way that a writer may, once
// a part of it was read, with a store and without.
func TestLayerThatChangesWhileItIsRead(t *testing.T) {
	flip := func(b []byte) []byte {
		for i := len(b) / 4; i < len(b)/2; i += 4 {
			b[i] ^= 1
		}
		return b
	}
	rewrite := func(change func([]byte) []byte) func(path string) error {
		return func(path string) error {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, change(content), 0o666)
		}
	}
	for name, c := range map[string]struct {
		change func(path string) error
		want   string // in the failure, "" for none
	}{
		"values": {rewrite(flip), "changed while it was read"},
		"values with the old times": {func(path string) error {
			info, err := os.Stat(path)
			return errors.Join(err, rewrite(flip)(path), os.Chtimes(path, info.ModTime(), info.ModTime()))
		}, "changed while it was read"},
		"cut":  {func(path string) error { return os.Truncate(path, 1000) }, "rewritten while it was read"},
		"gone": {os.Remove, "removed while it was read"},
		"replaced": {func(path string) error {
			content, err := os.ReadFile(path)
			return errors.Join(err, os.WriteFile(path+".new", flip(content), 0o666), os.Rename(path+".new", path))
		}, "replaced while it was read"},
		"times":       {func(path string) error { return os.Chtimes(path, time.Now(), time.Unix(1e9, 0)) }, ""},
		"permissions": {func(path string) error { return os.Chmod(path, 0o600) }, ""},
		"same bytes":  {rewrite(func(b []byte) []byte { return b }), ""},
	} {
		for _, kept := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				dir := copyFolder(t, "../../testdata/golden")
				layer := filepath.Join(dir, "models/mini-net/hvm-mini/fc.npy")
				request := Request{Models: []string{filepath.Join(dir, "models/mini-net")}, Benchmarks: []string{"hvm-mini.IT-rdm"}, Layers: []string{"fc"}}
				score := func(change func(path string) error) *benchmarks.Report {
					runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
					changed := false
					runner.Progress = func(string, int64) func(int64) {
						return func(int64) {
							if changed {
								return
							}
							changed = true
							if err := change(layer); err != nil {
								t.Error(err)
							}
						}
					}
					if kept {
						s, err := results.Open(filepath.Join(dir, "results"))
						if err != nil {
							t.Fatal(err)
						}
						defer s.Close()
						runner.Store = s
					}
					report, err := runner.Score(context.Background(), request)
					if err != nil {
						t.Fatal(err)
					}
					return report
				}
				got := score(c.change)
				if c.want == "" {
					same(t, name, got, score(func(string) error { return nil }))
					return
				}
				if m := got.Models[0]; len(m.Scores) > 0 || len(m.Failures) != 1 || !strings.Contains(m.Failures[0].Err.Error(), c.want) {
					t.Errorf("%d scores, failures %v, want one that it was %s", len(m.Scores), m.Failures, c.want)
				}
			})
		}
	}
}
