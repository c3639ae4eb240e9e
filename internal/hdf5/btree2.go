package hdf5

import (
	"math"
	"math/bits"
)

// Record types of version 2 B-trees (III.A.2).
const (
	recHugeIndirect         = 1
	recHugeIndirectFiltered = 2
	recHugeDirect           = 3
	recHugeDirectFiltered   = 4
	recLinkName             = 5
	recAttrName             = 8
	recChunk                = 10
	recChunkFiltered        = 11
)

// btree2 is the header of a version 2 B-tree.
type btree2 struct {
	f        *File
	recType  uint8
	nodeSize int
	recSize  int
	depth    int
	root     uint64
	rootRecs int
	// countLen is the width of a node's record count, totalLen[u] that of the
	// count of all records below a node of level u.
	countLen int
	totalLen []int
	fn       func(rec *cursor) error
	seen     map[uint64]bool
}

// encLen is the number of bytes that hold values up to n.
func encLen(n uint64) int { return max(1, (bits.Len64(n)+7)/8) }

// walkBTree2 visits all records of the B-tree at addr in order. Its type has
// to be one of types.
func (f *File) walkBTree2(addr uint64, fn func(recType uint8, rec *cursor) error, types ...uint8) error {
	const what = "B-tree header"
	c, err := f.checkedCursor(addr, uint64(4+2+4+2+2+2+f.offSize+2+f.lenSize+4), "BTHD", what)
	if err != nil {
		return err
	}
	if v := c.u8(); v != 0 {
		return unsupportedf("version 2 B-tree of version %d", v)
	}
	t := &btree2{f: f, seen: map[uint64]bool{}}
	t.recType = c.u8()
	t.nodeSize, t.recSize, t.depth = int(c.u32()), int(c.u16()), int(c.u16())
	c.skip(2) // split and merge percentages
	t.root, t.rootRecs = c.addr(), int(c.u16())
	total := c.length()
	if err := c.err(); err != nil {
		return err
	}
	ok := false
	for _, want := range types {
		ok = ok || t.recType == want
	}
	if !ok {
		return corruptf(c.off, "B-tree of record type %d, expected one of %v", t.recType, types)
	}
	if t.root == undef || total == 0 {
		return nil
	}
	if t.depth > maxDepth || t.recSize == 0 || t.nodeSize < 10+t.recSize || int64(t.nodeSize) > f.size {
		return corruptf(c.off, "B-tree of depth %d, nodes of %d bytes, records of %d", t.depth, t.nodeSize, t.recSize)
	}
	t.fn = func(rec *cursor) error { return fn(t.recType, rec) }

	// The widths follow from how many records fit, as the library lays it out.
	leafMax := uint64(t.nodeSize-10) / uint64(t.recSize)
	t.countLen = encLen(leafMax)
	cum := leafMax
	t.totalLen = append(t.totalLen, 0)
	for u := 1; u <= t.depth; u++ {
		ptr := f.offSize + t.countLen + t.totalLen[u-1]
		if t.nodeSize < 10+ptr {
			return corruptf(c.off, "B-tree nodes of %d bytes are too small", t.nodeSize)
		}
		n := uint64(t.nodeSize-10-ptr) / uint64(t.recSize+ptr)
		below, ok := mul(n+1, cum)
		if !ok || below > math.MaxUint64-n {
			below = math.MaxUint64 - n
		}
		cum = below + n
		t.totalLen = append(t.totalLen, encLen(cum))
	}
	return t.node(t.root, t.rootRecs, t.depth)
}

func (t *btree2) node(addr uint64, n, level int) error {
	f := t.f
	if t.seen[addr] {
		return corruptf(f.fileOffset(addr), "B-tree has a loop")
	}
	t.seen[addr] = true
	sig, what := "BTLF", "B-tree leaf"
	size := 4 + 2 + n*t.recSize + 4
	ptr := 0
	if level > 0 {
		sig, what = "BTIN", "B-tree internal node"
		ptr = f.offSize + t.countLen + t.totalLen[level-1]
		size += (n + 1) * ptr
	}
	if size > t.nodeSize {
		return corruptf(f.fileOffset(addr), "%d records do not fit into a B-tree node of %d bytes", n, t.nodeSize)
	}
	c, err := f.checkedCursor(addr, uint64(size), sig, what)
	if err != nil {
		return err
	}
	if v, typ := c.u8(), c.u8(); v != 0 || typ != t.recType {
		return corruptf(c.off, "B-tree node of version %d, type %d", v, typ)
	}
	recs := c.sub(n * t.recSize)
	for i := range n + 1 {
		if level > 0 {
			child, count := c.addr(), c.uint(t.countLen)
			c.skip(t.totalLen[level-1])
			if err := t.node(child, int(count), level-1); err != nil {
				return err
			}
		}
		if i < n {
			if err := t.fn(recs.sub(t.recSize)); err != nil {
				return err
			}
		}
	}
	return c.err()
}
