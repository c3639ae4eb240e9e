package hdf5

import (
	"bytes"
	"compress/bzip2"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Filters, by their registered numbers.
const (
	filterDeflate    = 1
	filterShuffle    = 2
	filterFletcher32 = 3
	filterBzip2      = 307
	filterLZF        = 32000
)

var filterNames = map[uint16]string{
	1: "deflate", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scale-offset",
	305: "LZO", 307: "bzip2", 32000: "lzf", 32001: "blosc", 32004: "lz4", 32008: "bitshuffle",
	32013: "zfp", 32015: "zstd", 32017: "sz", 32026: "blosc2",
}

// Filter is one step that chunks went through when written.
type Filter struct {
	ID     uint16
	Name   string
	Params []uint32
}

func (f Filter) String() string {
	name := filterNames[f.ID]
	if name == "" {
		name = f.Name
	}
	if name == "" {
		return fmt.Sprintf("filter %d", f.ID)
	}
	return name
}

// pipeline is the filters of a dataset, in the order of writing.
type pipeline struct{ list []Filter }

// parseFilters reads a filter pipeline message, version 1 or 2 (IV.A.2.l).
func (f *File) parseFilters(c *cursor) (*pipeline, error) {
	version, n := c.u8(), int(c.u8())
	switch version {
	case 1:
		c.skip(6)
	case 2:
	default:
		return nil, unsupportedf("filter pipeline message of version %d", version)
	}
	if n > maxFilters {
		return nil, corruptf(c.off, "%d filters", n)
	}
	p := &pipeline{}
	for range n {
		var x Filter
		x.ID = c.u16()
		nameLen := 0
		if version == 1 || x.ID >= 256 {
			nameLen = int(c.u16())
		}
		c.skip(2) // flags: whether writing could go on without it
		params := int(c.u16())
		if version == 1 {
			nameLen = (nameLen + 7) &^ 7
		}
		x.Name = trim(string(c.take(nameLen)), NullTerminated)
		if params > c.left()/4 {
			c.bad = true
		}
		if err := c.err(); err != nil {
			return nil, err
		}
		for range params {
			x.Params = append(x.Params, c.u32())
		}
		if version == 1 && params%2 != 0 {
			c.skip(4)
		}
		p.list = append(p.list, x)
	}
	return p, c.err()
}

// supported returns an error that names a filter that cannot be undone.
func (p *pipeline) supported(mask uint32) error {
	for i, x := range p.list {
		if mask>>i&1 != 0 {
			continue
		}
		switch x.ID {
		case filterDeflate, filterShuffle, filterFletcher32, filterBzip2, filterLZF:
		default:
			return unsupportedf("data compressed with the filter %s (%d); deflate, shuffle, fletcher32, lzf and bzip2 are read", x, x.ID)
		}
	}
	return nil
}

// expansion is how many times larger than stored a chunk can become.
func (p *pipeline) expansion() int64 {
	if p == nil {
		return 1
	}
	e := int64(1)
	for _, x := range p.list {
		switch x.ID {
		case filterDeflate:
			e *= maxInflate
		case filterLZF:
			e *= 132 // a match of 264 bytes takes 3, rounded up
		case filterBzip2:
			e *= 1 << 16
		}
		e = min(e, 1<<20)
	}
	return e
}

// buffers are the scratch memory of decoding, used again for every chunk.
type buffers struct {
	stored []byte
	work   [2][]byte
	in     inflater
}

func grow(p []byte, n int) []byte {
	if cap(p) < n {
		return make([]byte, n)
	}
	return p[:n]
}

// decode undoes the filters of a chunk that has size bytes decoded. What it
// returns stays valid until bufs is used again. Each filter whose bit is set
// in mask was skipped.
func (p *pipeline) decode(bufs *buffers, data []byte, mask uint32, size int) ([]byte, error) {
	if bufs == nil {
		bufs = &buffers{}
	}
	if p != nil {
		if err := p.supported(mask); err != nil {
			return nil, err
		}
		// Filters can add to the size: a checksum, or a poor compression
		// under another. This is for the latter; the former is exact.
		slack := 0
		compressors := 0
		for i, x := range p.list {
			if mask>>i&1 == 0 {
				switch x.ID {
				case filterFletcher32:
					slack += 4
				case filterDeflate, filterLZF, filterBzip2:
					compressors++
				}
			}
		}
		if compressors > 1 {
			slack += size/8 + 4096
		}
		// The chunk alternates between two buffers; which one is free.
		free := 0
		for i := len(p.list) - 1; i >= 0; i-- {
			if mask>>i&1 != 0 {
				continue
			}
			x := &p.list[i]
			var err error
			switch x.ID {
			case filterFletcher32:
				data, err = checkFletcher32(data)
			case filterShuffle:
				n := 1
				if len(x.Params) > 0 {
					n = int(min(x.Params[0], 1<<30))
				}
				if n > 1 && n <= len(data) {
					bufs.work[free] = grow(bufs.work[free], len(data))
					unshuffle(bufs.work[free], data, n)
					data = bufs.work[free]
					free = 1 - free
				}
			case filterDeflate, filterLZF, filterBzip2:
				// Never more memory than the stored bytes can become.
				maxSize := size + slack
				bound := p.bound(x.ID, len(data))
				if compressors == 1 && size > bound {
					return nil, corruptf(-1, "%d compressed bytes cannot become a chunk of %d", len(data), size)
				}
				maxSize = min(maxSize, bound)
				bufs.work[free] = grow(bufs.work[free], maxSize)
				var n int
				switch x.ID {
				case filterDeflate:
					n, err = bufs.in.inflate(bufs.work[free], data)
				case filterLZF:
					n, err = unlzf(bufs.work[free], data)
				case filterBzip2:
					n, err = readAll(bufs.work[free], bzip2.NewReader(bytes.NewReader(data)))
				}
				data = bufs.work[free][:max(n, 0)]
				free = 1 - free
			}
			if err != nil {
				return nil, err
			}
		}
	}
	if len(data) != size {
		return nil, corruptf(-1, "chunk decodes to %d bytes, expected %d", len(data), size)
	}
	return data, nil
}

// bound is the most bytes that n compressed ones can become.
func (p *pipeline) bound(id uint16, n int) int {
	e := int64(maxInflate)
	switch id {
	case filterLZF:
		e = 132
	case filterBzip2:
		e = 1 << 16
	}
	return int(min(int64(n)*e+64, 1<<31-1))
}

func checkFletcher32(p []byte) ([]byte, error) {
	if len(p) < 4 {
		return nil, corruptf(-1, "chunk of %d bytes is too short for its checksum", len(p))
	}
	n := len(p) - 4
	want := binary.LittleEndian.Uint32(p[n:])
	got := fletcher32(p[:n])
	// Releases before 1.6.3 wrote the bytes of each half swapped.
	swapped := got&0xff00ff00>>8 | got&0x00ff00ff<<8
	if got != want && swapped != want {
		return nil, corruptf(-1, "fletcher32 checksum of chunk is %08x, stored is %08x", got, want)
	}
	return p[:n], nil
}

// readAll fills dst from r and returns how many bytes there were; more than
// fit are an error.
func readAll(dst []byte, r io.Reader) (int, error) {
	n, err := io.ReadFull(r, dst)
	switch {
	case err == nil:
		var one [1]byte
		for {
			k, err := r.Read(one[:])
			if k > 0 {
				return n, corruptf(-1, "compressed data is longer than its chunk of %d bytes", len(dst))
			}
			if err == io.EOF {
				return n, nil
			}
			if err != nil {
				return n, corruptf(-1, "compressed data: %v", err)
			}
		}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		// ReadFull returns the same error for a short result and cut-off input, so
		// ask again: the end stays the end.
		if _, err := r.Read(make([]byte, 1)); err != io.EOF {
			return n, corruptf(-1, "compressed data: %v", err)
		}
		return n, nil
	}
	return n, corruptf(-1, "compressed data: %v", err)
}
