package similarity

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// TestTiesOfWholeNumbers ranks dissimilarities that are equal, or that differ from the
// thirtieth digit on, and wants the ranks of fractions.
func TestTiesOfWholeNumbers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, large := range []float64{1, 1e5, 1e7} {
		for _, distance := range []string{"correlation", "cosine", squaredDistance} {
			const n, cols = 24, 30
			x := make([]float64, n*cols)
			for i := range x {
				x[i] = float64(r.IntN(2))
				if i%cols < 3 {
					x[i] *= large
				}
			}
			for i := range n {
				x[i*cols+5] = float64(i % 3) // no row is 0
				x[i*cols+6] = 3
			}
			got := newDoubleTriangle(stream.NewHeldRows(x, cols, stream.DoublePrecision), distance, dense.AllRows(n), 0, true, 1).ranked(1)
			for i, want := range ranksOfFractions(x, n, cols, distance) {
				if got[i] != want {
					t.Fatalf("%s with features of %g: pair %d has rank %g, want %g", distance, large, i, got[i], want)
				}
			}
		}
	}
}

// ranksOfFractions are those of dissimilarities in exact arithmetic.
func ranksOfFractions(x []float64, n, cols int, distance string) []float64 {
	rows := make([][]*big.Rat, n)
	for i := range rows {
		mean := new(big.Rat)
		for _, v := range x[i*cols : (i+1)*cols] {
			rows[i] = append(rows[i], new(big.Rat).SetFloat64(v))
			mean.Add(mean, rows[i][len(rows[i])-1])
		}
		mean.Quo(mean, big.NewRat(int64(cols), 1))
		if distance == "correlation" {
			for _, v := range rows[i] {
				v.Sub(v, mean)
			}
		}
	}
	product := func(a, b []*big.Rat) *big.Rat {
		sum := new(big.Rat)
		for j, v := range a {
			sum.Add(sum, new(big.Rat).Mul(v, b[j]))
		}
		return sum
	}
	var keys []*big.Rat
	for a := range n {
		for b := a + 1; b < n; b++ {
			aa, bb, ab := product(rows[a], rows[a]), product(rows[b], rows[b]), product(rows[a], rows[b])
			if distance == squaredDistance {
				key := aa.Add(aa, bb)
				keys = append(keys, key.Sub(key, ab.Add(ab, ab)))
				continue
			}
			key := new(big.Rat).Mul(ab, new(big.Rat).Abs(ab))
			keys = append(keys, key.Quo(key, aa.Mul(aa, bb)).Neg(key))
		}
	}
	sorted := slices.Clone(keys)
	slices.SortFunc(sorted, (*big.Rat).Cmp)
	ranks := make([]float64, len(keys))
	for i, key := range keys {
		first, _ := slices.BinarySearchFunc(sorted, key, (*big.Rat).Cmp)
		end := first
		for end < len(sorted) && sorted[end].Cmp(key) == 0 {
			end++
		}
		ranks[i] = float64(first+end+1) / 2
	}
	return ranks
}
