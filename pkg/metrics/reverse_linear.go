package metrics

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// reverseLinear predicts features from responses by ordinary least squares.
type reverseLinear struct{}

func (reverseLinear) Info() Info { return reverseLinearInfo }

// ScoreNeural takes the activations where they are held; wide ones come
// through NewStream.
func (m reverseLinear) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return scoreHeld(ctx, m, in)
}

// NewStream begins one comparison.
func (reverseLinear) NewStream(in NeuralInput, rows []int) (Stream, error) {
	var unresolved atomic.Int64
	s := newReverseStream("reverse_linear", in, rows, func(_ context.Context, in NeuralInput, split int, _ []float64) (hat, error) {
		h, resolved, err := linearHat(in, in.Splits[split])
		if !resolved {
			unresolved.Add(1)
		}
		return h, err
	})
	s.finish = func(score *Score) {
		if n := unresolved.Load(); n > 0 {
			score.Warnings = append(score.Warnings, fmt.Sprintf("reverse_linear: in %d of %d splits some train stimuli have nearly the same responses; directions smaller than 1e-8 of the largest are taken as zero", n, len(in.Splits)))
		}
	}
	return s, nil
}

// linearHat is H = X_test·X⁺: by QR where the rank is full beyond doubt, by
// singular values where it may not be, and by inner products where neuroids are
// as many as train stimuli, as linear does it.
func linearHat(in NeuralInput, s Split) (h hat, resolved bool, err error) {
	n, t := len(s.Train), in.Neuroids
	x, test := centredTrainTest(in, s)
	if t >= n {
		k, b := responseProducts(in.Workers, x, test, n, len(s.Test), t)
		resolved, err := solveLeastNorm(k, n, b, len(s.Test))
		return hatOfDual(b, n, len(s.Test)), resolved, err
	}
	if h, ok := qrHat(append([]float64(nil), x...), n, t, test); ok {
		return h, true, nil
	}
	basis, err := newResponseBasis(x, n, t)
	if err != nil {
		return hat{}, true, err
	}
	return basis.hat(test, func(s float64) float64 { return 1 / s }), true, nil
}

// qrHat is X_test·R⁻¹ · Qᵀ for X = Q·R, false where R is not well enough
// conditioned to be sure that no singular value is to be taken as zero. It
// overwrites x and test.
func qrHat(x []float64, n, t int, test []float64) (hat, bool) {
	a, tau, work := general(x, n, t), make([]float64, t), make([]float64, 1)
	lapack64.Geqrf(a, tau, work, -1)
	work = make([]float64, int(work[0]))
	lapack64.Geqrf(a, tau, work, len(work))
	r := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: t, Stride: t, Data: append([]float64(nil), x[:t*t]...)}
	if c := lapack64.Trcon(lapack.MaxColumnSum, r, make([]float64, 3*t), make([]int, t)); !(c > 1e-9) {
		return hat{}, false
	}
	lapack64.Orgqr(a, tau, work, -1)
	work = make([]float64, max(len(work), int(work[0])))
	lapack64.Orgqr(a, tau, work, len(work))
	left := append([]float64(nil), test...)
	blas64.Trsm(blas.Right, blas.NoTrans, 1, r, general(left, len(left)/t, t))
	return hat{rank: t, left: left, right: transposed(x, n, t)}, true
}

// responseBasis are the left singular vectors of responses centred on the train
// rows, with singular values above rounding: X = U·diag(s)·Vᵀ.
type responseBasis struct {
	n, t, rank int
	values     []float64
	u, v       mat.Dense
}

func newResponseBasis(x []float64, n, t int) (*responseBasis, error) {
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(n, t, x), mat.SVDThin) {
		return nil, ErrIllConditioned
	}
	b := &responseBasis{n: n, t: t, values: svd.Values(nil)}
	for _, v := range b.values {
		if v > float64(max(n, t))*epsilon*b.values[0] && !math.IsInf(v, 0) {
			b.rank++
		}
	}
	svd.UTo(&b.u)
	svd.VTo(&b.v)
	return b, nil
}

// hat is X_test·V·diag(filter(s)) · Uᵀ.
func (b *responseBasis) hat(test []float64, filter func(s float64) float64) hat {
	if b.rank == 0 {
		return hat{}
	}
	m := len(test) / b.t
	var left mat.Dense
	left.Mul(mat.NewDense(m, b.t, test), b.v.Slice(0, b.t, 0, b.rank))
	for j := range b.rank {
		f := filter(b.values[j])
		for i := range m {
			left.Set(i, j, left.At(i, j)*f)
		}
	}
	right := make([]float64, b.rank*b.n)
	for j := range b.rank {
		mat.Col(right[j*b.n:(j+1)*b.n], j, &b.u)
	}
	return hat{rank: b.rank, left: left.RawMatrix().Data, right: right}
}

var reverseLinearInfo = Info{
	Name:    "reverse_linear",
	Kind:    KindMapping,
	Summary: "ordinary least squares from responses to activations",
	Formula: "least squares with intercept from responses to activations; where the centred train responses are rank-deficient the solution of least norm, singular values below max(n_train, T)·ε of the largest taken as zero" + reverseEnd,
	Range:   "-1 to 1",
	NaN:     reverseNaN,
	Needs:   Needs{Columns: true},
	References: []string{
		"Penrose (1956), Math. Proc. Camb. Philos. Soc. 52 (least-norm solution)",
		"scikit-learn, linear_model.LinearRegression",
	},
}

func init() {
	register(reverseLinearInfo, func(Options) (Metric, error) { return reverseLinear{}, nil })
}
