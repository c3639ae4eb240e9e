// Package numpyrand draws the random numbers of numpy's legacy RandomState, of its
// default Generator and of Python's random module, bit for bit, so that a seed means the
// same split here and there.
//
// References: Matsumoto & Nishimura 1998 (MT19937, init_genrand and init_by_array); numpy
// 1.26, numpy/random/mtrand.pyx (shuffle, permutation, choice) and
// numpy/random/src/distributions (random_interval).
package numpyrand

const (
	size   = 624
	middle = 397
)

// State is a Mersenne Twister seeded as numpy's RandomState(seed).
type State struct {
	mt  [size]uint32
	pos int
}

// New seeds as RandomState(seed) does for an integer, by init_genrand.
func New(seed uint32) *State {
	s := &State{pos: size}
	s.mt[0] = seed
	for i := 1; i < size; i++ {
		s.mt[i] = 1812433253*(s.mt[i-1]^s.mt[i-1]>>30) + uint32(i)
	}
	return s
}

// NewPython seeds as Python's random.Random(seed) does for an integer below 2³², by
// init_by_array.
func NewPython(seed uint32) *State {
	s := New(19650218)
	mix := func(i int, factor uint32) uint32 {
		before := s.mt[i-1]
		return s.mt[i] ^ (before^before>>30)*factor
	}
	i := 1
	next := func() {
		if i++; i == size {
			s.mt[0], i = s.mt[size-1], 1
		}
	}
	for range size {
		s.mt[i] = mix(i, 1664525) + seed
		next()
	}
	for range size - 1 {
		s.mt[i] = mix(i, 1566083941) - uint32(i)
		next()
	}
	s.mt[0] = 0x80000000
	return s
}

// Uint32 draws 32 bits.
func (s *State) Uint32() uint32 {
	if s.pos == size {
		s.refill()
	}
	y := s.mt[s.pos]
	s.pos++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

func (s *State) refill() {
	for i := range s.mt {
		y := s.mt[i]&0x80000000 | s.mt[(i+1)%size]&0x7fffffff
		next := s.mt[(i+middle)%size] ^ y>>1
		if y&1 != 0 {
			next ^= 0x9908b0df
		}
		s.mt[i] = next
	}
	s.pos = 0
}

// Interval draws a whole number from 0 to max, both included, by masked
// rejection, as random_interval does for max below 2³².
func (s *State) Interval(max uint32) uint32 { return interval(s.Uint32, max) }

// interval draws from a source of 32 bits.
func interval(uint32s func() uint32, max uint32) uint32 {
	if max == 0 {
		return 0 // draws nothing
	}
	mask := max
	for shift := 1; shift < 32; shift *= 2 {
		mask |= mask >> shift
	}
	for {
		if v := uint32s() & mask; v <= max {
			return v
		}
	}
}

// Shuffle puts values in random order in place: Fisher–Yates from the end.
func (s *State) Shuffle(values []int) {
	for i := len(values) - 1; i > 0; i-- {
		j := s.Interval(uint32(i))
		values[i], values[j] = values[j], values[i]
	}
}

// ChoiceReplaced draws k of 0 … n-1 with replacement, as choice(n, k).
func (s *State) ChoiceReplaced(n, k int) []int {
	drawn := make([]int, k)
	s.DrawReplaced(n, drawn)
	return drawn
}

// DrawReplaced fills drawn with as many numbers of ChoiceReplaced.
func (s *State) DrawReplaced(n int, drawn []int) {
	for i := range drawn {
		drawn[i] = int(s.Interval(uint32(n - 1)))
	}
}

// Permutation is 0 … n-1 in random order.
func (s *State) Permutation(n int) []int {
	values := make([]int, n)
	for i := range values {
		values[i] = i
	}
	s.Shuffle(values)
	return values
}

// Choice draws k of 0 … n-1 without replacement, as choice(n, k, replace=False).
func (s *State) Choice(n, k int) []int {
	return s.Permutation(n)[:k]
}
