package hdf5

import (
	"fmt"
	"slices"
)

// Attribute is a small named value of an object.
type Attribute struct {
	Name  string
	Type  *Datatype
	block Block
}

// Shape is empty for a scalar. A null attribute has no elements.
func (a *Attribute) Shape() []uint64 { return slices.Clone(a.block.Shape) }

// Len is the number of elements.
func (a *Attribute) Len() int { return a.block.Len() }

// Float64s returns the elements as numbers.
func (a *Attribute) Float64s() ([]float64, error) { return a.block.Float64s(nil) }

// Ints returns the elements as integers.
func (a *Attribute) Ints() ([]int64, error) { return a.block.Ints(nil) }

// Uints returns the elements as unsigned integers.
func (a *Attribute) Uints() ([]uint64, error) { return a.block.Uints(nil) }

// Strings returns the elements as text.
func (a *Attribute) Strings() ([]string, error) { return a.block.Strings(nil) }

// References returns the addresses of the objects referred to.
func (a *Attribute) References() ([]uint64, error) { return a.block.References(nil) }

// Text is the value of a text attribute of one element.
func (a *Attribute) Text() (string, error) {
	s, err := a.Strings()
	if err != nil {
		return "", err
	}
	if len(s) != 1 {
		return "", typef("attribute %q has %d elements, expected one", a.Name, len(s))
	}
	return s[0], nil
}

// Bytes returns the elements as they stand in the file.
func (a *Attribute) Bytes() []byte { return slices.Clone(a.block.Data) }

// Attribute returns the attribute of a name; ErrNotFound where there is none.
func (o *object) Attribute(name string) (*Attribute, error) {
	list, err := o.Attributes()
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		if a.Name == name {
			return a, nil
		}
	}
	return nil, fmt.Errorf("%s: attribute %q: %w", o.path, name, ErrNotFound)
}

// Attributes lists the object's attributes.
func (o *object) Attributes() ([]*Attribute, error) {
	o.f.mu.Lock()
	list := o.attrs
	o.f.mu.Unlock()
	if list == nil {
		var err error
		if list, err = o.attributes(); err != nil {
			return nil, inPath(err, o.path)
		}
		o.f.mu.Lock()
		o.attrs = list
		o.f.mu.Unlock()
	}
	return slices.Clone(list), nil
}

func (o *object) attributes() ([]*Attribute, error) {
	f := o.f
	list := []*Attribute{}
	add := func(c *cursor, flags uint8) error {
		if flags&flagShared != 0 {
			return unsupportedf("attributes in the shared object header message table")
		}
		a, err := f.parseAttribute(c)
		if err != nil {
			return err
		}
		a.block.path = o.path
		list = append(list, a)
		return nil
	}
	for i := range o.hdr.msgs {
		m := &o.hdr.msgs[i]
		switch m.typ {
		case msgAttribute:
			if err := add(f.cursor(m.data, m.addr, "attribute message"), m.flags); err != nil {
				return nil, err
			}
		case msgAttrInfo:
			c := f.cursor(m.data, m.addr, "attribute info message")
			if v := c.u8(); v != 0 {
				return nil, unsupportedf("attribute info message of version %d", v)
			}
			if c.u8()&1 != 0 {
				c.skip(2)
			}
			heap, tree := c.addr(), c.addr()
			if err := c.err(); err != nil {
				return nil, err
			}
			if heap == undef {
				continue
			}
			if err := f.dense(heap, tree, recAttrName, 0, add); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}

// parseAttribute reads an attribute message, versions 1 to 3 (IV.A.2.m).
func (f *File) parseAttribute(c *cursor) (*Attribute, error) {
	version, flags := c.u8(), c.u8()
	if version < 1 || version > 3 {
		return nil, unsupportedf("attribute message of version %d", version)
	}
	nameLen, typeLen, spaceLen := int(c.u16()), int(c.u16()), int(c.u16())
	if version == 3 {
		c.u8() // character set of the name
	}
	if version == 1 {
		flags = 0
	}
	part := func(n int) *cursor {
		start := c.pos
		s := c.sub(n)
		if version == 1 {
			c.pad(start, 8)
		}
		return s
	}
	name := part(nameLen)
	typ, space := part(typeLen), part(spaceLen)
	if err := c.err(); err != nil {
		return nil, err
	}
	a := &Attribute{Name: trim(string(name.b), NullTerminated)}
	typ.what, space.what = "datatype of an attribute", "dataspace of an attribute"
	var err error
	resolve := func(s *cursor, bit uint8, typ uint16) error {
		if flags&bit == 0 {
			return nil
		}
		addr, err := f.sharedAddr(s)
		if err != nil {
			return err
		}
		m, err := f.committed(addr, typ)
		if err == nil {
			*s = *f.cursor(m.data, m.addr, s.what)
		}
		return err
	}
	if err := resolve(typ, 1, msgDatatype); err != nil {
		return nil, err
	}
	if err := resolve(space, 2, msgDataspace); err != nil {
		return nil, err
	}
	if a.Type, err = f.parseDatatype(typ, 0); err != nil {
		return nil, err
	}
	s, err := f.parseDataspace(space)
	if err != nil {
		return nil, err
	}
	a.block = Block{Shape: s.dims, Type: a.Type, f: f, heap: f.attrHeap}
	n, ok := mul(s.elements, uint64(a.Type.Size))
	if !ok || n > uint64(c.left()) {
		return nil, corruptf(c.off, "attribute %q of %d elements of %d bytes is cut off", a.Name, s.elements, a.Type.Size)
	}
	if s.null {
		a.block.Shape = []uint64{0}
	}
	a.block.Offset = make([]uint64, len(a.block.Shape))
	a.block.Data = c.take(int(n))
	return a, nil
}
