package mat5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrCorrupt marks a file that contradicts the format.
var ErrCorrupt = errors.New("damaged MATLAB 5 file")

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// types of data elements.
const (
	miINT8       = 1
	miUINT8      = 2
	miINT16      = 3
	miUINT16     = 4
	miINT32      = 5
	miUINT32     = 6
	miSINGLE     = 7
	miDOUBLE     = 9
	miINT64      = 12
	miUINT64     = 13
	miMATRIX     = 14
	miCOMPRESSED = 15
	miUTF8       = 16
	miUTF16      = 17
	miUTF32      = 18
)

// sizeOf returns the bytes of a value of a type, 0 if it is not a type of values.
func sizeOf(kind uint32) int {
	switch kind {
	case miINT8, miUINT8, miUTF8:
		return 1
	case miINT16, miUINT16, miUTF16:
		return 2
	case miINT32, miUINT32, miSINGLE, miUTF32:
		return 4
	case miDOUBLE, miINT64, miUINT64:
		return 8
	}
	return 0
}

// content is the bytes of an element, which are read in order.
type content struct {
	r     io.Reader
	order binary.ByteOrder
	left  int64 // the bytes that follow
}

func (c *content) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	if len(p) == 0 {
		return 0, io.EOF
	}
	n, err := c.r.Read(p)
	c.left -= int64(n)
	switch {
	case n > 0: // an error comes again with the next call
		return n, nil
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// tag reads the tag of the next element in c and returns its type, its content, and
// the bytes of padding after it.
func (c *content) tag() (kind uint32, inner content, pad int64, err error) {
	if c.left < 8 {
		return 0, content{}, 0, corrupt("an element ends within a tag")
	}
	var head [8]byte
	if _, err := io.ReadFull(c, head[:4]); err != nil {
		return 0, content{}, 0, err
	}
	kind = c.order.Uint32(head[:4])
	if short := kind >> 16; short != 0 {
		if short > 4 {
			return 0, content{}, 0, corrupt("a short element of %d bytes", short)
		}
		return kind & 0xffff, content{c, c.order, int64(short)}, 4 - int64(short), nil
	}
	if _, err := io.ReadFull(c, head[4:]); err != nil {
		return 0, content{}, 0, err
	}
	n := int64(c.order.Uint32(head[4:]))
	if n > c.left {
		return 0, content{}, 0, corrupt("an element of %d bytes in one that has %d left", n, c.left)
	}
	if kind != miMATRIX {
		pad = min(-n&7, c.left-n)
	}
	return kind, content{c, c.order, n}, pad, nil
}

// small reads an element whole, if it is of at most limit bytes.
func (c *content) small(limit int64) (kind uint32, data []byte, err error) {
	kind, inner, pad, err := c.tag()
	if err != nil {
		return 0, nil, err
	}
	if inner.left > limit {
		return 0, nil, &LimitError{inner.left, limit}
	}
	data = make([]byte, inner.left)
	if _, err := io.ReadFull(&inner, data); err != nil {
		return 0, nil, err
	}
	return kind, data, c.skip(pad)
}

func (c *content) skip(n int64) error {
	_, err := io.CopyN(io.Discard, c, n)
	return err
}

// LimitError reports text over the caller's limit.
type LimitError struct{ bytes, limit int64 }

func (e *LimitError) Error() string {
	return fmt.Sprintf("an element of %d bytes, more than the %d that it can need", e.bytes, e.limit)
}

// DataError reports that the cause is invalid data.
func (e *LimitError) DataError() bool { return true }
