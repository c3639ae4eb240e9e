package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// slabColumns is the number of columns that are added to a Gram matrix at once.
const slabColumns = 256

const float = 8 // bytes of a number in memory

// ReadingMemory estimates the bytes that one pass over a layer takes: the
// Gram matrix of so many stimuli, and the blocks of columns that are read.
// features is 0 where it is not known.
func ReadingMemory(stimuli, features int) int64 {
	n := int64(stimuli)
	return float*n*n + blockMemory(stimuli, features)
}

// blockMemory returns what is held of the columns at once: two blocks and a slab.
func blockMemory(rows, features int) int64 {
	if features == 0 {
		features = 1 << 30
	}
	width := stream.PassOptions{}.BlockCols(rows, features)
	blocks := 2
	if width >= features {
		blocks = 1
	}
	return float * int64(rows) * int64(blocks*width+slabColumns)
}

// recordingsMemory estimates the bytes that a score of a neural benchmark takes beside
// what its metric holds.
func recordingsMemory(d *benchmarks.Definition, s metrics.Shape) int64 {
	n, t := int64(s.Stimuli), int64(s.Neuroids)
	total := ReadingMemory(s.Stimuli, s.Features) + float*n*t
	if c := d.Ceiling; c != nil && c.Value == nil {
		const cell = 8 + 4 // a sum and a count
		total += int64(c.Splits) * 2 * cell * n * t
	}
	if d.PerSubject() {
		total += float * n * t // the recordings by subject
	}
	if info, err := metrics.Lookup(d.Metric.Name); err == nil && info.Needs.Features && s.Features > 0 && s.Features <= s.Stimuli {
		total += float * n * int64(s.Features) // the activations themselves
	}
	return total
}

// readoutMemory estimates the bytes that a score with a fitted read-out takes.
func readoutMemory(fit, test, features, classes int) int64 {
	const vectors = 16 // of the solver, fitting stimuli × classes each
	// Beside inner products, their factor, and this as features.
	m, n := int64(fit), int64(test)
	return float*(3*m*m+m*n) + blockMemory(fit+test, features) + vectors*float*m*int64(classes)
}
