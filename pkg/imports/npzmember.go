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
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// npyHead is the header of an array in an archive.
type npyHead struct{ npy.Header }

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
	h, err := npy.ReadHeader(r)
	return npyHead{h}, err
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
		n.read = func() ([]string, error) { return readNPYText(m, 1) }
		return textColumns(n, int(h.Shape[1]), h.Fortran)
	case long > 1 && !characters:
		return nil
	case characters:
		n.read = func() ([]string, error) { return readNPYText(m, int(h.Shape[1])) }
	case kind == 'S', kind == 'U':
		n.read = func() ([]string, error) { return readNPYText(m, 1) }
	case kind == 'O', kind == 0 && records.MatchString(h.Descr):
		n.read = func() ([]string, error) { return nil, errRecords }
	case kind == 'i', kind == 'u', kind == 'f' && n.known():
		if n.number = true; len(h.Shape) > 1 && !n.known() {
			return nil // a layer of one feature
		}
		n.read = func() ([]string, error) { return readNPYNumbers(m) }
	default:
		return nil
	}
	return []*rowNames{n}
}

// elements calls use with each element of an array in an archive.
func elements(m *zip.File, use func(h npyHead, element []byte) error) error {
	from, err := m.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	h, err := npyHeader(from)
	if err != nil {
		return err
	}
	size := h.size()
	if size < 0 {
		return fmt.Errorf("it is of type %s", h.Descr)
	}
	element := make([]byte, size)
	count := 1
	for _, n := range h.Shape {
		count *= int(n)
	}
	for range count {
		if _, err := io.ReadFull(from, element); err != nil {
			return err
		}
		if err := use(h, element); err != nil {
			return err
		}
	}
	return nil
}

// readNPYText reads text of fixed width, as numpy writes it; each text has the given
// number of elements.
func readNPYText(m *zip.File, perText int) ([]string, error) {
	var texts []string
	var text []byte
	read := 0
	err := elements(m, func(h npyHead, element []byte) error {
		switch h.kind() {
		case 'S':
			text = append(text, element...)
		case 'U':
			for j := 0; j < len(element); j += 4 {
				if c := h.order().Uint32(element[j:]); c != 0 {
					text = utf8.AppendRune(text, rune(c))
				}
			}
		default:
			return fmt.Errorf("it is of type %s, not text", h.Descr)
		}
		if read++; read%perText == 0 {
			texts = append(texts, strings.TrimRight(string(text), "\x00"))
			text = text[:0]
		}
		return nil
	})
	return texts, err
}

// readNPYNumbers reads whole numbers as text.
func readNPYNumbers(m *zip.File) ([]string, error) {
	var texts []string
	err := elements(m, func(h npyHead, element []byte) error {
		order := h.order()
		var u uint64
		switch len(element) {
		case 1:
			u = uint64(element[0])
		case 2:
			u = uint64(order.Uint16(element))
		case 4:
			u = uint64(order.Uint32(element))
		case 8:
			u = order.Uint64(element)
		default:
			return fmt.Errorf("it is of type %s", h.Descr)
		}
		switch unused := 64 - 8*len(element); {
		case h.kind() == 'u':
			texts = append(texts, strconv.FormatUint(u, 10))
			return nil
		case h.kind() == 'i':
			texts = append(texts, strconv.FormatInt(int64(u<<unused)>>unused, 10))
			return nil
		case len(element) == 4:
			u = math.Float64bits(float64(math.Float32frombits(uint32(u))))
		case len(element) != 8:
			return fmt.Errorf("it is of type %s", h.Descr)
		}
		text, err := wholeNumber(math.Float64frombits(u))
		texts = append(texts, text)
		return err
	})
	return texts, err
}
