package mapping

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// fewLeftOut reports whether each split trains on most stimuli and tests on others.
func fewLeftOut(in metrics.NeuralInput) bool {
	for _, s := range in.Splits {
		trains := make([]bool, in.Gram.N)
		for _, row := range s.Train {
			trains[row] = true
		}
		if 2*len(s.Train) < in.Gram.N || slices.ContainsFunc(s.Test, func(row int) bool { return trains[row] }) {
			return false
		}
	}
	return true
}

// ridgeInverses keeps the inverse of the last penalty, so that benchmarks of several
// regions on one layer invert K but once.
type ridgeInverses struct {
	mutex sync.Mutex // held while one is made
	last  *ridgeInverse
}

// ridgeInverse is (K + αI)⁻¹ for a penalty, which does not change once it is made: others
// may still use it when that of another penalty is kept.
type ridgeInverse struct {
	alpha    float64
	of       []float64
	triangle *dense.Triangle // in the place of of
	// frobenius is the norm of K; rows are the squared norms of the inverse's rows.
	frobenius float64
	rows      []float64
}

// addProduct adds the product of the inverse and b to c.
func (r *ridgeInverse) addProduct(workers int, c, b dense.Matrix) {
	if r.triangle != nil {
		dense.AddTriangleProduct(workers, c, r.triangle, b)
		return
	}
	dense.AddProduct(workers, c, 1, dense.Of(r.of, b.Rows, b.Rows), b)
}

// block returns rows and columns of the inverse.
func (r *ridgeInverse) block(n int, rows, columns []int) []float64 {
	if r.triangle != nil {
		return dense.TriangleBlock(r.triangle, rows, columns)
	}
	return dense.Submatrix(r.of, n, rows, columns)
}

// vague reports whether rounding of K may be more than what the inverse makes of it in
// some direction, as in that between two stimuli with the same activations: bounds of
// first order then say nothing.
func (r *ridgeInverse) vague() bool {
	const most = 1e-2
	return unit*r.frobenius*math.Sqrt(slices.Max(r.rows)) > most
}

// ridgeInverseOf returns the inverse of a penalty, which is made unless it is kept; nil where
// rounding leaves no positive definite matrix.
func ridgeInverseOf(ctx context.Context, g *stream.Gram, alpha float64, workers int) (*ridgeInverse, error) {
	kept := stream.Attached[ridgeInverses](g)
	kept.mutex.Lock()
	defer kept.mutex.Unlock()
	if kept.last != nil && kept.last.alpha == alpha {
		return kept.last, nil
	}
	r, err := newRidgeInverse(ctx, g, alpha, workers)
	if r != nil {
		kept.last = r
	}
	return r, err
}

// newRidgeInverse returns G, what inverts ridge regression on all stimuli with a free
// intercept: (K + αI)⁻¹ − 11ᵀ/nα, K being centred on them. Symmetric, whole; nil where
// rounding leaves no positive definite matrix. Without a penalty it is the pseudoinverse of K,
// if K has no other null direction than 1.
func newRidgeInverse(ctx context.Context, g *stream.Gram, alpha float64, workers int) (*ridgeInverse, error) {
	n := g.N
	pool := stream.Attached[pages.Pool](g)
	a := pages.Take[float64](pool, n*n)
	along, share := meanAlongOnes(g.K, n)
	crew.EachRow(workers, n, func(i int) {
		for j, v := range g.K[i*n : (i+1)*n] {
			a[i*n+j] = v + share
		}
		a[i*n+i] += alpha
	})
	ok, err := crew.Interruptible(ctx, func() (bool, error) {
		factor, ok := dense.FactorCholesky(a, n)
		return ok && factor.Invert(), nil
	})
	if err != nil {
		return nil, err
	}
	if !ok {
		pages.Give(pool, a)
		return nil, nil
	}
	mean := 1 / (float64(n) * (along + alpha))
	crew.EachRow(workers, n, func(i int) {
		for j := i; j < n; j++ {
			a[i*n+j] -= mean
		}
	})
	kernel.Mirror(workers, n, a, n)
	r := &ridgeInverse{alpha: alpha, of: a, rows: make([]float64, n)}
	squares := make([]float64, n)
	crew.EachRow(workers, n, func(i int) {
		r.rows[i] = dense.Dot(a[i*n:(i+1)*n], a[i*n:(i+1)*n])
		squares[i] = dense.Dot(g.K[i*n:(i+1)*n], g.K[i*n:(i+1)*n])
	})
	for _, v := range squares {
		r.frobenius += v
	}
	r.frobenius = math.Sqrt(r.frobenius)
	return r, nil
}

// leftOut fits each split from the inverse over all stimuli, and refines the fits that rounding
// has moved.
func (m ridge) leftOut(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	inverse, err := ridgeInverseOf(ctx, in.Gram, m.alpha, in.Workers)
	if err != nil || inverse == nil {
		return make([]prediction, len(in.Splits)), err
	}
	predictions, err := inverse.leaveOut(ctx, in)
	if err != nil {
		return nil, err
	}
	return predictions, inverse.refine(ctx, in, predictions)
}

// leaveOut fits each split from one inverse over all stimuli. With S the stimuli
// that a split does not train on and T those that it does, E = (G_SS)⁻¹·(G·Y)_S is
// what the fit on T misses of Y_S, so that it predicts Y_S − E; and its dual
// coefficients are D_T = (G·Y)_T − G_TS·E.
//
// Source: the inverse of a matrix in blocks; for S of one stimulus it is the
// leave-one-out formula of Golub, Heath & Wahba (1979), Technometrics 21.
func (r *ridgeInverse) leaveOut(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	predictions := make([]prediction, len(in.Splits))
	n, t := in.Gram.N, in.Neuroids
	pool := poolOf(in.Gram)
	both := pages.Take[float64](pool, 2*n*t)
	defer pages.Give(pool, both)
	y, gy := both[:n*t], both[n*t:]
	dense.CenterColumnsInto(in.Workers, y, in.Responses, t) // which G would do, but for rounding
	clear(gy)
	r.addProduct(in.Workers, dense.Of(gy, n, t), dense.Of(y, n, t))
	norms := dense.ColumnNorms(gy, t)
	inner := in
	inner.Workers = max(1, in.Workers/max(1, len(in.Splits)))
	err := crew.Each(ctx, in.Workers, len(in.Splits), func(i int) (err error) {
		s := in.Splits[i]
		out := dense.Complement(s.Train, n)
		factor, ok := dense.FactorCholesky(r.block(n, out, out), len(out))
		if !ok {
			return nil
		}
		missed := dense.SelectRows(gy, t, out)
		factor.Solve(missed, t)
		of := &predictions[i]
		if r.vague() {
			return nil
		}
		if of.values = lessMissed(s, out, missed, y, t); of.values != nil {
			// The dual coefficients are no more than those of all stimuli and what
			// the block of the inverse can make of what is missed.
			block := 0.0
			for _, row := range out {
				block += r.rows[row]
			}
			most := dense.ColumnNorms(missed, t)
			for j := range most {
				most[j] = norms[j] + float64(math.Sqrt(block)*most[j])
			}
			if of.rounding = dualRounding(in.Gram, s, r.frobenius, most); of.resolved(t) {
				return nil
			}
		}
		dual := dense.SelectRows(gy, t, s.Train)
		dense.AddProduct(inner.Workers, dense.Of(dual, len(s.Train), t), -1, dense.Of(r.block(n, s.Train, out), len(s.Train), len(out)), dense.Of(missed, len(out), t))
		most := dense.ColumnNorms(dual, t)
		for j := range most {
			most[j] += norms[j]
		}
		of.rounding = dualRounding(in.Gram, s, r.frobenius, most)
		if of.values == nil {
			of.values, err = predictLeftOut(ctx, inner, s, dual)
		}
		return err
	})
	return predictions, err
}

// lessMissed returns the predictions of the test rows, less the train mean, as the
// centred responses y less what is missed of them; missed has a row for each of out, in
// order. It returns nil where predictions differ so little from the train mean that the
// difference would be rounding in proportion to the responses: the correlation with these
// would then be no more than that.
func lessMissed(s metrics.Split, out []int, missed, y []float64, t int) []float64 {
	const least = 1e-6 // of the responses' squares, to be predicted
	mean := dense.ColumnMeans(y, t, s.Train)
	predicted := dense.SelectRows(y, t, s.Test)
	had, left := make([]float64, t), make([]float64, t)
	for i, row := range s.Test {
		at, found := slices.BinarySearch(out, row)
		if !found {
			return nil
		}
		p, e := predicted[i*t:(i+1)*t], missed[at*t:(at+1)*t]
		for j, m := range mean {
			had[j] += float64((p[j] - m) * (p[j] - m))
			p[j] -= m + e[j]
			left[j] += float64(p[j] * p[j])
		}
	}
	for j := range left {
		if left[j] < least*had[j] {
			return nil
		}
	}
	return predicted
}

// leavesFewOut reports whether splits of a shape may be fitted from one inverse.
func leavesFewOut(s metrics.Shape) bool {
	n, _, m := s.Sizes()
	return 2*m >= n
}

// leftOutMemory counts an inverse over all stimuli and, for each split, blocks of it.
func leftOutMemory(s metrics.Shape) metrics.Memory {
	n, t, m := s.Sizes()
	inverse := metrics.FloatBytes * n * n
	return metrics.Memory{
		Working: inverse + metrics.FloatBytes*(2*n*t+(1+s.AtOnce())*((n-m)*(n-m)+m*(n-m)+n*t)),
		Kept:    inverse + metrics.FloatBytes*2*n*t,
	}
}
