package hdf5

// walkBTree1 visits the leaves' children of a version 1 B-tree in order
// (III.A.1). key is given the key before each child.
func (f *File) walkBTree1(addr uint64, nodeType uint8, keySize int, fn func(key []byte, child uint64) error) error {
	w := btree1Walk{f, nodeType, keySize, fn, map[uint64]bool{}}
	return w.node(addr, -1)
}

type btree1Walk struct {
	f        *File
	nodeType uint8
	keySize  int
	fn       func(key []byte, child uint64) error
	seen     map[uint64]bool
}

// node visits the node at addr, which has to be of the given level unless
// that is -1, for the root.
func (w *btree1Walk) node(addr uint64, level int) error {
	f := w.f
	const what = "B-tree node"
	if w.seen[addr] {
		return corruptf(f.fileOffset(addr), "B-tree has a loop")
	}
	w.seen[addr] = true
	head := uint64(8 + 2*f.offSize)
	c, err := f.metaCursor(addr, head, "TREE", what)
	if err != nil {
		return err
	}
	typ, got, n := c.u8(), int(c.u8()), int(c.u16())
	if typ != w.nodeType {
		return corruptf(c.off, "B-tree node of type %d, expected %d", typ, w.nodeType)
	}
	if level >= 0 && got != level || got > maxDepth {
		return corruptf(c.off, "B-tree node of level %d, expected %d", got, level)
	}
	p, err := f.meta(addr+head, uint64(n)*uint64(w.keySize+f.offSize), what)
	if err != nil {
		return err
	}
	c = f.cursor(p, addr+head, what)
	for range n {
		key := c.take(w.keySize)
		child := c.addr()
		if got > 0 {
			err = w.node(child, got-1)
		} else {
			err = w.fn(key, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
