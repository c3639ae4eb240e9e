package scoring

import (
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// slabColumns is the number of columns that are added to a Gram matrix at once.
const slabColumns = 256

const float = 8 // bytes of a number in memory

// wideLayer is the number of features from which on estimates do not grow, but for
// metrics that hold something of each feature.
const wideLayer = 1 << 18

// leastMemory returns what a process needs at its peak that reads a layer into a matrix of
// its stimuli, by these or by the features if they are fewer: no more than any score of the
// layer needs.
func leastMemory(stimuli, features int) int64 {
	size := ReadSize{Rows: stimuli, Features: features, single: true}
	matrix := float * int64(stimuli) * int64(min(stimuli, features))
	if features > stimuli && matrix >= leastTriangle {
		matrix = stream.TriangleBytes(stimuli)
	}
	return withGarbage(matrix + blockMemory(size) + idMemory(stimuli))
}

// blockMemory returns what is held of the columns at once: two blocks, and a slab of those
// that are not added as float32.
func blockMemory(size ReadSize) int64 {
	width := stream.PassOptions{}.BlockCols(size.Rows, size.Features)
	columns := int64(width)
	if width < size.Features {
		columns *= 2
	}
	rows := int64(size.Rows)
	if size.single {
		return rows * columns * float / 2
	}
	return rows * float * (columns + slabColumns)
}

// kernelMemory returns what products are packed into: those of a layer's columns, for a
// Gram matrix, and those of metrics, of which blocks are packed.
func kernelMemory(size ReadSize, gram bool) int64 {
	const buffers, most = 2, 13 << 20
	one := buffers * float * slabColumns * int64(size.Rows)
	bytes := min(most, one)
	if gram {
		bytes += one * int64(min(size.Features, buffers*slabColumns)) / (buffers * slabColumns)
	}
	return bytes
}

// idMemory returns what the ids of stimuli take: sets of rows, and their indices.
func idMemory(stimuli int) int64 {
	const each = 512
	return each * int64(stimuli)
}

// readoutMemory estimates the bytes that a score with a fitted read-out takes: features or
// inner products, their factor, and the solver's arrays.
func readoutMemory(size ReadSize, classes int) int64 {
	const vectors = 16 // fitting stimuli × classes each
	m, n, f := int64(size.Fit), int64(size.Rows), int64(size.Features)
	dimensions, held := m, m*m+m*(n-m)
	if 2*f <= m {
		dimensions, held = f, n*f
	}
	solving := 3*dimensions*dimensions + vectors*m*int64(classes)
	return float*held + max(blockMemory(size)+float*slabColumns*n, float*solving)
}
