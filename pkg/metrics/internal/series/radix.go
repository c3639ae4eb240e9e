package series

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
)

// The digits of a radix sort on 32-bit keys: 11 bits make three passes.
const (
	radixBits  = 11
	radixSize  = 1 << radixBits
	radixSteps = 3
	keyBits    = 32
)

// ordered maps a value to bits that are in order as values are; −0 is +0.
func ordered(v float64) uint64 {
	b := math.Float64bits(v + 0)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// keys returns 32-bit keys of values, in the order of the values: of exact values
// the leading ones of the bits in which they differ, which tell most of them apart; of
// values with ties the place between the least and the greatest, in which a distance
// is the same for all.
type keys struct {
	exact  bool
	low    uint64  // bits of the least value
	shift  int     // bits below a key
	least  float64 // value
	factor float64 // keys in 1
	near   uint64  // values whose keys differ by more are surely no ties
}

func newKeys(low, high uint64, t Ties) keys {
	k := keys{exact: true, low: low, shift: max(0, bits.Len64(high-low)-keyBits)}
	if t.Most == 0 {
		return k
	}
	k.exact, k.least = false, unordered(low)
	k.factor = math.MaxUint32 / (unordered(high) - k.least)
	k.near = math.MaxUint32
	if near := float64(2*t.Most*k.factor) + 2; near < math.MaxUint32 {
		k.near = uint64(near)
	}
	return k
}

// fill sets out to the keys of values.
func (k *keys) fill(out []uint64, values []float64) {
	values = values[:len(out)]
	if k.exact {
		for i := range out {
			out[i] = (ordered(values[i]) - k.low) >> k.shift
		}
		return
	}
	for i := range out {
		out[i] = uint64(int64((values[i] - k.least) * k.factor))
	}
}

// apart reports whether the values of two keys in order are surely no ties.
func (k *keys) apart(a, b uint64) bool { return b>>keyBits-a>>keyBits > k.near }

// whole reports whether values with the same key are the same.
func (k *keys) whole() bool { return k.exact && k.shift == 0 }

// unordered is the value that ordered maps to these bits.
func unordered(b uint64) float64 {
	return math.Float64frombits(b ^ (uint64(^int64(b)>>63) | 1<<63))
}

// orderedRange is the least and the greatest of the values' bits.
func orderedRange(parts [][2]int, values []float64) (low, high uint64) {
	lows, highs := make([]uint64, len(parts)), make([]uint64, len(parts))
	crew.All(len(parts), func(p int) {
		l, h := uint64(math.MaxUint64), uint64(0)
		for _, v := range values[parts[p][0]:parts[p][1]] {
			b := ordered(v)
			l, h = min(l, b), max(h, b)
		}
		lows[p], highs[p] = l, h
	})
	low = math.MaxUint64
	for p := range lows {
		low, high = min(low, lows[p]), max(high, highs[p])
	}
	return low, high
}

// sortByDigit moves keys to other in order of the digit that starts at a bit.
func sortByDigit(parts [][2]int, counts [][radixSize]int32, at int, keys, other []uint64) {
	crew.All(len(parts), func(p int) {
		c := &counts[p]
		clear(c[:])
		for _, k := range keys[parts[p][0]:parts[p][1]] {
			c[k>>at&(radixSize-1)]++
		}
	})
	place := int32(0)
	for digit := range radixSize {
		for p := range counts {
			c := counts[p][digit]
			counts[p][digit] = place
			place += c
		}
	}
	crew.All(len(parts), func(p int) {
		c := &counts[p]
		for _, k := range keys[parts[p][0]:parts[p][1]] {
			digit := k >> at & (radixSize - 1)
			other[c[digit]] = k
			c[digit]++
		}
	})
}

// sortExactly sorts the places of several values by value. room is as long.
func sortExactly(keys, room []uint64, values []float64) {
	const few = 1 << 10
	if len(keys) <= few {
		slices.SortFunc(keys, func(a, b uint64) int {
			return cmp.Or(cmp.Compare(values[uint32(a)], values[uint32(b)]), cmp.Compare(uint32(a), uint32(b)))
		})
		return
	}
	low, high := uint64(math.MaxUint64), uint64(0)
	for _, k := range keys {
		b := ordered(values[uint32(k)])
		low, high = min(low, b), max(high, b)
	}
	if low == high {
		return
	}
	shift := max(0, bits.Len64(high-low)-keyBits)
	for i, k := range keys {
		at := k & math.MaxUint32
		keys[i] = (ordered(values[at])-low)>>shift<<keyBits | at
	}
	all := [][2]int{{0, len(keys)}}
	counts := make([][radixSize]int32, 1)
	for d := range radixSteps {
		sortByDigit(all, counts, keyBits+d*radixBits, keys, room)
		copy(keys, room)
	}
	for at := 0; shift > 0 && at < len(keys); {
		end := at + 1
		for end < len(keys) && keys[end]>>keyBits == keys[at]>>keyBits {
			end++
		}
		sortExactly(keys[at:end], room[at:end], values)
		at = end
	}
}
