package imports

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/brainscore-go/brainscore/internal/infile"
)

// memberError reports a member of an archive that is not what the archive states.
type memberError struct{ err error }

func (e *memberError) Error() string { return "is damaged: " + e.err.Error() }
func (e *memberError) Unwrap() error { return e.err }

// memberReader reads the content of a member and computes its checksum. Its errors are
// those of the member.
type memberReader struct {
	r   io.Reader
	sum hash.Hash32
	n   uint64
}

func (r *memberReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	r.n += uint64(n)
	r.sum.Write(p[:n])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		err = &memberError{err}
	}
	return n, err
}

// readMember calls use with the content of a member of an archive, and then checks its
// size and checksum.
func readMember(m *zip.File, use func(io.Reader) error) error {
	from, err := m.Open()
	if err != nil {
		if errors.Is(err, zip.ErrAlgorithm) {
			return err
		}
		return &memberError{err}
	}
	defer from.Close()
	// One byte more than the archive states shows that it is wrong.
	content := &memberReader{io.LimitReader(from, int64(min(m.UncompressedSize64, math.MaxInt64-1))+1), crc32.NewIEEE(), 0}
	if err := use(content); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return err
	}
	switch {
	case content.n != m.UncompressedSize64:
		return &memberError{errors.New("the archive states another size than it has")}
	case content.sum.Sum32() != m.CRC32: // archive/zip checks only those that are not 0
		return &memberError{zip.ErrChecksum}
	}
	return nil
}

// readElements calls use with each element of an array in an archive. The elements
// must fit the limit. If the member is damaged, that is the error, whatever use
// returns: it can then look like anything.
func readElements(m *zip.File, limit int64, use func(h npyHead, element []byte) error) error {
	if m.UncompressedSize64 > uint64(limit) {
		return fmt.Errorf("which unpacks to %d bytes, more than the %s that its rows can need", m.UncompressedSize64, infile.Size(limit))
	}
	var unusable error
	err := readMember(m, func(from io.Reader) error {
		unusable = eachElement(m, from, use)
		return nil
	})
	return cmp.Or(err, unusable)
}

func eachElement(m *zip.File, from io.Reader, use func(h npyHead, element []byte) error) error {
	h, err := npyHeader(from)
	if err != nil {
		return err
	}
	size := h.size()
	if size < 0 {
		return fmt.Errorf("it is of type %s", h.Descr)
	}
	if err := h.checkSize(m); err != nil {
		return err
	}
	element := make([]byte, size)
	for {
		if _, err := io.ReadFull(from, element); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := use(h, element); err != nil {
			return err
		}
	}
}

// invalidText stands for code points that no text has, so that it is not UTF-8.
const invalidText = '\xff'

// readNPYText reads text of fixed width, as numpy writes it; each text has the given
// number of elements.
func readNPYText(m *zip.File, perText int, limit int64) ([]string, error) {
	var texts []string
	var text []byte
	read := 0
	err := readElements(m, limit, func(h npyHead, element []byte) error {
		switch h.kind() {
		case 'S':
			text = append(text, element...)
		case 'U':
			for j := 0; j < len(element); j += 4 {
				if c := h.order().Uint32(element[j:]); c <= utf8.MaxRune && utf8.ValidRune(rune(c)) {
					text = utf8.AppendRune(text, rune(c))
				} else {
					text = append(text, invalidText)
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
func readNPYNumbers(m *zip.File, limit int64) ([]string, error) {
	var texts []string
	err := readElements(m, limit, func(h npyHead, element []byte) error {
		text, err := formatNumber(h, element)
		texts = append(texts, text)
		return err
	})
	return texts, err
}

// formatNumber formats an element, a whole number, as an id.
func formatNumber(h npyHead, element []byte) (string, error) {
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
		return "", fmt.Errorf("it is of type %s", h.Descr)
	}
	switch unused := 64 - 8*len(element); {
	case h.kind() == 'u':
		return strconv.FormatUint(u, 10), nil
	case h.kind() == 'i':
		return strconv.FormatInt(int64(u<<unused)>>unused, 10), nil
	case len(element) == 4:
		u = math.Float64bits(float64(math.Float32frombits(uint32(u))))
	case len(element) != 8:
		return "", fmt.Errorf("it is of type %s", h.Descr)
	}
	return wholeNumber(math.Float64frombits(u))
}
