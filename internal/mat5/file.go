package mat5

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// headerBytes is the size of a file's header.
const headerBytes = 128

// maxAxes and maxName bound what is held of a variable. MATLAB's names have at most 63
// characters.
const (
	maxAxes = 32
	maxName = 4096
)

// magic begins every file of version 5.
const magic = "MATLAB 5.0"

// IsMAT5 reports whether a file begins as one of version 5 does.
func IsMAT5(r io.ReaderAt) bool {
	head := make([]byte, len(magic))
	n, _ := r.ReadAt(head, 0)
	return string(head[:n]) == magic
}

func byteOrder(r io.ReaderAt) (binary.ByteOrder, error) {
	head := make([]byte, headerBytes)
	if _, err := r.ReadAt(head, 0); err != nil {
		return nil, corrupt("its header is incomplete")
	}
	switch end := string(head[126:]); {
	case !bytes.HasPrefix(head, []byte(magic)):
		return nil, corrupt("its header is of another version")
	case end == "IM":
		return binary.LittleEndian, nil
	case end == "MI":
		return binary.BigEndian, nil
	}
	return nil, corrupt("its header does not state the order of bytes")
}

// classes are the names of MATLAB's classes by their number.
var classes = []string{"", "cell", "struct", "object", "char", "sparse", "double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "function_handle", "opaque", "object"}

// Variable is a variable of a file.
type Variable struct {
	Name    string
	Class   string // MATLAB's name of it; "sparse" for sparse arrays, "opaque" for objects
	Shape   []int64
	Complex bool
	Logical bool

	r     io.ReaderAt
	order binary.ByteOrder
	at    int64 // of the element
	end   int64
}

// Numeric reports whether the variable is an array of numbers or truth values, which is
// neither sparse nor complex.
func (v *Variable) Numeric() bool { return v.descr() != "" }

// Len returns the number of elements.
func (v *Variable) Len() int64 {
	n := int64(1)
	for _, l := range v.Shape {
		n *= l
	}
	return n
}

// Variables lists the named variables of a file of the given size.
func Variables(r io.ReaderAt, size int64) ([]*Variable, error) {
	order, err := byteOrder(r)
	if err != nil {
		return nil, err
	}
	var all []*Variable
	for at := int64(headerBytes); at < size; {
		file := content{io.NewSectionReader(r, at, size-at), order, size - at}
		kind, inner, pad, err := file.tag()
		if err != nil {
			return nil, err
		}
		next := size - file.left + inner.left
		v := &Variable{r: r, order: order, at: at, end: next}
		// Compressed elements are not padded.
		if kind != miCOMPRESSED {
			next += pad
		}
		if kind == miMATRIX || kind == miCOMPRESSED {
			body, err := v.open()
			if err != nil {
				return nil, err
			}
			body.close()
			if v.Name != "" { // MATLAB's own data have no name
				all = append(all, v)
			}
		}
		at = next
	}
	return all, nil
}

// body is the content of a variable after its header.
type body struct {
	content
	inflated io.ReadCloser // nil if it is not compressed
}

func (b *body) close() {
	if b.inflated != nil {
		b.inflated.Close()
	}
}

// finish reads a compressed element to its end, where its checksum is.
func (b *body) finish() error {
	if _, err := io.Copy(io.Discard, &b.content); err != nil {
		return damaged(err)
	}
	if b.inflated == nil {
		return nil
	}
	var one [1]byte
	switch n, err := io.ReadFull(b.inflated, one[:]); {
	case n > 0:
		return corrupt("a compressed variable unpacks to more than it states")
	case err != nil && !errors.Is(err, io.EOF):
		return damaged(err)
	}
	return nil
}

// damaged returns the errors of decompression, and those of an early end, as those of
// a damaged file.
func damaged(err error) error {
	if err == nil || errors.Is(err, ErrCorrupt) {
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, zlib.ErrChecksum) || errors.Is(err, zlib.ErrHeader) || errors.Is(err, zlib.ErrDictionary) || isInflate(err) {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

// open reads the header of the variable's array and returns the rest of it.
func (v *Variable) open() (*body, error) {
	file := content{io.NewSectionReader(v.r, v.at, v.end-v.at), v.order, v.end - v.at}
	kind, inner, _, err := file.tag()
	if err != nil {
		return nil, err
	}
	b := &body{}
	if kind == miCOMPRESSED {
		compressed := inner // zlib reads on from it
		b.inflated, err = zlib.NewReader(&compressed)
		if err != nil {
			return nil, damaged(err)
		}
		unpacked := content{b.inflated, v.order, math.MaxInt64}
		if kind, inner, _, err = unpacked.tag(); err == nil && kind != miMATRIX {
			err = corrupt("a compressed element of type %d", kind)
		}
		if err != nil {
			b.close()
			return nil, damaged(err)
		}
	}
	b.content = inner
	if err := v.header(&b.content); err != nil {
		b.close()
		return nil, damaged(err)
	}
	return b, nil
}

// header reads the flags, the shape and the name of an array.
func (v *Variable) header(c *content) error {
	if c.left == 0 { // an empty cell
		v.Class, v.Shape = "double", []int64{0, 0}
		return nil
	}
	kind, flags, err := c.small(8)
	if err != nil {
		return err
	}
	if kind != miUINT32 || len(flags) != 8 {
		return corrupt("an array without flags")
	}
	bits := v.order.Uint32(flags)
	class := int(bits & 0xff)
	if class == 0 || class >= len(classes) {
		return corrupt("an array of the class %d", class)
	}
	v.Class, v.Complex, v.Logical = classes[class], bits&0x800 != 0, bits&0x200 != 0
	if v.Class == "opaque" { // objects such as string arrays have no dimensions
		return v.readName(c)
	}
	kind, shape, err := c.small(4 * maxAxes)
	if err != nil {
		return err
	}
	if kind != miINT32 || len(shape) < 8 || len(shape)%4 != 0 {
		return corrupt("an array without dimensions")
	}
	v.Shape = nil
	total := int64(1)
	for ; len(shape) > 0; shape = shape[4:] {
		n := int64(int32(v.order.Uint32(shape)))
		if n < 0 || n > 0 && total > math.MaxInt64/64/n {
			return corrupt("an array of an impossible size")
		}
		total *= max(n, 1)
		v.Shape = append(v.Shape, n)
	}
	return v.readName(c)
}

func (v *Variable) readName(c *content) error {
	kind, name, err := c.small(maxName)
	if err != nil {
		return err
	}
	if kind != miINT8 && kind != miUTF8 && kind != miUINT8 {
		return corrupt("an array whose name is of the type %d", kind)
	}
	v.Name = string(bytes.TrimRight(name, "\x00"))
	return nil
}
