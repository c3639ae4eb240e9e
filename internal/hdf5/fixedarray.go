package hdf5

// fromFixedArray reads a fixed array index (VII.C): for datasets that cannot
// grow beyond a known size.
func (ib *indexBuilder) fromFixedArray() error {
	d := ib.d
	f := d.f
	const what = "fixed array"
	c, err := f.checkedCursor(d.layout.addr, uint64(4+4+f.lenSize+f.offSize+4), "FAHD", what)
	if err != nil {
		return err
	}
	version, client, entry, pageBits := c.u8(), c.u8(), int(c.u8()), c.u8()
	n, block := c.length(), c.addr()
	if err := c.err(); err != nil {
		return err
	}
	if version != 0 {
		return unsupportedf("fixed array of version %d", version)
	}
	filtered, err := ib.arrayEntry(c, client, entry)
	if err != nil {
		return err
	}
	shape := ib.maxGrid(-1)
	if total, ok := product(shape); !ok || total != n {
		return corruptf(c.off, "fixed array of %d entries for %v chunks", n, shape)
	}
	if block == undef {
		return nil
	}
	if size, ok := mul(n, uint64(entry)); !ok || size > uint64(f.size) {
		return corruptf(c.off, "fixed array of %d entries does not fit into the file", n)
	}

	scaled := make([]uint64, len(shape))
	read := func(c *cursor, lo, n uint64) error {
		for i := range n {
			addr, size, mask := ib.element(c, filtered, entry)
			if c.bad {
				return c.err()
			}
			unravel(scaled, lo+i, shape)
			if err := ib.add(scaled, addr, size, mask); err != nil {
				return err
			}
		}
		return nil
	}
	head := uint64(4 + 2 + f.offSize)
	perPage := n
	if pageBits < 32 {
		perPage = uint64(1) << pageBits
	}
	if n <= perPage {
		c, err := f.checkedCursor(block, head+n*uint64(entry)+4, "FADB", what+" block")
		if err != nil {
			return err
		}
		c.skip(int(head) - 4)
		return read(c, 0, n)
	}
	pages := ceilDiv(n, perPage)
	bitmap := (pages + 7) / 8
	head += bitmap + 4
	if c, err = f.checkedCursor(block, head, "FADB", what+" block"); err != nil {
		return err
	}
	c.skip(2 + f.offSize)
	used := c.take(int(bitmap))
	if err := c.err(); err != nil {
		return err
	}
	for page := range pages {
		if used[page/8]&(0x80>>(page%8)) == 0 {
			continue
		}
		k := min(perPage, n-page*perPage)
		pageAddr := block + head + page*(perPage*uint64(entry)+4)
		c, err := f.checkedCursor(pageAddr, k*uint64(entry)+4, "", what+" page")
		if err != nil {
			return err
		}
		if err := read(c, page*perPage, k); err != nil {
			return err
		}
	}
	return nil
}
