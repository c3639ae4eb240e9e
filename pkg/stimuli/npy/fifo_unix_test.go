//go:build unix

package npy

import (
	"path/filepath"
	"syscall"
	"testing"
)

// Opening a pipe nobody writes to would wait for ever.
func TestOpenPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.npy")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	f, err := Open(path)
	checkRefused(t, f, err, path, "is not a regular file; save the array to a file first, since it is read more than once and in any order")
}
