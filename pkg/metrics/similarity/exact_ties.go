package similarity

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// exactPairs compares dissimilarities of rows of whole numbers, times one power of two,
// without any rounding: two may be equal to thirty digits and yet not the same.
//
// A cosine is s/√(a·b) with s the product of two rows, and a and b those of each with
// itself: whole numbers, which order it by the sign of s and s²/(a·b). So is Pearson's r
// with F·Σxy − Σx·Σy for s. A squared distance is a + b − 2s.
type exactPairs struct {
	distance string
	cols     int
	values   []int64
	sums     []*big.Int // of each row
	squares  []*big.Int // of each row: a
}

// exactPairsOf returns those of the rows of short values, nil for others or for many.
func exactPairsOf(h *stream.HeldRows, rows []int, distance string) *exactPairs {
	const most = 1 << 17 // pairs
	if !h.Short || len(rows)*len(rows) > 2*most || h.Cols > 1<<20 {
		return nil
	}
	e := &exactPairs{distance: distance, cols: h.Cols, values: make([]int64, 0, len(rows)*h.Cols)}
	for _, i := range rows {
		sum := new(big.Int)
		for _, v := range h.Row(i) {
			whole := math.Ldexp(v, -h.Lowest)
			if math.Abs(whole) > 1<<53 {
				return nil
			}
			e.values = append(e.values, int64(whole))
			sum.Add(sum, big.NewInt(int64(whole)))
		}
		e.sums = append(e.sums, sum)
	}
	for a := range rows {
		e.squares = append(e.squares, e.product(a, a))
	}
	return e
}

// product returns s of two rows.
func (e *exactPairs) product(a, b int) *big.Int {
	x, y := e.values[a*e.cols:(a+1)*e.cols], e.values[b*e.cols:(b+1)*e.cols]
	var above, below [2]uint64 // of products above and below 0, the high word first
	for j, v := range x {
		high, low := bits.Mul64(magnitude(v), magnitude(y[j]))
		sum := &above
		if (v < 0) != (y[j] < 0) {
			sum = &below
		}
		var carry uint64
		sum[1], carry = bits.Add64(sum[1], low, 0)
		sum[0], _ = bits.Add64(sum[0], high, carry)
	}
	s := wideInt(above)
	s.Sub(s, wideInt(below))
	if e.distance == "correlation" {
		s.Mul(s, big.NewInt(int64(e.cols)))
		s.Sub(s, new(big.Int).Mul(e.sums[a], e.sums[b]))
	}
	return s
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

func wideInt(words [2]uint64) *big.Int {
	n := new(big.Int).SetUint64(words[0])
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(words[1]))
}

// exactPair is a fraction that orders dissimilarities as these are ordered.
type exactPair struct{ over, under *big.Int }

func (e *exactPairs) pair(a, b int) exactPair {
	s := e.product(a, b)
	if e.distance != "correlation" && e.distance != "cosine" {
		d := new(big.Int).Add(e.squares[a], e.squares[b])
		return exactPair{d.Sub(d, s.Lsh(s, 1)), big.NewInt(1)}
	}
	sign := s.Sign()
	s.Mul(s, s)
	if sign > 0 {
		s.Neg(s)
	}
	return exactPair{s, new(big.Int).Mul(e.squares[a], e.squares[b])}
}

func (p exactPair) compare(q exactPair) int {
	return new(big.Int).Mul(p.over, q.under).Cmp(new(big.Int).Mul(q.over, p.under))
}

// sort orders places in a triangle over n rows by their dissimilarities, and returns for
// each the number of those that come before the first that is equal.
func (e *exactPairs) sort(places []int32, n int) (first []int) {
	pairs := make(map[int32]exactPair, len(places))
	for _, at := range places {
		pairs[at] = e.pair(pairAt(n, int(at)))
	}
	slices.SortFunc(places, func(i, j int32) int { return cmp.Or(pairs[i].compare(pairs[j]), cmp.Compare(i, j)) })
	first = make([]int, len(places))
	for k := 1; k < len(places); k++ {
		if first[k] = k; pairs[places[k]].compare(pairs[places[k-1]]) == 0 {
			first[k] = first[k-1]
		}
	}
	return first
}
