package metrics

// Shape is the size of one comparison, for estimates of memory.
type Shape struct {
	Stimuli  int
	Features int // 0 where they are many and not known
	Bands    int // layers that a layer is joined of; 0 of one that is not joined
	Neuroids int
	Train    int // stimuli of a split
	Splits   int // at least 1
	Workers  int // at least 1
	// Once is true if the activations cannot be read again and their features are not held.
	Once bool
	// Allowed is the memory that a score may take in bytes; 0 for any.
	Allowed int64
	// Reading is what a pass over the layer holds, in bytes.
	Reading int64
	// Products is true if inner products are held, also of features that are few.
	Products bool
	// Triangle is true if inner products are held as a triangle.
	Triangle bool
	// Shared is true if other neuroids are compared on the same Gram matrix.
	Shared bool
	// Resampled is true if the metric is also computed on samples of the stimuli.
	Resampled bool
}

// Memory is what a metric holds in bytes, beside the Gram matrix, the features where
// they are kept, and the recordings.
type Memory struct {
	// Working is held while the metric is scored; metrics on one layer are scored
	// one by one.
	Working int64
	// Kept is what of it stays on the Gram matrix for further metrics.
	Kept int64
	// Streaming is held while the layer is read, by all metrics at once.
	Streaming int64
	// Rare is held beside Working if rounding of the Gram matrix turns out to matter.
	Rare int64
}

// Plus adds what is held at the same time.
func (m Memory) Plus(o Memory) Memory {
	return Memory{Working: m.Working + o.Working, Kept: m.Kept + o.Kept, Streaming: m.Streaming + o.Streaming, Rare: m.Rare + o.Rare}
}

// FloatBytes is the size of a number in memory.
const FloatBytes = 8

// Sizes returns the numbers of stimuli, neuroids and train stimuli.
func (s Shape) Sizes() (n, t, m int64) {
	return int64(s.Stimuli), int64(s.Neuroids), int64(s.Train)
}

// AtOnce returns how many splits are worked on concurrently.
func (s Shape) AtOnce() int64 { return int64(max(1, min(s.Workers, s.Splits))) }
