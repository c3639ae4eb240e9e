package metrics

import (
	"context"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Narrow says whether a mapping on so many train stimuli is better solved among
// the features, which are clearly fewer.
func Narrow(features, train int) bool { return 4*features <= 3*train }

// narrow says whether that is so and the features are held.
func (g *Gram) narrow(train int) bool { return g.X != nil && Narrow(g.Features, train) }

// featureProducts keeps XᵀX over all stimuli, which regions, metrics and splits
// share.
type featureProducts struct {
	once sync.Once
	xx   []float64
}

func (g *Gram) featureProducts(workers int) []float64 {
	g.products.once.Do(func() {
		g.products.xx = addProducts(make([]float64, g.Features*g.Features), workers, 1, g.X, g.X, g.N, g.Features, g.Features)
	})
	return g.products.xx
}

// addProducts adds sign·aᵀ·b, a and b of so many rows, to c, which it returns.
func addProducts(c []float64, workers int, sign float64, a, b []float64, rows, aCols, bCols int) []float64 {
	kernel.Gemm(workers, true, false, aCols, bCols, rows, sign, a, aCols, b, bCols, c, bCols)
	return c
}

// narrowFit is ridge regression among the features on the train rows of a split.
type narrowFit struct {
	train       []int
	xx          []float64 // XᵀX, features × features, X centred on the train rows
	xy          []float64 // XᵀY, features × neuroids, Y centred there
	mean, yMean []float64
}

// newNarrowFit takes the products over all stimuli less those over the other
// rows, where these are fewer.
func newNarrowFit(in NeuralInput, s Split) *narrowFit {
	g, t := in.Gram, in.Neuroids
	f := &narrowFit{train: s.Train, xx: make([]float64, g.Features*g.Features),
		mean: trainMeans(g.X, g.Features, s.Train), yMean: trainMeans(in.Responses, t, s.Train)}
	rows, sign := s.Train, 1.0
	if out := complement(s.Train, g.N); len(out) < len(s.Train) {
		rows, sign = out, -1
		copy(f.xx, g.featureProducts(in.Workers))
	}
	x := selectRows(g.X, g.Features, rows)
	addProducts(f.xx, in.Workers, sign, x, x, len(rows), g.Features, g.Features)
	for i, m := range f.mean {
		axpy(-m*float64(len(s.Train)), f.mean, f.xx[i*g.Features:(i+1)*g.Features])
	}
	// Y is centred, so X need not be.
	y, _ := centredRows(in.Responses, t, s.Train)
	if sign > 0 {
		f.xy = addProducts(make([]float64, g.Features*t), in.Workers, 1, x, y, len(s.Train), g.Features, t)
		return f
	}
	spread := make([]float64, g.N*t) // zero on the other rows
	for a, i := range s.Train {
		copy(spread[i*t:(i+1)*t], y[a*t:(a+1)*t])
	}
	f.xy = addProducts(make([]float64, g.Features*t), in.Workers, 1, g.X, spread, g.N, g.Features, t)
	return f
}

// predict is ȳ + (X_test − x̄)·(XᵀX + αI)⁻¹·XᵀY.
func (f *narrowFit) predict(in NeuralInput, s Split, alpha float64) ([]float64, error) {
	features, t := in.Gram.Features, in.Neuroids
	a := slices.Clone(f.xx)
	for i := range features {
		a[i*features+i] += alpha
	}
	factor, ok := cholesky(a, features)
	if !ok {
		return nil, ErrIllConditioned
	}
	w := slices.Clone(f.xy)
	lapack64.Potrs(factor, general(w, features, t))
	test := selectRows(in.Gram.X, features, s.Test)
	for at := 0; at < len(test); at += features {
		axpy(-1, f.mean, test[at:at+features])
	}
	out := make([]float64, len(s.Test)*t)
	for at := 0; at < len(out); at += t {
		copy(out[at:], f.yMean)
	}
	kernel.Gemm(in.Workers, false, false, len(s.Test), t, features, 1, test, features, w, t, out, t)
	return out, nil
}

// chooseAlpha is what chooseAlpha is of the Gram matrix: with XᵀX = Q·T·Qᵀ and
// z = Qᵀ·x of each stimulus, the leave-one-out residual is that of the fit over
// 1 − 1/n − zᵀ(T + αI)⁻¹z.
func (f *narrowFit) chooseAlpha(ctx context.Context, in NeuralInput) (float64, error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	k := slices.Clone(f.xx)
	var diagonal, off, q []float64
	if err := interruptible(ctx, func() { diagonal, off, q = tridiagonal(k, features) }); err != nil {
		return 0, err
	}
	x := selectRows(in.Gram.X, features, f.train)
	for at := 0; at < len(x); at += features {
		axpy(-1, f.mean, x[at:at+features])
	}
	// Rows of Zᵀ hold one step of the elimination for all stimuli.
	zt := make([]float64, features*n)
	kernel.Gemm(in.Workers, true, true, features, n, features, 1, q, features, x, features, zt, n)
	y, _ := centredRows(in.Responses, t, f.train)
	zy := make([]float64, features*t)
	kernel.Gemm(in.Workers, false, false, features, t, n, 1, zt, n, y, t, zy, t)

	w, residual := make([]float64, features*t), make([]float64, n*t)
	leverage := make([]float64, n)
	return leastLoss(ctx, diagonal, off, func(_ float64, d, l []float64) (float64, error) {
		copy(w, zy)
		solveTridiagonal(d, l, w, t)
		copy(residual, y)
		kernel.Gemm(in.Workers, true, false, n, t, features, -1, zt, n, w, t, residual, t)
		if err := inverseDiagonal(ctx, in.Workers, d, l, zt, leverage); err != nil {
			return 0, err
		}
		loss := 0.0
		for i, h := range leverage {
			left := 1 - 1/float64(n) - h
			row := residual[i*t : (i+1)*t]
			loss += dot(row, row) / (left * left)
		}
		return loss, nil
	})
}
