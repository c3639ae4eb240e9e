package hdf5

import (
	"bytes"
	"sync"
)

// A file keeps some decoded chunks, for readers that take fewer rows at a time
// than a chunk has: as many as one read met, so that the next one finds them,
// within these bounds.
const (
	minChunkCache = 16 << 20
	maxChunkCache = 128 << 20
)

type cachedChunk struct {
	d      *Dataset
	linear uint64
	data   []byte
}

type chunkCache struct {
	mu    sync.Mutex
	list  []cachedChunk // the most recently used last
	bytes int
}

// get returns a chunk that is not to be changed, or nil.
func (c *chunkCache) get(d *Dataset, linear uint64) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.list) - 1; i >= 0; i-- {
		if x := c.list[i]; x.d == d && x.linear == linear {
			copy(c.list[i:], c.list[i+1:])
			c.list[len(c.list)-1] = x
			return x.data
		}
	}
	return nil
}

// put keeps a copy of a chunk, of a read that meets the given bytes of chunks.
func (c *chunkCache) put(d *Dataset, linear uint64, data []byte, met uint64) {
	limit := int(max(minChunkCache, min(met, maxChunkCache)))
	if len(data) > limit {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.list) > 0 && (c.bytes+len(data) > limit || len(c.list) >= 1024) {
		c.bytes -= len(c.list[0].data)
		c.list[0] = cachedChunk{}
		c.list = c.list[1:]
	}
	// Memory of a chunk dropped here is not used again: someone may be reading
	// it still.
	c.list = append(c.list, cachedChunk{d, linear, bytes.Clone(data)})
	c.bytes += len(data)
}
