package hdf5

import "sync"

// chunkCacheBytes bounds the decoded chunks that a dataset keeps, for readers
// that take fewer rows at a time than a chunk has.
const chunkCacheBytes = 16 << 20

type cachedChunk struct {
	linear uint64
	data   []byte
}

type chunkCache struct {
	mu    sync.Mutex
	list  []cachedChunk // the most recently used last
	bytes int
}

// get returns a chunk that is not to be changed, or nil.
func (c *chunkCache) get(linear uint64) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.list) - 1; i >= 0; i-- {
		if x := c.list[i]; x.linear == linear {
			copy(c.list[i:], c.list[i+1:])
			c.list[len(c.list)-1] = x
			return x.data
		}
	}
	return nil
}

// put keeps a copy of a chunk.
func (c *chunkCache) put(linear uint64, data []byte) {
	if len(data) > chunkCacheBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var old []byte
	for len(c.list) > 0 && (c.bytes+len(data) > chunkCacheBytes || len(c.list) >= 256) {
		c.bytes -= len(c.list[0].data)
		c.list = c.list[1:]
	}
	// Not into the memory of a chunk dropped here: someone may still read it.
	c.list = append(c.list, cachedChunk{linear, append(old, data...)})
	c.bytes += len(data)
}
