package data

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// unpackLimits bound the content of an archive.
type unpackLimits struct {
	files int
	bytes int64
	// An archive of more than plain bytes may not grow by more than ratio:
	// images hardly shrink, bombs do.
	plain int64
	ratio int64
}

// The limits that the help of data fetch states.
var publishedLimits = unpackLimits{files: 200_000, bytes: 32 << 30, plain: 1 << 30, ratio: 200}

// unpack writes the files of a zip archive into a folder, which must be empty.
// It checks everything before it writes the first: names that lead out of the
// folder, links, repeated names, and sizes. It checks sizes again while it writes,
// since those that the archive states may be wrong. It calls progress with the
// total size, and the function that progress returns with the bytes done.
func unpack(ctx context.Context, archive, folder string, limits unpackLimits, progress func(bytes int64) func(done int64)) error {
	bad := func(format string, args ...any) error {
		return &fileerr.Error{Path: archive, What: fmt.Sprintf(format, args...) + "; nothing was unpacked"}
	}
	z, err := zip.OpenReader(archive)
	if errors.Is(err, zip.ErrFormat) {
		return bad("is not a zip archive")
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	defer z.Close()
	info, err := os.Stat(archive)
	if err != nil {
		return err
	}
	maxBytes := min(limits.bytes, max(limits.plain, limits.ratio*info.Size()))
	if len(z.File) > limits.files {
		return bad("holds %d files, more than %d", len(z.File), limits.files)
	}
	isFile := map[string]bool{}
	var total uint64
	for _, f := range z.File {
		name, err := entryName(f)
		if err != nil {
			return bad("%v", err)
		}
		isDir := f.Mode().IsDir()
		if file, repeated := isFile[name]; repeated && (file || !isDir) {
			return bad("holds %q twice", name)
		}
		isFile[name] = !isDir
		if total += f.UncompressedSize64; f.UncompressedSize64 > uint64(maxBytes) || total > uint64(maxBytes) {
			return bad("unpacks to more than the %d bytes that are allowed for an archive of %d", maxBytes, info.Size())
		}
	}
	for name := range isFile {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if isFile[dir] {
				return bad("holds %q both as a file and as a folder", dir)
			}
		}
	}
	// A root refuses paths that lead out of it, also by links.
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	done := progress(int64(total))
	var written int64
	for _, f := range z.File {
		name, err := entryName(f)
		if err != nil {
			return err
		}
		if f.Mode().IsDir() {
			if err := root.MkdirAll(name, 0o777); err != nil {
				return err
			}
			continue
		}
		n, err := unpackFile(ctx, root, name, f, maxBytes-written)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, errTooMuch) {
			return bad("unpacks to more than the %d bytes that are allowed for an archive of %d", maxBytes, info.Size())
		}
		if cut, ok := errors.AsType[*cutError](err); ok {
			return bad("cannot be unpacked: %s: %v", name, cut.err)
		}
		if errors.Is(err, fs.ErrExist) {
			return bad("cannot be unpacked: %s: its name differs from another one only in case", name)
		}
		if err != nil {
			return err
		}
		written += n
		done(written)
	}
	return nil
}

// entryName returns the name of a file in an archive, relative and with slashes, or
// an error if the file must not be unpacked.
func entryName(f *zip.File) (string, error) {
	mode := f.Mode()
	switch {
	case mode.Type() != 0 && !mode.IsDir():
		return "", fmt.Errorf("holds %q, which is neither a file nor a folder but %s", f.Name, kindOfFile(mode))
	case f.Flags&1 != 0:
		return "", fmt.Errorf("holds %q encrypted", f.Name)
	case strings.ContainsAny(f.Name, "\\\x00") || !filepath.IsLocal(filepath.FromSlash(f.Name)) || strings.Contains("/"+f.Name+"/", "/../"):
		return "", fmt.Errorf("holds %q, which leads out of its folder or is not a plain name", f.Name)
	}
	name := path.Clean(f.Name)
	if name == manifestName {
		return "", fmt.Errorf("holds %q, a reserved name", f.Name)
	}
	return name, nil
}

func kindOfFile(mode fs.FileMode) string {
	if mode&fs.ModeSymlink != 0 {
		return "a link"
	}
	return "a device or pipe"
}

var errTooMuch = errors.New("too much")

// unpackFile writes one file of at most maxBytes bytes and returns its size.
func unpackFile(ctx context.Context, root *os.Root, name string, f *zip.File, maxBytes int64) (n int64, err error) {
	source, err := f.Open()
	if err != nil {
		return 0, &cutError{err}
	}
	defer source.Close()
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return 0, err
	}
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return 0, err
	}
	err = receive(out, io.LimitReader(reader{ctx, source}, maxBytes+1), func(total int64) { n = total })
	if err == nil && n > maxBytes {
		err = errTooMuch
	}
	return n, errors.Join(err, out.Close())
}
