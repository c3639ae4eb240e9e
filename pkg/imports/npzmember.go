package imports

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// npyHead is the header of an array in an archive.
type npyHead struct {
	npy.Header
	bytes uint64 // of the header
}

// kind returns the letter of the type, 0 for records.
func (h npyHead) kind() byte {
	if h.Records || len(h.Descr) < 2 {
		return 0
	}
	return h.Descr[1]
}

// plain reports whether the elements are numbers.
func (h npyHead) plain() bool { return strings.IndexByte("iufbc", h.kind()) >= 0 }

// size returns the bytes of an element, -1 if the type does not state them.
func (h npyHead) size() int {
	n, err := strconv.Atoi(h.Descr[min(2, len(h.Descr)):])
	switch {
	case err != nil || n < 1 || n > 1<<16:
		return -1
	case h.kind() == 'U':
		return 4 * n
	}
	return n
}

// order returns the byte order of the elements.
func (h npyHead) order() binary.ByteOrder {
	if h.Descr[0] == '>' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// npyHeader reads the header of an array in an archive.
func npyHeader(r io.Reader) (npyHead, error) {
	size := &counter{w: io.Discard}
	h, err := npy.ReadHeader(io.TeeReader(r, size))
	return npyHead{h, uint64(size.n)}, err
}

// memberHeader reads the header of a member of an archive.
func memberHeader(m *zip.File) (npyHead, error) {
	from, err := m.Open()
	if err != nil {
		return npyHead{}, err
	}
	defer from.Close()
	return npyHeader(from)
}

// checkSize returns an error if the array that the header describes has another size
// than its member, which would be noticed only after it is unpacked.
func (h npyHead) checkSize(m *zip.File) error {
	bytes := uint64(max(h.size(), 1))
	for _, n := range h.Shape {
		if n < 0 || n > 0 && bytes > math.MaxInt64/uint64(n) {
			return fmt.Errorf("its header states the shape %v, more than any file can hold", h.Shape)
		}
		bytes *= uint64(n)
	}
	if m.UncompressedSize64 != h.bytes+bytes {
		return fmt.Errorf("its header states the shape %v of %s, which takes %d bytes, but the archive has %d", h.Shape, h.Descr, h.bytes+bytes, m.UncompressedSize64)
	}
	return nil
}

// records are the types of text in a list of records.
var records = regexp.MustCompile(`'[<>|=][USO]`)

// npzNames returns a member, or its columns, as candidates that may name the rows
// of others: text, whole numbers, or elements that cannot be read, along one
// dimension, columns of text, or a matrix of characters. It returns nil for others.
func npzNames(m *zip.File, name string, h npyHead) []*rowNames {
	n := &rowNames{array: name, length: 1}
	long := 0
	for _, l := range h.Shape {
		n.length *= int(l)
		if l != 1 {
			long++
		}
	}
	kind := h.kind()
	characters := len(h.Shape) == 2 && !h.Fortran && len(h.Descr) == 3 && (kind == 'S' || kind == 'U') && h.Descr[2] == '1'
	if characters && h.Shape[1] > 0 {
		n.length = int(h.Shape[0])
	}
	switch {
	case len(h.Shape) == 0 || n.length <= 0:
		return nil
	case !characters && long == 2 && len(h.Shape) == 2 && (kind == 'S' || kind == 'U'):
		n.read = func(limit int64) ([]string, error) { return readNPYText(m, 1, limit) }
		return textColumns(n, int(h.Shape[1]), h.Fortran)
	case long > 1 && !characters:
		return nil
	case characters:
		n.read = func(limit int64) ([]string, error) { return readNPYText(m, int(h.Shape[1]), limit) }
	case kind == 'S', kind == 'U':
		n.read = func(limit int64) ([]string, error) { return readNPYText(m, 1, limit) }
	case kind == 'O', kind == 0 && records.MatchString(h.Descr):
		n.read = func(int64) ([]string, error) { return nil, errRecords }
	case kind == 'i', kind == 'u', kind == 'f' && n.known():
		if n.number = true; len(h.Shape) > 1 && !n.known() {
			return nil // a layer of one feature
		}
		n.read = func(limit int64) ([]string, error) { return readNPYNumbers(m, limit) }
	default:
		return nil
	}
	return []*rowNames{n}
}
