package mapping

import (
	"context"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/plain"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/simulated"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/testinput"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// primalPLS is NIPALS on the features themselves, step by step as docs/definitions.md
// implementations write it: the independent path for the Gram one.
func primalPLS(x, y, test *mat.Dense, components int) *mat.Dense {
	x, xMean := plain.CenteredDense(x)
	y, yMean := plain.CenteredDense(y)
	n, f := x.Dims()
	_, t := y.Dims()
	w, p, q := mat.NewDense(f, components, nil), mat.NewDense(f, components, nil), mat.NewDense(t, components, nil)
	const eps = 0x1p-52
	for k := range components {
		u := mat.NewVecDense(n, nil)
	column:
		for j := range t {
			for i := range n {
				if math.Abs(y.At(i, j)) > eps {
					u.CopyVec(y.ColView(j))
					break column
				}
			}
		}
		var weights, old, score, c mat.VecDense
		for iteration := range 500 {
			weights.MulVec(x.T(), u)
			weights.ScaleVec(1/mat.Dot(u, u), &weights)
			weights.ScaleVec(1/(mat.Norm(&weights, 2)+eps), &weights)
			score.MulVec(x, &weights)
			c.MulVec(y.T(), &score)
			c.ScaleVec(1/mat.Dot(&score, &score), &c)
			u.MulVec(y, &c)
			u.ScaleVec(1/(mat.Dot(&c, &c)+eps), u)
			if iteration > 0 {
				var d mat.VecDense
				d.SubVec(&weights, &old)
				if mat.Dot(&d, &d) < 1e-6 {
					break
				}
			}
			if t == 1 {
				break
			}
			old.CloneFromVec(&weights)
		}
		tau := mat.Dot(&score, &score)
		var loading, yLoading mat.VecDense
		loading.MulVec(x.T(), &score)
		loading.ScaleVec(1/tau, &loading)
		yLoading.MulVec(y.T(), &score)
		yLoading.ScaleVec(1/tau, &yLoading)
		x.RankOne(x, -1, &score, &loading)
		y.RankOne(y, -1, &score, &yLoading)
		w.SetCol(k, weights.RawVector().Data)
		p.SetCol(k, loading.RawVector().Data)
		q.SetCol(k, yLoading.RawVector().Data)
	}
	var pw, inverse, rotations, b, out mat.Dense
	pw.Mul(p.T(), w)
	if err := inverse.Inverse(&pw); err != nil {
		panic(err)
	}
	rotations.Mul(w, &inverse)
	b.Mul(&rotations, q.T())
	out.Mul(plain.LessRow(test, xMean), &b)
	return plain.LessRow(&out, scaled(yMean, -1))
}

// primalRidge solves the normal equations on the features.
func primalRidge(x, y, test *mat.Dense, alpha float64) *mat.Dense {
	x, xMean := plain.CenteredDense(x)
	y, yMean := plain.CenteredDense(y)
	_, f := x.Dims()
	var a, b, out mat.Dense
	a.Mul(x.T(), x)
	for j := range f {
		a.Set(j, j, a.At(j, j)+alpha)
	}
	var rhs mat.Dense
	rhs.Mul(x.T(), y)
	if err := b.Solve(&a, &rhs); err != nil {
		panic(err)
	}
	out.Mul(plain.LessRow(test, xMean), &b)
	return plain.LessRow(&out, scaled(yMean, -1))
}

func scaled(x []float64, by float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v * by
	}
	return out
}

// primalScore cross-validates a primal mapping by its own code.
func primalScore(c simulated.Case, splits []metrics.Split, fit func(x, y, test *mat.Dense) *mat.Dense) [][]float64 {
	pick := func(data []float64, cols int, rows []int) *mat.Dense {
		return mat.NewDense(len(rows), cols, dense.SelectRows(data, cols, rows))
	}
	var out [][]float64
	for _, s := range splits {
		p := fit(pick(c.X, c.Features, s.Train), pick(c.Y, c.Neuroids, s.Train), pick(c.X, c.Features, s.Test))
		out = append(out, series.ColumnPearson(p.RawMatrix().Data, dense.SelectRows(c.Y, c.Neuroids, s.Test), len(s.Test), c.Neuroids))
	}
	return out
}

func TestMappingsEqualPrimal(t *testing.T) {
	for _, shape := range []struct{ n, features, neuroids int }{
		{60, 200, 30}, {60, 27, 12}, {80, 300, 1}, {60, 500, 90}, {100, 40, 3},
	} {
		c := simulated.New(uint64(shape.n+shape.features), shape.n, shape.features, shape.neuroids)
		in := testinput.Neural(t, c, 2)
		for _, m := range []struct {
			name    string
			options metrics.Options
			fit     func(x, y, test *mat.Dense) *mat.Dense
			within  float64
		}{
			{"pls", nil, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 25) }, 1e-8},
			{"pls", metrics.Options{"components": 3}, func(x, y, test *mat.Dense) *mat.Dense { return primalPLS(x, y, test, 3) }, 1e-10},
			{"ridge", nil, func(x, y, test *mat.Dense) *mat.Dense { return primalRidge(x, y, test, 1) }, 1e-10},
			{"ridge", metrics.Options{"alpha": 100.0}, func(x, y, test *mat.Dense) *mat.Dense { return primalRidge(x, y, test, 100) }, 1e-10},
		} {
			metric, err := metrics.New(m.name, m.options)
			if err != nil {
				t.Fatal(err)
			}
			score, err := metric.(metrics.Neural).ScoreNeural(context.Background(), in)
			if err != nil {
				t.Fatalf("%s %v: %v", m.name, shape, err)
			}
			if len(score.Warnings) > 0 {
				t.Errorf("%s %v warns %v", m.name, shape, score.Warnings)
			}
			want := primalScore(c, in.Splits, m.fit)
			worst := 0.0
			for i := range want {
				for j := range want[i] {
					worst = max(worst, math.Abs(score.SplitNeuroids[i][j]-want[i][j]))
				}
			}
			if !(worst < m.within) {
				t.Errorf("%s %v on %v differs from the primal path by %.3g", m.name, m.options, shape, worst)
			}
		}
	}
}

// TestRidgeSharesHats checks that a second region, other splits and another
// penalty on one Gram matrix score as on one of their own.
func TestRidgeSharesHats(t *testing.T) {
	c := simulated.New(41, 60, 90, 12)
	in := testinput.Neural(t, c, 2)
	half := in
	half.Responses, half.Neuroids = dense.SelectColumns(c.Y, 12, []int{1, 3, 5}), 3
	fewer := in
	fewer.Splits = in.Splits[1:]
	for i, in := range []metrics.NeuralInput{in, half, fewer, in} {
		alpha := []float64{1, 1, 1, 30}[i]
		got, err := ridge{alpha}.ScoreNeural(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Gram = testinput.Gram(t, c, stream.Needs{Gram: true})
		want, err := ridge{alpha}.ScoreNeural(context.Background(), in)
		if err != nil || !slices.Equal(got.Raw.Splits, want.Raw.Splits) {
			t.Errorf("case %d: %v, want %v (%v)", i, got.Raw.Splits, want.Raw.Splits, err)
		}
		// The way taken where hat matrices would be too large.
		for j, s := range in.Splits {
			s = metrics.Split{Train: slices.Sorted(slices.Values(s.Train)), Test: slices.Sorted(slices.Values(s.Test))}
			p, ok := predictRidge(in, s, alpha)
			if !ok {
				t.Fatal("not positive definite")
			}
			rs := series.ColumnPearson(p.values, dense.SelectRows(in.Responses, in.Neuroids, s.Test), len(s.Test), in.Neuroids)
			if d := math.Abs(series.Median(rs) - got.Raw.Splits[j]); !(d < 1e-10) {
				t.Errorf("case %d split %d: differs by %g", i, j, d)
			}
		}
	}
}
