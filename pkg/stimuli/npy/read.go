package npy

import (
	"errors"
	"fmt"
	"io"

	"github.com/brainscore-go/brainscore/internal/fileerr"
)

// bufferSize bounds what one system call reads. It is small enough that what
// was read is still in the second-level cache when it is converted.
const bufferSize = 256 << 10

// Scratch is memory that calls of ReadBlock reuse. Its zero value is ready; one
// Scratch serves one goroutine.
type Scratch struct {
	buf   []byte
	order []int
}

// bytes returns a buffer of n bytes.
func (s *Scratch) bytes(n int) []byte {
	if cap(s.buf) < n {
		s.buf = make([]byte, n)
	}
	return s.buf[:n]
}

// ReadBlock fills dst with the columns lo to hi (exclusive) of the given rows,
// in the order of rows, which may repeat and skip rows of the file. Row i of the
// block starts at dst[i*ld]; ReadBlock does not change dst between hi-lo and ld.
// Columns are numbered as by numpy's reshape(n, -1), also for a file in Fortran
// order.
//
// Apart from dst it needs about a megabyte and, if the file is in Fortran order
// and rows do not ascend, one int for each row. s may be nil. Several goroutines
// may read blocks of one file concurrently, each with its own Scratch.
func (f *File) ReadBlock(rows []int, lo, hi int, dst []float64, ld int, s *Scratch) error {
	return readBlock(f, f.conv, rows, lo, hi, dst, ld, s)
}

// Single reports whether float32 holds all values of the file's type exactly.
func (f *File) Single() bool { return f.single != nil }

// ReadBlockSingle is ReadBlock in single precision, for a file that is Single.
func (f *File) ReadBlockSingle(rows []int, lo, hi int, dst []float32, ld int, s *Scratch) error {
	if f.single == nil {
		return fmt.Errorf("%s: %v does not fit single precision", f.path, f.dtype)
	}
	return readBlock(f, f.single, rows, lo, hi, dst, ld, s)
}

func readBlock[T target](f *File, conv converter[T], rows []int, lo, hi int, dst []T, ld int, s *Scratch) error {
	if lo < 0 || hi < lo || hi > f.cols {
		return fmt.Errorf("%s: columns %d to %d requested, but it has %d", f.path, lo, hi, f.cols)
	}
	for _, r := range rows {
		if r < 0 || r >= f.rows {
			return fmt.Errorf("%s: row %d requested, but it has %d", f.path, r, f.rows)
		}
	}
	width := hi - lo
	if len(rows) == 0 || width == 0 {
		return nil
	}
	if len(rows) > 1 && ld < width {
		return fmt.Errorf("%s: row stride %d is less than the %d columns to read", f.path, ld, width)
	}
	if len(dst) < width || len(rows) > 1 && (len(dst)-width)/ld < len(rows)-1 {
		return fmt.Errorf("%s: %d values do not hold %d rows of %d columns with stride %d", f.path, len(dst), len(rows), width, ld)
	}
	if s == nil {
		s = new(Scratch)
	}
	// With one column both orders are the same, and rows are read in larger runs.
	if f.fortran && f.cols > 1 {
		return readColumnMajor(f, conv, rows, lo, hi, dst, ld, s)
	}
	return readRowMajor(f, conv, rows, lo, hi, dst, ld, s)
}

// ReadAll reads the whole array, row by row. It allocates 8 × Rows × Cols bytes,
// so callers should check the size first.
func (f *File) ReadAll() ([]float64, error) {
	rows := make([]int, f.rows)
	for i := range rows {
		rows[i] = i
	}
	dst := make([]float64, f.rows*f.cols)
	if err := f.ReadBlock(rows, 0, f.cols, dst, f.cols, nil); err != nil {
		return nil, err
	}
	return dst, nil
}

// readAt fills b from element number elem on.
func (f *File) readAt(b []byte, elem int64) error {
	off := f.data + elem*int64(f.dtype.Size)
	err := readFull(f.r, b, off)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &fileerr.Error{
			Path: f.path, Err: err,
			What:   fmt.Sprintf("became shorter while it was read: %d bytes at byte %d are missing now", len(b), off),
			Remedy: "let the program that writes it finish, then run again",
		}
	}
	return &fileerr.Error{
		Path: f.path, Err: err,
		What:   fmt.Sprintf("cannot be read at byte %d (%v)", off, err),
		Remedy: "check the disk",
	}
}
