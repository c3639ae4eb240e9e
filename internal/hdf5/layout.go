package hdf5

import "slices"

// layoutClass is how the elements of a dataset are stored, numbered as in the file.
type layoutClass uint8

const (
	layoutCompact layoutClass = iota
	layoutContiguous
	layoutChunked
	layoutVirtual
)

// Chunk index types of layout message versions 4 and 5.
const (
	indexBTree1     = 0 // message versions 1 to 3
	indexSingle     = 1
	indexImplicit   = 2
	indexFixedArray = 3
	indexExtArray   = 4
	indexBTree2     = 5
)

// layout is the place of a dataset's elements (IV.A.2.i).
type layout struct {
	class   layoutClass
	addr    uint64
	size    uint64 // contiguous
	compact []byte

	chunk []uint64 // elements by dimension
	index uint8
	// rawEdges is set where chunks that reach over the edge are unfiltered.
	rawEdges bool

	singleFiltered bool // single chunk: size and mask stand in the message
	singleSize     uint64
	singleMask     uint32
}

// parseLayout reads a layout message for a dataset of the given rank and
// element size.
func (f *File) parseLayout(c *cursor, rank, elemSize int) (*layout, error) {
	l := &layout{addr: undef}
	version := c.u8()
	switch version {
	case 1, 2:
		n := int(c.u8())
		l.class = layoutClass(c.u8())
		c.skip(5)
		if l.class != layoutCompact {
			l.addr = c.addr()
		}
		dims := make([]uint64, min(n, maxRank+1))
		for i := range dims {
			dims[i] = uint64(c.u32())
		}
		switch l.class {
		case layoutCompact:
			l.compact = c.take(int(c.u32()))
		case layoutContiguous:
			var ok bool
			size, ok1 := product(dims)
			if l.size, ok = mul(size, uint64(elemSize)); !ok || !ok1 {
				return nil, corruptf(c.off, "contiguous layout of dimensions %v", dims)
			}
		case layoutChunked:
			if n != rank+1 {
				return nil, corruptf(c.off, "chunks of rank %d in a dataset of rank %d", n-1, rank)
			}
			l.chunk = dims[:rank]
		}
	case 3, 4, 5:
		// Version 5, of HDF5 2.0, is 4 with sizes in the index always as wide
		// as lengths; the indexes say how wide theirs are.
		l.class = layoutClass(c.u8())
		switch {
		case l.class == layoutCompact:
			l.compact = c.take(int(c.u16()))
		case l.class == layoutContiguous:
			l.addr, l.size = c.addr(), c.length()
		case l.class == layoutChunked && version == 3:
			n := int(c.u8())
			l.addr = c.addr()
			if err := l.chunkDims(c, n, 4, rank); err != nil {
				return nil, err
			}
		case l.class == layoutChunked:
			if err := l.parseV4(c, rank); err != nil {
				return nil, err
			}
		}
	default:
		return nil, unsupportedf("data layout message of version %d", version)
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	switch l.class {
	case layoutCompact, layoutContiguous, layoutChunked:
	case layoutVirtual:
		return nil, unsupportedf("virtual datasets, whose data is in other files")
	default:
		return nil, corruptf(c.off, "data layout of class %d", l.class)
	}
	if slices.Contains(l.chunk, 0) {
		return nil, corruptf(c.off, "chunks of dimensions %v", l.chunk)
	}
	return l, nil
}

// chunkDims reads n chunk dimensions, of which the last is the element size.
func (l *layout) chunkDims(c *cursor, n, width, rank int) error {
	if n != rank+1 || width < 1 || width > 8 {
		return corruptf(c.off, "chunks of rank %d in a dataset of rank %d", n-1, rank)
	}
	for range rank {
		l.chunk = append(l.chunk, c.uint(width))
	}
	c.skip(width)
	return nil
}

func (l *layout) parseV4(c *cursor, rank int) error {
	flags, n, width := c.u8(), int(c.u8()), int(c.u8())
	l.rawEdges = flags&1 != 0
	if err := l.chunkDims(c, n, width, rank); err != nil {
		return err
	}
	l.index = c.u8()
	switch l.index {
	case indexSingle:
		if l.singleFiltered = flags&2 != 0; l.singleFiltered {
			l.singleSize, l.singleMask = c.length(), c.u32()
		}
	case indexImplicit:
	case indexFixedArray:
		c.skip(1) // page bits: the index says them again
	case indexExtArray:
		c.skip(5)
	case indexBTree2:
		c.skip(6)
	default:
		return unsupportedf("chunk index of type %d", l.index)
	}
	l.addr = c.addr()
	return nil
}
