package npy

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestUnchanged changes an open array in every way that a writer may.
func TestUnchanged(t *testing.T) {
	array := func(rows, cols int, value float64) []byte {
		var b bytes.Buffer
		values := make([]float64, rows*cols)
		for i := range values {
			values[i] = value
		}
		if err := Write(&b, rows, cols, values); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	old := array(40, 30, 1)
	rewrite := func(content []byte) func(path string) error {
		return func(path string) error { return os.WriteFile(path, content, 0o666) }
	}
	for name, c := range map[string]struct {
		change           func(path string) error
		fails, timesOnly bool
	}{
		"nothing":      {func(string) error { return nil }, false, false},
		"same content": {rewrite(old), true, true},
		"new values":   {rewrite(array(40, 30, 2)), true, true},
		"new shape":    {rewrite(array(30, 40, 1)), true, false},
		"longer":       {rewrite(array(41, 30, 1)), true, false},
		"truncated":    {func(path string) error { return os.Truncate(path, 500) }, true, false},
		"emptied":      {rewrite(nil), true, false},
		"removed":      {os.Remove, true, false},
		"replaced": {func(path string) error {
			return errors.Join(os.WriteFile(path+".new", old, 0o666), os.Rename(path+".new", path))
		}, true, false},
		"new time": {func(path string) error { return os.Chtimes(path, time.Now(), time.Unix(1, 0)) }, true, true},
		"old time": {func(path string) error {
			info, err := os.Stat(path)
			return errors.Join(err, os.WriteFile(path, array(40, 30, 2), 0o666), os.Chtimes(path, info.ModTime(), info.ModTime()))
		}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.npy")
			if err := os.WriteFile(path, old, 0o666); err != nil {
				t.Fatal(err)
			}
			f, err := Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			time.Sleep(20 * time.Millisecond) // more than the resolution of times
			if err := c.change(path); err != nil {
				t.Fatal(err)
			}
			err = f.Unchanged()
			changed, ok := errors.AsType[*ChangedError](err)
			if ok != c.fails || ok && changed.TimesOnly != c.timesOnly {
				t.Errorf("got %v (%+v), want an error: %v, of times only: %v", err, changed, c.fails, c.timesOnly)
			}
		})
	}
}
