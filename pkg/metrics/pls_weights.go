package metrics

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

const (
	plsUsedUp    = "the activations are used up"
	plsExplained = "the responses are explained wholly"
)

// start is the first neuroid whose residual, written to u, is above rounding;
// -1, and the fit ends, where there is none.
func (r *plsRun) start(f *plsFit) int {
	t := r.in.Neuroids
	for j := range t {
		for at, row := range f.rows[:f.train] {
			f.u[at] = r.y[row*t+j]
		}
		f.deflate(f.u)
		for _, v := range f.u {
			if math.Abs(v) > epsilon {
				return j
			}
		}
	}
	f.ended = plsExplained
	return -1
}

// component takes one component further where there are covariances: the inner
// loop needs these alone, c ← s·c with ‖w‖² = cᵀ·s·c.
func (r *plsRun) component(ctx context.Context, fits []*plsFit) error {
	fits, err := r.each(ctx, going(fits), func(f *plsFit) {
		if j := r.start(f); j >= 0 {
			f.weights(j)
		}
	})
	if err != nil {
		return err
	}
	n, t, g := r.in.Gram.N, r.in.Neuroids, len(fits)
	if g == 0 {
		return nil
	}
	c, u := make([]float64, t*g), make([]float64, n*g)
	for i, f := range fits {
		for j, v := range f.c {
			c[j*g+i] = v
		}
	}
	kernel.Gemm(r.in.Workers, false, false, n, g, t, 1, r.y, t, c, g, u, g)
	for i, f := range fits {
		for at, row := range f.rows[:f.train] {
			f.u[at] = u[row*g+i]
		}
		f.deflate(f.u)
	}
	r.product(r.in.Gram.K, fits, (*plsFit).getU, (*plsFit).getT)
	if fits, err = r.each(ctx, fits, (*plsFit).accept); err != nil || len(fits) == 0 {
		return err
	}

	// h = X_kX_kᵀ·t, then q = Y_kᵀt/τ and z = Y_kᵀh/τ, for which Y serves as it
	// is: t and h are centred and orthogonal to former scores.
	r.product(r.in.Gram.K, fits, (*plsFit).getTrainT, (*plsFit).getH)
	g = len(fits)
	for _, f := range fits {
		last := len(f.scores) - 1
		former := plsFit{train: f.train, scores: f.scores[:last], norms: f.norms}
		former.deflate(f.h)
	}
	th, qz := make([]float64, n*2*g), make([]float64, t*2*g)
	spread(th, fits, 2*g, 0, (*plsFit).getTrainT)
	spread(th, fits, 2*g, g, (*plsFit).getH)
	kernel.Gemm(r.in.Workers, true, false, t, 2*g, n, 1, r.y, t, th, 2*g, qz, 2*g)
	return parallel(ctx, r.in.Workers, g, func(i int) error {
		q, z := make([]float64, t), make([]float64, t)
		f := fits[i]
		tau := f.norms[len(f.norms)-1]
		for j := range t {
			q[j], z[j] = qz[j*2*g+i]/tau, qz[j*2*g+g+i]/tau
		}
		f.take(q, z)
		return nil
	})
}

// weights is the inner loop from c = e_start to unit weights w.
func (f *plsFit) weights(start int) {
	t := len(f.c)
	c, sc := f.c, make([]float64, t)
	oldC, oldSC := make([]float64, t), make([]float64, t)
	clear(c)
	c[start] = 1
	s := blas64.Symmetric{N: t, Stride: t, Data: f.s, Uplo: blas.Upper}
	for iteration := range plsIterations {
		blas64.Symv(1, s, blas64.Vector{N: t, Data: c, Inc: 1}, 0, blas64.Vector{N: t, Data: sc, Inc: 1})
		norm := math.Sqrt(dot(c, sc)) // ‖w‖ before it is made a unit
		if !(norm > 0) || math.IsInf(norm, 0) {
			f.ended = plsUsedUp
			return
		}
		scale(c, 1/norm)
		scale(sc, 1/norm)
		if t == 1 || iteration > 0 && change(c, oldC, sc, oldSC) < plsTolerance {
			return
		}
		copy(oldC, c)
		copy(oldSC, sc)
		if iteration < plsIterations-1 {
			// The next u = Y_k·c has c ∝ Y_kᵀt = s·c; its length is free.
			copy(c, sc)
			scale(c, 1/maxAbs(c))
		}
	}
}

// change is ‖w − w_old‖² from coefficients and their images.
func change(c, oldC, sc, oldSC []float64) float64 {
	sum := 0.0
	for j := range c {
		sum += (c[j] - oldC[j]) * (sc[j] - oldSC[j])
	}
	return sum
}

// take takes the last component, with its q and z, out of the covariances:
// X_kᵀY_k loses (X_kᵀt)·qᵀ.
func (f *plsFit) take(q, z []float64) {
	last := len(f.scores) - 1
	tau := f.norms[last]
	eta := dot(f.t[:f.train], f.h) / tau
	t := len(q)
	for i := range t {
		row := f.s[i*t : (i+1)*t]
		axpy(tau*(eta*q[i]-z[i]), q, row)
		axpy(-tau*q[i], z, row)
	}
	f.loadings = append(f.loadings, q)
}

// wideComponent takes one component further where there are too many neuroids for covariances. The inner loop
// then works on u itself, for all splits in step: t = P·XXᵀ·u, u ← P·YYᵀ·t.
func (r *plsRun) wideComponent(ctx context.Context, fits []*plsFit) error {
	fits = going(fits)
	looping, err := r.each(ctx, fits, func(f *plsFit) { r.start(f) })
	for iteration := 0; err == nil && len(looping) > 0; iteration++ {
		r.product(r.in.Gram.K, looping, (*plsFit).getU, (*plsFit).getT)
		done := make([]bool, len(looping))
		err = parallel(ctx, r.in.Workers, len(looping), func(i int) error {
			done[i] = looping[i].normalise(iteration) || iteration == plsIterations-1 || r.in.Neuroids == 1
			return nil
		})
		var on []*plsFit
		for i, f := range looping {
			if !done[i] {
				on = append(on, f)
			}
		}
		looping = on
		r.product(r.inner, looping, (*plsFit).getTrainT, (*plsFit).getU)
		for _, f := range looping {
			f.deflate(f.u)
			scale(f.u, 1/maxAbs(f.u))
		}
	}
	if err != nil {
		return err
	}
	_, err = r.each(ctx, going(fits), (*plsFit).accept)
	return err
}

// normalise makes w = X_kᵀu a unit, t going with it, and says whether the inner
// loop is over.
func (f *plsFit) normalise(iteration int) bool {
	f.deflate(f.t)
	norm := math.Sqrt(dot(f.u, f.t[:f.train]))
	if !(norm > 0) || math.IsInf(norm, 0) {
		f.ended = plsUsedUp
		return true
	}
	scale(f.u, 1/norm)
	scale(f.t, 1/norm)
	if iteration > 0 && change(f.u, f.oldU, f.t[:f.train], f.oldT) < plsTolerance {
		return true
	}
	f.oldU, f.oldT = append(f.oldU[:0], f.u...), append(f.oldT[:0], f.t[:f.train]...)
	return false
}
