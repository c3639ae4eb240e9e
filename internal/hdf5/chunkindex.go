package hdf5

import (
	"cmp"
	"slices"
	"sort"
)

// chunkRecord is the place of a stored chunk.
type chunkRecord struct {
	linear uint64 // number in the grid, row-major
	addr   uint64
	size   uint64 // stored
	mask   uint32 // filters that were skipped
}

// chunkIndex lists the chunks that were written, by their number.
type chunkIndex struct {
	grid    []uint64 // chunks by dimension
	total   uint64   // chunks in the grid
	bytes   uint64   // of one decoded
	stored  uint64   // bytes of all in the file
	records []chunkRecord
}

func (x *chunkIndex) find(linear uint64) *chunkRecord {
	i := sort.Search(len(x.records), func(i int) bool { return x.records[i].linear >= linear })
	if i < len(x.records) && x.records[i].linear == linear {
		return &x.records[i]
	}
	return nil
}

// indexBuilder gathers the chunks of a dataset from whatever index it has.
type indexBuilder struct {
	d *Dataset
	x *chunkIndex
}

// add notes a chunk by its place in the grid.
func (ib *indexBuilder) add(scaled []uint64, addr, size uint64, mask uint32) error {
	if addr == undef {
		return nil
	}
	x := ib.x
	var linear uint64
	for i, s := range scaled {
		if s >= x.grid[i] {
			return nil // outside the dataset, which has shrunk
		}
		linear = linear*x.grid[i] + s
	}
	f := ib.d.f
	if err := f.check(addr, size, "chunk"); err != nil {
		return err
	}
	// Chunks do not overlap, so together they fit into the file.
	if x.stored += size; x.stored > uint64(f.size) {
		return corruptf(f.fileOffset(addr), "chunks overlap")
	}
	x.records = append(x.records, chunkRecord{linear, addr, size, mask})
	return nil
}

// buildIndex reads the dataset's chunk index.
func (d *Dataset) buildIndex() (*chunkIndex, error) {
	f, l := d.f, d.layout
	x := &chunkIndex{total: 1}
	elems, ok := product(l.chunk)
	if ok {
		x.bytes, ok = mul(elems, uint64(d.typ.Size))
	}
	// A chunk may be larger than a dataset that can grow, but not out of proportion.
	const smallChunk = 64 << 20
	outsized := x.bytes > smallChunk && elems/16 > d.space.elements
	if !ok || x.bytes > uint64(f.limits.MaxChunk) || outsized {
		return nil, limitf("chunks of %v elements of %d bytes", l.chunk, d.typ.Size)
	}
	for i, n := range d.space.dims {
		g := ceilDiv(n, l.chunk[i])
		x.grid = append(x.grid, g)
		if x.total, ok = mul(x.total, g); !ok {
			return nil, corruptf(-1, "%v chunks are too many", x.grid)
		}
	}
	ib := &indexBuilder{d: d, x: x}
	if l.addr != undef && x.total > 0 {
		var err error
		switch l.index {
		case indexBTree1:
			err = ib.fromBTree1()
		case indexSingle:
			err = ib.fromSingle()
		case indexImplicit:
			err = ib.fromImplicit()
		case indexFixedArray:
			err = ib.fromFixedArray()
		case indexExtArray:
			err = ib.fromExtArray()
		case indexBTree2:
			err = ib.fromBTree2()
		}
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(x.records, func(a, b chunkRecord) int { return cmp.Compare(a.linear, b.linear) })
	for i := 1; i < len(x.records); i++ {
		if x.records[i].linear == x.records[i-1].linear {
			return nil, corruptf(f.fileOffset(x.records[i].addr), "two chunks for one place")
		}
	}
	// A few bytes can declare any amount of never-written data.
	unwritten := x.total - uint64(len(x.records))
	if unwritten > 1<<22+16*uint64(len(x.records)) {
		return nil, limitf("%v chunks, of which all but %d were never written", x.grid, len(x.records))
	}
	missing, ok := mul(unwritten, x.bytes)
	total, ok2 := mul(d.space.elements, uint64(d.typ.Size))
	if !ok2 || (!ok || missing > uint64(f.limits.MaxFill)) && total > uint64(f.limits.MaxFill) {
		return nil, limitf("%v elements, of which most were never written", d.space.dims)
	}
	return x, nil
}

func (ib *indexBuilder) fromBTree1() error {
	d := ib.d
	rank := len(d.layout.chunk)
	scaled := make([]uint64, rank)
	return d.f.walkBTree1(d.layout.addr, 1, 8+8*(rank+1), func(key []byte, child uint64) error {
		c := d.f.cursor(key, child, "B-tree key")
		size, mask := c.u32(), c.u32()
		for i := range scaled {
			off := c.u64()
			if off%d.layout.chunk[i] != 0 {
				return corruptf(d.f.fileOffset(child), "chunk at element %d, not a multiple of %d", off, d.layout.chunk[i])
			}
			scaled[i] = off / d.layout.chunk[i]
		}
		return ib.add(scaled, child, uint64(size), mask)
	})
}

func (ib *indexBuilder) fromSingle() error {
	l := ib.d.layout
	if ib.x.total != 1 {
		return corruptf(-1, "index for a single chunk, dataset of %v", ib.x.grid)
	}
	size, mask := ib.x.bytes, uint32(0)
	if l.singleFiltered {
		size, mask = l.singleSize, l.singleMask
	}
	return ib.add(make([]uint64, len(l.chunk)), l.addr, size, mask)
}

// fromImplicit places the chunks one after another: all were allocated.
func (ib *indexBuilder) fromImplicit() error {
	d := ib.d
	shape := ib.maxGrid(-1)
	n, ok := product(shape)
	size, ok2 := mul(n, ib.x.bytes)
	if !ok || !ok2 || n > uint64(d.f.size) {
		return corruptf(-1, "%v chunks of %d bytes do not fit into the file", shape, ib.x.bytes)
	}
	if err := d.f.check(d.layout.addr, size, "chunks"); err != nil {
		return err
	}
	scaled := make([]uint64, len(shape))
	for i := range n {
		unravel(scaled, i, shape)
		if err := ib.add(scaled, d.layout.addr+i*ib.x.bytes, ib.x.bytes, 0); err != nil {
			return err
		}
	}
	return nil
}

func (ib *indexBuilder) fromBTree2() error {
	d := ib.d
	rank := len(d.layout.chunk)
	scaled := make([]uint64, rank)
	return d.f.walkBTree2(d.layout.addr, func(typ uint8, c *cursor) error {
		addr, size, mask := c.addr(), ib.x.bytes, uint32(0)
		if typ == recChunkFiltered {
			n := c.left() - 4 - 8*rank
			if n < 1 || n > 8 {
				c.bad = true
				return c.err()
			}
			size, mask = c.uint(n), c.u32()
		}
		for i := range scaled {
			scaled[i] = c.u64()
		}
		if err := c.err(); err != nil {
			return err
		}
		return ib.add(scaled, addr, size, mask)
	}, recChunk, recChunkFiltered)
}

// maxGrid is the grid of chunks at the dataset's maximal size, which array
// indexes number by. The unlimited dimension counts as 1.
func (ib *indexBuilder) maxGrid(unlimited int) []uint64 {
	d := ib.d
	g := make([]uint64, len(d.layout.chunk))
	for i := range g {
		if i == unlimited {
			g[i] = 1
			continue
		}
		g[i] = ceilDiv(d.space.max[i], d.layout.chunk[i])
	}
	return g
}

// unravel turns a row-major number into a place.
func unravel(at []uint64, n uint64, shape []uint64) {
	for i := len(shape) - 1; i >= 0; i-- {
		if shape[i] == 0 {
			at[i] = 0
			continue
		}
		at[i] = n % shape[i]
		n /= shape[i]
	}
}

// element reads one entry of an array index.
func (ib *indexBuilder) element(c *cursor, filtered bool, entrySize int) (addr, size uint64, mask uint32) {
	addr, size = c.addr(), ib.x.bytes
	if filtered {
		size, mask = c.uint(entrySize-c.offSize-4), c.u32()
	}
	return addr, size, mask
}

// arrayEntry checks the size of an entry against its kind.
func (ib *indexBuilder) arrayEntry(c *cursor, client uint8, size int) (filtered bool, err error) {
	o := ib.d.f.offSize
	switch {
	case client == 0 && size == o:
		return false, nil
	case client == 1 && size > o+4 && size <= o+4+8:
		return true, nil
	}
	return false, corruptf(c.off, "chunk index of kind %d with entries of %d bytes", client, size)
}
