//go:build unix

package infile

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe would wait for its writer forever, and a device has no end.
func TestOnlyRegularFiles(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, "/dev/zero", "/dev/null"} {
		for name, read := range readers {
			if err := read(t.Context(), path); err == nil || !strings.Contains(err.Error(), "is not a regular file") {
				t.Errorf("%s of %s: %v", name, path, err)
			}
		}
	}
}
