package metrics

// Shape is the size of one comparison, for estimates of memory.
type Shape struct {
	Stimuli  int
	Features int // 0 where they are many and not known
	Neuroids int
	Train    int // stimuli of a split
	Splits   int // at least 1
	Workers  int // at least 1
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
}

const floatBytes = 8 // of a number in memory

// sizes returns a shape's stimuli, neuroids and train stimuli as bytes are counted.
func (s Shape) sizes() (n, t, m int64) {
	return int64(s.Stimuli), int64(s.Neuroids), int64(s.Train)
}

// atOnce returns how many splits are worked on at a time.
func (s Shape) atOnce() int64 { return int64(max(1, min(s.Workers, s.Splits))) }

// rootMemory is what ridge, ridgecv and linear hold more where inner products do not
// do: the features, or a square root of their products, while twice as many columns
// as stimuli are reduced; and in each of so many splits that are fitted at a time, its
// rows, their decomposition, and what that is computed in.
func (s Shape) rootMemory(splits int64) int64 {
	n, _, m := s.sizes()
	columns := n
	if s.Features > 0 {
		columns = min(n, int64(s.Features))
	}
	made := 3 * n * n
	if columns < n {
		made = 0 // the activations themselves, which are counted
	}
	return floatBytes * (made + splits*(n*columns+4*m*min(m, columns)+columns*columns))
}
