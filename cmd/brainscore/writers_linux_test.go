package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/brainscore-go/brainscore/internal/thorough"
)

const pageSize = 4096

// fill leaves room for a number of pages on the file system of a folder.
func fill(t *testing.T, dir string, pages int64) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	used := int64(fs.Bfree)*fs.Bsize - pages*pageSize
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if used > 0 { // without the time that writing takes
		err = syscall.Fallocate(int(f.Fd()), 0, 0, used)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWritersOnFullDisks runs every command that writes on a small file system with room
// for 0, 1, 5 pages and so on until it succeeds, so that the disk is full at each of its
// writes: its path then holds what it held before, no temporary file remains, and the
// message says why.
func TestWritersOnFullDisks(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	program := builtProgram(t, t.TempDir())
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64m"); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	writersFolder(t, program, dir)
	growth := int64(16) // of the room, in quarters
	if thorough.Asked() {
		growth = 5
	}
	for _, w := range thorough.OneIn(2, writers...) {
		t.Run(w.name, func(t *testing.T) {
			path := filepath.Join(dir, filepath.FromSlash(w.path))
			states := w.states(t, program, dir)
			states[0].reset(t, path)
			fill(t, dir, 4096)
			output(t, dir, program, w.words...)
			whole, files := pathSum(t, path), filesUnder(t, dir)
			for _, s := range states {
				done, failed := false, 0
				for pages := int64(0); !done; pages = pages*growth/4 + 1 {
					fill(t, dir, 4096)
					s.reset(t, path)
					before := pathSum(t, path)
					fill(t, dir, pages)
					var stderr bytes.Buffer
					c := exec.Command(program, w.words...)
					c.Dir, c.Stderr = dir, &stderr
					err := c.Run()
					after := pathSum(t, path)
					exit, _ := errors.AsType[*exec.ExitError](err)
					switch {
					case err == nil && after == whole:
						done = true
					case exit == nil || exit.ExitCode() != 1 || !strings.Contains(stderr.String(), "no space left on device"):
						t.Fatalf("room for %d pages: %v, and it prints %s", pages, err, &stderr)
					case after != before && after != whole:
						t.Fatalf("room for %d pages, with %s before: %s is there in part", pages, s.name, w.path)
					default:
						failed++
					}
					for name := range filesUnder(t, dir) {
						if base := filepath.Base(name); !files[name] && (strings.HasPrefix(base, ".") || strings.HasSuffix(base, ".tmp")) {
							t.Fatalf("room for %d pages: %s remains", pages, name)
						}
					}
				}
				t.Logf("with %s before, the disk was full %d times", s.name, failed)
			}
			fill(t, dir, 4096)
			states[0].reset(t, path)
		})
	}
}

// TestRunsOnFullDisks scores into a folder of results on small file systems: all scores
// are written, what is kept is whole, and there is a message if anything is not kept.
func TestRunsOnFullDisks(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	golden, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	request := []string{"score", filepath.Join(golden, "models/mini-net"), "--data", filepath.Join(golden, "home"), "--format", "json", "--quiet",
		"--benchmark", "hvm-mini.IT-rdm", "--benchmark", "hvm-mini.V4-rdm", "--benchmark", "objectome-mini-i2n"}
	want, err := exec.Command("brainscore", request...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for size := 1; ; size++ {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%dk", 4*size)); err != nil {
			t.Skipf("no file system can be mounted: %v", err)
		}
		var stdout, stderr bytes.Buffer
		c := exec.Command("brainscore", append(request, "--results", dir)...)
		c.Stdout, c.Stderr = &stdout, &stderr
		err := c.Run()
		scores := len(kept(t, dir))
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
		if !bytes.Equal(stdout.Bytes(), want) {
			t.Errorf("%d pages: the document differs", size)
		}
		if err == nil {
			if scores != 3 {
				t.Errorf("%d pages: %d scores are kept, but nothing is said", size, scores)
			}
			t.Logf("%d pages are enough", size)
			return
		}
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || !strings.Contains(stderr.String(), "no space left on device") {
			t.Fatalf("%d pages: %v, and it prints %s", size, err, &stderr)
		}
	}
}
