package metrics

import (
	"context"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"gonum.org/v1/gonum/blas"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

// ridgeCV is ridge regression with the penalty chosen on the train rows.
type ridgeCV struct{}

func (ridgeCV) Info() Info { return ridgeCVInfo }

// ScoreNeural cross-validates the mapping.
func (m ridgeCV) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	var alphas []float64
	score, err := crossValidate(ctx, in, func(ctx context.Context, in NeuralInput) ([]prediction, []string, error) {
		alphas = make([]float64, len(in.Splits))
		predictions := make([][]float64, len(in.Splits))
		// Tridiagonalising is bound by memory and keeps one worker busy, so
		// splits run side by side, not more of them than memory should bear.
		beside := min(max(1, in.Workers), 4)
		inner := in
		inner.Workers = max(1, in.Workers/beside)
		err := parallel(ctx, beside, len(in.Splits), func(i int) error {
			var err error
			alphas[i], predictions[i], err = m.predict(ctx, inner, in.Splits[i])
			if err != nil {
				return fmt.Errorf("split %d: %w", i, err)
			}
			return nil
		})
		return predictionsOf(predictions), nil, err
	})
	score.Alphas = alphas
	return score, err
}

// predict chooses the penalty of a split and predicts with it.
func (ridgeCV) predict(ctx context.Context, in NeuralInput, s Split) (alpha float64, prediction []float64, err error) {
	if in.Gram.narrow(len(s.Train)) {
		f := newNarrowFit(in, s)
		if alpha, err = f.chooseAlpha(ctx, in); err == nil {
			prediction, err = f.predict(in, s, alpha)
		}
		return alpha, prediction, err
	}
	if alpha, err = chooseAlpha(ctx, in, s); err == nil {
		prediction, err = predictRidge(in, s, alpha)
	}
	return alpha, prediction, err
}

// ridgeAlphas are the penalties that are tried: 99 from 0.01 to 1e7.
//
// Source: Brain-Score, metrics/regression_correlation (ridge_cv_regression).
func ridgeAlphas() []float64 {
	alphas := []float64{0.01, 0.1, 0.5, 1}
	evenly := func(from, to float64, n int, withEnd bool) {
		steps := float64(n)
		if withEnd {
			steps--
		}
		step := (to - from) / steps
		for i := range n {
			alphas = append(alphas, from+float64(float64(i)*step))
		}
	}
	evenly(10, 100, 4, false)
	for decade := 1e2; decade < 1e6; decade *= 10 {
		evenly(decade, 10*decade, 18, false)
	}
	evenly(1e6, 1e7, 19, true)
	return alphas
}

// chooseAlpha is the penalty with the least mean squared leave-one-out error
// over all neuroids together. With K = Q·T·Qᵀ, T tridiagonal, no penalty needs
// a decomposition of its own: with G the inverse of K + αI with a free
// intercept, the leave-one-out residual is (G·Y)_i / G_ii, and both
// (T + αI)⁻¹Qᵀ·Y and the diagonal of G come from solving tridiagonal systems.
func chooseAlpha(ctx context.Context, in NeuralInput, s Split) (float64, error) {
	n, t := len(s.Train), in.Neuroids
	pool := &in.Gram.scratch
	k := pages.Take[float64](pool, n*n)
	trainGramInto(k, in.Gram, s.Train)
	y, _ := centredRows(in.Responses, t, s.Train)
	var diagonal, off, q []float64
	if err := interruptible(ctx, func() { diagonal, off, q = tridiagonal(k, n) }); err != nil {
		return 0, err // what was interrupted still uses k
	}
	defer pages.Give(pool, k)
	all := pages.Take[float64](pool, 3*n*t)
	defer pages.Give(pool, all)
	rest := all
	qy, w, c := cut(&rest, n*t), cut(&rest, n*t), cut(&rest, n*t)
	clear(qy) // Qᵀ·Y
	kernel.Gemm(in.Workers, true, false, n, t, n, 1, q, n, y, t, qy, t)

	// Rows of Qᵀ hold one step of the elimination for all stimuli.
	qt := pages.Take[float64](pool, n*n)
	defer pages.Give(pool, qt)
	transpose(qt, q, n)
	g := make([]float64, n)
	return leastLoss(ctx, diagonal, off, func(alpha float64, d, l []float64) (float64, error) {
		copy(w, qy)
		solveTridiagonal(d, l, w, t)
		clear(c)
		kernel.Gemm(in.Workers, false, false, n, t, n, 1, q, n, w, t, c, t)
		if err := inverseDiagonal(ctx, in.Workers, d, l, qt, g); err != nil {
			return 0, err
		}
		loss := 0.0
		for i := range n {
			// K is centred: of the free intercept remains 11ᵀ/(nα).
			gii := g[i] - 1/(float64(n)*alpha)
			row := c[i*t : (i+1)*t]
			loss += dot(row, row) / (gii * gii)
		}
		return loss, nil
	})
}

// leastLoss is the penalty with the least loss, which is given T + αI = L·D·Lᵀ.
func leastLoss(ctx context.Context, diagonal, off []float64, loss func(alpha float64, d, l []float64) (float64, error)) (float64, error) {
	best, least := math.NaN(), math.Inf(1)
	for _, alpha := range ridgeAlphas() {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		d, l, ok := factorTridiagonal(diagonal, off, alpha)
		if !ok {
			return 0, ErrIllConditioned
		}
		lost, err := loss(alpha, d, l)
		if err != nil {
			return 0, err
		}
		if lost < least {
			best, least = alpha, lost
		}
	}
	if math.IsNaN(best) {
		return 0, ErrIllConditioned
	}
	return best, nil
}

// tridiagonal decomposes the symmetric n × n matrix k, which it overwrites, to
// Q·T·Qᵀ: T by its diagonal and off-diagonal, Q row-major in k's place.
func tridiagonal(k []float64, n int) (diagonal, off, q []float64) {
	diagonal, off = make([]float64, n), make([]float64, max(0, n-1))
	if n == 1 {
		diagonal[0], k[0] = k[0], 1
		return diagonal, off, k
	}
	var impl lapack.Implementation
	tau := make([]float64, n-1)
	work := make([]float64, 1)
	impl.Dsytrd(blas.Upper, n, k, n, diagonal, off, tau, work, -1)
	work = make([]float64, max(int(work[0]), 3*n))
	impl.Dsytrd(blas.Upper, n, k, n, diagonal, off, tau, work, len(work))
	impl.Dorgtr(blas.Upper, n, k, n, tau, work, len(work))
	return diagonal, off, k
}

// factorTridiagonal gives T + αI = L·D·Lᵀ with unit lower bidiagonal L; false
// where it is not positive definite.
func factorTridiagonal(diagonal, off []float64, alpha float64) (d, l []float64, ok bool) {
	d, l = make([]float64, len(diagonal)), make([]float64, len(off))
	d[0] = diagonal[0] + alpha
	for i := range off {
		if !(d[i] > 0) {
			return nil, nil, false
		}
		l[i] = off[i] / d[i]
		d[i+1] = diagonal[i+1] + alpha - float64(l[i]*off[i])
	}
	return d, l, d[len(d)-1] > 0
}

// solveTridiagonal solves (L·D·Lᵀ)·X = B in place, B row-major with cols columns.
func solveTridiagonal(d, l, b []float64, cols int) {
	n := len(d)
	for i := 1; i < n; i++ {
		axpy(-l[i-1], b[(i-1)*cols:i*cols], b[i*cols:(i+1)*cols])
	}
	for i := range n {
		scale(b[i*cols:(i+1)*cols], 1/d[i])
	}
	for i := n - 2; i >= 0; i-- {
		axpy(-l[i], b[(i+1)*cols:(i+2)*cols], b[i*cols:(i+1)*cols])
	}
}

// inverseDiagonal is the diagonal of Q·(L·D·Lᵀ)⁻¹·Qᵀ: with y = L⁻¹·qᵢ for row
// i of Q, Σ_k y_k²/d_k. Stimuli are divided among the workers. qt is Qᵀ.
func inverseDiagonal(ctx context.Context, workers int, d, l, qt, out []float64) error {
	n := len(out)
	parts := chunks(n, max(1, workers), 8)
	return parallel(ctx, workers, len(parts), func(p int) error {
		lo, hi := parts[p][0], parts[p][1]
		g := out[lo:hi]
		clear(g)
		y := make([]float64, hi-lo)
		for k := range d {
			row := qt[k*n+lo : k*n+hi]
			weight, factor := 1/d[k], 0.0
			if k > 0 {
				factor = l[k-1]
			}
			for i, v := range row {
				v -= factor * y[i]
				y[i] = v
				g[i] += v * v * weight
			}
		}
		return nil
	})
}

var ridgeCVInfo = Info{
	Name:    "ridgecv",
	Kind:    KindMapping,
	Summary: "ridge regression with the penalty chosen by leave-one-out on the train rows",
	Formula: "the α of 99 from 0.01 to 1e7 with the least mean squared leave-one-out error over all neuroids together, then ridge with it; the α of each split is reported",
	Range:   "-1 to 1",
	NaN:     "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:   Needs{Gram: true, Narrow: true},
	References: []string{
		"Golub, Heath & Wahba (1979), Technometrics 21",
		"scikit-learn 1.2.1, linear_model.RidgeCV",
	},
}

func init() {
	register(ridgeCVInfo, func(Options) (Metric, error) { return ridgeCV{}, nil })
}
