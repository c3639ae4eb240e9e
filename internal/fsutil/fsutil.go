// Package fsutil writes files and replaces folders so that a reader, or a
// machine that loses power, sees the old content or the new and never a part.
package fsutil

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// CreateTemp creates a file for the new content of path, in the same folder and
// with the permissions that the process gives new files. Its name starts with a
// dot and ends in ".tmp".
func CreateTemp(path string) (*os.File, error) {
	folder, name := filepath.Split(path)
	for {
		// File systems limit the length of names.
		temp := filepath.Join(folder, fmt.Sprintf(".%s.%08x.tmp", name[:min(len(name), 100)], rand.Uint32()))
		f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// WriteFile writes a file by a function and puts it at path in one step, after
// its content has reached the disk. If the function or anything else fails, it
// leaves path as it was and returns that error. The file has the permissions
// perm, or, if perm is 0, those that the process gives new files. A symbolic
// link at path is replaced, not followed.
func WriteFile(path string, perm fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := CreateTemp(path)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if perm != 0 {
		if err := f.Chmod(perm); err != nil {
			return err
		}
	}
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// SyncDir makes the names in a folder durable. It returns nil if the system, the
// file system or the folder's permissions do not allow that.
func SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil // folders cannot be flushed there
	}
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// Reason returns the cause of a system's error without the operation and the
// path, for messages that name these themselves.
func Reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
