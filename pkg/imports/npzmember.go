package imports

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var npyDict = regexp.MustCompile(`^\{'descr': (?:'([^']*)'|(\[.*\])), 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\),? *\}\s*$`)

// npyHead is the header of an array in an archive.
type npyHead struct {
	descr   string // the type as numpy names it; of an array of records a list
	shape   []int
	fortran bool
}

// kind is the letter of the type, 0 for records.
func (h npyHead) kind() byte {
	if len(h.descr) < 2 || h.descr[0] == '[' {
		return 0
	}
	return h.descr[1]
}

// plain reports whether the elements are numbers.
func (h npyHead) plain() bool { return strings.IndexByte("iufbc", h.kind()) >= 0 }

// size is the bytes of an element, -1 where that is no number.
func (h npyHead) size() int {
	n, err := strconv.Atoi(h.descr[min(2, len(h.descr)):])
	switch {
	case err != nil || n < 1 || n > 1<<16:
		return -1
	case h.kind() == 'U':
		return 4 * n
	}
	return n
}

// order is the byte order of the elements.
func (h npyHead) order() binary.ByteOrder {
	if h.descr[0] == '>' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// npyHeader reads the header of an array in an archive.
func npyHeader(from io.Reader) (h npyHead, err error) {
	head := make([]byte, 12)
	if _, err := io.ReadFull(from, head[:10]); err != nil || string(head[:6]) != "\x93NUMPY" {
		return h, errors.New("it is no .npy array")
	}
	length := int(binary.LittleEndian.Uint16(head[8:]))
	if head[6] > 1 {
		if _, err := io.ReadFull(from, head[10:]); err != nil {
			return h, err
		}
		length = int(binary.LittleEndian.Uint32(head[8:]))
	}
	if length > 1<<16 {
		return h, fmt.Errorf("it has a header of %d bytes", length)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(from, text); err != nil {
		return h, err
	}
	m := npyDict.FindSubmatch(text)
	if m == nil {
		return h, errors.New("its header is of no known form")
	}
	for _, s := range strings.Split(string(m[4]), ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		n, err := strconv.Atoi(s)
		if err != nil {
			return h, err
		}
		h.shape = append(h.shape, n)
	}
	h.descr, h.fortran = string(m[1])+string(m[2]), string(m[3]) == "True"
	return h, nil
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

// npzNames returns what a member may say of the rows of others: text, whole numbers,
// or what cannot be read, along one dimension, columns of text, or a matrix of
// characters. Others give nil.
func npzNames(m *zip.File, name string, h npyHead) []*rowNames {
	n := &rowNames{array: name, length: 1}
	long := 0
	for _, l := range h.shape {
		n.length *= l
		if l != 1 {
			long++
		}
	}
	kind := h.kind()
	characters := len(h.shape) == 2 && !h.fortran && len(h.descr) == 3 && (kind == 'S' || kind == 'U') && h.descr[2] == '1'
	if characters && h.shape[1] > 0 {
		n.length = h.shape[0]
	}
	switch {
	case len(h.shape) == 0 || n.length <= 0:
		return nil
	case !characters && long == 2 && len(h.shape) == 2 && (kind == 'S' || kind == 'U'):
		n.read = func() ([]string, error) { return readNPYText(m, 1) }
		return textColumns(n, h.shape[1], h.fortran)
	case long > 1 && !characters:
		return nil
	case characters:
		n.read = func() ([]string, error) { return readNPYText(m, h.shape[1]) }
	case kind == 'S', kind == 'U':
		n.read = func() ([]string, error) { return readNPYText(m, 1) }
	case kind == 'O', kind == 0 && records.MatchString(h.descr):
		n.read = func() ([]string, error) { return nil, errRecords }
	case kind == 'i', kind == 'u', kind == 'f' && n.known():
		if n.number = true; len(h.shape) > 1 && !n.known() {
			return nil // a layer of one feature
		}
		n.read = func() ([]string, error) { return readNPYNumbers(m) }
	default:
		return nil
	}
	return []*rowNames{n}
}

// elements reads the elements of an array in an archive one by one.
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
		return fmt.Errorf("it is of type %s", h.descr)
	}
	element := make([]byte, size)
	count := 1
	for _, n := range h.shape {
		count *= n
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

// readNPYText reads text of fixed width, as numpy writes it; so many elements make
// one text.
func readNPYText(m *zip.File, each int) ([]string, error) {
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
			return fmt.Errorf("it is of type %s, not text", h.descr)
		}
		if read++; read%each == 0 {
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
			return fmt.Errorf("it is of type %s", h.descr)
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
			return fmt.Errorf("it is of type %s", h.descr)
		}
		text, err := wholeNumber(math.Float64frombits(u))
		texts = append(texts, text)
		return err
	})
	return texts, err
}
