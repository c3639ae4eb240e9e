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

// temporarySuffix marks files that are being written.
const temporarySuffix = ".tmp"

// writeFile writes a file completely or not at all, and makes its folder if that is
// missing.
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
		removeTemporary(dir)
	}
	return err
}

// removeTemporary removes files of killed writers when they are a day old, so that none
// is still being written.
func removeTemporary(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") || !strings.HasSuffix(e.Name(), temporarySuffix) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
