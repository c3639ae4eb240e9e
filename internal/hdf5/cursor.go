package hdf5

import (
	"bytes"
	"encoding/binary"
)

// cursor decodes little-endian fields from bytes already read. Reading past
// the end yields zeros and is remembered, so that a decoder can read a whole
// structure and check once.
type cursor struct {
	b    []byte
	pos  int
	off  int64 // file offset of b[0], for errors
	bad  bool
	what string

	offSize, lenSize int
}

func (f *File) cursor(b []byte, addr uint64, what string) *cursor {
	return &cursor{b: b, off: f.fileOffset(addr), what: what, offSize: f.offSize, lenSize: f.lenSize}
}

// sub is a cursor of the next n bytes.
func (c *cursor) sub(n int) *cursor {
	s := *c
	s.off += int64(c.pos)
	s.pos = 0
	s.b = c.take(n)
	return &s
}

func (c *cursor) left() int { return len(c.b) - c.pos }

// take returns the next n bytes; they are not to be changed.
func (c *cursor) take(n int) []byte {
	if n < 0 || n > c.left() {
		c.bad = true
		c.pos = len(c.b)
		return nil
	}
	p := c.b[c.pos : c.pos+n]
	c.pos += n
	return p
}

func (c *cursor) skip(n int) { c.take(n) }

func (c *cursor) u8() uint8 {
	if p := c.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if p := c.take(2); p != nil {
		return binary.LittleEndian.Uint16(p)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if p := c.take(4); p != nil {
		return binary.LittleEndian.Uint32(p)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if p := c.take(8); p != nil {
		return binary.LittleEndian.Uint64(p)
	}
	return 0
}

// uint reads n bytes, 1 to 8.
func (c *cursor) uint(n int) uint64 {
	var v uint64
	for i, x := range c.take(n) {
		v |= uint64(x) << (8 * i)
	}
	return v
}

// addr reads an address; the undefined one becomes undef whatever its width.
func (c *cursor) addr() uint64 {
	v := c.uint(c.offSize)
	if c.offSize < 8 && v == 1<<(8*c.offSize)-1 {
		return undef
	}
	return v
}

func (c *cursor) length() uint64 { return c.uint(c.lenSize) }

// cstring reads up to a NUL, and the NUL.
func (c *cursor) cstring() string {
	i := bytes.IndexByte(c.b[c.pos:], 0)
	if i < 0 {
		c.bad = true
		c.pos = len(c.b)
		return ""
	}
	s := string(c.b[c.pos : c.pos+i])
	c.pos += i + 1
	return s
}

// pad skips to the next multiple of n from the given start.
func (c *cursor) pad(start, n int) {
	if r := (c.pos - start) % n; r != 0 {
		c.skip(n - r)
	}
}

func (c *cursor) err() error {
	if !c.bad {
		return nil
	}
	return corruptf(c.off, "%s is too short", c.what)
}
