package hdf5

import (
	"fmt"
	"math/bits"
	"strings"
)

// parseDatatype reads a datatype message (IV.A.2.d) that lies within depth others.
func (f *File) parseDatatype(c *cursor, depth int) (*Datatype, error) {
	if depth > maxTypeDepth {
		return nil, corruptf(c.off, "datatypes nest deeper than %d", maxTypeDepth)
	}
	head := c.u8()
	version := head >> 4
	t := &Datatype{Class: Class(head & 15)}
	flags := uint32(c.uint(3))
	size := c.u32()
	if err := c.err(); err != nil {
		return nil, err
	}
	if version < 1 || version > 5 {
		return nil, unsupportedf("datatype version %d", version)
	}
	if size > 1<<31-1 {
		return nil, corruptf(c.off, "datatype of %d bytes", size)
	}
	t.Size = int(size)
	if t.Size == 0 && t.Class != ClassString && t.Class != ClassOpaque {
		return nil, corruptf(c.off, "%s of 0 bytes", t.Class)
	}
	var err error
	switch t.Class {
	case ClassInteger, ClassBitfield:
		t.BigEndian = flags&1 != 0
		t.Signed = t.Class == ClassInteger && flags&8 != 0
		t.BitOffset, t.Precision = int(c.u16()), int(c.u16())
		if t.Precision == 0 || t.BitOffset+t.Precision > 8*t.Size {
			return nil, corruptf(c.off, "%d bits at bit %d of a %d-byte integer", t.Precision, t.BitOffset, t.Size)
		}
	case ClassFloat:
		f.parseFloat(c, t, flags)
	case ClassTime:
		t.BigEndian = flags&1 != 0
		t.Precision = int(c.u16())
	case ClassString:
		t.Padding, t.Charset = Padding(flags&15), Charset(flags>>4&15)
	case ClassOpaque:
		t.Tag = strings.TrimRight(string(c.take(int(flags&0xff))), "\x00")
	case ClassCompound:
		err = f.parseCompound(c, t, version, int(flags&0xffff), depth)
	case ClassReference:
		t.ObjectRef = flags&15 == 0 && version < 4
	case ClassEnum:
		err = f.parseEnum(c, t, version, int(flags&0xffff), depth)
	case ClassVlen:
		t.VlenString = flags&15 == 1
		t.Padding, t.Charset = Padding(flags>>4&15), Charset(flags>>8&15)
		if t.Size != 8+f.offSize {
			return nil, corruptf(c.off, "variable-length element of %d bytes", t.Size)
		}
		t.Base, err = f.parseDatatype(c, depth+1)
	case ClassArray:
		err = f.parseArray(c, t, version, depth)
	default:
		// Its size is known, so the bytes can be read, and what is beside it.
		if depth > 0 {
			return nil, unsupportedf("datatype class %d within another", t.Class)
		}
	}
	if err == nil {
		err = c.err()
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// parseFloat accepts the IEEE layouts; others are reported when read.
func (f *File) parseFloat(c *cursor, t *Datatype, flags uint32) {
	t.BigEndian = flags&1 != 0
	offset, precision := int(c.u16()), int(c.u16())
	expLoc, expSize, manLoc, manSize := c.u8(), c.u8(), c.u8(), c.u8()
	bias := c.u32()
	t.Precision = precision
	type layout struct {
		size                             int
		sign                             uint32
		expLoc, expSize, manLoc, manSize uint8
		bias                             uint32
	}
	got := layout{t.Size, flags >> 8 & 0xff, expLoc, expSize, manLoc, manSize, bias}
	switch {
	case flags&0x40 != 0:
		t.floatProblem = "VAX byte order"
	case offset != 0 || precision != 8*t.Size || flags>>4&3 != 2:
		t.floatProblem = fmt.Sprintf("%d-bit float at bit %d of %d bytes", precision, offset, t.Size)
	case got == layout{2, 15, 10, 5, 0, 10, 15}:
	case got == layout{4, 31, 23, 8, 0, 23, 127}:
	case got == layout{8, 63, 52, 11, 0, 52, 1023}:
	default:
		t.floatProblem = fmt.Sprintf("%d-byte float that is not IEEE half, single or double", t.Size)
	}
}

func (f *File) parseCompound(c *cursor, t *Datatype, version uint8, n, depth int) error {
	offLen := (bits.Len32(uint32(t.Size)) + 7) / 8
	for range n {
		var m Member
		start := c.pos
		m.Name = c.cstring()
		var dims []uint64
		if version < 3 {
			c.pad(start, 8)
			m.Offset = int(c.u32())
		} else {
			m.Offset = int(c.uint(offLen))
		}
		if version == 1 {
			rank := int(c.u8())
			c.skip(3 + 4 + 4)
			if rank > 4 {
				return corruptf(c.off, "compound member of rank %d", rank)
			}
			for i := range 4 {
				if d := uint64(c.u32()); i < rank {
					dims = append(dims, d)
				}
			}
		}
		if err := c.err(); err != nil {
			return err
		}
		var err error
		if m.Type, err = f.parseDatatype(c, depth+1); err != nil {
			return err
		}
		if len(dims) > 0 {
			k, ok := product(dims)
			if size, ok2 := mul(k, uint64(m.Type.Size)); ok && ok2 && size > 0 && size <= uint64(t.Size) {
				m.Type = &Datatype{Class: ClassArray, Size: int(size), Dims: dims, Base: m.Type}
			} else {
				return corruptf(c.off, "compound member of dimensions %v", dims)
			}
		}
		if m.Offset < 0 || m.Offset > t.Size || m.Type.Size > t.Size-m.Offset {
			return corruptf(c.off, "compound member %q lies outside it", m.Name)
		}
		t.Members = append(t.Members, m)
	}
	return nil
}

func (f *File) parseEnum(c *cursor, t *Datatype, version uint8, n, depth int) error {
	var err error
	if t.Base, err = f.parseDatatype(c, depth+1); err != nil {
		return err
	}
	if t.Base.Class != ClassInteger || t.Base.Size != t.Size {
		return corruptf(c.off, "enum of %s in %d bytes", t.Base, t.Size)
	}
	t.BigEndian, t.Signed = t.Base.BigEndian, t.Base.Signed
	t.BitOffset, t.Precision = t.Base.BitOffset, t.Base.Precision
	for range n {
		start := c.pos
		name := c.cstring()
		if version < 3 {
			c.pad(start, 8)
		}
		if c.bad {
			return c.err()
		}
		t.Enum = append(t.Enum, EnumMember{Name: name})
	}
	if t.Size > 8 {
		return unsupportedf("enum of %d bytes", t.Size)
	}
	for i := range t.Enum {
		p := c.take(t.Size)
		if c.bad {
			return c.err()
		}
		t.Enum[i].Value = int64(t.Base.bits(p))
	}
	return nil
}

func (f *File) parseArray(c *cursor, t *Datatype, version uint8, depth int) error {
	rank := int(c.u8())
	if version < 3 {
		c.skip(3)
	}
	if rank > maxRank {
		return corruptf(c.off, "array of rank %d", rank)
	}
	for range rank {
		t.Dims = append(t.Dims, uint64(c.u32()))
	}
	if version < 3 {
		c.skip(4 * rank) // permutation, never used
	}
	if err := c.err(); err != nil {
		return err
	}
	var err error
	if t.Base, err = f.parseDatatype(c, depth+1); err != nil {
		return err
	}
	n, ok := product(t.Dims)
	size, ok2 := mul(n, uint64(t.Base.Size))
	if !ok || !ok2 || size != uint64(t.Size) {
		return corruptf(c.off, "array %v of %d-byte elements in %d bytes", t.Dims, t.Base.Size, t.Size)
	}
	return nil
}
