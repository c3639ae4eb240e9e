package output

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/fsutil"
)

// Stdout is the path that stands for standard output.
const Stdout = "-"

// Write renders a result and writes it whole or not at all: to stdout if path is "-",
// else to the file of that path. Nothing is written if rendering fails or the context
// has ended. The file is replaced in one step, so that readers see the old content or
// the new, and keeps its permissions. A device, pipe or socket is written to directly.
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
			return fmt.Errorf("writing standard output: %w", fsutil.Reason(err))
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
		return cannotWrite(path, err)
	}
	return err
}

// cannotWrite returns an error about a path that cannot be written.
func cannotWrite(path string, err error) error {
	folder := filepath.Dir(path)
	if _, missing := os.Stat(folder); errors.Is(missing, fs.ErrNotExist) {
		return fmt.Errorf("writing %s: %w: make the folder %s first", path, fsutil.Reason(err), folder)
	}
	return fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
}

// Check returns an error if Write could not write the path, as it is a folder or files
// cannot be made beside it, so that a long run does not end in such an error.
func Check(path string) error {
	if path == Stdout {
		return nil
	}
	target, err := resolve(path)
	if err != nil || target.special {
		return err
	}
	f, err := fsutil.CreateTemp(target.path)
	if err != nil {
		return cannotWrite(path, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// target is the file that a path leads to.
type target struct {
	path    string
	mode    fs.FileMode // permissions of an existing file, else 0
	special bool        // a device, pipe or socket
}

// resolve follows symbolic links, so that the file that they lead to is replaced, not the
// link.
func resolve(path string) (target, error) {
	if path == "" {
		return target{}, errors.New("no output file named; - stands for standard output")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target{path: path}, nil
	case err != nil:
		return target{}, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
	case info.IsDir():
		return target{}, fmt.Errorf("writing %s: it is a folder; name a file", path)
	case !info.Mode().IsRegular():
		return target{path: path, special: true}, nil
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return target{}, fmt.Errorf("writing %s: %w", path, fsutil.Reason(err))
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

// replace writes the content to the target in one step, unless the context has ended.
func replace(ctx context.Context, t target, content []byte) error {
	return fsutil.WriteFile(t.path, t.mode, func(w io.Writer) error {
		_, err := w.Write(content)
		return errors.Join(err, ctx.Err())
	})
}
