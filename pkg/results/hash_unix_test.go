//go:build unix

package results

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHashEnds hashes what has no end, or none that is near.
func TestHashEnds(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	sparse, err := os.Create(path("sparse"))
	if err == nil {
		err = errors.Join(sparse.Truncate(64<<30), sparse.Close(), syscall.Mkfifo(path("fifo"), 0o666),
			os.Symlink("/dev/zero", path("device")), os.Mkdir(path("folder"), 0o777))
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"fifo": "is not a regular file", "device": "is not a regular file", "folder": "is a folder", "missing": "is missing",
		"sparse": context.DeadlineExceeded.Error(),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := s.Hash(ctx, path(name)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want an error that %s", err, want)
			}
			if s.Unchanged(ctx, path(name)) {
				t.Error("a file without a hash is unchanged")
			}
		})
	}
}

// TestFilesThatKeepChangingAreRefused appends to a file while it is hashed.
func TestFilesThatKeepChangingAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "growing")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(16 << 20); err != nil {
		t.Fatal(err)
	}
	stopped, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for size := int64(16 << 20); ; size++ {
			select {
			case <-stopped:
				return
			default:
				_ = f.Truncate(size)
			}
		}
	}()
	// On a busy machine the file may happen to stay as it is for one reading.
	for range 10 {
		if _, err = openIndex(t.TempDir()).hash(t.Context(), path); err != nil {
			break
		}
	}
	close(stopped)
	<-done
	if err == nil || !strings.Contains(err.Error(), "changes while it is read") {
		t.Errorf("got %v", err)
	}
}

// TestHashesThatCannotBeWritten puts a file where the index would be: hashes are returned
// all the same, the end of the run reports the failure, and may try again.
func TestHashesThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "index")
	if err := os.WriteFile(blocked, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	x := openIndex(blocked)
	x.flushed = time.Time{} // so that a hash is written as soon as it is known
	x.fresh = []record{{SHA256: "sha256:00"}}
	sum, err := x.hash(t.Context(), blocked)
	if err != nil || !strings.HasPrefix(sum, "sha256:") {
		t.Fatalf("got %q, %v", sum, err)
	}
	if err := x.flush(); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("the end of the run reports %v", err)
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	if err := x.flush(); err != nil || len(x.files()) != 1 {
		t.Errorf("once there is room: %v, %d files", err, len(x.files()))
	}
}
