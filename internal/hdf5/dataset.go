package hdf5

import (
	"slices"
	"sync"
)

// Dataset is an array of elements of one type.
type Dataset struct {
	object
	space   *dataspace
	typ     *Datatype
	layout  *layout
	filters *pipeline // nil where there are none
	fill    []byte    // one element, nil for zeros

	once     sync.Once
	index    *chunkIndex
	indexErr error

	pool sync.Pool // *buffers
}

// newDataset reads the messages that describe a dataset.
func (f *File) newDataset(o object) (*Dataset, error) {
	d := &Dataset{object: o}
	get := func(typ uint16, what string) (*cursor, error) {
		m := o.hdr.find(typ)
		if m == nil {
			return nil, nil
		}
		m, err := f.shared(m)
		if err != nil {
			return nil, err
		}
		return f.cursor(m.data, m.addr, what), nil
	}
	c, err := get(msgDataspace, "dataspace message")
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, corruptf(f.fileOffset(o.hdr.addr), "the dataset has no dataspace")
	}
	if d.space, err = f.parseDataspace(c); err != nil {
		return nil, err
	}
	if c, err = get(msgDatatype, "datatype message"); err != nil {
		return nil, err
	}
	if d.typ, err = f.parseDatatype(c, 0); err != nil {
		return nil, err
	}
	if c, err = get(msgLayout, "data layout message"); err != nil {
		return nil, err
	}
	if d.layout, err = f.parseLayout(c, len(d.space.dims), d.typ.Size); err != nil {
		return nil, err
	}
	if d.layout.class == layoutChunked && len(d.space.dims) == 0 {
		return nil, corruptf(f.fileOffset(o.hdr.addr), "a scalar in chunks")
	}
	if o.hdr.find(msgExternal) != nil {
		return nil, unsupportedf("data stored in external files")
	}
	if c, err = get(msgFilters, "filter pipeline message"); err != nil {
		return nil, err
	}
	if c != nil {
		if d.filters, err = f.parseFilters(c); err != nil {
			return nil, err
		}
	}
	if c, err = get(msgFill, "fill value message"); err != nil {
		return nil, err
	}
	if c != nil {
		if d.fill, err = parseFill(c); err != nil {
			return nil, err
		}
	} else if c, err = get(msgFillOld, "fill value message"); err != nil {
		return nil, err
	} else if c != nil {
		d.fill = c.take(int(min(c.u32(), 1<<30)))
		if err := c.err(); err != nil {
			return nil, err
		}
	}
	if len(d.fill) != d.typ.Size {
		d.fill = nil
	}
	return d, nil
}

// parseFill reads a fill value message, versions 1 to 3 (IV.A.2.f).
func parseFill(c *cursor) ([]byte, error) {
	version := c.u8()
	switch version {
	case 1, 2:
		c.skip(2)
		if defined := c.u8(); version == 2 && defined == 0 {
			return nil, c.err()
		}
	case 3:
		if c.u8()&0x20 == 0 {
			return nil, c.err()
		}
	default:
		return nil, unsupportedf("fill value message of version %d", version)
	}
	n := int32(c.u32())
	if n <= 0 {
		return nil, c.err()
	}
	p := c.take(int(n))
	return p, c.err()
}

// Shape is the size of each dimension; empty for a scalar.
func (d *Dataset) Shape() []uint64 { return slices.Clone(d.space.dims) }

// MaxShape is the size that each dimension may grow to, or Unlimited.
func (d *Dataset) MaxShape() []uint64 { return slices.Clone(d.space.max) }

// Len is the number of elements.
func (d *Dataset) Len() uint64 { return d.space.elements }

// Type describes the elements.
func (d *Dataset) Type() *Datatype { return d.typ }

// ChunkShape is the size of the chunks the dataset is stored in, nil where it
// is not chunked.
func (d *Dataset) ChunkShape() []uint64 { return slices.Clone(d.layout.chunk) }

// Filters lists what was done to the chunks when they were written.
func (d *Dataset) Filters() []Filter {
	if d.filters == nil {
		return nil
	}
	return slices.Clone(d.filters.list)
}

// FillValue is one element of never-written data as it stands in the file,
// nil for zeros.
func (d *Dataset) FillValue() []byte { return slices.Clone(d.fill) }

func (d *Dataset) chunks() (*chunkIndex, error) {
	d.once.Do(func() { d.index, d.indexErr = d.buildIndex() })
	return d.index, d.indexErr
}

func (d *Dataset) buffers() *buffers {
	if b, ok := d.pool.Get().(*buffers); ok {
		return b
	}
	return &buffers{}
}

// readChunk decodes a chunk. What it returns stays valid until bufs is used
// again.
func (d *Dataset) readChunk(bufs *buffers, x *chunkIndex, r *chunkRecord, partial bool) ([]byte, error) {
	f := d.f
	size := int(x.bytes)
	filters := d.filters
	if partial && d.layout.rawEdges {
		filters = nil
	}
	bad := func(err error) error {
		if fe, ok := err.(*FormatError); ok && fe.Offset < 0 {
			c := *fe
			c.Offset = f.fileOffset(r.addr)
			return &c
		}
		return err
	}
	if filters != nil {
		if err := filters.supported(r.mask); err != nil {
			return nil, bad(err)
		}
	}
	if r.size > uint64(f.limits.MaxChunk) {
		return nil, limitf("chunk of %d bytes", r.size)
	}
	// The index was checked against the file, so this much is there.
	bufs.stored = grow(bufs.stored, int(r.size))
	if err := f.readInto(bufs.stored, r.addr, "chunk"); err != nil {
		return nil, err
	}
	p, err := filters.decode(bufs, bufs.stored, r.mask, size)
	if err != nil {
		return nil, bad(err)
	}
	return p, nil
}

// fillWith sets p to the dataset's fill value over and over.
func (d *Dataset) fillWith(p []byte) {
	if d.fill == nil {
		clear(p)
		return
	}
	for n := copy(p, d.fill); n < len(p); {
		n += copy(p[n:], p[:n])
	}
}
