package stream

import (
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dataerr"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Kept is what a Gram matrix is made of beside K, as numbers that a file holds: with K,
// RestoreGram makes the same matrix of it, to the last bit.
type Kept struct {
	Features  int     `json:"features"`
	Precision float64 `json:"precision"`
	// Pivot + Mean is the mean of the column means, Square the sum of squares of these
	// less it, and Squares that of these as they are.
	Pivot   float64 `json:"pivot"`
	Mean    float64 `json:"mean"`
	Square  float64 `json:"square"`
	Squares float64 `json:"squares"`
	// Sums and Shifts are those of RowMoments.
	Sums   []float64 `json:"-"`
	Shifts []float64 `json:"-"`
	// Constant and Zero list the rows that do not vary, and those that are 0.
	Constant []int `json:"constant,omitempty"`
	Zero     []int `json:"zero,omitempty"`
}

// Kept returns what the matrix is made of beside K. The pass must have had RowSums.
func (g *Gram) Kept() Kept {
	m := g.Moments
	k := Kept{Features: g.Features, Precision: g.Precision, Pivot: m.pivot, Mean: m.mean, Square: m.square, Squares: m.squares, Sums: m.Sums, Shifts: m.Shifts}
	for i := range g.N {
		if !m.Varies[i] {
			k.Constant = append(k.Constant, i)
		}
		if !m.Nonzero[i] {
			k.Zero = append(k.Zero, i)
		}
	}
	return k
}

// Faults of inner products that are not those of any activations.
var (
	errNotFinite   error = dataerr.Error("inner products or sums are not finite")
	errNotOfRows   error = dataerr.Error("sums or rows do not match the number of stimuli")
	errNotPositive error = dataerr.Error("inner products are not positive semidefinite, as those of activations are")
)

// RestoreGram returns the Gram matrix of k, n × n and symmetric, and of what else was kept of it. The
// error is that they are those of no activations.
func RestoreGram(n int, k []float64, kept Kept) (*Gram, error) {
	if n < 1 || len(k) != n*n || len(kept.Sums) != n || len(kept.Shifts) != n || kept.Features < 1 {
		return nil, errNotOfRows
	}
	if kept.Precision < 0 || kept.Precision > 0x1p-8 || kept.Square < 0 || kept.Squares < 0 {
		return nil, errNotFinite
	}
	for _, values := range [][]float64{{kept.Precision, kept.Pivot, kept.Mean, kept.Square, kept.Squares}, kept.Sums, kept.Shifts, k} {
		if !allFinite(values) {
			return nil, errNotFinite
		}
	}
	m := newRowMoments(n, true)
	copy(m.Sums, kept.Sums)
	copy(m.Shifts, kept.Shifts)
	m.columns, m.pivot, m.mean, m.square, m.squares = kept.Features, kept.Pivot, kept.Mean, kept.Square, kept.Squares
	for i := range n {
		m.Varies[i], m.Nonzero[i] = true, true
	}
	for _, list := range []struct {
		rows []int
		flag []bool
	}{{kept.Constant, m.Varies}, {kept.Zero, m.Nonzero}} {
		for _, i := range list.rows {
			if i < 0 || i >= n {
				return nil, errNotOfRows
			}
			list.flag[i] = false
		}
	}
	g := &Gram{N: n, Features: kept.Features, K: k, Precision: kept.Precision, Moments: m}
	if !positive(n, k, g.Rounding()) {
		return nil, errNotPositive
	}
	return g, nil
}

func allFinite(values []float64) bool {
	sum := 0.0
	for _, v := range values {
		sum += v - v // 0 unless v is not finite
	}
	return sum == 0
}

// positive reports whether the symmetric n × n matrix k is positive semidefinite to its
// rounding, which is less than the given part of its trace, and that of a Cholesky
// decomposition. That is made in the upper triangle, which is then that of before.
func positive(n int, k []float64, rounding float64) bool {
	diagonal, trace := make([]float64, n), 0.0
	for i := range n {
		if diagonal[i] = k[i*n+i]; diagonal[i] < 0 {
			return false
		}
		trace += diagonal[i]
	}
	if trace == 0 {
		return dense.MaxAbs(k) == 0
	}
	shift := float64(4 * (rounding + float64(float64(n)*dense.Epsilon)) * trace)
	for i := range n {
		k[i*n+i] += shift
	}
	_, ok := dense.FactorCholesky(k, n)
	for i := range n {
		k[i*n+i] = diagonal[i]
		for j := i + 1; j < n; j++ {
			k[i*n+j] = k[j*n+i]
		}
	}
	return ok
}

// Check returns an error if the products of a read-out, from whatever file they are, are
// those of no activations.
func (g *FitGram) Check() error {
	if g.Fit < 1 || g.Rest < 0 || len(g.K) != g.Fit*g.Fit || len(g.Cross) != g.Rest*g.Fit || g.Features < 1 {
		return errNotOfRows
	}
	if !allFinite(g.K) || !allFinite(g.Cross) {
		return errNotFinite
	}
	if !positive(g.Fit, g.K, (&Gram{Features: g.Features}).Rounding()) {
		return errNotPositive
	}
	return nil
}
