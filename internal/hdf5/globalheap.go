package hdf5

// heapCacheBytes bounds the global heap collections kept. Strings of one
// variable are written close together, so few are in use at a time.
const heapCacheBytes = 8 << 20

// collection is a global heap collection (III.E), its objects by index.
type collection struct {
	addr    uint64
	size    int
	objects map[uint32][]byte
	strings map[uint32]string
}

// heapCache holds collections, the most recently used last.
type heapCache struct {
	list  []*collection
	bytes int
}

func (h *heapCache) get(addr uint64) *collection {
	for i := len(h.list) - 1; i >= 0; i-- {
		if c := h.list[i]; c.addr == addr {
			copy(h.list[i:], h.list[i+1:])
			h.list[len(h.list)-1] = c
			return c
		}
	}
	return nil
}

func (h *heapCache) put(c *collection) {
	h.list = append(h.list, c)
	h.bytes += c.size
	for len(h.list) > 1 && (h.bytes > heapCacheBytes || len(h.list) > 64) {
		h.bytes -= h.list[0].size
		h.list[0] = nil
		h.list = h.list[1:]
	}
}

// heapRef is the reference to a variable-length element (IV.B).
type heapRef struct {
	n     uint32 // elements
	addr  uint64
	index uint32
}

func (c *cursor) heapRef() heapRef { return heapRef{c.u32(), c.addr(), c.u32()} }

// heapBudget bounds the bytes of collections that may be loaded to read a part
// of a dataset, or all attributes. In a sound file each is loaded once, or a
// few times where strings are scattered.
func (f *File) heapBudget() *budget {
	return newBudget(32 * addSat(min(f.size, 1<<56), 1<<20))
}

// heapCollection returns the collection at addr. The caller holds f.mu.
func (f *File) heapCollection(b *budget, addr uint64) (*collection, error) {
	if c := f.heaps.get(addr); c != nil {
		return c, nil
	}
	const what = "global heap collection"
	align := func(n int) int { return (n + 7) &^ 7 }
	head := uint64(align(8 + f.lenSize))
	p, err := f.block(addr, head, what)
	if err != nil {
		return nil, err
	}
	c := f.cursor(p, addr, what)
	if string(c.take(4)) != "GCOL" {
		return nil, corruptf(c.off, "no %s there", what)
	}
	if v := c.u8(); v != 1 {
		return nil, unsupportedf("global heap of version %d", v)
	}
	c.skip(3)
	size := c.length()
	if size < head {
		return nil, corruptf(c.off, "%s of %d bytes", what, size)
	}
	if err := b.spend(int64(min(size, 1<<62))); err != nil {
		return nil, err
	}
	if p, err = f.block(addr+head, size-head, what); err != nil {
		return nil, err
	}
	col := &collection{addr: addr, size: len(p), objects: map[uint32][]byte{}, strings: map[uint32]string{}}
	c = f.cursor(p, addr+head, what)
	objHead := align(8 + f.lenSize)
	for c.left() >= objHead {
		index := uint32(c.u16())
		c.skip(2 + 4) // reference count, reserved
		n := c.length()
		c.skip(objHead - 8 - f.lenSize)
		if index == 0 {
			break // free space, up to the end
		}
		if n > uint64(c.left()) {
			return nil, corruptf(c.off+int64(c.pos), "global heap object of %d bytes in a collection of %d", n, size)
		}
		col.objects[index] = c.take(int(n))
		if r := int(n % 8); r != 0 && c.left() >= 8-r {
			c.skip(8 - r)
		}
	}
	f.heaps.put(col)
	return col, nil
}

// heapObject returns the bytes that a reference stands for, nil for a null one.
func (f *File) heapObject(b *budget, r heapRef, elemSize int) ([]byte, error) {
	if r.n == 0 || r.addr == 0 || r.addr == undef {
		return nil, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, p, err := f.heapLookup(b, r, elemSize)
	return p, err
}

func (f *File) heapLookup(b *budget, r heapRef, elemSize int) (*collection, []byte, error) {
	col, err := f.heapCollection(b, r.addr)
	if err != nil {
		return nil, nil, err
	}
	p, ok := col.objects[r.index]
	if !ok {
		return nil, nil, corruptf(f.fileOffset(r.addr), "global heap has no object %d", r.index)
	}
	n, ok := mul(uint64(r.n), uint64(elemSize))
	if !ok || n > uint64(len(p)) {
		return nil, nil, corruptf(f.fileOffset(r.addr), "%d elements of %d bytes in a global heap object of %d", r.n, elemSize, len(p))
	}
	return col, p[:n], nil
}

// heapString is heapObject for text. References to one object share the
// string, so that a small file cannot stand for many large ones.
func (f *File) heapString(b *budget, r heapRef, pad Padding) (string, error) {
	if r.n == 0 || r.addr == 0 || r.addr == undef {
		return "", nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	col, p, err := f.heapLookup(b, r, 1)
	if err != nil {
		return "", err
	}
	s, ok := col.strings[r.index]
	if !ok {
		s = string(col.objects[r.index])
		col.strings[r.index] = s
	}
	return trim(s[:len(p)], pad), nil
}
