package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// What a header begins with, and its limits.
const (
	magic = "\x93NUMPY"

	// maxHeader is the longest header that is read. numpy itself refuses more than
	// 10,000 bytes unless the caller trusts the file; long ones are records, which
	// Open refuses anyway.
	maxHeader = 1 << 20

	maxAxes = 64 // numpy's own limit, since version 2
)

// Header is the description of an array that stands before its elements, as it
// is written. No array need match it.
type Header struct {
	Descr   string // the type as numpy names it, as "<f4"; the list of fields of records
	Records bool   // Descr is a list of fields
	Fortran bool   // the first axis varies fastest
	Shape   []int64
}

// ReadHeader reads the header of an array of any type, up to its first element.
// It is for arrays inside an archive; [Open] reads files.
func ReadHeader(r io.Reader) (Header, error) {
	head := make([]byte, 12)
	if _, err := io.ReadFull(r, head[:10]); err != nil || string(head[:len(magic)]) != magic {
		return Header{}, errors.New("it is not a .npy array")
	}
	length := int64(binary.LittleEndian.Uint16(head[8:]))
	if head[6] > 1 {
		if _, err := io.ReadFull(r, head[10:]); err != nil {
			return Header{}, err
		}
		length = int64(binary.LittleEndian.Uint32(head[8:]))
	}
	if length > maxHeader {
		return Header{}, fmt.Errorf("it has a header of %d bytes, more than the %d allowed", length, maxHeader)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		return Header{}, err
	}
	h, err := parseHeader(text)
	if err != nil {
		return Header{}, fmt.Errorf("it has a malformed header: %w", err)
	}
	return h, nil
}

// parseHeader reads the literal of a Python dictionary with the keys descr,
// fortran_order and shape, in any order, each once, and nothing else but
// white space after it. This is what numpy's own reader accepts, short of
// other ways Python has to write the same literal.
func parseHeader(b []byte) (Header, error) {
	var h Header
	p := parser{b: b}
	if !p.take('{') {
		return h, errors.New("it does not start with '{'")
	}
	found := map[string]bool{}
	for !p.take('}') {
		key, err := p.str()
		if err != nil {
			return h, fmt.Errorf("expected a key: %w", err)
		}
		if found[key] {
			return h, fmt.Errorf("key %s is repeated", quote(key))
		}
		found[key] = true
		if !p.take(':') {
			return h, fmt.Errorf("no ':' after key %s", quote(key))
		}
		switch key {
		case "descr":
			h.Descr, h.Records, err = p.descr()
		case "fortran_order":
			h.Fortran, err = p.boolean()
		case "shape":
			h.Shape, err = p.shape()
		default:
			return h, fmt.Errorf("unknown key %s", quote(key))
		}
		if err != nil {
			return h, fmt.Errorf("%s: %w", key, err)
		}
		if p.take(',') {
			continue
		}
		if p.peek() != '}' {
			return h, p.unexpected("',' or '}'")
		}
	}
	if p.peek() != 0 || p.i < len(p.b) {
		return h, p.unexpected("nothing more after '}'")
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !found[key] {
			return h, fmt.Errorf("key %s is missing", quote(key))
		}
	}
	return h, nil
}

// parser walks over a literal. It never looks beyond b.
type parser struct {
	b []byte
	i int
}

// peek skips white space and returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	for p.i < len(p.b) {
		switch c := p.b[p.i]; c {
		case ' ', '\t', '\n', '\r', '\f':
			p.i++
		default:
			return c
		}
	}
	return 0
}

// take skips c if it comes next, and reports whether it does.
func (p *parser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.i++
	return true
}

func (p *parser) unexpected(want string) error {
	if p.peek(); p.i >= len(p.b) {
		return fmt.Errorf("it ends, but %s is expected", want)
	}
	return fmt.Errorf("%s at byte %d, but %s is expected", quote(string(p.b[p.i:p.i+1])), p.i, want)
}

// str reads a string in either quote. Escapes are kept as they are: no valid
// name has any.
func (p *parser) str() (string, error) {
	q := p.peek()
	if q != '\'' && q != '"' {
		return "", p.unexpected("a string")
	}
	start := p.i + 1
	for i := start; i < len(p.b); i++ {
		switch p.b[i] {
		case '\\':
			i++
		case q:
			p.i = i + 1
			return string(p.b[start:i]), nil
		}
	}
	return "", errors.New("a string has no closing quote")
}

func (p *parser) boolean() (bool, error) {
	p.peek()
	for _, v := range []struct {
		word string
		val  bool
	}{{"True", true}, {"False", false}} {
		if bytes.HasPrefix(p.b[p.i:], []byte(v.word)) {
			p.i += len(v.word)
			return v.val, nil
		}
	}
	return false, p.unexpected("True or False")
}

// descr reads a string, or the list of fields of records as it is written.
func (p *parser) descr() (s string, records bool, err error) {
	if c := p.peek(); c != '[' && c != '(' {
		s, err = p.str()
		return s, false, err
	}
	start, depth := p.i, 0
	for {
		switch p.peek() {
		case '[', '(':
			depth++
			p.i++
		case ']', ')':
			depth--
			p.i++
			if depth == 0 {
				return string(p.b[start:p.i]), true, nil
			}
		case '\'', '"':
			if _, err := p.str(); err != nil {
				return "", true, err
			}
		case '{', '}', ':':
			return "", true, p.unexpected("a list of fields")
		default:
			if p.i >= len(p.b) {
				return "", true, errors.New("a list of fields has no closing bracket")
			}
			p.i++
		}
	}
}

// shape reads a tuple of whole numbers; a tuple of one needs its comma, as in
// Python.
func (p *parser) shape() ([]int64, error) {
	if !p.take('(') {
		return nil, p.unexpected("'('")
	}
	shape := []int64{}
	comma := true
	for !p.take(')') {
		if !comma {
			return nil, p.unexpected("',' or ')'")
		}
		if len(shape) == maxAxes {
			return nil, fmt.Errorf("more than %d axes", maxAxes)
		}
		n, err := p.integer()
		if err != nil {
			return nil, err
		}
		shape = append(shape, n)
		comma = p.take(',')
	}
	if len(shape) == 1 && !comma {
		return nil, errors.New("a number, but a tuple is expected")
	}
	return shape, nil
}

// integer reads a whole number, with the L that Python 2 wrote after long ones.
func (p *parser) integer() (int64, error) {
	negative := p.take('-')
	if c := p.peek(); c < '0' || c > '9' {
		return 0, p.unexpected("a whole number")
	}
	var n int64
	for ; p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9'; p.i++ {
		d := int64(p.b[p.i] - '0')
		if n > (math.MaxInt64-d)/10 {
			return 0, errors.New("an axis is longer than 2⁶³")
		}
		n = 10*n + d
	}
	if p.i < len(p.b) && p.b[p.i] == 'L' {
		p.i++
	}
	if negative && n != 0 {
		return 0, fmt.Errorf("an axis is negative (-%d)", n)
	}
	return n, nil
}

// quote returns text of a file as Python would print it, cut to a length that
// keeps a message readable.
func quote(s string) string {
	tail := ""
	if len(s) > 40 {
		s, tail = s[:40], "…"
	}
	q := strconv.QuoteToASCII(s)
	return "'" + q[1:len(q)-1] + tail + "'"
}
