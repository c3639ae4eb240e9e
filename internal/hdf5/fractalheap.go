package hdf5

import "math/bits"

// fractalHeap holds the links or attributes of an object that has many
// (III.G).
type fractalHeap struct {
	f    *File
	addr uint64

	idLen       int
	filterLen   int
	checksummed bool
	hugeTree    uint64
	width       int
	startSize   uint64
	maxDirect   uint64
	maxBits     int
	root        uint64
	rootRows    int

	rootFiltered uint64 // stored size of a filtered root direct block
	rootMask     uint32
	filters      *pipeline

	offLen, sizeLen int
	dirRows         int // rows of direct blocks in an indirect block

	direct   map[uint64][]byte
	indirect map[uint64][]heapEntry
	huge     map[uint64]hugeRecord
}

// heapEntry is a child in an indirect block.
type heapEntry struct {
	addr uint64
	size uint64 // stored size, of a filtered direct block
	mask uint32
}

type hugeRecord struct {
	addr, size uint64
	mask       uint32
	memSize    uint64
}

func (f *File) openFractalHeap(addr uint64) (*fractalHeap, error) {
	const what = "fractal heap header"
	o, l := f.offSize, f.lenSize
	fixed := uint64(4 + 1 + 2 + 2 + 1 + 4 + l + o + l + o + 8*l + 2 + 2*l + 2 + 2 + o + 2)
	c, err := f.metaCursor(addr, fixed, "FRHP", what)
	if err != nil {
		return nil, err
	}
	version := c.u8()
	if version != 0 {
		return nil, unsupportedf("fractal heap of version %d", version)
	}
	c.skip(2)
	filterLen := int(c.u16())
	size := fixed + 4
	if filterLen > 0 {
		size += uint64(l + 4 + filterLen)
	}
	if c, err = f.checkedCursor(addr, size, "FRHP", what); err != nil {
		return nil, err
	}
	h := &fractalHeap{f: f, addr: addr, filterLen: filterLen,
		direct: map[uint64][]byte{}, indirect: map[uint64][]heapEntry{}}
	c.skip(1)
	h.idLen = int(c.u16())
	c.skip(2)
	flags := c.u8()
	h.checksummed = flags&2 != 0
	maxManaged := c.u32()
	c.length() // next huge id
	h.hugeTree = c.addr()
	c.length() // free space
	c.addr()   // free-space manager
	c.skip(8 * l)
	h.width = int(c.u16())
	h.startSize, h.maxDirect = c.length(), c.length()
	h.maxBits = int(c.u16())
	c.skip(2) // starting rows
	h.root, h.rootRows = c.addr(), int(c.u16())
	if filterLen > 0 {
		h.rootFiltered, h.rootMask = c.length(), c.u32()
		if h.filters, err = f.parseFilters(c.sub(filterLen)); err != nil {
			return nil, err
		}
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	pow2 := func(n uint64) bool { return n != 0 && n&(n-1) == 0 }
	if !pow2(uint64(h.width)) || !pow2(h.startSize) || !pow2(h.maxDirect) || h.startSize > h.maxDirect ||
		h.maxDirect > 1<<30 || h.maxBits == 0 || h.maxBits > 64 || h.idLen < 1 || h.idLen > 4096 {
		return nil, corruptf(c.off, "fractal heap of width %d, blocks of %d to %d bytes, %d bits",
			h.width, h.startSize, h.maxDirect, h.maxBits)
	}
	h.offLen = (h.maxBits + 7) / 8
	log := func(n uint64) int { return bits.Len64(n) - 1 }
	h.sizeLen = min((log(h.maxDirect)+7)/8, encLen(uint64(maxManaged)))
	h.dirRows = log(h.maxDirect) - log(h.startSize) + 2
	return h, nil
}

// object returns the object that a heap ID stands for.
func (h *fractalHeap) object(id []byte) ([]byte, error) {
	if len(id) < 1 {
		return nil, corruptf(h.f.fileOffset(h.addr), "empty heap ID")
	}
	c := h.f.cursor(id, h.addr, "heap ID")
	head := c.u8()
	if head>>6 != 0 {
		return nil, unsupportedf("heap ID of version %d", head>>6)
	}
	switch head >> 4 & 3 {
	case 0:
		off, n := c.uint(h.offLen), c.uint(h.sizeLen)
		if err := c.err(); err != nil {
			return nil, err
		}
		return h.managed(off, n)
	case 1:
		return h.hugeObject(c)
	case 2:
		n := int(head&15) + 1
		if h.idLen-1 > 16 {
			n = int(head&15)<<8 | int(c.u8()) + 1
		}
		p := c.take(n)
		return p, c.err()
	}
	return nil, corruptf(c.off, "heap ID of unknown kind %#x", head)
}

// managed finds an object by its offset in the heap, down the doubling table.
func (h *fractalHeap) managed(off, n uint64) ([]byte, error) {
	offset := h.f.fileOffset(h.addr)
	if h.root == undef {
		return nil, corruptf(offset, "fractal heap has no root block")
	}
	if h.rootRows == 0 {
		return h.fromDirect(heapEntry{h.root, h.rootFiltered, h.rootMask}, h.startSize, off, n)
	}
	block, rows := h.root, h.rootRows
	for range maxDepth {
		row, size, rel := h.row(off)
		if row >= rows {
			return nil, corruptf(offset, "heap object at %d lies outside its heap", off)
		}
		entries, err := h.readIndirect(block, rows)
		if err != nil {
			return nil, err
		}
		e := entries[row*h.width+int(rel/size)]
		off = rel % size
		if e.addr == undef {
			return nil, corruptf(offset, "heap object lies in a block that is not there")
		}
		if row < h.dirRows {
			return h.fromDirect(e, size, off, n)
		}
		// The child spans size bytes with rows of its own.
		block = e.addr
		rows = bits.Len64(size/h.startSize) - bits.Len64(uint64(h.width)) + 1
		if rows < 1 {
			return nil, corruptf(offset, "fractal heap nests blocks too small")
		}
	}
	return nil, corruptf(offset, "fractal heap nests too deep")
}

// row returns the row of the doubling table that off lies in, the size of the
// blocks there, and the offset within the row.
func (h *fractalHeap) row(off uint64) (row int, size, rel uint64) {
	first := h.startSize * uint64(h.width)
	if off < first {
		return 0, h.startSize, off
	}
	row = bits.Len64(off / first)
	return row, h.startSize << (row - 1), off - first<<(row-1)
}

func (h *fractalHeap) readIndirect(addr uint64, rows int) ([]heapEntry, error) {
	if e, ok := h.indirect[addr]; ok {
		if len(e) != rows*h.width {
			return nil, corruptf(h.f.fileOffset(addr), "fractal heap block is of two sizes")
		}
		return e, nil
	}
	f := h.f
	if rows > maxDepth+h.dirRows {
		return nil, corruptf(f.fileOffset(addr), "fractal heap block of %d rows", rows)
	}
	entry := f.offSize
	if h.filterLen > 0 {
		entry += f.lenSize + 4
	}
	nDirect := min(rows, h.dirRows) * h.width
	n := rows * h.width
	head := 4 + 1 + f.offSize + h.offLen
	c, err := f.checkedCursor(addr, uint64(head+nDirect*entry+(n-nDirect)*f.offSize+4), "FHIB", "fractal heap indirect block")
	if err != nil {
		return nil, err
	}
	c.skip(head - 4)
	list := make([]heapEntry, n)
	for i := range list {
		list[i].addr = c.addr()
		if h.filterLen > 0 && i < nDirect {
			list[i].size, list[i].mask = c.length(), c.u32()
		}
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	h.indirect[addr] = list
	return list, nil
}

func (h *fractalHeap) fromDirect(e heapEntry, size, off, n uint64) ([]byte, error) {
	p, err := h.readDirect(e, size)
	if err != nil {
		return nil, err
	}
	if off > uint64(len(p)) || n > uint64(len(p))-off {
		return nil, corruptf(h.f.fileOffset(e.addr), "heap object of %d bytes at %d of a block of %d", n, off, len(p))
	}
	return p[off : off+n], nil
}

func (h *fractalHeap) readDirect(e heapEntry, size uint64) ([]byte, error) {
	const what = "fractal heap direct block"
	f := h.f
	if p, ok := h.direct[e.addr]; ok {
		return p, nil
	}
	var p []byte
	var err error
	if h.filterLen > 0 {
		if p, err = f.meta(e.addr, e.size, what); err == nil {
			p, err = h.filters.decode(nil, p, e.mask, int(size))
		}
	} else {
		p, err = f.meta(e.addr, size, what)
	}
	if err != nil {
		return nil, err
	}
	head := 4 + 1 + f.offSize + h.offLen
	c := f.cursor(p, e.addr, what)
	if string(c.take(4)) != "FHDB" {
		return nil, corruptf(c.off, "no %s there", what)
	}
	if h.checksummed {
		c.skip(head - 4)
		want := c.u32()
		if c.bad {
			return nil, c.err()
		}
		clear(p[head : head+4]) // it is computed with its own field zero
		if got := lookup3(p); got != want && !f.limits.ignoreChecksums {
			return nil, corruptf(c.off, "checksum of %s is %08x, stored is %08x", what, got, want)
		}
	}
	h.direct[e.addr] = p
	return p, nil
}

func (h *fractalHeap) hugeObject(c *cursor) ([]byte, error) {
	f := h.f
	filtered := h.filterLen > 0
	direct := f.offSize + f.lenSize
	if filtered {
		direct += 4 + f.lenSize
	}
	var r hugeRecord
	if direct <= h.idLen-1 {
		r.addr, r.size = c.addr(), c.length()
		if filtered {
			r.mask, r.memSize = c.u32(), c.length()
		}
		if err := c.err(); err != nil {
			return nil, err
		}
	} else {
		key := c.uint(min(h.idLen-1, 8))
		if err := c.err(); err != nil {
			return nil, err
		}
		if h.huge == nil {
			if err := h.loadHuge(); err != nil {
				return nil, err
			}
		}
		var ok bool
		if r, ok = h.huge[key]; !ok {
			return nil, corruptf(c.off, "fractal heap has no huge object %d", key)
		}
	}
	p, err := f.meta(r.addr, r.size, "huge heap object")
	if err != nil || !filtered {
		return p, err
	}
	if r.memSize > uint64(f.limits.MaxChunk) {
		return nil, limitf("huge heap object of %d bytes", r.memSize)
	}
	return h.filters.decode(nil, p, r.mask, int(r.memSize))
}

func (h *fractalHeap) loadHuge() error {
	h.huge = map[uint64]hugeRecord{}
	if h.hugeTree == undef {
		return nil
	}
	return h.f.walkBTree2(h.hugeTree, func(typ uint8, c *cursor) error {
		r := hugeRecord{addr: c.addr(), size: c.length()}
		if typ == recHugeIndirectFiltered {
			r.mask, r.memSize = c.u32(), c.length()
		}
		h.huge[c.length()] = r
		return c.err()
	}, recHugeIndirect, recHugeIndirectFiltered)
}
