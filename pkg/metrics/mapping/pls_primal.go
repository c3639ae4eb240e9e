package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// plsFeatures is what the splits of one comparison share in the primal form. A component is
// there
//
//	w = X_kᵀY_k·c, t = P·X·w, X_k+1ᵀY_k+1 = X_kᵀY_k − (Xᵀt)·(Yᵀt)ᵀ/tᵀt
//
// (Dayal & MacGregor 1997, J. Chemometrics 11, with X itself in the place of XᵀX), so that
// all splits in step take two products with the features, and not two with the larger Gram
// matrix. How far rounding moves the scores t is, in units of ε and over their length,
//
//	√Σ x_j²w_j² + ‖Y‖·‖c‖·√Σ x_j²ξ_j² + ‖S‖·‖c‖²·√Σ ξ_j²
//
// with x_j the norm of a feature, ξ_j that of what components leave of it, and S the square
// of X_kᵀY_k that the inner loop runs on, when it was last computed.
type plsFeatures struct {
	x                []float64 // n × features, of extreme size by a power of two
	xy               []float64 // XᵀY over all stimuli
	sums             []float64 // of each feature
	squares, yTotals []float64 // of each feature and neuroid
	norm             float64   // of Y
}

// plsPrimal is what the fit of a split has in the primal form.
type plsPrimal struct {
	xy      []float64 // X_kᵀY_k, features × neuroids
	w, p    []float64 // weights of length 1, and X_kᵀt
	left    []float64 // of each feature, the squares that components leave on the train rows
	sizes   []float64 // of each feature, the norm over all stimuli, by which rounding is measured
	targets float64   // norm of the responses, likewise
	few     []int     // features of which the train rows have next to nothing
	refresh float64   // trace of X_kᵀY_k's square below which it is computed again
	off     []float64 // of each component, how far rounding moves its scores, relative to them and to ε
}

func newPrimalPLSRun(ctx context.Context, in metrics.NeuralInput) (*plsRun, error) {
	n, t, p := in.Gram.N, in.Neuroids, in.Gram.Features
	f := &plsFeatures{x: in.Gram.X, sums: make([]float64, p), squares: make([]float64, p), yTotals: make([]float64, t)}
	r := &plsRun{in: in, features: f, lengths: make([]float64, n)}
	largest := 0.0
	for i := range n {
		row := f.x[i*p : (i+1)*p]
		r.lengths[i] = dense.Dot(row, row)
		largest = max(largest, r.lengths[i])
	}
	if exponent := dense.UnitExponent(largest) / 2; exponent != 0 {
		unit := math.Ldexp(1, exponent)
		f.x = r.take(n * p)
		for i, v := range in.Gram.X {
			f.x[i] = unit * v
		}
		for i := range r.lengths {
			row := f.x[i*p : (i+1)*p]
			r.lengths[i] = dense.Dot(row, row)
		}
	}
	for at := 0; at < len(f.x); at += p {
		dense.AddScaled(1, f.x[at:at+p], f.sums)
	}
	dense.AddSquares(f.squares, f.x)
	all := r.take(n*t + p*t)
	r.y, f.xy = dense.Cut(&all, n*t), dense.Cut(&all, p*t)
	r.unit = plsResponses(in.Workers, r.y, in.Responses, t)
	dense.AddSquares(f.yTotals, r.y)
	for _, v := range f.yTotals {
		f.norm += v
	}
	f.norm = math.Sqrt(f.norm)
	clear(f.xy)
	dense.AddProduct(in.Workers, dense.Of(f.xy, p, t), 1, dense.Of(f.x, n, p).T(), dense.Of(r.y, n, t))
	return r, ctx.Err()
}

// primalComponent finds the next component of each fit.
func (r *plsRun) primalComponent(ctx context.Context, fits []*plsFit) error {
	n, t, p := r.in.Gram.N, r.in.Neuroids, r.in.Gram.Features
	err := r.all(ctx, fits, func(f *plsFit) {
		f.takeOut()
		if j := r.start(f); j >= 0 {
			f.weights(j)
			f.primal.weights(f)
		}
	})
	if fits = going(fits); err != nil || len(fits) == 0 {
		return err
	}
	g := len(fits)
	x, v, out := dense.Of(r.features.x, n, p), r.v[:g*n], r.out[:g*n]
	byFeature := r.v[g*n : g*(n+p)]
	for i, f := range fits {
		copy(byFeature[i*p:(i+1)*p], f.primal.w)
	}
	clear(out)
	dense.AddProduct(r.in.Workers, dense.Of(out, g, n), 1, dense.Of(byFeature, g, p), x.T())
	err = r.step(ctx, fits, func(i int, f *plsFit) {
		f.gather(f.t, out[i*n:(i+1)*n])
		f.accept()
		f.spread(v[i*n:(i+1)*n], f.t)
	})
	if err != nil {
		return err
	}
	qz := r.qz[:g*t]
	clear(byFeature)
	clear(qz)
	dense.AddProduct(r.in.Workers, dense.Of(byFeature, g, p), 1, dense.Of(v, g, n), x)
	dense.AddProduct(r.in.Workers, dense.Of(qz, g, t), 1, dense.Of(v, g, n), dense.Of(r.y, n, t))
	return r.step(ctx, fits, func(i int, f *plsFit) {
		f.q, f.z = qz[i*t:(i+1)*t], r.qz[(g+i)*t:(g+i+1)*t]
		xt := byFeature[i*p : (i+1)*p]
		r.sumFew(f, xt)
		f.primal.project(f, xt)
	})
}

// sumFew sets Xᵀt of the features of which the train rows have next to nothing, from their
// differences there: 0 for what is constant. In the product over all rows they have what
// rounding leaves of their mean, which is large in the scores of a test row that has the rest.
func (r *plsRun) sumFew(f *plsFit, xt []float64) {
	few, p := f.primal.few, r.in.Gram.Features
	if len(few) == 0 {
		return
	}
	for _, j := range few {
		xt[j] = 0
	}
	first := r.features.x[f.rows[0]*p : (f.rows[0]+1)*p]
	for a, i := range f.rows[:f.train] {
		row, score := r.features.x[i*p:(i+1)*p], f.t[a]
		for _, j := range few {
			xt[j] += float64((row[j] - first[j]) * score)
		}
	}
}

// weights sets w to X_kᵀY_k·c, of length 1.
func (m *plsPrimal) weights(f *plsFit) {
	if f.ended != "" {
		return
	}
	dense.MulVec(m.w, dense.Of(m.xy, len(m.w), len(f.c)), f.c)
	length := math.Sqrt(dense.Dot(m.w, m.w))
	if !(length > 0) || math.IsInf(length, 0) {
		f.ended = plsUsedUp
		return
	}
	dense.Scale(m.w, 1/length)
	dense.Scale(f.c, 1/length)
}

// project sets Xᵀt of the last component, and what takeOut needs of it.
func (m *plsPrimal) project(f *plsFit, xt []float64) {
	copy(m.p, xt)
	tau := f.norms[len(f.norms)-1]
	f.eta = dense.Dot(xt, xt) / tau
	dense.MulVec(f.z, dense.Of(m.xy, len(xt), len(f.c)).T(), xt)
	for j, v := range xt {
		m.left[j] -= float64(v * v / tau)
	}
}

// remove subtracts the last component from X_kᵀY_k, with q = Y_kᵀt/tᵀt. The square of what is
// left, from which the component was removed also, is computed again where it has become so
// small that it has lost digits.
func (m *plsPrimal) remove(f *plsFit, q []float64) {
	t := len(q)
	dense.AddOuter(dense.Of(m.xy, len(m.p), t), -1, m.p, q)
	if trace(f.s, t) < m.refresh {
		m.square(f, 1)
	}
}

// square sets s to the square of X_kᵀY_k.
func (m *plsPrimal) square(f *plsFit, workers int) {
	const share = 0x1p-8 // of the square that removal may leave before it is computed again
	t := len(f.c)
	xy := dense.Of(m.xy, len(m.w), t)
	clear(f.s)
	dense.AddProduct(workers, dense.Of(f.s, t, t), 1, xy.T(), xy)
	f.whole = math.Sqrt(dense.Dot(f.s, f.s))
	m.refresh = share * trace(f.s, t)
}

// trace returns the sum of the diagonal of an n × n matrix.
func trace(a []float64, n int) float64 {
	sum := 0.0
	for i := range n {
		sum += a[i*n+i]
	}
	return sum
}

// leastSquare returns the square of the smallest size of scores that is not rounding alone:
// that of scores with the last weights, of train rows of which all components are removed.
func (m *plsPrimal) leastSquare(train int) float64 {
	size := 0.0
	for j, v := range m.w {
		size += float64(m.sizes[j] * m.sizes[j] * v * v)
	}
	factor := (64 + float64(4*math.Sqrt(float64(train)))) * dense.Epsilon
	return factor * factor * size
}

// estimate adds how far rounding moves the scores of a component: by what products with
// the activations lose; and, as weights reach scores by what is left of the activations,
// by what sums of products with the responses and their square have lost.
func (m *plsPrimal) estimate(f *plsFit, tau float64) {
	products, weights, left := 0.0, 0.0, 0.0
	for j, size := range m.sizes {
		const least = 16 * dense.Epsilon // of a difference of squares
		remaining := max(m.left[j], least*size*size)
		products += float64(size * size * m.w[j] * m.w[j])
		weights += float64(size * size * remaining)
		left += remaining
	}
	square := dense.Dot(f.c, f.c)
	lost := math.Sqrt(products) + float64(m.targets*math.Sqrt(square*weights))
	if len(f.c) > 1 {
		lost += float64(f.whole * square * math.Sqrt(left))
	}
	m.off = append(m.off, lost/math.Sqrt(tau))
}

// uncertainty estimates how far r may be off.
func (m *plsPrimal) uncertainty(f *plsFit) float64 {
	worst := 0.0
	for k, share := range predictionShares(f.norms, f.loadings) {
		worst = max(worst, m.off[k]*share)
	}
	return dense.Epsilon * worst
}
