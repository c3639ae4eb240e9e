package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/infile"
)

// File is an open array. Its methods, except Close, may be called concurrently.
type File struct {
	path         string
	r            io.ReaderAt
	state        infile.State // when the file was opened
	close        func() error
	major, minor int
	dtype        DType
	fortran      bool
	shape        []int
	rows, cols   int
	data         int64 // offset of the first element
	conv         converter[float64]
	single       converter[float32] // nil if float32 does not hold all values
}

// Open reads the header of the file at path and checks it against the file's
// size. All errors are a *stimuli.FileError.
func Open(path string) (*File, error) {
	// Opening a pipe would wait for its writer.
	info, err := os.Stat(path)
	if err != nil {
		return nil, openError(path, err)
	}
	if info.IsDir() {
		return nil, &fileerr.Error{Path: path, What: "is a directory", Remedy: "give a .npy file"}
	}
	if !info.Mode().IsRegular() {
		return nil, &fileerr.Error{Path: path, What: "is not a regular file", Remedy: "save the array to a file first, since it is read more than once and in any order"}
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	state, err := infile.StateOf(r)
	if err != nil {
		r.Close()
		return nil, openError(path, err)
	}
	f, err := newFile(path, r, state.Size)
	if err != nil {
		r.Close()
		return nil, err
	}
	f.close, f.state = r.Close, state
	return f, nil
}

func openError(path string, err error) error {
	e := &fileerr.Error{Path: path, What: "cannot be opened", Err: err}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		e.What += " (" + pe.Err.Error() + ")"
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.What, e.Remedy = "does not exist", "check the path"
	case errors.Is(err, fs.ErrPermission):
		e.Remedy = "make it readable for this user"
	}
	return e
}

// newFile reads the header of an array of size bytes in r.
func newFile(path string, r io.ReaderAt, size int64) (*File, error) {
	fail := func(what, remedy string, cause error) (*File, error) {
		return nil, &fileerr.Error{Path: path, What: what, Remedy: remedy, Err: cause}
	}
	unreadable := func(err error) (*File, error) {
		return fail("cannot be read ("+err.Error()+")", "check the disk and the file's permissions", err)
	}

	head := make([]byte, min(size, 512))
	if err := readFull(r, head, 0); err != nil {
		return unreadable(err)
	}
	if len(head) < len(magic) || string(head[:len(magic)]) != magic {
		what, remedy := sniff(head)
		return fail(what, remedy, nil)
	}
	f := &File{path: path, r: r}
	if len(head) < 10 {
		return fail(fmt.Sprintf("is truncated: %d bytes do not hold a header", size), "copy it or "+saveAgain, nil)
	}
	f.major, f.minor = int(head[6]), int(head[7])
	if f.major < 1 || f.major > 3 || f.minor != 0 {
		return fail(fmt.Sprintf("has format version %d.%d, not 1.0, 2.0 or 3.0", f.major, f.minor), saveAgain, nil)
	}
	f.data = 10
	length := int64(binary.LittleEndian.Uint16(head[8:]))
	if f.major > 1 {
		if len(head) < 12 {
			return fail(fmt.Sprintf("is truncated: %d bytes do not hold a header", size), "copy it or "+saveAgain, nil)
		}
		f.data = 12
		length = int64(binary.LittleEndian.Uint32(head[8:]))
	}
	switch {
	case length > size-f.data:
		return fail(fmt.Sprintf("is truncated, or its header lies about its length: the header should take %d bytes, the file has %d after byte %d", length, size-f.data, f.data), "copy it or "+saveAgain, nil)
	case length > maxHeader:
		return fail(fmt.Sprintf("has a header of %d bytes, more than the %d allowed", length, maxHeader), saveAgain, nil)
	}
	text := make([]byte, length)
	if err := readFull(r, text, f.data); err != nil {
		return unreadable(err)
	}
	f.data += length

	h, err := parseHeader(text)
	if err != nil {
		return fail("has a malformed header: "+err.Error(), saveAgain, err)
	}
	if h.Records {
		return fail("holds structured values (its dtype is a list of fields)", "save one numeric field: numpy.save(name, array['field'].astype('float32'))", nil)
	}
	var what, remedy string
	if f.dtype, what, remedy = parseDType(h.Descr); what != "" {
		return fail(what, remedy, nil)
	}
	f.fortran = h.Fortran
	if what, remedy = f.setShape(h.Shape, size); what != "" {
		return fail(what, remedy, nil)
	}
	f.conv, f.single = converterFor(f.dtype), singleConverterFor(f.dtype)
	return f, nil
}

// setShape sets the axes if they fit a file of size bytes; else it returns what is
// wrong and a remedy.
func (f *File) setShape(shape []int64, size int64) (what, remedy string) {
	if len(shape) == 0 {
		return "holds a single value without axes, shape ()", "save an array whose first axis is the stimuli"
	}
	for i, n := range shape {
		if n == 0 {
			return fmt.Sprintf("is without elements: axis %d of its shape %s is empty", i, shapeString(shape)), "save an array with at least one row and one column"
		}
	}
	available := size - f.data
	elements := int64(1)
	for _, n := range shape {
		if n > math.MaxInt64/int64(f.dtype.Size)/elements {
			return fmt.Sprintf("has a header that declares shape %s of %v, more than any file can hold; the file has %d bytes of data", shapeString(shape), f.dtype, available), saveAgain
		}
		elements *= n
	}
	need := elements * int64(f.dtype.Size)
	if need != available {
		state, difference := "truncated", fmt.Sprintf("%d missing", need-available)
		if available > need {
			state, difference = "oversized", fmt.Sprintf("%d too many", available-need)
		}
		return fmt.Sprintf("is %s: shape %s of %v takes %d bytes of data, the file has %d (%s)",
			state, shapeString(shape), f.dtype, need, available, difference), "copy it or " + saveAgain
	}
	if elements > math.MaxInt {
		return fmt.Sprintf("is too large for this machine: shape %s", shapeString(shape)), "use a 64-bit machine"
	}
	f.shape = make([]int, len(shape))
	for i, n := range shape {
		f.shape[i] = int(n)
	}
	f.rows = f.shape[0]
	f.cols = int(elements) / f.rows
	return "", ""
}

func shapeString(shape []int64) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, n := range shape {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.FormatInt(n, 10))
	}
	if len(shape) == 1 {
		b.WriteByte(',')
	}
	b.WriteByte(')')
	return b.String()
}

// readFull fills b by ReadAt. A full read with io.EOF is a success.
func readFull(r io.ReaderAt, b []byte, off int64) error {
	if len(b) == 0 {
		return nil
	}
	n, err := r.ReadAt(b, off)
	if n == len(b) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Close closes the file.
func (f *File) Close() error {
	if f.close == nil {
		return nil
	}
	return f.close()
}

// Path returns the path given to Open.
func (f *File) Path() string { return f.path }

// Shape returns the length of each axis.
func (f *File) Shape() []int { return append([]int(nil), f.shape...) }

// DType returns the type of the elements in the file.
func (f *File) DType() DType { return f.dtype }

// Fortran reports whether the first axis varies fastest in the file.
func (f *File) Fortran() bool { return f.fortran }

// Version returns the version of the file's format.
func (f *File) Version() (major, minor int) { return f.major, f.minor }

// Rows returns the length of the first axis.
func (f *File) Rows() int { return f.rows }

// Cols returns the product of all axes but the first, 1 if there are none.
func (f *File) Cols() int { return f.cols }

// Bytes returns the size of the elements in the file.
func (f *File) Bytes() int64 { return int64(f.rows) * int64(f.cols) * int64(f.dtype.Size) }
