package scoring

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// copyFolder copies the data home and the models of a golden folder, which may hold other golden folders.
func copyFolder(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	for _, part := range []string{"home", "models"} {
		if err := os.CopyFS(filepath.Join(to, part), os.DirFS(filepath.Join(from, part))); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func alter(t *testing.T, path string, change func(string) string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(change(string(content))), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestStoreSeesChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("scores a golden folder many times")
	}
	dir, store := copyFolder(t, "../../testdata/golden"), t.TempDir()
	if !thorough.Asked() { // these take half of the time
		for _, region := range []string{"V4", "IT"} {
			if err := os.Remove(filepath.Join(dir, "home/benchmarks/hvm-mini."+region+"-ridgecv.yaml")); err != nil {
				t.Fatal(err)
			}
		}
	}
	scores := len(scoreStored(t, dir, store).report.Models[0].Scores)
	again := func(what string, atLeast, atMost int, said string) {
		t.Helper()
		before := len(entries(t, store, results.Scores))
		run := scoreStored(t, dir, store)
		added := len(entries(t, store, results.Scores)) - before
		if added < atLeast || added > atMost {
			t.Errorf("%s: %d scored again, want %d to %d", what, added, atLeast, atMost)
		}
		if all := strings.Join(run.said, "\n"); !strings.Contains(all, said) {
			t.Errorf("%s: said %q, want %q", what, all, said)
		}
		same(t, what, run.report, scoreStored(t, dir, "").report)
	}
	layer := filepath.Join(dir, "models/mini-net/hvm-mini/fc.npy")
	rewrite := func(s string) string { return s }
	alter(t, layer, rewrite)
	again("touched", 0, 0, "")
	alter(t, layer, func(s string) string {
		b := []byte(s)
		b[len(b)-2] ^= 1
		return string(b)
	})
	again("activations", 7, scores/2, "mini-net, hvm-mini.IT-pls (fc): scored again: model/hvm-mini/fc.npy changed")
	definition := filepath.Join(dir, "home/benchmarks/hvm-mini.IT-pls.yaml")
	alter(t, definition, func(s string) string { return s + "# a comment\n" })
	again("comment", 0, 0, "")
	alter(t, definition, func(s string) string { return strings.Replace(s, "name: pls", "name: pls, components: 3", 1) })
	again("option", 2, 2, "mini-net, hvm-mini.IT-pls (fc): scored again: definition changed")
	alter(t, definition, func(s string) string { return strings.Replace(s, ", components: 3", "", 1) })
	again("option taken back", 0, 0, "")
}

// TestChangedWhileScoredIsNotKept rewrites a layer once it was hashed.
func TestChangedWhileScoredIsNotKept(t *testing.T) {
	dir, store := copyFolder(t, "../../testdata/golden"), t.TempDir()
	layer := filepath.Join(dir, "models/mini-net/hvm-mini/fc.npy")
	request := Request{Models: []string{filepath.Join(dir, "models/mini-net")}, Benchmarks: []string{"hvm-mini.IT-rdm"}, Layers: []string{"fc"}}
	score := func(store string, began func()) (*benchmarks.Report, string) {
		runner := NewRunner(benchmarks.Home{Dir: filepath.Join(dir, "home")}, Options{Workers: 1})
		var said strings.Builder
		runner.Log = func(line string) { fmt.Fprintln(&said, line) }
		runner.Progress = func(string, int64) func(int64) { began(); return func(int64) {} }
		if store != "" {
			s, err := results.Open(store)
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
		return report, said.String()
	}
	before, err := os.ReadFile(layer)
	if err != nil {
		t.Fatal(err)
	}
	_, said := score(store, func() {
		alter(t, layer, func(s string) string {
			b := []byte(s)
			for i := len(b) - 400; i < len(b); i += 4 {
				b[i+2] ^= 0x40
			}
			return string(b)
		})
	})
	if !strings.Contains(said, "its files changed while it was scored, so the result is not kept") {
		t.Errorf("said %q", said)
	}
	for _, content := range [][]byte{nil, before} {
		if content != nil {
			if err := os.WriteFile(layer, content, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, _ := score("", func() {})
		got, _ := score(store, func() {})
		same(t, "after a change in the midst", got, want)
	}
}

func TestStoreNamesDamage(t *testing.T) {
	dir, store := "../../testdata/golden", t.TempDir()
	want := scoreStored(t, dir, store)
	paths := entries(t, store, results.Scores)
	if err := os.Truncate(paths[0], 100); err != nil {
		t.Fatal(err)
	}
	alter(t, paths[1], func(s string) string { return strings.Replace(s, `"raw":{"value":0.`, `"raw":{"value":0.9`, 1) })
	run := scoreStored(t, dir, store)
	same(t, "damaged", run.report, want.report)
	for _, path := range paths[:2] {
		if !strings.Contains(strings.Join(run.warnings, "\n"), path) {
			t.Errorf("%s is not named in %q", path, run.warnings)
		}
	}
	if run = scoreStored(t, dir, store); len(run.warnings) > 0 || run.passes > 0 {
		t.Errorf("after that %d passes, warned %q", run.passes, run.warnings)
	}
}
