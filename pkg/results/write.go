package results

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/brainscore-go/brainscore/internal/fsutil"
)

// unfinished marks files that are being written.
const unfinished = ".tmp"

// writeFile writes a file whole, and the folder it is in if that is missing.
func writeFile(path string, content []byte) error {
	dir := filepath.Dir(path)
	write := func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}
	err := fsutil.WriteFile(path, 0, write)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		err = fsutil.WriteFile(path, 0, write)
	}
	if err == nil {
		removeUnfinished(dir)
	}
	return err
}

// removeUnfinished removes what writers that were killed have left behind, once
// no writer can be at it any more.
func removeUnfinished(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), unfinished) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
