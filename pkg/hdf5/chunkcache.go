package hdf5

import (
	"bytes"
	"sync"
)

// chunkCacheBytes bounds the decoded chunks that a file keeps, for readers that
// take fewer rows at a time than a chunk has.
const chunkCacheBytes = 16 << 20

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

// put keeps a copy of a chunk.
func (c *chunkCache) put(d *Dataset, linear uint64, data []byte) {
	if len(data) > chunkCacheBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.list) > 0 && (c.bytes+len(data) > chunkCacheBytes || len(c.list) >= 256) {
		c.bytes -= len(c.list[0].data)
		c.list[0] = cachedChunk{}
		c.list = c.list[1:]
	}
	// Memory of a chunk dropped here is not used again: someone may be reading
	// it still.
	c.list = append(c.list, cachedChunk{d, linear, bytes.Clone(data)})
	c.bytes += len(data)
}
