package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// When the weights of a component are final.
const (
	plsTolerance  = 1e-6 // on the squared change of the weights
	plsIterations = 500
)

// plsRun is what the splits of one comparison share. Nothing as large as K or
// the responses is copied for a split: masks and centring are applied to
// vectors, and one product with a vector of each split serves them all.
type plsRun struct {
	in        metrics.NeuralInput
	k         symmetric    // the Gram matrix, of extreme size by a power of two; empty in the primal form
	lengths   []float64    // of each stimulus, the square of its activations' length
	features  *plsFeatures // in the primal form
	y         []float64    // responses less a usual one, by a power of two
	unit      int          // y is 2^unit times the responses
	inner     []float64    // Y·Yᵀ, where there are no covariances
	ky, cross []float64    // K·Y and YᵀKY, where there are
	v, out    []float64    // a vector of all stimuli for each split, one after the other
	c, qz     []float64    // of neuroids likewise

	held [][]float64 // from the Gram matrix's pool
}

// take is an array of n unspecified numbers until release.
func (r *plsRun) take(n int) []float64 {
	x := pages.Take[float64](stream.Attached[pages.Pool](r.in.Gram), n)
	r.held = append(r.held, x)
	return x
}

// release returns all that was taken since there were kept arrays.
func (r *plsRun) release(kept int) {
	for _, x := range r.held[kept:] {
		pages.Give(stream.Attached[pages.Pool](r.in.Gram), x)
	}
	r.held = r.held[:kept]
}

// covarianceSmall reports whether the inner loop works on a neuroids × neuroids
// matrix of each split, as it does where these are smaller than two stimuli ×
// stimuli matrices. Where they are many and too large for the cache, matrices that
// all splits share are read sooner.
func covarianceSmall(stimuli, neuroids, splits int) bool {
	const cache = 32 << 20
	all := neuroids * neuroids * splits
	return neuroids <= stimuli && (8*all <= cache || all <= 2*stimuli*stimuli)
}

func newPLSRun(ctx context.Context, in metrics.NeuralInput, covariances bool) (*plsRun, error) {
	n, t := in.Gram.N, in.Neuroids
	r := &plsRun{in: in, k: symmetricOf(in.Gram)}
	unit := gramUnit(in.Gram)
	if unit != 1 && r.k.triangle != nil {
		r.k.triangle = r.k.triangle.Times(unit)
	} else if unit != 1 {
		r.k.whole = r.take(n * n)
		for i, v := range in.Gram.K {
			r.k.whole[i] = unit * v
		}
	}
	for i := range n {
		r.lengths = append(r.lengths, unit*in.Gram.Square(i))
	}
	size := n * t
	if covariances {
		size += n*t + t*t
	}
	all := r.take(size)
	r.y = dense.Cut(&all, n*t)
	r.unit = plsResponses(in.Workers, r.y, in.Responses, t)
	if covariances {
		r.ky, r.cross = dense.Cut(&all, n*t), dense.Cut(&all, t*t)
		clear(r.ky)
		clear(r.cross)
		r.k.addProduct(in.Workers, dense.Of(r.ky, n, t), dense.Of(r.y, n, t))
		dense.AddProduct(in.Workers, dense.Of(r.cross, t, t), 1, dense.Of(r.y, n, t).T(), dense.Of(r.ky, n, t))
	} else {
		r.inner = r.take(n * n)
		clear(r.inner)
		dense.AddRowProducts(in.Workers, dense.Of(r.inner, n, n), dense.Of(r.y, n, t))
	}
	return r, ctx.Err()
}

// plsFit is NIPALS on one split in Gram space. X and Y are the activations and
// responses, centred on the train rows; X_k and Y_k are what is left of them
// after k components, of which only the scores t_j are kept: with
// P = I − Σ t_j·t_jᵀ/t_jᵀt_j they are P·X and P·Y on the train rows, and a test
// row of X loses t_j·(X_jᵀt_j)ᵀ/t_jᵀt_j likewise.
//
// Weights are w = X_kᵀ·u for u = Y_k·c, so that t = X_k·w = P·XXᵀ·u and
// ‖w‖² = uᵀ·X_kX_kᵀ·u: features never appear.
type plsFit struct {
	rows  []int // train rows, then test rows
	train int   // the number of train rows
	// u and h are over the train rows, t is over all rows.
	u, t, h     []float64
	c           []float64 // u = Y_k·c, where there are covariances
	s           []float64 // Y_kᵀ·X_k·X_kᵀ·Y_k
	mean, total []float64 // mean and squared deviations of each neuroid over the train rows, nil until they are asked for
	offset      float64   // largest mean of a neuroid, over its standard deviation
	q, z        []float64 // of the last component, if s still holds it
	scores      []float64 // t_j, one after the other
	norms       []float64 // t_jᵀt_j over the train rows
	reach       []float64 // ‖u_j‖ for weights of length 1: how far rounding of X·Xᵀ reaches t_j
	whole       float64   // size of YᵀXXᵀY
	lost        float64   // whole over what is left of it for the next component
	covariance  []float64 // lost of each component: how far rounding of sums reaches its weights
	loadings    []float64 // Y_jᵀt_j/t_jᵀt_j, one after the other
	along       []float64 // scratch of deflate
	oldU, oldT  []float64 // of the iteration before, where there are no covariances
	removed     []float64 // of the square of the norm of XXᵀ, by each component, where there are covariances
	magnitude   float64   // scale of X's inner products, to tell rounding
	eta         float64   // ‖X_kᵀt‖²/tᵀt of the last component
	primal      *plsPrimal
	ended       string    // why there are no further components
	prediction  []float64 // test rows × neuroids, less the train mean, in the unit of y
	rounding    []float64 // of the prediction, for each neuroid
}

// fit finds the given number of components in each of the splits.
func (r *plsRun) fit(ctx context.Context, splits []metrics.Split, components int) ([]*plsFit, error) {
	n, t := r.in.Gram.N, r.in.Neuroids
	defer r.release(len(r.held))
	withCovariances := r.cross != nil || r.features != nil
	fits := make([]*plsFit, len(splits))
	size, tested := 3*n*len(fits), 0
	for _, s := range splits {
		tested += len(s.Test)
		rows := len(s.Train) + len(s.Test)
		size += 2*len(s.Train) + rows + components*(rows+1)
	}
	if withCovariances {
		size += (t*t + 4*t) * len(fits)
	}
	all := r.take(size)
	r.v, r.out = dense.Cut(&all, n*2*len(fits)), dense.Cut(&all, n*len(fits))
	if withCovariances {
		r.c, r.qz = dense.Cut(&all, t*len(fits)), dense.Cut(&all, 2*t*len(fits))
	}
	predictions := pages.Of[float64](tested * t) // which outlive the rest
	for i, s := range splits {
		f := &plsFit{train: len(s.Train), rows: slices.Concat(s.Train, s.Test)}
		f.prediction = dense.Cut(&predictions, len(s.Test)*t)
		f.u, f.t, f.h = dense.Cut(&all, f.train), dense.Cut(&all, len(f.rows)), dense.Cut(&all, f.train)
		f.scores = dense.Cut(&all, components*len(f.rows))[:0]
		f.along = dense.Cut(&all, components)
		if withCovariances {
			f.s, f.c = dense.Cut(&all, t*t), dense.Cut(&all, t)
		}
		for _, row := range s.Train {
			f.magnitude += r.lengths[row]
		}
		fits[i] = f
	}
	step := r.wideComponent
	switch {
	case r.features != nil:
		step = r.primalComponent
		if err := r.primalCovariances(ctx, fits); err != nil {
			return nil, err
		}
	case r.cross != nil:
		step = r.component
		if err := r.covariances(ctx, fits); err != nil {
			return nil, err
		}
	}
	for range components {
		if err := step(ctx, going(fits)); err != nil {
			return nil, err
		}
	}
	return fits, r.all(ctx, fits, r.predict)
}

// going are the fits that have not ended.
func going(fits []*plsFit) []*plsFit {
	return slices.DeleteFunc(slices.Clone(fits), func(f *plsFit) bool { return f.ended != "" })
}

// all does something to every fit, side by side.
func (r *plsRun) all(ctx context.Context, fits []*plsFit, do func(f *plsFit)) error {
	return crew.Each(ctx, r.in.Workers, len(fits), func(i int) error {
		do(fits[i])
		return nil
	})
}

// product multiplies the n × n symmetric matrix a with a vector over the train
// rows of each fit; the result goes to a vector over the train rows, or all rows,
// of it.
func (r *plsRun) product(ctx context.Context, a symmetric, fits []*plsFit, from, to func(*plsFit) []float64) error {
	n, width := r.in.Gram.N, len(fits)
	if width == 0 {
		return nil
	}
	err := crew.Each(ctx, r.in.Workers, width, func(i int) error {
		fits[i].spread(r.v[i*n:(i+1)*n], from(fits[i]))
		clear(r.out[i*n : (i+1)*n])
		return nil
	})
	if err != nil {
		return err
	}
	a.addProductOfRows(r.in.Workers, dense.Of(r.out, width, n), dense.Of(r.v, width, n))
	return crew.Each(ctx, r.in.Workers, width, func(i int) error {
		fits[i].gather(to(fits[i]), r.out[i*n:(i+1)*n])
		return nil
	})
}

// spread writes a vector over the train rows to one over all stimuli.
func (f *plsFit) spread(all, x []float64) {
	clear(all)
	for at, row := range f.rows[:f.train] {
		all[row] = x[at]
	}
}

// gather makes a vector over the train rows, or all rows, from one over all stimuli.
func (f *plsFit) gather(x, all []float64) {
	for at, row := range f.rows[:len(x)] {
		x[at] = all[row]
	}
}

func (f *plsFit) getU() []float64      { return f.u }
func (f *plsFit) getT() []float64      { return f.t }
func (f *plsFit) getTrainT() []float64 { return f.t[:f.train] }

// deflate is P after centring on the train rows, for a vector over these or
// over all rows; P of the first components scores.
func (f *plsFit) deflate(x []float64, components int) {
	mean := series.Mean(x[:f.train])
	for i := range x {
		x[i] -= mean
	}
	if components == 0 {
		return
	}
	along, rows := f.along[:components], len(f.rows)
	dense.MulVec(along, dense.Strided(f.scores, components, f.train, rows), x[:f.train])
	for k := range along {
		along[k] /= f.norms[k]
	}
	dense.AddMulVec(x, -1, dense.Strided(f.scores, components, len(x), rows).T(), along)
}

// accept makes t, not yet deflated, the scores of the next component. Where it
// is rounding alone it ends the fit.
func (f *plsFit) accept() {
	// Twice, since the first time leaves rounding of what it takes off.
	f.deflate(f.t, len(f.norms))
	f.deflate(f.t, len(f.norms))
	tau := dense.Dot(f.t[:f.train], f.t[:f.train])
	// A Gram matrix knows the square of a component's size to rounding of the
	// whole: what is smaller is not there.
	least := f.magnitude * 16 * dense.Epsilon
	if f.primal != nil {
		least = f.primal.leastSquare(f.train)
	}
	if !(tau > least) {
		f.ended = plsUsedUp
		return
	}
	f.scores = append(f.scores, f.t...)
	f.norms = append(f.norms, tau)
	if f.primal != nil {
		f.primal.estimate(f, tau)
		return
	}
	f.reach = append(f.reach, math.Sqrt(dense.Dot(f.u, f.u)))
	f.covariance = append(f.covariance, f.lost)
}
