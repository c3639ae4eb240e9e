package metrics_test

import (
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/exact"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/structured"
)

// regression is one split of a mapping from a source to targets, in double-double.
type regression struct {
	train, test exact.Matrix // of the source, each less its mean, turned to few axes
	y           exact.Matrix // train targets less their mean
	measured    [][]float64  // targets on the test rows, nil where these are constant
	limit       float64      // max(n, columns)·ε
	svd         *exact.SVD
	// faint are the targets whose prediction varied, in the last fit, by no more than
	// float64 can tell from rounding: r may be left out there.
	faint []bool
}

// matrix is row-major.
type matrix struct {
	x    []float64
	cols int
}

func newRegression(source, target matrix, split structured.Split) *regression {
	r := &regression{limit: float64(max(len(split.Train), source.cols)) * 0x1p-52}
	// What is constant on the train rows has no weight.
	var kept []int
	for j := range source.cols {
		if varies(pick(source.x, source.cols, j, split.Train)) {
			kept = append(kept, j)
		}
	}
	reduced := make([]float64, 0, len(source.x)/source.cols*len(kept))
	for at := 0; at < len(source.x); at += source.cols {
		for _, j := range kept {
			reduced = append(reduced, source.x[at+j])
		}
	}
	train, test := exact.From(reduced, len(kept), split.Train), exact.From(reduced, len(kept), split.Test)
	train, _ = train.Centre()
	test, _ = test.Centre() // r does not depend on what is subtracted from all test rows
	r.train, r.test = exact.Reduce(train, test)
	r.y, _ = exact.From(target.x, target.cols, split.Train).Centre()
	for j := range target.cols {
		if !varies(pick(target.x, target.cols, j, split.Train)) {
			for i := range r.y.Rows {
				r.y.X[i*target.cols+j] = exact.Number{}
			}
		}
		measured := pick(target.x, target.cols, j, split.Test)
		if !varies(measured) {
			measured = nil
		}
		r.measured = append(r.measured, measured)
	}
	return r
}

// decomposition of the train rows.
func (r *regression) decomposition() exact.SVD {
	if r.svd == nil {
		a := r.train
		if a.Cols > a.Rows {
			panic("not reduced")
		}
		s := exact.Decompose(a)
		r.svd = &s
	}
	return *r.svd
}

// noise is the part of the largest terms that rounding of double-double numbers may
// make of a sum: less than that is 0 in exact arithmetic.
const noise = 1e-26

// filtered predicts the test rows by weights V·diag(filter)·Uᵀ·Y and returns r of each
// target: NaN where prediction or target is constant.
func (r *regression) filtered(filter func(s exact.Number) exact.Number) []float64 {
	d := r.decomposition()
	scores, rotated := r.test.Mul(d.V), d.U.T().Mul(r.y)
	length := 0.0 // of the longest test row
	for i := range r.test.Rows {
		row := r.test.Row(i)
		length = max(length, exact.Dot(row, row).Sqrt().Float())
	}
	bound := make([]float64, r.y.Cols)
	for k, s := range d.S {
		if s.IsZero() {
			clear(rotated.Row(k))
			continue
		}
		f := filter(s)
		score := largest(scores.Column(k))
		for j := range bound {
			at := k*rotated.Cols + j
			rotated.X[at] = rotated.X[at].Mul(f)
			column := r.y.Column(j)
			bound[j] += f.Float()*score*exact.Dot(column, column).Sqrt().Float() + length*math.Abs(rotated.X[at].Float())
		}
	}
	return r.correlations(scores.Mul(rotated), bound)
}

// correlations is r of each target with its prediction, whose terms are no larger
// than bound.
func (r *regression) correlations(predicted exact.Matrix, bound []float64) []float64 {
	const rounding = 1e-13
	out := make([]float64, predicted.Cols)
	r.faint = make([]bool, predicted.Cols)
	for j := range out {
		out[j] = math.NaN()
		p := predicted.Column(j)
		low := slices.MinFunc(p, exact.Number.Cmp)
		high := slices.MaxFunc(p, exact.Number.Cmp)
		span := high.Sub(low).Float()
		r.faint[j] = span <= rounding*bound[j]
		if r.measured[j] != nil && span > noise*bound[j] {
			out[j] = pearson(p, numbers(r.measured[j])).Float()
		}
	}
	return out
}

// leastNorm is ordinary least squares, singular values of no more than limit times the
// largest taken as zero.
func (r *regression) leastNorm() []float64 {
	d := r.decomposition()
	return r.filtered(func(s exact.Number) exact.Number {
		if s.Float() <= r.limit*d.S[0].Float() {
			return exact.Number{}
		}
		return exact.Of(1).Div(s)
	})
}

// penalised is ridge regression.
func (r *regression) penalised(alpha float64) []float64 {
	return r.filtered(func(s exact.Number) exact.Number {
		return s.Div(s.Mul(s).Add(exact.Of(alpha)))
	})
}

// penalties are those that ridgecv tries.
func penalties() []float64 {
	alphas := []float64{0.01, 0.1, 0.5, 1}
	spread := func(low, high float64, n, steps int) {
		for i := range n {
			alphas = append(alphas, low+float64(float64(i)*((high-low)/float64(steps))))
		}
	}
	spread(10, 100, 4, 4)
	for _, low := range []float64{1e2, 1e3, 1e4, 1e5} {
		spread(low, 10*low, 18, 18)
	}
	spread(1e6, 1e7, 19, 18)
	return alphas
}

// leaveOneOut is the summed squared leave-one-out error for each penalty: of row i
// the residual over 1 − its leverage.
func (r *regression) leaveOneOut(alphas []float64) []exact.Number {
	d := r.decomposition()
	n := r.y.Rows
	y, _ := exact.Reduce(r.y, exact.New(0, r.y.Cols)) // no more targets than rows
	rotated := d.U.T().Mul(y)
	rank := 0
	for _, s := range d.S {
		if !s.IsZero() {
			rank++
		}
	}
	// What the features can never explain, and 1 − the largest leverage. Both may be so
	// small that differences from 1 have no digit: the unit vector of the row is projected.
	rest := exact.New(n, y.Cols)
	room := make([]exact.Number, n)
	for i := range n {
		if rank == n-1 {
			break
		}
		p := exact.New(n, 1)
		p.X[i] = exact.Of(1)
		for range 3 {
			mean := exact.Mean(p.X)
			inside := d.U.Mul(d.U.T().Mul(p))
			for k, v := range p.X {
				p.X[k] = v.Sub(mean).Sub(inside.X[k])
			}
		}
		if room[i] = exact.Dot(p.X, p.X); room[i].Float() < 1e-54 {
			room[i] = exact.Number{}
			continue
		}
		copy(rest.Row(i), p.T().Mul(y).X)
	}
	var losses []exact.Number
	for _, alpha := range alphas {
		shrink := make([]exact.Number, len(d.S))
		for k, s := range d.S {
			if !s.IsZero() {
				shrink[k] = exact.Of(alpha).Div(s.Mul(s).Add(exact.Of(alpha)))
			}
		}
		var loss exact.Number
		for i := range n {
			u := make([]exact.Number, len(shrink))
			free := room[i]
			for k, f := range shrink {
				u[k] = d.U.At(i, k).Mul(f)
				free = free.Add(u[k].Mul(d.U.At(i, k)))
			}
			row := append([]exact.Number(nil), rest.Row(i)...)
			for k, v := range u {
				if v.IsZero() {
					continue
				}
				for j, z := range rotated.Row(k) {
					row[j] = row[j].Add(v.Mul(z))
				}
			}
			loss = loss.Add(exact.Dot(row, row).Div(free.Mul(free)))
		}
		losses = append(losses, loss)
	}
	return losses
}
