package stream

import (
	"math"
	"slices"

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
	// Sums and Shifts are the fields of RowMoments.
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

// ProductsError reports inner products that are not those of any activations.
type ProductsError struct {
	What string
	// Rows are the rows at fault, if they are few.
	Rows []int
	// Cross is true if the first of the rows is one of Cross and the second a fitting one.
	Cross bool
}

func (e *ProductsError) Error() string { return e.What }

// DataError reports that the cause is invalid data.
func (e *ProductsError) DataError() bool { return true }

// Faults of inner products and of what is kept beside them.
const (
	notFinite   = "inner products or sums are not finite"
	notOfRows   = "sums or rows do not match the number of stimuli"
	notPositive = "inner products are not positive semidefinite, as those of activations are"
)

// RestoreGram returns the Gram matrix of k, n × n and symmetric, and of what else was kept of
// it. A *ProductsError reports that they are those of no activations; CheckPositive finds
// what this does not.
func RestoreGram(n int, k []float64, kept Kept) (*Gram, error) {
	if n < 1 || len(k) != n*n || len(kept.Sums) != n || len(kept.Shifts) != n || kept.Features < 1 {
		return nil, &ProductsError{What: notOfRows}
	}
	if kept.Precision < 0 || kept.Precision > 0x1p-8 || kept.Square < 0 || kept.Squares < 0 ||
		!allFinite([]float64{kept.Precision, kept.Pivot, kept.Mean, kept.Square, kept.Squares}) {
		return nil, &ProductsError{What: "sums over all stimuli are not those of any activations"}
	}
	for _, values := range [][]float64{kept.Sums, kept.Shifts} {
		if i := firstInfinite(values); i >= 0 {
			return nil, &ProductsError{What: notFinite, Rows: []int{i}}
		}
	}
	if i := firstInfinite(k); i >= 0 {
		return nil, &ProductsError{What: notFinite, Rows: []int{i / n, i % n}}
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
				return nil, &ProductsError{What: notOfRows}
			}
			list.flag[i] = false
		}
	}
	return &Gram{N: n, Features: kept.Features, K: k, Precision: kept.Precision, Moments: m}, nil
}

// CheckPositive returns a *ProductsError unless the matrix is positive semidefinite, to its
// rounding. It decomposes the matrix, which is then that of before.
func (g *Gram) CheckPositive() error { return checkPositive(g.N, g.K, g.Rounding()) }

func allFinite(values []float64) bool {
	sum := 0.0
	for _, v := range values {
		sum += v - v // 0 unless v is not finite
	}
	return sum == 0
}

// firstInfinite returns the index of the first value that is not finite, -1 if there is none.
func firstInfinite(values []float64) int {
	if allFinite(values) {
		return -1
	}
	return slices.IndexFunc(values, func(v float64) bool { return v-v != 0 })
}

// checkPositive returns an error unless the symmetric n × n matrix k is positive semidefinite
// to its rounding, which is less than the given part of its trace, and that of a Cholesky
// decomposition. That is made in the upper triangle, which is then that of before.
func checkPositive(n int, k []float64, rounding float64) error {
	diagonal, trace := make([]float64, n), 0.0
	for i := range n {
		if diagonal[i] = k[i*n+i]; diagonal[i] < 0 {
			return &ProductsError{What: notPositive, Rows: []int{i}}
		}
		trace += diagonal[i]
	}
	if trace == 0 {
		if i := slices.IndexFunc(k, func(v float64) bool { return v != 0 }); i >= 0 {
			return &ProductsError{What: notPositive, Rows: []int{i / n, i % n}}
		}
		return nil
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
	if ok {
		return nil
	}
	return &ProductsError{What: notPositive, Rows: longProduct(n, k, diagonal, shift)}
}

// longProduct returns the first two rows whose inner product is larger than those of their
// lengths by more than rounding, nil if there are none.
func longProduct(n int, k, diagonal []float64, shift float64) []int {
	for i := range n {
		for j := range i {
			if v := math.Abs(k[i*n+j]); v > math.Sqrt(diagonal[i]+shift)*math.Sqrt(diagonal[j]+shift) {
				return []int{j, i}
			}
		}
	}
	return nil
}

// Check returns a *ProductsError if the products of a read-out, from whatever file they are,
// are not as many as its stimuli, or not finite.
func (g *FitGram) Check() error {
	if g.Fit < 1 || g.Rest < 0 || len(g.K) != g.Fit*g.Fit || len(g.Cross) != g.Rest*g.Fit || g.Features < 1 {
		return &ProductsError{What: notOfRows}
	}
	if i := firstInfinite(g.K); i >= 0 {
		return &ProductsError{What: notFinite, Rows: []int{i / g.Fit, i % g.Fit}}
	}
	if i := firstInfinite(g.Cross); i >= 0 {
		return &ProductsError{What: notFinite, Rows: []int{i / g.Fit, i % g.Fit}, Cross: true}
	}
	return nil
}

// CheckPositive returns a *ProductsError unless the products of the fitting stimuli are
// positive semidefinite.
func (g *FitGram) CheckPositive() error {
	return checkPositive(g.Fit, g.K, (&Gram{Features: g.Features}).Rounding())
}
