package benchmarks

import (
	"context"
	"math"
	"math/bits"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// rowHashes hashes each row of a layer as its columns go by, so that rows of equal
// numbers are found. A row's hash is the sum over its columns of a mix of the value
// and the column, so it depends neither on the size of the blocks nor on the order of
// columns; 0 and -0 are equal. Unequal rows of a layer of n have equal hashes with a
// probability of n² / 2⁶⁵.
type rowHashes struct {
	rows []uint64
	zero uint64 // the hash of a row of zeros
	keys []uint64
}

func newRowHashes(rows int) *rowHashes { return &rowHashes{rows: make([]uint64, rows)} }

// columnKey is a random number for each column (splitmix64).
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

func (s *rowHashes) Block(_ context.Context, b metrics.Block) error {
	s.keys = s.keys[:0]
	for j := range b.Cols {
		key := columnKey(b.Lo + j)
		s.keys = append(s.keys, key)
		s.zero += mix(0, key)
	}
	for i := range s.rows {
		if b.Single != nil {
			s.rows[i] += hashSingles(b.Single[i*b.Stride:i*b.Stride+b.Cols], s.keys)
		} else {
			s.rows[i] += hashDoubles(b.X[i*b.Stride:i*b.Stride+b.Cols], s.keys)
		}
	}
	return nil
}

// Adding 0 makes -0 equal 0 and leaves all else as it is.

func hashSingles(row []float32, keys []uint64) (sum uint64) {
	keys = keys[:len(row)]
	for j, v := range row {
		sum += mix(uint64(math.Float32bits(v+0)), keys[j])
	}
	return sum
}

func hashDoubles(row []float64, keys []uint64) (sum uint64) {
	keys = keys[:len(row)]
	for j, v := range row {
		sum += mix(math.Float64bits(v+0), keys[j])
	}
	return sum
}

// Done implements metrics.Sink.
func (s *rowHashes) Done(context.Context) error { return nil }
