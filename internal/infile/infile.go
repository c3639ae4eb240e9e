// Package infile reads files that others wrote: only regular files, no further
// than a limit, and only until a context is done. All packages read plans, tables,
// registries, settings and the ids in archives through it, so that a pipe, a device
// or a file that claims to be huge ends in a message.
package infile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// Limit bounds the bytes that are read of a file.
type Limit struct {
	Bytes  int64
	What   string // what the file is, such as "a plan"
	Remedy string // what to do about a larger file; may be empty
}

// exceeded returns the error about a file that is larger than the limit.
func (l Limit) exceeded(path string) error {
	return &fileerr.Error{Path: path, What: fmt.Sprintf("the file is larger than the %s that %s may have", Size(l.Bytes), l.What), Remedy: l.Remedy}
}

// Size returns a number of bytes in the largest unit that divides it.
func Size(n int64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB"}
	i := 0
	for ; i+1 < len(units) && n > 0 && n%1024 == 0; i++ {
		n /= 1024
	}
	return fmt.Sprintf("%d %s", n, units[i])
}

// File is a regular file that is open for reading. Its methods return the error of
// its context once that is done.
type File struct {
	ctx  context.Context
	file *os.File
	size int64
}

// Open opens a regular file. It refuses pipes, which could wait for a writer
// forever, devices, which have no end, and folders.
func Open(ctx context.Context, path string) (*File, error) {
	info, err := os.Stat(path)
	if err := check(path, info, err); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fileerr.Unreadable(path, err)
	}
	// The file may have been replaced since.
	info, err = file.Stat()
	if err := check(path, info, err); err != nil {
		file.Close()
		return nil, err
	}
	return &File{ctx, file, info.Size()}, nil
}

// check returns an error about anything but a regular file.
func check(path string, info fs.FileInfo, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &fileerr.Error{Path: path, What: "is missing", Remedy: "check the path", Err: err}
	case err != nil:
		return fileerr.Unreadable(path, err)
	case info.IsDir():
		return &fileerr.Error{Path: path, What: "is a folder, not a file"}
	case !info.Mode().IsRegular():
		return &fileerr.Error{Path: path, What: "is not a regular file", Remedy: "save its content to a file first"}
	}
	return nil
}

// Size returns the size of the file when it was opened.
func (f *File) Size() int64 { return f.size }

// Read implements io.Reader.
func (f *File) Read(p []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.file.Read(p)
}

// ReadAt implements io.ReaderAt.
func (f *File) ReadAt(p []byte, offset int64) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.file.ReadAt(p, offset)
}

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Bound returns a reader of r that fails once r is larger than the limit, or ctx is
// done. path names r in messages.
func Bound(ctx context.Context, path string, r io.Reader, l Limit) io.Reader {
	return &bounded{ctx, path, r, l, l.Bytes}
}

type bounded struct {
	ctx       context.Context
	path      string
	r         io.Reader
	limit     Limit
	remaining int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	// One byte more than is allowed shows that the limit is exceeded.
	if b.remaining < int64(len(p)) {
		p = p[:b.remaining+1]
	}
	n, err := b.r.Read(p)
	if b.remaining -= int64(n); b.remaining < 0 {
		b.remaining = 0
		return n - 1, b.limit.exceeded(b.path)
	}
	return n, err
}

// BoundedFile is a regular file that is read up to a limit.
type BoundedFile struct {
	file *File
	r    io.Reader
}

// Read implements io.Reader.
func (b *BoundedFile) Read(p []byte) (int, error) { return b.r.Read(p) }

// Size returns the size of the file when it was opened.
func (b *BoundedFile) Size() int64 { return b.file.size }

// Close closes the file.
func (b *BoundedFile) Close() error { return b.file.Close() }

// OpenBounded opens a regular file of at most the limit.
func OpenBounded(ctx context.Context, path string, l Limit) (*BoundedFile, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	if f.size > l.Bytes {
		f.Close()
		return nil, l.exceeded(path)
	}
	// The file may grow while it is read.
	return &BoundedFile{f, Bound(ctx, path, f, l)}, nil
}

// ReadFile reads a regular file of at most the limit.
func ReadFile(ctx context.Context, path string, l Limit) ([]byte, error) {
	f, err := OpenBounded(ctx, path, l)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(path, f)
}

// ReadFS is ReadFile for a file system such as those that are part of the program.
// path names the file in messages.
func ReadFS(fsys fs.FS, name, path string, l Limit) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err := check(path, info, err); err != nil {
		return nil, err
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fileerr.Unreadable(path, err)
	}
	defer f.Close()
	return readAll(path, Bound(context.Background(), path, f, l))
}

func readAll(path string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(r)
	return data, Named(path, err)
}

// Named returns an error that names the file, unless it does already or is that of
// a context.
func Named(path string, err error) error {
	if _, ok := errors.AsType[*fileerr.Error](err); ok || err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fileerr.Unreadable(path, err)
}

// ReadJSON decodes a regular file of at most the limit, which holds one JSON value. It
// reads no further than the first mistake.
func ReadJSON(ctx context.Context, path string, l Limit, into any) error {
	f, err := OpenBounded(ctx, path, l)
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(f)
	if err := d.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF // the file is empty
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("a second value follows at byte %d", d.InputOffset())
	}
	return nil
}
