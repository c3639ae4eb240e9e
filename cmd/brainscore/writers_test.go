package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/thorough"
)

// writer is a command that writes a file or folder.
type writer struct {
	name  string
	path  string // what it writes, in the working directory of the command
	words []string
}

// fetchWords fetch published files from a folder.
var fetchWords = []string{"data", "fetch", "MajajHong2015.public", "--from", "served", "--data", "home", "--quiet"}

// writers lists every command that writes, except those that only write into a folder of
// results, which have tests of their own. All run in a folder that writersFolder makes.
var writers = []writer{
	{"score", "out/s.json", []string{"score", "models/mini-net", "--data", "home", "--benchmark", "hvm-mini.IT-rdm", "--output", "out/s.json"}},
	{"compact", "out/compact", []string{"compact", "models/mini-net", "--data", "home", "--output", "out/compact", "--quiet"}},
	{"benchmarks manifest", "out/m.json", []string{"benchmarks", "manifest", "hvm-mini.IT-rdm", "--data", "home", "--output", "out/m.json"}},
	{"pack", "out/p.zip", []string{"pack", "models/mini-net", "--for", "manifest.json", "--output", "out/p.zip", "--quiet"}},
	{"layers", "models/mini-net/model.yaml", []string{"layers", "models/mini-net", "--data", "home", "--benchmark", "hvm-mini.IT-rdm", "--write"}},
	{"batch plan", "out/p.json", []string{"batch", "plan", "models/mini-net", "--data", "home", "--results", "results", "--output", "out/p.json"}},
	{"batch merge", "out/m.json", []string{"batch", "merge", "plan.json", "--output", "out/m.json"}},
	{"leaderboard", "out/l.csv", []string{"leaderboard", "scores.json", "--output", "out/l.csv"}},
	{"analyze", "out/a.json", []string{"analyze", "--table", "published_scores.csv", "--where", "table=leaderboard-2018-09", "--output", "out/a.json"}},
	{"compare", "out/c.json", []string{"compare", "scores.json", "scores.json", "--output", "out/c.json"}},
	{"report", "out/r.html", []string{"report", "scores.json", "--output", "out/r.html"}},
	{"plot", "out/p.svg", []string{"plot", "layers", "scores.json", "--output", "out/p.svg"}},
	{"benchmarks new", "out/b.yaml", []string{"benchmarks", "new", "--assembly", "hvm-mini.assembly", "--region", "IT", "--data", "home", "--output", "out/b.yaml"}},
	{"import stimuli", "home/stimuli/new", []string{"import", "stimuli", "stimuli.csv", "--id", "new", "--data", "home"}},
	{"import assembly", "home/assemblies/new", []string{"import", "assembly", "brainio/assy_dicarlo_HvmMini.nc", "--id", "new", "--stimulus-set", "hvm-mini", "--data", "home"}},
	{"import activations", "models/new/small/features.npy", []string{"import", "activations", "brainio/features_fc.npy", "--layer", "features", "--model", "models/new", "--stimulus-set", "small", "--data", "home"}},
	{"import choices", "home/assemblies/edge", []string{"import", "choices", "trials.csv", "--id", "edge", "--stimulus-set", "edge", "--data", "home"}},
	{"import responses", "models/new/small/responses.csv", []string{"import", "responses", "responses.csv", "--model", "models/new", "--stimulus-set", "small", "--data", "home"}},
	{"data fetch", "home/assemblies/MajajHong2015.public", fetchWords},
	{"data rm", "home/assemblies/MajajHong2015.public", []string{"data", "rm", "MajajHong2015.public", "--data", "home"}},
	{"export", "out/e.npz", []string{"export", "hvm-mini.assembly", "--data", "home", "--output", "out/e.npz"}},
}

// writersFolder fills a folder with what the writers read.
func writersFolder(t *testing.T, program, dir string) {
	t.Helper()
	copied := errors.Join(
		os.CopyFS(filepath.Join(dir, "home"), os.DirFS("../../testdata/golden/home")),
		os.CopyFS(filepath.Join(dir, "models/mini-net"), os.DirFS("../../testdata/golden/models/mini-net")),
		copyFile("../../testdata/published_scores.csv", filepath.Join(dir, "published_scores.csv")),
		copyFile("../../testdata/golden/home/stimuli/hvm-mini/stimuli.csv", filepath.Join(dir, "stimuli.csv")),
		os.MkdirAll(filepath.Join(dir, "out"), 0o777),
		os.MkdirAll(filepath.Join(dir, "served"), 0o777),
		copyFile("../../testdata/golden/home/stimuli/hvm-mini/stimuli.csv", filepath.Join(dir, "served/stimulus_hvm-public.csv")),
		copyFile("../../testdata/brainio/assy_dicarlo_HvmMini.nc", filepath.Join(dir, "served/assy_dicarlo_MajajHong2015_public.nc")),
		os.MkdirAll(filepath.Join(dir, "brainio"), 0o777))
	for _, name := range []string{"assy_dicarlo_HvmMini.nc", "features_fc.npy"} {
		copied = errors.Join(copied, copyFile(filepath.Join("../../testdata/brainio", name), filepath.Join(dir, "brainio", name)))
	}
	registry, err := registryOf(filepath.Join(dir, "served"))
	if err := errors.Join(copied, err); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "registry.csv"), registry)
	t.Setenv("BRAINSCORE_REGISTRY", filepath.Join(dir, "registry.csv"))
	var trials, responses strings.Builder
	trials.WriteString("stimulus_id,subject,truth,choice\n")
	responses.WriteString("stimulus_id,subject,truth,choice\n")
	small := []string{"stimulus_id,object_name\n"}
	for i := range 2000 {
		fmt.Fprintf(&trials, "s%04d,p%d,%s,%s\n", i%500, i/500, []string{"cat", "dog"}[i%2], []string{"cat", "dog"}[i/7%2])
	}
	for i := range 6 { // the rows of features_fc.npy
		small = append(small, fmt.Sprintf("s%04d,cat\n", i))
		fmt.Fprintf(&responses, "s%04d,new,cat,cat\n", i)
	}
	put(t, filepath.Join(dir, "home/stimuli/small/stimuli.csv"), []byte(strings.Join(small, "")))
	put(t, filepath.Join(dir, "trials.csv"), []byte(trials.String()))
	put(t, filepath.Join(dir, "responses.csv"), []byte(responses.String()))
	request := []string{"models/mini-net", "--data", "home", "--quiet", "--benchmark", "hvm-mini.IT-rdm", "--benchmark", "hvm-mini.V4-rdm", "--all-layers"}
	output(t, dir, program, append([]string{"score", "--format", "json", "--output", "scores.json"}, request...)...)
	output(t, dir, program, "benchmarks", "manifest", "hvm-mini.IT-rdm", "--data", "home", "--output", "manifest.json")
	output(t, dir, program, append([]string{"batch", "plan", "--results", "results", "--output", "plan.json"}, request...)...)
	output(t, dir, program, "batch", "run", "plan.json", "--quiet")
}

// pathSum returns the hash of a file or a folder, "" if there is none.
func pathSum(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return ""
	case err != nil:
		t.Fatal(err)
	case info.IsDir():
		return folderSum(t, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// filesUnder lists the files in a folder by their paths in it.
func filesUnder(t *testing.T, dir string) map[string]bool {
	t.Helper()
	found := make(map[string]bool)
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			found[strings.TrimPrefix(path, dir)] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// state is what a writer's path may hold before the writer runs.
type state struct {
	name string
	make func() error // once the path is removed
}

// states lists what a writer's path may hold before. Imports, drafts and compact dumps
// refuse to replace what exists.
func (w writer) states(t *testing.T, program, dir string) []state {
	file := func(content []byte) state {
		return state{"an old file", func() error { return os.WriteFile(filepath.Join(dir, w.path), content, 0o666) }}
	}
	absent := state{"nothing", func() error { return nil }}
	switch {
	case w.name == "layers":
		content, err := os.ReadFile(filepath.Join(dir, w.path))
		if err != nil {
			t.Fatal(err)
		}
		return []state{file(content)}
	case w.name == "data rm":
		return []state{{"a folder", func() error {
			output(t, dir, program, fetchWords...)
			return nil
		}}}
	case strings.HasPrefix(w.path, "out/") && w.name != "benchmarks new" && w.name != "compact":
		return []state{absent, file([]byte("old\n"))}
	}
	return []state{absent}
}

// reset makes a path hold a state.
func (s state) reset(t *testing.T, path string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(path), s.make()); err != nil {
		t.Fatal(err)
	}
}

// TestKilledWriters kills every command that writes at random moments: its path holds
// what it held before or what it holds after a run that came to its end, and the command
// succeeds when it runs again.
func TestKilledWriters(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	kills := 4
	if text := os.Getenv(killsVariable); text != "" {
		all, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%s: %v", killsVariable, err)
		}
		kills = (all + 9) / 10
	}
	dir := t.TempDir()
	program := builtProgram(t, dir)
	writersFolder(t, program, dir)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for _, w := range thorough.OneIn(2, writers...) {
		t.Run(w.name, func(t *testing.T) {
			path := filepath.Join(dir, filepath.FromSlash(w.path))
			states := w.states(t, program, dir)
			states[0].reset(t, path)
			started := time.Now()
			output(t, dir, program, w.words...)
			length := time.Since(started)
			whole := pathSum(t, path)
			ended := 0
			for i := range kills {
				s := states[i%len(states)]
				s.reset(t, path)
				before := pathSum(t, path)
				c := exec.Command(program, w.words...)
				c.Dir = dir
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(rng.Int64N(int64(length))))
				_ = c.Process.Kill()
				_ = c.Wait()
				switch after := pathSum(t, path); after {
				case before:
				case whole:
					ended++
				default:
					t.Fatalf("kill %d, with %s before: %s is there in part", i, s.name, w.path)
				}
			}
			states[0].reset(t, path)
			output(t, dir, program, w.words...)
			if pathSum(t, path) != whole {
				t.Errorf("%s differs after all", w.path)
			}
			t.Logf("%d kills, %d after it had written; a run takes %v", kills, ended, length)
			states[0].reset(t, path)
		})
	}
}

// TestWritersAtOnce runs each command that writes many times concurrently: its path holds
// what a single run writes, whether the others replaced it or found it there.
func TestWritersAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	processes := 6
	if os.Getenv(killsVariable) != "" {
		processes = 32
	}
	dir := t.TempDir()
	program := builtProgram(t, dir)
	writersFolder(t, program, dir)
	for _, w := range thorough.OneIn(2, writers...) {
		t.Run(w.name, func(t *testing.T) {
			path := filepath.Join(dir, filepath.FromSlash(w.path))
			s := w.states(t, program, dir)[0]
			s.reset(t, path)
			output(t, dir, program, w.words...)
			whole := pathSum(t, path)
			s.reset(t, path)
			before := filesUnder(t, dir)
			var running sync.WaitGroup
			var ended atomic.Int64
			for range processes {
				running.Go(func() {
					c := exec.Command(program, w.words...)
					c.Dir = dir
					out, err := c.CombinedOutput()
					if err == nil {
						ended.Add(1)
					} else if bytes.Contains(out, []byte("panic")) {
						t.Errorf("%s", out)
					}
				})
			}
			running.Wait()
			if got := pathSum(t, path); got != whole || ended.Load() == 0 {
				t.Errorf("%d of %d ended well, and %s differs from that of one run: %v", ended.Load(), processes, w.path, got != whole)
			}
			for name := range filesUnder(t, dir) {
				if !before[name] && strings.HasSuffix(name, ".tmp") {
					t.Errorf("%s remains", name)
				}
			}
			t.Logf("%d of %d ended well", ended.Load(), processes)
			s.reset(t, path)
		})
	}
}
