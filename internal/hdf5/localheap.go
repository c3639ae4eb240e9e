package hdf5

import "bytes"

// localHeap is the heap of link names of an old-style group (III.D).
type localHeap struct {
	data []byte
	off  int64
}

func (f *File) readLocalHeap(addr uint64) (*localHeap, error) {
	c, err := f.metaCursor(addr, uint64(8+2*f.lenSize+f.offSize), "HEAP", "local heap")
	if err != nil {
		return nil, err
	}
	c.skip(4) // version, reserved
	size := c.length()
	c.length() // free list
	segment := c.addr()
	data, err := f.meta(segment, size, "local heap data")
	if err != nil {
		return nil, err
	}
	return &localHeap{data, f.fileOffset(segment)}, nil
}

func (h *localHeap) name(off uint64) (string, error) {
	if off >= uint64(len(h.data)) {
		return "", corruptf(h.off, "name at %d lies outside its local heap of %d bytes", off, len(h.data))
	}
	p := h.data[off:]
	i := bytes.IndexByte(p, 0)
	if i < 0 {
		return "", corruptf(h.off, "name in local heap does not end")
	}
	return string(p[:i]), nil
}
