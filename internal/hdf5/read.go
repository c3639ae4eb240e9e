package hdf5

import (
	"iter"
	"math"
	"slices"
)

// blockBytes is about how much the iterators hold of data that is not chunked,
// or that has small chunks.
const blockBytes = 4 << 20

// Read reads the whole dataset.
func (d *Dataset) Read() (*Block, error) {
	return d.ReadSlab(make([]uint64, len(d.space.dims)), d.space.dims)
}

// ReadRows reads rows lo to hi of the first dimension.
func (d *Dataset) ReadRows(lo, hi uint64) (*Block, error) {
	if len(d.space.dims) == 0 {
		return nil, inPath(typef("a scalar has no rows"), d.path)
	}
	start := make([]uint64, len(d.space.dims))
	count := slices.Clone(d.space.dims)
	start[0], count[0] = lo, hi-lo
	if lo > hi {
		return nil, inPath(typef("rows %d to %d", lo, hi), d.path)
	}
	return d.ReadSlab(start, count)
}

// ReadSlab reads the box of count elements by dimension from start. Chunks
// are decoded one at a time; the last ones are kept, so that boxes may cut
// across them.
func (d *Dataset) ReadSlab(start, count []uint64) (*Block, error) {
	b := &Block{Type: d.typ, f: d.f, path: d.path}
	if err := d.readSlab(b, start, count, nil); err != nil {
		return nil, inPath(err, d.path)
	}
	return b, nil
}

// readSlab fills b, using its memory where it is large enough. An iterator,
// which meets each chunk once, brings buffers for decoding; else chunks are
// kept in the file's cache.
func (d *Dataset) readSlab(b *Block, start, count []uint64, bufs *buffers) error {
	dims := d.space.dims
	if len(start) != len(dims) || len(count) != len(dims) {
		return typef("a slab of rank %d of a dataset of rank %d", len(count), len(dims))
	}
	for i, n := range dims {
		if start[i] > n || count[i] > n-start[i] {
			return typef("elements %d to %d of a dimension of %d", start[i], start[i]+count[i], n)
		}
	}
	n, ok := product(count)
	if d.space.null {
		n = 0
	}
	size, ok2 := mul(n, uint64(d.typ.Size))
	if !ok || !ok2 || size > uint64(d.f.limits.MaxRead) {
		return limitf("%v elements of %d bytes at once; the limit is %d bytes", count, d.typ.Size, d.f.limits.MaxRead)
	}
	if d.typ.Size == 0 && d.space.elements > 1<<20 {
		return limitf("%d elements of no size", d.space.elements)
	}
	// What the file cannot hold is refused before there is memory for it.
	var x *chunkIndex
	switch d.layout.class {
	case layoutCompact:
		if total, _ := mul(d.space.elements, uint64(d.typ.Size)); total > uint64(len(d.layout.compact)) && size > 0 {
			return corruptf(-1, "%v elements in %d bytes of the header", dims, len(d.layout.compact))
		}
	case layoutContiguous:
		total, ok := mul(d.space.elements, uint64(d.typ.Size))
		if d.layout.addr == undef {
			if !ok || total > uint64(d.f.limits.MaxFill) {
				return limitf("%v elements that were never written", dims)
			}
			break
		}
		if d.filters != nil && len(d.filters.list) > 0 {
			return corruptf(-1, "filters on data that is not in chunks")
		}
		if !ok || total > d.layout.size {
			return corruptf(d.f.fileOffset(d.layout.addr), "%v elements of %d bytes in %d bytes", dims, d.typ.Size, d.layout.size)
		}
		if err := d.f.check(d.layout.addr, total, "data"); err != nil {
			return err
		}
	case layoutChunked:
		var err error
		if x, err = d.chunks(); err != nil {
			return err
		}
		if err := d.plausible(x, size); err != nil {
			return err
		}
	}
	b.Offset = append(b.Offset[:0], start...)
	b.Shape = append(b.Shape[:0], count...)
	if d.space.null {
		b.Shape = []uint64{0}
	}
	b.Data = grow(b.Data, int(size))
	if size == 0 {
		return nil
	}
	switch d.layout.class {
	case layoutCompact:
		d.copyFlat(b, func(p []byte, off uint64) error {
			copy(p, d.layout.compact[off:])
			return nil
		})
		return nil
	case layoutContiguous:
		if d.layout.addr == undef {
			d.fillWith(b.Data)
			return nil
		}
		return d.copyFlat(b, func(p []byte, off uint64) error {
			return d.f.readInto(p, d.layout.addr+off, "data")
		})
	}
	return d.copyChunks(b, x, bufs)
}

// plausible refuses to make room for more than the chunks can decode to.
func (d *Dataset) plausible(x *chunkIndex, size uint64) error {
	maxBytes, ok := mul(x.stored, uint64(d.filters.expansion()))
	if !ok || size <= maxBytes || size-maxBytes <= uint64(d.f.limits.MaxFill) {
		return nil
	}
	return corruptf(-1, "%d bytes of data from %d in the file", size, x.stored)
}

// copyFlat reads a box out of data stored as one row-major array, in the
// longest runs there are.
func (d *Dataset) copyFlat(b *Block, read func(p []byte, off uint64) error) error {
	dims := d.space.dims
	es := uint64(d.typ.Size)
	// Trailing dimensions taken whole make one run with the one before.
	k := len(dims)
	run := es
	for k > 0 {
		k--
		run *= b.Shape[k]
		if b.Shape[k] != dims[k] {
			break
		}
	}
	at := make([]uint64, k)
	for pos := uint64(0); pos < uint64(len(b.Data)); pos += run {
		off := uint64(0)
		for i := range dims {
			off *= dims[i]
			off += b.Offset[i]
			if i < k {
				off += at[i]
			}
		}
		if err := read(b.Data[pos:pos+run], off*es); err != nil {
			return err
		}
		next(at, b.Shape[:k])
	}
	return nil
}

// next counts at up within shape, the last dimension first; false at the end.
func next(at, shape []uint64) bool {
	for i := len(at) - 1; i >= 0; i-- {
		if at[i]++; at[i] < shape[i] {
			return true
		}
		at[i] = 0
	}
	return false
}

// copyChunks fills a box from the chunks it touches.
func (d *Dataset) copyChunks(b *Block, x *chunkIndex, bufs *buffers) error {
	rank := len(b.Shape)
	chunk := d.layout.chunk
	first := make([]uint64, rank)
	span := make([]uint64, rank)
	for i := range first {
		first[i] = b.Offset[i] / chunk[i]
		span[i] = (b.Offset[i]+b.Shape[i]-1)/chunk[i] - first[i] + 1
	}
	met, ok := product(span)
	if ok {
		met, ok = mul(met, x.bytes)
	}
	if !ok {
		met = math.MaxInt64
	}
	cache := bufs == nil
	if cache {
		bufs = d.buffers()
		defer d.pool.Put(bufs)
	}
	at := make([]uint64, rank)
	box := newBoxCopy(rank)
	for {
		var linear uint64
		partial, whole := false, true
		for i := range at {
			c := first[i] + at[i]
			linear = linear*x.grid[i] + c
			lo := c * chunk[i]
			hi := min(lo+chunk[i], d.space.dims[i])
			partial = partial || lo+chunk[i] > d.space.dims[i]
			// The part of the chunk that lies in the box.
			from, to := max(lo, b.Offset[i]), min(hi, b.Offset[i]+b.Shape[i])
			whole = whole && from == lo && to == hi
			box.n[i] = to - from
			box.src[i], box.dst[i] = from-lo, from-b.Offset[i]
		}
		r := x.find(linear)
		if r == nil {
			box.fill(b.Data, b.Shape, uint64(d.typ.Size), d.fill)
		} else {
			var data []byte
			if cache {
				data = d.f.chunks.get(d, linear)
			}
			if data == nil {
				var err error
				if data, err = d.readChunk(bufs, x, r, partial); err != nil {
					return err
				}
				if cache && !whole {
					d.f.chunks.put(d, linear, data, met)
				}
			}
			box.copy(b.Data, b.Shape, data, chunk, uint64(d.typ.Size))
		}
		if !next(at, span) {
			return nil
		}
	}
}

// boxCopy copies a box from one row-major array to another.
type boxCopy struct {
	n, src, dst, at []uint64 // size of the box, where it starts in each
}

func newBoxCopy(rank int) *boxCopy {
	p := make([]uint64, 4*rank)
	return &boxCopy{p[:rank], p[rank : 2*rank], p[2*rank : 3*rank], p[3*rank:]}
}

// rows calls fn with the offsets of every run of elements, in bytes.
func (x *boxCopy) rows(dstShape, srcShape []uint64, es uint64, fn func(dst, src, n uint64)) {
	// Trailing dimensions whole on both sides make longer runs.
	k := len(x.n) - 1
	run := x.n[k] * es
	for k > 0 && x.n[k] == dstShape[k] && x.n[k] == srcShape[k] {
		k--
		run *= x.n[k]
	}
	clear(x.at)
	for {
		var d, s uint64
		for i := range x.n {
			d, s = d*dstShape[i]+x.dst[i], s*srcShape[i]+x.src[i]
			if i < k {
				d, s = d+x.at[i], s+x.at[i]
			}
		}
		fn(d*es, s*es, run)
		if !next(x.at[:k], x.n[:k]) {
			return
		}
	}
}

func (x *boxCopy) copy(dst []byte, dstShape []uint64, src []byte, srcShape []uint64, es uint64) {
	x.rows(dstShape, srcShape, es, func(d, s, n uint64) {
		copy(dst[d:d+n], src[s:s+n])
	})
}

func (x *boxCopy) fill(dst []byte, dstShape []uint64, es uint64, fill []byte) {
	x.rows(dstShape, dstShape, es, func(d, _, n uint64) {
		p := dst[d : d+n]
		if fill == nil {
			clear(p)
			return
		}
		for k := copy(p, fill); k < len(p); {
			k += copy(p[k:], p[:k])
		}
	})
}

// RowBlocks visits the dataset in blocks of whole rows of the first dimension,
// as many as a row of chunks has, so that every chunk is decoded once and no
// more than one such row of chunks is held. The block is used again for the
// next step.
func (d *Dataset) RowBlocks() iter.Seq2[*Block, error] {
	return func(yield func(*Block, error) bool) {
		b, bufs := &Block{Type: d.typ, f: d.f, path: d.path}, &buffers{}
		dims := d.space.dims
		if len(dims) == 0 {
			if err := d.readSlab(b, nil, nil, bufs); err != nil {
				yield(nil, inPath(err, d.path))
				return
			}
			yield(b, nil)
			return
		}
		row, ok := product(dims[1:])
		size, ok2 := mul(row, uint64(d.typ.Size))
		if !ok || !ok2 {
			yield(nil, inPath(limitf("rows of %v elements", dims[1:]), d.path))
			return
		}
		step := max(1, blockBytes/max(1, size))
		if d.layout.class == layoutChunked {
			step = max(1, step/d.layout.chunk[0]) * d.layout.chunk[0]
		}
		start := make([]uint64, len(dims))
		count := slices.Clone(dims)
		if size == 0 {
			step = max(1, dims[0])
		}
		for lo := uint64(0); lo < dims[0]; {
			n := min(step, dims[0]-lo)
			start[0], count[0] = lo, n
			if err := d.readSlab(b, start, count, bufs); err != nil {
				yield(nil, inPath(err, d.path))
				return
			}
			if !yield(b, nil) {
				return
			}
			lo += n
		}
	}
}

// Chunks visits the dataset one chunk at a time, in row-major order of the
// chunks, cut off at the dataset's edge; one that was never written comes as
// its fill value. Data that is not chunked comes in parts of a few MiB. The
// block is used again for the next step.
func (d *Dataset) Chunks() iter.Seq2[*Block, error] {
	return func(yield func(*Block, error) bool) {
		b, bufs := &Block{Type: d.typ, f: d.f, path: d.path}, &buffers{}
		dims := d.space.dims
		if d.space.elements == 0 {
			return
		}
		part := d.layout.chunk
		if d.layout.class != layoutChunked {
			part = d.parts()
		}
		grid := make([]uint64, len(dims))
		for i := range dims {
			grid[i] = ceilDiv(dims[i], part[i])
		}
		at := make([]uint64, len(dims))
		start, count := make([]uint64, len(dims)), make([]uint64, len(dims))
		for {
			for i := range dims {
				start[i] = at[i] * part[i]
				count[i] = min(part[i], dims[i]-start[i])
			}
			if err := d.readSlab(b, start, count, bufs); err != nil {
				yield(nil, inPath(err, d.path))
				return
			}
			if !yield(b, nil) || !next(at, grid) {
				return
			}
		}
	}
}

// parts cuts data that is not chunked: whole trailing dimensions as far as
// they fit, some of the one before.
func (d *Dataset) parts() []uint64 {
	dims := d.space.dims
	part := make([]uint64, len(dims))
	room := max(1, blockBytes/uint64(max(1, d.typ.Size)))
	for i := len(dims) - 1; i >= 0; i-- {
		part[i] = max(1, min(room, dims[i]))
		room /= part[i]
		if part[i] < dims[i] {
			room = 1
		}
	}
	return part
}
