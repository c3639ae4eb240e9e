package metrics

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Narrow reports whether a mapping on so many train stimuli is better solved among
// the features, which are clearly fewer.
func Narrow(features, train int) bool { return 4*features <= 3*train }

// narrow reports whether that is so and the features are held.
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
	train []int
	xx    []float64 // XᵀX, features × features, X centred on the train rows
	xy    []float64 // XᵀY, features × neuroids, Y centred there
	mean  []float64
	// grown is how many times larger than xx's own the rounding of its elements may
	// be, at least 1, relative to their features' norms: that of what was subtracted.
	grown float64
}

// mostGrown is how many digits' worth of cancellation is left to subtraction.
const mostGrown = 100

// newNarrowFit takes the products over all stimuli less those over the other
// rows, where these are fewer and hold no more than mostGrown times what is left.
func newNarrowFit(in NeuralInput, s Split) *narrowFit {
	g, t := in.Gram, in.Neuroids
	f := &narrowFit{train: s.Train, xx: make([]float64, g.Features*g.Features),
		mean: trainMeans(g.X, g.Features, s.Train)}
	out := complement(s.Train, g.N)
	if len(out) >= len(s.Train) || !f.subtract(in, s, out) {
		x, _ := centredOnTrain(g.X, g.Features, Split{Train: s.Train})
		y, _ := centredRows(in.Responses, t, s.Train)
		clear(f.xx)
		addProducts(f.xx, in.Workers, 1, x, x, len(s.Train), g.Features, g.Features)
		f.xy = addProducts(make([]float64, g.Features*t), in.Workers, 1, x, y, len(s.Train), g.Features, t)
		f.grown = 1
	}
	return f
}

// subtract reports whether subtraction leaves enough digits.
func (f *narrowFit) subtract(in NeuralInput, s Split, out []int) bool {
	g, t := in.Gram, in.Neuroids
	whole := g.featureProducts(in.Workers)
	copy(f.xx, whole)
	x := selectRows(g.X, g.Features, out)
	addProducts(f.xx, in.Workers, -1, x, x, len(out), g.Features, g.Features)
	for i, m := range f.mean {
		axpy(-m*float64(len(s.Train)), f.mean, f.xx[i*g.Features:(i+1)*g.Features])
	}
	f.grown = 1
	var lost []int // features of which too few digits are left
	for i := range g.Features {
		at := i*g.Features + i
		switch had, left := whole[at], f.xx[at]; {
		case had > mostGrown*left:
			lost = append(lost, i)
		case had > 0:
			f.grown = max(f.grown, had/left)
		}
	}
	if 4*len(lost) > g.Features {
		return false
	}
	// Y is centred, so X need not be.
	y, _ := centredRows(in.Responses, t, s.Train)
	spread := make([]float64, g.N*t) // zero on the other rows
	for a, i := range s.Train {
		copy(spread[i*t:(i+1)*t], y[a*t:(a+1)*t])
	}
	f.xy = addProducts(make([]float64, g.Features*t), in.Workers, 1, g.X, spread, g.N, g.Features, t)
	f.restore(in, s, lost, y)
	return true
}

// restore makes the products of some features from themselves, such as are constant or
// nearly so over the train rows.
func (f *narrowFit) restore(in NeuralInput, s Split, lost []int, y []float64) {
	if len(lost) == 0 {
		return
	}
	g, t, n, k := in.Gram, in.Neuroids, len(s.Train), len(lost)
	few, _ := centredOnTrain(selectColumns(g.X, g.Features, lost), k, Split{Train: s.Train})
	// These are centred, so the others need not be.
	x := selectRows(g.X, g.Features, s.Train)
	beside := addProducts(make([]float64, g.Features*k), in.Workers, 1, x, few, n, g.Features, k)
	among := addProducts(make([]float64, k*k), in.Workers, 1, few, few, n, k, k)
	ofY := addProducts(make([]float64, k*t), in.Workers, 1, few, y, n, k, t)
	for b, j := range lost {
		for i := range g.Features {
			f.xx[i*g.Features+j], f.xx[j*g.Features+i] = beside[i*k+b], beside[i*k+b]
		}
		copy(f.xy[j*t:(j+1)*t], ofY[b*t:(b+1)*t])
	}
	for a, i := range lost {
		for b, j := range lost {
			f.xx[i*g.Features+j] = among[a*k+b]
		}
	}
}

// predict is (X_test − x̄)·(XᵀX + αI)⁻¹·XᵀY, beyond the train mean, false where XᵀX + αI is not positive
// definite. Columns are scaled to one length, to which Cholesky's decomposition is
// blind but its error bound is not.
func (f *narrowFit) predict(in NeuralInput, s Split, alpha float64) (prediction, bool) {
	features, t := in.Gram.Features, in.Neuroids
	a, lengths := make([]float64, features*features), make([]float64, features)
	shares := 0.0 // of the features in the lengths, squared
	for i := range features {
		square := f.xx[i*features+i]
		lengths[i] = math.Sqrt(square + alpha)
		shares += square / (square + alpha)
	}
	sums, squares := make([]float64, features), 0.0 // of the magnitudes in each row
	for i, length := range lengths {
		row, by := a[i*features:(i+1)*features], 1/length
		row[i] = 1
		rest, squared := 0.0, 0.0
		for j := i + 1; j < features; j++ {
			v := f.xx[i*features+j] * by / lengths[j]
			row[j] = v
			squared += v * v
			v = math.Abs(v)
			rest += v
			sums[j] += v
		}
		sums[i] += 1 + rest
		squares += 1 + 2*squared
	}
	norm, frobenius := slices.Max(sums), math.Sqrt(squares)
	factor, ok := cholesky(a, features)
	if !ok {
		return prediction{}, false
	}
	w := slices.Clone(f.xy)
	for i, length := range lengths {
		scale(w[i*t:(i+1)*t], 1/length)
	}
	lapack64.Potrs(factor, general(w, features, t))
	test := selectRows(in.Gram.X, features, s.Test)
	for at := 0; at < len(test); at += features {
		axpy(-1, f.mean, test[at:at+features])
		for j, length := range lengths {
			test[at+j] /= length
		}
	}
	out := make([]float64, len(s.Test)*t)
	kernel.Gemm(in.Workers, false, false, len(s.Test), t, features, 1, test, features, w, t, out, t)

	inverse := 1 / (lapack64.Pocon(symmetricOf(factor), norm, make([]float64, 3*features), make([]int, features)) * norm)
	of := prediction{values: out, rounding: make([]float64, t)}
	weights, responses := columnNorms(w, t), f.responseNorms(in, t)
	bound := func(reach float64) {
		for j, length := range weights {
			of.rounding[j] = unit * f.grown * reach * math.Sqrt(inverse) * (frobenius*length + math.Sqrt(shares)*responses[j])
		}
	}
	longest := func() float64 {
		longest := 0.0
		for at := 0; at < len(test); at += features {
			longest = max(longest, dot(test[at:at+features], test[at:at+features]))
		}
		return math.Sqrt(longest)
	}
	// ‖R⁻ᵀz‖ is no more than this, which mostly does.
	if bound(longest() * math.Sqrt(inverse)); of.resolved(t) {
		return of, true
	}
	blas64.Trsm(blas.Right, blas.NoTrans, 1, factor, general(test, len(s.Test), features))
	bound(longest())
	return of, true
}

// responseNorms returns each neuroid's norm over the train rows, centred.
func (f *narrowFit) responseNorms(in NeuralInput, t int) []float64 {
	y, _ := centredRows(in.Responses, t, f.train)
	return columnNorms(y, t)
}

// chooseAlpha is what chooseAlpha is of the Gram matrix: with XᵀX = Q·T·Qᵀ and
// z = Qᵀ·x of each stimulus, the leave-one-out residual is that of the fit over
// 1 − 1/n − zᵀ(T + αI)⁻¹z.
func (f *narrowFit) chooseAlpha(ctx context.Context, in NeuralInput) (alpha float64, certain bool, err error) {
	features, t, n := in.Gram.Features, in.Neuroids, len(f.train)
	k := slices.Clone(f.xx)
	rounding := unit * f.grown * math.Sqrt(dot(k, k))
	var diagonal, off, q []float64
	if err := interruptible(ctx, func() { diagonal, off, q = tridiagonal(k, features) }); err != nil {
		return 0, false, err
	}
	x, _ := centredOnTrain(in.Gram.X, features, Split{Train: f.train})
	// Rows of Zᵀ hold one step of the elimination for all stimuli.
	zt := make([]float64, features*n)
	kernel.Gemm(in.Workers, true, true, features, n, features, 1, q, features, x, features, zt, n)
	y, _ := centredRows(in.Responses, t, f.train)
	zy := make([]float64, features*t)
	kernel.Gemm(in.Workers, false, false, features, t, n, 1, zt, n, y, t, zy, t)

	w, residual := make([]float64, features*t), make([]float64, n*t)
	leverage := make([]float64, n)
	all := dot(y, y)
	return leastLoss(ctx, diagonal, off, rounding, func(_ float64, d, l []float64) (loss, fold float64, err error) {
		copy(w, zy)
		solveTridiagonal(d, l, w, t)
		copy(residual, y)
		kernel.Gemm(in.Workers, true, false, n, t, features, -1, zt, n, w, t, residual, t)
		if err := inverseDiagonal(ctx, in.Workers, d, l, zt, leverage); err != nil {
			return 0, 0, err
		}
		least := 1.0
		for i, h := range leverage {
			left := 1 - 1/float64(n) - h
			least = min(least, left)
			row := residual[i*t : (i+1)*t]
			loss += dot(row, row) / (left * left)
		}
		return loss, max(1, math.Sqrt(all/loss)) / least, nil
	})
}
