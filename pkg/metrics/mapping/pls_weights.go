package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// Why a fit ends before its last component.
const (
	plsUsedUp       = "the activations are used up"
	plsNearlyUsedUp = "the activations are used up but for rounding"
	plsExplained    = "the responses are explained wholly"
	plsConstant     = "no neuroid varies over the train stimuli"
)

// start is the first neuroid whose residual is above rounding; -1, and the fit
// ends, where there is none. Where there are no covariances the residual is in u.
func (r *plsRun) start(f *plsFit) int {
	for j := range r.in.Neuroids {
		if r.surelyLeft(f, j) || r.isLeft(f, j) {
			return j
		}
	}
	f.ended = plsExplained
	if len(f.norms) == 0 {
		f.ended = plsConstant
	}
	return -1
}

// component finds the next component if there are covariances: the inner
// loop needs these alone, c ← s·c with ‖w‖² = cᵀ·s·c. What splits do for themselves
// between two products that serve them all is one step, for which workers are woken
// once.
func (r *plsRun) component(ctx context.Context, fits []*plsFit) error {
	n, t := r.in.Gram.N, r.in.Neuroids
	err := r.all(ctx, fits, func(f *plsFit) {
		f.takeOut()
		if j := r.start(f); j >= 0 {
			f.weights(j)
		}
	})
	if fits = going(fits); err != nil || len(fits) == 0 {
		return err
	}
	g := len(fits)
	v, out := r.v[:2*g*n], r.out[:g*n]
	of := func(x []float64, i int) []float64 { return x[i*n : (i+1)*n] }
	clear(out)
	c := r.c[:0]
	for _, f := range fits {
		c = append(c, f.c...)
	}
	dense.AddProduct(r.in.Workers, dense.Of(out, g, n), 1, dense.Of(c, g, t), dense.Of(r.y, n, t).T())
	err = r.step(ctx, fits, func(i int, f *plsFit) {
		f.gather(f.u, of(out, i))
		f.deflate(f.u, len(f.norms))
		f.spread(of(v, i), f.u)
		clear(of(out, i))
	})
	if err != nil {
		return err
	}
	r.k.addProductOfRows(r.in.Workers, dense.Of(out, g, n), dense.Of(v, g, n))
	err = r.step(ctx, fits, func(i int, f *plsFit) {
		f.gather(f.t, of(out, i))
		f.accept()
		f.spread(of(v, i), f.t)
		clear(of(out, i))
	})
	if err != nil {
		return err
	}
	r.k.addProductOfRows(r.in.Workers, dense.Of(out, g, n), dense.Of(v, g, n))
	err = r.step(ctx, fits, func(i int, f *plsFit) {
		f.gather(f.h, of(out, i))
		f.deflate(f.h, len(f.norms)-1)
		f.eta = dense.Dot(f.t[:f.train], f.h) / f.norms[len(f.norms)-1]
		f.remove()
		f.spread(of(v, g+i), f.h)
	})
	if err != nil {
		return err
	}
	qz := r.qz[:2*g*t]
	clear(qz)
	dense.AddProduct(r.in.Workers, dense.Of(qz, 2*g, t), 1, dense.Of(v, 2*g, n), dense.Of(r.y, n, t))
	for i, f := range fits {
		if f.ended == "" {
			f.q, f.z = qz[i*t:(i+1)*t], qz[(g+i)*t:(g+i+1)*t]
		}
	}
	return nil
}

// step does something to every fit that has not ended, side by side.
func (r *plsRun) step(ctx context.Context, fits []*plsFit, do func(i int, f *plsFit)) error {
	return crew.Each(ctx, r.in.Workers, len(fits), func(i int) error {
		if fits[i].ended == "" {
			do(i, fits[i])
		}
		return nil
	})
}

// surelyLeft reports, where there are covariances, whether what scores have taken of a
// neuroid leaves so much that its residual need not be looked at.
func (r *plsRun) surelyLeft(f *plsFit, j int) bool {
	if f.s == nil {
		return false
	}
	const share = 1e-6 // of the whole: more than the difference of sums can be off
	total := r.squares(f, j)
	left := total
	for k, norm := range f.norms {
		left -= float64(norm * f.loadings[k*r.in.Neuroids+j] * f.loadings[k*r.in.Neuroids+j])
	}
	return left > share*total
}

// isLeft reports whether a neuroid's residual, written to u, is above rounding: of
// more than ε of its own standard deviation, as the reference asks of responses whose
// standard deviation is 1. A neuroid constant on the train rows has none.
func (r *plsRun) isLeft(f *plsFit, j int) bool {
	t := r.in.Neuroids
	for at, row := range f.rows[:f.train] {
		f.u[at] = r.y[row*t+j]
	}
	f.deflate(f.u, len(f.norms))
	least := dense.Epsilon * r.size(f, j)
	return slices.ContainsFunc(f.u, func(v float64) bool { return math.Abs(v) > least })
}

// weights is the inner loop from c = e_start to unit weights w.
func (f *plsFit) weights(start int) {
	t := len(f.c)
	c, sc := f.c, make([]float64, t)
	if len(f.norms) == 0 {
		f.whole = math.Sqrt(dense.Dot(f.s, f.s))
	}
	oldC, oldSC := make([]float64, t), make([]float64, t)
	clear(c)
	c[start] = 1
	for iteration := range plsIterations {
		dense.MulVec(sc, dense.Of(f.s, t, t), c)
		norm := math.Sqrt(dense.Dot(c, sc)) // ‖w‖ before it is made a unit
		if !(norm > 0) || math.IsInf(norm, 0) {
			f.ended = plsUsedUp
			return
		}
		dense.Scale(c, 1/norm)
		dense.Scale(sc, 1/norm)
		if t == 1 || iteration > 0 && change(c, oldC, sc, oldSC) < plsTolerance {
			break
		}
		copy(oldC, c)
		copy(oldSC, sc)
		if iteration < plsIterations-1 {
			// The next u = Y_k·c has c ∝ Y_kᵀt = s·c; its length is free.
			copy(c, sc)
			dense.Scale(c, 1/dense.MaxAbs(c))
		}
	}
	f.lost = f.whole * dense.Dot(c, c) // since cᵀ·s·c = 1
	if t == 1 {
		f.lost = math.Sqrt(f.lost) // c is 1: weights know s by its root alone
	}
}

// change is ‖w − w_old‖² from coefficients and their images.
func change(c, oldC, sc, oldSC []float64) float64 {
	sum := 0.0
	for j := range c {
		sum += float64((c[j] - oldC[j]) * (sc[j] - oldSC[j]))
	}
	return sum
}

// takeOut removes the last component out of the covariances, if that has not been
// done. With h = X_kX_kᵀ·t it needs q = Y_kᵀt/τ and z = Y_kᵀh/τ, for which Y serves as
// it is: t and h are centred and orthogonal to former scores. X_kᵀY_k loses
// (X_kᵀt)·qᵀ.
func (f *plsFit) takeOut() {
	q, z := f.q, f.z
	if q == nil {
		return
	}
	f.q, f.z = nil, nil
	tau := f.norms[len(f.norms)-1]
	dense.Scale(q, 1/tau)
	dense.Scale(z, 1/tau)
	for j, square := range f.total {
		if square == 0 { // on the train rows, where an offset leaves rounding
			q[j], z[j] = 0, 0
		}
	}
	t, eta := len(q), f.eta
	for i := range t {
		row := f.s[i*t : (i+1)*t]
		dense.AddScaled(tau*(float64(eta*q[i])-z[i]), q, row)
		dense.AddScaled(-tau*q[i], z, row)
	}
	f.loadings = append(f.loadings, q...)
	if f.primal != nil {
		f.primal.remove(f, q)
	}
}

// wideComponent finds the next component if there are too many neuroids
// for covariances. The inner loop then works on u itself, for all splits in
// step: t = P·XXᵀ·u, u ← P·YYᵀ·t.
func (r *plsRun) wideComponent(ctx context.Context, fits []*plsFit) error {
	if err := r.all(ctx, fits, func(f *plsFit) { r.start(f) }); err != nil {
		return err
	}
	looping := going(fits)
	whole := 0.0
	for at := 0; at < len(r.inner); at += r.in.Gram.N + 1 {
		whole += r.inner[at]
	}
	for iteration := 0; len(looping) > 0; iteration++ {
		if err := r.product(ctx, r.k, looping, (*plsFit).getU, (*plsFit).getT); err != nil {
			return err
		}
		done := make([]bool, len(looping))
		err := crew.Each(ctx, r.in.Workers, len(looping), func(i int) error {
			done[i] = looping[i].normalise(iteration) || iteration == plsIterations-1 || r.in.Neuroids == 1
			return nil
		})
		if err != nil {
			return err
		}
		var on []*plsFit
		for i, f := range looping {
			if !done[i] {
				on = append(on, f)
			}
		}
		looping = on
		if err := r.product(ctx, symmetric{n: r.in.Gram.N, whole: r.inner}, looping, (*plsFit).getTrainT, (*plsFit).getU); err != nil {
			return err
		}
		err = r.all(ctx, looping, func(f *plsFit) {
			f.deflate(f.u, len(f.norms))
			t := f.t[:f.train]
			f.lost = whole * math.Sqrt(dense.Dot(t, t)/dense.Dot(f.u, f.u))
			dense.Scale(f.u, 1/dense.MaxAbs(f.u))
		})
		if err != nil {
			return err
		}
	}
	return r.all(ctx, going(fits), (*plsFit).accept)
}

// normalise makes w = X_kᵀu a unit, t going with it, and says whether the inner
// loop is over.
func (f *plsFit) normalise(iteration int) bool {
	f.deflate(f.t, len(f.norms))
	norm := math.Sqrt(dense.Dot(f.u, f.t[:f.train]))
	if !(norm > 0) || math.IsInf(norm, 0) {
		f.ended = plsUsedUp
		return true
	}
	dense.Scale(f.u, 1/norm)
	dense.Scale(f.t, 1/norm)
	if iteration > 0 && change(f.u, f.oldU, f.t[:f.train], f.oldT) < plsTolerance {
		return true
	}
	f.oldU, f.oldT = append(f.oldU[:0], f.u...), append(f.oldT[:0], f.t[:f.train]...)
	return false
}
