package hdf5

import (
	"math/bits"
)

// extArray is an extensible array index (VII.D): for datasets with one
// unlimited dimension. The first entries stand in the index block, the next
// in data blocks it points to, the rest in data blocks that super blocks
// point to; blocks grow in size.
type extArray struct {
	ib       *indexBuilder
	filtered bool
	entry    int
	maxBits  int
	inIndex  uint64 // entries in the index block
	minElems uint64 // entries of the smallest data block
	minPtrs  uint64
	perPage  uint64
	offLen   int

	next  uint64 // number of the entry read next
	end   uint64 // entries that were ever set
	place func(n uint64, addr, size uint64, mask uint32) error
}

func (ib *indexBuilder) fromExtArray() error {
	d := ib.d
	f := d.f
	const what = "extensible array"
	c, err := f.checkedCursor(d.layout.addr, uint64(4+8+6*f.lenSize+f.offSize+4), "EAHD", what)
	if err != nil {
		return err
	}
	version, client := c.u8(), c.u8()
	a := &extArray{ib: ib, entry: int(c.u8()), maxBits: int(c.u8()), inIndex: uint64(c.u8()),
		minElems: uint64(c.u8()), minPtrs: uint64(c.u8())}
	pageBits := c.u8()
	c.skip(4 * f.lenSize) // statistics
	a.end = c.length()    // one past the greatest index set
	c.length()            // entries with space for them
	block := c.addr()
	if err := c.err(); err != nil {
		return err
	}
	if version != 0 {
		return unsupportedf("extensible array of version %d", version)
	}
	if a.filtered, err = ib.arrayEntry(c, client, a.entry); err != nil {
		return err
	}
	pow2 := func(n uint64) bool { return n != 0 && n&(n-1) == 0 }
	if a.maxBits < 1 || a.maxBits > 64 || !pow2(a.minElems) || !pow2(a.minPtrs) || a.minPtrs < 2 || pageBits > 40 ||
		bits.Len64(a.minElems)-1 > a.maxBits {
		return corruptf(c.off, "extensible array of %d bits, blocks of %d entries, %d pointers", a.maxBits, a.minElems, a.minPtrs)
	}
	a.perPage = 1 << pageBits
	a.offLen = (a.maxBits + 7) / 8
	if block == undef {
		return nil
	}

	// Entries are numbered with the unlimited dimension the slowest.
	unlimited := -1
	for i, m := range d.space.max {
		if m == Unlimited {
			if unlimited >= 0 {
				return corruptf(c.off, "extensible array for two unlimited dimensions")
			}
			unlimited = i
		}
	}
	if unlimited < 0 {
		return corruptf(c.off, "extensible array without an unlimited dimension")
	}
	shape := ib.maxGrid(unlimited)
	plane, ok := product(shape)
	if !ok || plane == 0 {
		return corruptf(c.off, "extensible array for %v chunks", shape)
	}
	scaled := make([]uint64, len(shape))
	a.place = func(n uint64, addr, size uint64, mask uint32) error {
		unravel(scaled, n%plane, shape)
		scaled[unlimited] = n / plane
		return ib.add(scaled, addr, size, mask)
	}
	return a.indexBlock(block)
}

// entries reads n entries from c.
func (a *extArray) entries(c *cursor, n uint64) error {
	for range n {
		addr, size, mask := a.ib.element(c, a.filtered, a.entry)
		if c.bad {
			return c.err()
		}
		if err := a.place(a.next, addr, size, mask); err != nil {
			return err
		}
		a.next++
	}
	return nil
}

// super returns how many data blocks the super block u has, and how many
// entries each.
func (a *extArray) super(u int) (blocks, elems uint64) {
	return 1 << (u / 2), a.minElems << ((u + 1) / 2)
}

func (a *extArray) indexBlock(addr uint64) error {
	f := a.ib.d.f
	const what = "extensible array index block"
	nSuper := 1 + a.maxBits - (bits.Len64(a.minElems) - 1)
	direct := 2 * (bits.Len64(a.minPtrs) - 1) // super blocks whose data blocks stand here
	nBlocks := 2 * (a.minPtrs - 1)
	ptrs := max(nSuper-direct, 0)
	size := uint64(4+2+f.offSize) + a.inIndex*uint64(a.entry) + (nBlocks+uint64(ptrs))*uint64(f.offSize) + 4
	c, err := f.checkedCursor(addr, size, "EAIB", what)
	if err != nil {
		return err
	}
	c.skip(2 + f.offSize)
	if err := a.entries(c, a.inIndex); err != nil {
		return err
	}
	for u := range min(direct, nSuper) {
		n, elems := a.super(u)
		for range n {
			if err := a.dataBlock(c.addr(), elems, nil); err != nil {
				return err
			}
		}
	}
	for u := direct; u < nSuper && a.next < a.end; u++ {
		if err := a.superBlock(c.addr(), u); err != nil {
			return err
		}
	}
	return c.err()
}

func (a *extArray) superBlock(addr uint64, u int) error {
	f := a.ib.d.f
	const what = "extensible array super block"
	n, elems := a.super(u)
	if addr == undef {
		a.skip(n, elems)
		return nil
	}
	pages, bitmap := uint64(0), uint64(0)
	if elems > a.perPage {
		pages = elems / a.perPage
		bitmap = (pages + 7) / 8
	}
	if n > uint64(f.size) || bitmap > uint64(f.size) || n*bitmap > uint64(f.size) {
		return corruptf(f.fileOffset(addr), "%s of %d blocks", what, n)
	}
	head := 4 + 2 + f.offSize + a.offLen
	c, err := f.checkedCursor(addr, uint64(head)+n*bitmap+n*uint64(f.offSize)+4, "EASB", what)
	if err != nil {
		return err
	}
	c.skip(head - 4)
	used := c.take(int(n * bitmap))
	for i := range n {
		if a.next >= a.end {
			break
		}
		block := c.addr()
		if c.bad {
			break
		}
		var has func(page uint64) bool
		if pages > 0 {
			has = func(page uint64) bool {
				k := i*pages + page
				return used[k/8]&(0x80>>(k%8)) != 0
			}
		}
		if err := a.dataBlock(block, elems, has); err != nil {
			return err
		}
	}
	return c.err()
}

// dataBlock reads a block of entries. Where the block is paged, has tells
// which pages were written.
func (a *extArray) dataBlock(addr, elems uint64, has func(page uint64) bool) error {
	if addr == undef {
		a.skip(1, elems)
		return nil
	}
	f := a.ib.d.f
	const what = "extensible array data block"
	head := uint64(4 + 2 + f.offSize + a.offLen)
	if size, ok := mul(elems, uint64(a.entry)); !ok || size > uint64(f.size) {
		return corruptf(f.fileOffset(addr), "%s of %d entries", what, elems)
	}
	if elems <= a.perPage {
		c, err := f.checkedCursor(addr, head+elems*uint64(a.entry)+4, "EADB", what)
		if err != nil {
			return err
		}
		c.skip(int(head) - 4)
		return a.entries(c, elems)
	}
	if _, err := f.checkedCursor(addr, head+4, "EADB", what); err != nil {
		return err
	}
	page := a.perPage*uint64(a.entry) + 4
	for p := range elems / a.perPage {
		if has != nil && !has(p) {
			a.next += a.perPage
			continue
		}
		c, err := f.checkedCursor(addr+head+4+p*page, page, "", "extensible array page")
		if err != nil {
			return err
		}
		if err := a.entries(c, a.perPage); err != nil {
			return err
		}
	}
	return nil
}

func (a *extArray) skip(blocks, elems uint64) {
	n, ok := mul(blocks, elems)
	if !ok || a.next+n < a.next {
		a.next = undef
		return
	}
	a.next += n
}
