//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// TestInterruptsEndCommands interrupts commands that read a layer of 128 GiB, whose zeros
// take no room, at a time when they read or hash it: each ends with the exit code of an
// interrupt, without a result and without temporary files. Hashes that are known by then may be kept.
func TestInterruptsEndCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	model := filepath.Join(dir, "m/hvm-mini")
	const rows, cols = 320, 100 << 20
	if err := os.MkdirAll(model, 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(model, "fc.npy"))
	if err == nil {
		err = npy.WriteHeader(f, "<f4", rows, cols)
	}
	if err == nil {
		var end int64
		end, err = f.Seek(0, 1)
		err = errors.Join(err, f.Truncate(end+4*rows*cols), f.Close())
	}
	if err != nil {
		t.Skipf("the file system does not take a file of this size: %v", err)
	}
	home := filepath.Join(golden, "home")
	request := []string{"m", "--data", home, "--benchmark", "hvm-mini.IT-rdm", "--quiet"}
	output(t, dir, "brainscore", append([]string{"batch", "plan", "--results", "planned", "--output", "plan.json"}, request...)...)
	for _, words := range [][]string{
		append([]string{"score", "--layer", "fc"}, request...),
		append([]string{"score", "--layer", "fc", "--results", "results", "--output", "scores.json"}, request...),
		append([]string{"layers"}, request...),
		append([]string{"layers", "--results", "results"}, request...),
		{"batch", "run", "plan.json", "--quiet"},
		{"import", "activations", "m/hvm-mini/fc.npy", "--model", "copy", "--stimulus-set", "hvm-mini", "--data", home, "--quiet"},
	} {
		for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
			name := strings.Join(words[:2], " ")
			before := filesUnder(t, dir)
			c := exec.Command("brainscore", words...)
			c.Dir = dir
			var stdout, stderr bytes.Buffer
			c.Stdout, c.Stderr = &stdout, &stderr
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond)
			if err := c.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			hung := time.AfterFunc(30*time.Second, func() { _ = c.Process.Kill() })
			err := c.Wait()
			hung.Stop()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || stdout.Len() > 0 || !strings.Contains(stderr.String(), "brainscore: interrupted") {
				t.Errorf("%s after a %v: %v, and it prints %q and %q", name, signal, err, &stdout, &stderr)
			}
			for path := range filesUnder(t, dir) {
				if index := strings.Contains(path, "/index/") && strings.HasSuffix(path, ".jsonl"); !before[path] && !index {
					t.Errorf("%s after a %v: %s remains", name, signal, path)
				}
			}
		}
	}
}
