package metrics

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

// covariances sets s = YᵀXXᵀY of each fit's train rows.
func (r *plsRun) covariances(ctx context.Context, fits []*plsFit) error {
	n, g := r.in.Gram.N, len(fits)
	ones := make([]float64, n*g)
	for i, f := range fits {
		for _, row := range f.rows[:f.train] {
			ones[row*g+i] = 1
		}
	}
	sums := make([]float64, n*g) // K·1 over the train rows
	kernel.Gemm(r.in.Workers, false, false, n, g, n, 1, r.in.Gram.K, n, ones, g, sums, g)
	return parallel(ctx, r.in.Workers, g, func(i int) error {
		f := fits[i]
		t, train := r.in.Neuroids, f.rows[:f.train]
		f.c = make([]float64, t)
		f.s = make([]float64, t*t)
		if out := complement(train, n); len(out) < len(train) {
			copy(f.s, r.cross)
			r.addCross(f.s, out, -1)
		} else {
			r.addCross(f.s, train, 0)
		}
		// Centring takes the means of Y off on both sides.
		mean := trainMeans(r.y, t, train)
		b, total := make([]float64, t), 0.0
		for _, row := range train {
			axpy(sums[row*g+i], r.y[row*t:(row+1)*t], b)
			total += sums[row*g+i]
		}
		axpy(-total, mean, b) // YᵀK·1 of the centred Y
		for a := range t {
			s := f.s[a*t : (a+1)*t]
			axpy(-mean[a], b, s)
			axpy(-b[a]-total*mean[a], mean, s)
		}
		return nil
	})
}

// addCross adds YᵀKY of the given rows to s; with beside = −1 it takes YᵀKY of
// all rows less what it is of the other rows from s.
func (r *plsRun) addCross(s []float64, rows []int, beside float64) {
	n, t, m := r.in.Gram.N, r.in.Neuroids, len(rows)
	if m == 0 {
		return
	}
	k := submatrix(r.in.Gram.K, n, rows, rows)
	y := selectRows(r.y, t, rows)
	p := make([]float64, m*t)
	if beside != 0 {
		p = selectRows(r.ky, t, rows)
		// Half of K_rows,rows·Y on each side.
		kernel.Gemm(1, false, false, m, t, m, -.5, k, m, y, t, p, t)
		kernel.Gemm(1, true, false, t, t, m, beside, y, t, p, t, s, t)
		kernel.Gemm(1, true, false, t, t, m, beside, p, t, y, t, s, t)
		return
	}
	kernel.Gemm(1, false, false, m, t, m, 1, k, m, y, t, p, t)
	kernel.Gemm(1, true, false, t, t, m, 1, y, t, p, t, s, t)
}
