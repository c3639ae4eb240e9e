package mapping

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// independent leaves as many columns as the train rows have dimensions, singular
// values below share of the largest taken as zero. certain is false where one is so
// near to that that rounding decides.
func (f *stableSplit) independent(workers int, share float64) (certain bool, err error) {
	diagonal := f.compress()
	if f.p == 0 {
		return true, nil
	}
	rows, k := f.rows, f.p
	// The largest singular value is between the largest row and all rows together.
	all, largest := 0.0, diagonal[0]
	for _, norm := range dense.ColumnNorms(f.x, k) {
		all = portable.Hypot(all, norm)
	}
	rank := k
	for rank > 1 && diagonal[rank-1] <= share*largest {
		rank--
	}
	rest := 0.0
	for _, norm := range dense.ColumnNorms(f.x, k)[rank:] {
		rest = portable.Hypot(rest, norm)
	}
	if rest <= share*largest && f.smallest(rank) > share*all {
		f.cut(rank)
		return true, nil
	}
	values, vt, ok := dense.Singular(workers, slices.Clone(f.x), rows, k)
	if !ok {
		return false, metrics.ErrIllConditioned
	}
	certain, rank = true, 0
	own := unit * values[0]
	for _, v := range values {
		if v > share*values[0] {
			rank++
		}
		if math.Abs(v-float64(share*values[0])) < own {
			certain = false
		}
	}
	along := dense.Of(vt[:rank*k], rank, k).T()
	x := make([]float64, rows*rank)
	dense.AddProduct(workers, dense.Of(x, rows, rank), 1, dense.Of(f.x, rows, k), along)
	f.x = x
	if f.tests > 0 {
		whole := f.test
		f.test = make([]float64, f.tests*rank)
		dense.AddProduct(workers, dense.Of(f.test, f.tests, rank), 1, dense.Of(whole, f.tests, k), along)
		f.combine(whole, dense.Transposed(vt[:rank*k], rank, k), rank, rank)
	}
	// Rounding of the decomposition is in proportion to the largest direction.
	f.p, f.sizes = rank, slices.Repeat([]float64{values[0]}, rank)
	return certain, nil
}

// fullRank reports whether columns are fewer than the train rows have dimensions and
// certainly independent, as are those that independent would leave.
func (f *stableSplit) fullRank(share float64) bool {
	if f.p == 0 || f.p > f.rows {
		return f.p == 0
	}
	all := 0.0
	for _, norm := range dense.ColumnNorms(f.x, f.p) {
		all = portable.Hypot(all, norm)
	}
	return f.smallest(f.p) > share*all
}

// smallest bounds the smallest singular value of the first rank columns from below.
func (f *stableSplit) smallest(rank int) float64 {
	a := make([]float64, f.rows*rank)
	for i := range f.rows {
		copy(a[i*rank:(i+1)*rank], f.x[i*f.p:])
	}
	dense.FactorQR(dense.Of(a, f.rows, rank))
	norm := 0.0
	for j := range rank {
		sum := 0.0
		for i := 0; i <= j; i++ {
			sum += math.Abs(a[i*rank+j])
		}
		norm = max(norm, sum)
	}
	return norm * dense.UpperOf(a, rank).Condition() / math.Sqrt(float64(rank))
}

// cut removes all but the first columns.
func (f *stableSplit) cut(columns int) {
	if columns == f.p {
		return
	}
	keep := make([]int, columns)
	for j := range keep {
		keep[j] = j
	}
	by, exponent := dense.UnitOf(dense.MaxAbs(f.sizes))
	for i := range f.tests {
		squares := 0.0
		for j := columns; j < f.p; j++ {
			v := f.test[i*f.p+j] * by * (f.sizes[j] * by)
			squares += float64(v * v)
		}
		f.outside = max(f.outside, math.Ldexp(math.Sqrt(squares), 2*exponent))
	}
	f.x, f.test = dense.SelectColumns(f.x, f.p, keep), dense.SelectColumns(f.test, f.p, keep)
	f.p, f.sizes = columns, f.sizes[:columns]
}
