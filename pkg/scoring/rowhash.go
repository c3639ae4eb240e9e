package scoring

import (
	"context"
	"math"
	"math/bits"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// rowHashes hashes the rows of a layer as its columns go by, so that rows of equal
// numbers are found. A row's hash is the sum over its columns of a mix of the value
// and the column; 0 and -0 are equal. A row that differs from all others so far, and
// is not 0, is like none in the end and is left as it is, so that few are hashed
// beyond the first slab. Unequal rows of a layer of n have equal hashes with a
// probability of n² / 2⁶⁵.
type rowHashes struct {
	rows []uint64
	zero uint64 // the hash of a row of zeros
	left []int  // rows that may be like another one
	keys []uint64
}

func newRowHashes(rows int) *rowHashes {
	s := &rowHashes{rows: make([]uint64, rows), left: make([]int, rows)}
	for i := range s.left {
		s.left[i] = i
	}
	return s
}

// columnKey returns a random number for each column (splitmix64).
func columnKey(column int) uint64 {
	z := (uint64(column) + 1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// mix folds the product of 128 bits, which all bits of the value take part in.
func mix(value, key uint64) uint64 {
	hi, lo := bits.Mul64(value^key, 0xa0761d6478bd642f)
	return hi ^ lo
}

// Block implements stream.Sink.
func (s *rowHashes) Block(_ context.Context, b stream.Block) error {
	for at := 0; at < b.Cols && len(s.left) > 0; at += contentSlab {
		s.slab(b, at, min(at+contentSlab, b.Cols))
	}
	return nil
}

// slab adds columns from … to-1 of a block.
func (s *rowHashes) slab(b stream.Block, from, to int) {
	s.keys = s.keys[:0]
	for j := from; j < to; j++ {
		key := columnKey(b.Lo + j)
		s.keys = append(s.keys, key)
		s.zero += mix(0, key)
	}
	for _, i := range s.left {
		if b.Single != nil {
			s.rows[i] += hashRow32(b.Single[i*b.Stride+from:i*b.Stride+to], s.keys)
		} else {
			s.rows[i] += hashRow64(b.X[i*b.Stride+from:i*b.Stride+to], s.keys)
		}
	}
	count := make(map[uint64]int, len(s.left))
	for _, i := range s.left {
		count[s.rows[i]]++
	}
	s.left = slices.DeleteFunc(s.left, func(i int) bool { return count[s.rows[i]] == 1 && s.rows[i] != s.zero })
}

// addRow hashes one row of a table that is read row by row.
func (s *rowHashes) addRow(i int, values []float64) {
	if len(s.keys) != len(values) {
		s.keys, s.zero = s.keys[:0], 0
		for j := range values {
			key := columnKey(j)
			s.keys = append(s.keys, key)
			s.zero += mix(0, key)
		}
	}
	s.rows[i] = hashRow64(values, s.keys)
}

// Adding 0 makes -0 equal 0 and leaves all else as it is.

func hashRow32(row []float32, keys []uint64) (sum uint64) {
	keys = keys[:len(row)]
	for j, v := range row {
		sum += mix(uint64(math.Float32bits(v+0)), keys[j])
	}
	return sum
}

func hashRow64(row []float64, keys []uint64) (sum uint64) {
	keys = keys[:len(row)]
	for j, v := range row {
		sum += mix(math.Float64bits(v+0), keys[j])
	}
	return sum
}

// Done implements stream.Sink.
func (s *rowHashes) Done(context.Context) error { return nil }
