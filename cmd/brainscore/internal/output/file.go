package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
)

// Stdout is the path that stands for standard output.
const Stdout = "-"

// Write renders a result and writes it whole or not at all: to stdout where
// path is "-", else to the file of that path. Nothing is written when rendering
// fails or the context has ended. The file is replaced in one step, so readers
// see the old content or the new, and keeps its permissions. A device, pipe or
// socket is written to as it is.
func Write(ctx context.Context, path string, stdout io.Writer, render func(io.Writer) error) error {
	var content bytes.Buffer
	if err := render(&content); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if path == Stdout {
		if _, err := stdout.Write(content.Bytes()); err != nil {
			return fmt.Errorf("writing standard output: %w", reason(err))
		}
		return nil
	}
	target, err := resolve(path)
	if err != nil {
		return err
	}
	if target.special {
		err = writeSpecial(target.path, content.Bytes())
	} else {
		err = replace(ctx, target, content.Bytes())
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("writing %s: %w", path, reason(err))
	}
	return err
}

// Check says early whether Write could write the path: its folder is there and
// takes files, and it is no folder itself. A long run should not end in such an
// error.
func Check(path string) error {
	if path == Stdout {
		return nil
	}
	target, err := resolve(path)
	if err != nil || target.special {
		return err
	}
	f, err := createBeside(target)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, reason(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// target is what a path leads to.
type target struct {
	path    string
	mode    fs.FileMode // permissions of the file that is there, else 0
	special bool        // a device, pipe or socket
}

// resolve follows symbolic links, so that the file they name is replaced and
// not the link.
func resolve(path string) (target, error) {
	if path == "" {
		return target{}, errors.New("no output file named; - stands for standard output")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target{path: path}, nil
	case err != nil:
		return target{}, fmt.Errorf("writing %s: %w", path, reason(err))
	case info.IsDir():
		return target{}, fmt.Errorf("writing %s: it is a folder; name a file", path)
	case !info.Mode().IsRegular():
		return target{path: path, special: true}, nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return target{}, fmt.Errorf("writing %s: %w", path, reason(err))
	}
	return target{path: real, mode: info.Mode().Perm()}, nil
}

func writeSpecial(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// replace writes a file beside the target and renames it over the target.
func replace(ctx context.Context, t target, content []byte) (err error) {
	f, err := createBeside(t)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if t.mode != 0 {
		if err := f.Chmod(t.mode); err != nil {
			return err
		}
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), t.path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(t.path))
}

// createBeside creates a new file in the target's folder, with the permissions
// that the process gives new files.
func createBeside(t target) (*os.File, error) {
	folder, name := filepath.Split(t.path)
	for {
		beside := filepath.Join(folder, fmt.Sprintf(".%s.%08x.tmp", shorten(name), rand.Uint32()))
		f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// shorten keeps the name of a file beside within the limits of file systems.
func shorten(name string) string { return name[:min(len(name), 100)] }

// syncFolder makes a rename last. Some file systems cannot.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return nil // a folder may take files without letting itself be read
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// reason is what went wrong without the operation and the path, which are said
// before it.
func reason(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	if linkErr, ok := errors.AsType[*os.LinkError](err); ok {
		return linkErr.Err
	}
	return err
}
