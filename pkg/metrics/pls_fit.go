package metrics

import (
	"context"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
)

const (
	plsTolerance  = 1e-6 // on the squared change of the weights
	plsIterations = 500
	epsilon       = 0x1p-52
)

// plsRun is what the splits of one comparison share. Nothing as large as K or
// the responses is copied for a split: masks and centring are applied to
// vectors, and one product with a column for each split serves them all.
type plsRun struct {
	in        NeuralInput
	y         []float64 // responses, centred over all stimuli
	inner     []float64 // Y·Yᵀ, where there are no covariances
	ky, cross []float64 // K·Y and YᵀKY, where there are
}

// covarianceSmall says whether the inner loop's products with each split's
// neuroids × neuroids matrix read less than those with two stimuli × stimuli
// matrices that serve all splits.
func covarianceSmall(stimuli, neuroids, splits int) bool {
	return neuroids*neuroids*splits <= 2*stimuli*stimuli
}

func newPLSRun(ctx context.Context, in NeuralInput) (*plsRun, error) {
	n, t := in.Gram.N, in.Neuroids
	r := &plsRun{in: in, y: slices.Clone(in.Responses)}
	centreAll(r.y, t)
	if covarianceSmall(n, t, len(in.Splits)) {
		r.ky, r.cross = make([]float64, n*t), make([]float64, t*t)
		kernel.Gemm(in.Workers, false, false, n, t, n, 1, in.Gram.K, n, r.y, t, r.ky, t)
		kernel.Gemm(in.Workers, true, false, t, t, n, 1, r.y, t, r.ky, t, r.cross, t)
	} else {
		r.inner = make([]float64, n*n)
		kernel.SyrkUpper(in.Workers, n, t, r.y, t, r.inner, n)
		kernel.Mirror(in.Workers, n, r.inner, n)
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
	train int   // the number of train rows
	rows  []int // train rows, then test rows
	// Vectors over the train rows, t and each of scores over all rows.
	u, t, h    []float64
	c          []float64   // u = Y_k·c, where there are covariances
	s          []float64   // Y_kᵀ·X_k·X_kᵀ·Y_k
	scores     [][]float64 // t_j
	norms      []float64   // t_jᵀt_j over the train rows
	loadings   [][]float64 // Y_jᵀt_j/t_jᵀt_j, where there are covariances
	ended      string      // why there are no further components
	magnitude  float64     // scale of X's inner products, to tell rounding
	oldU, oldT []float64   // of the iteration before, where there are none
}

// fit takes components components out of each of the splits.
func (r *plsRun) fit(ctx context.Context, splits []Split, components int) ([]*plsFit, error) {
	fits := make([]*plsFit, len(splits))
	for i, s := range splits {
		f := &plsFit{train: len(s.Train), rows: slices.Concat(s.Train, s.Test)}
		f.u, f.t, f.h = make([]float64, f.train), make([]float64, len(f.rows)), make([]float64, f.train)
		for _, row := range s.Train {
			f.magnitude += r.in.Gram.K[row*r.in.Gram.N+row]
		}
		fits[i] = f
	}
	step := r.wideComponent
	if r.cross != nil {
		step = r.component
		if err := r.covariances(ctx, fits); err != nil {
			return nil, err
		}
	}
	for range components {
		if err := step(ctx, fits); err != nil {
			return nil, err
		}
	}
	return fits, nil
}

// going are the fits that have not ended.
func going(fits []*plsFit) []*plsFit {
	return slices.DeleteFunc(slices.Clone(fits), func(f *plsFit) bool { return f.ended != "" })
}

// each does something to every fit that has not ended, side by side, and returns
// those that have not ended then.
func (r *plsRun) each(ctx context.Context, fits []*plsFit, do func(*plsFit)) ([]*plsFit, error) {
	err := parallel(ctx, r.in.Workers, len(fits), func(i int) error {
		do(fits[i])
		return nil
	})
	return going(fits), err
}

// product multiplies the n × n matrix a with a vector over the train rows of
// each fit; the result goes to a vector over the train rows or all rows of it.
func (r *plsRun) product(a []float64, fits []*plsFit, from, to func(*plsFit) []float64) {
	n, width := r.in.Gram.N, len(fits)
	if width == 0 {
		return
	}
	v, out := make([]float64, n*width), make([]float64, n*width)
	spread(v, fits, width, 0, from)
	kernel.Gemm(r.in.Workers, false, false, n, width, n, 1, a, n, v, width, out, width)
	for i, f := range fits {
		x := to(f)
		for at, row := range f.rows[:len(x)] {
			x[at] = out[row*width+i]
		}
	}
}

// spread writes a vector over the train rows of each fit to a column of a
// matrix of all rows.
func spread(v []float64, fits []*plsFit, width, column int, from func(*plsFit) []float64) {
	for i, f := range fits {
		x := from(f)
		for at, row := range f.rows[:f.train] {
			v[row*width+column+i] = x[at]
		}
	}
}

func (f *plsFit) getU() []float64      { return f.u }
func (f *plsFit) getH() []float64      { return f.h }
func (f *plsFit) getT() []float64      { return f.t }
func (f *plsFit) getTrainT() []float64 { return f.t[:f.train] }

// deflate is P after centring on the train rows, for a vector over these or
// over all rows.
func (f *plsFit) deflate(x []float64) {
	mean := 0.0
	for _, v := range x[:f.train] {
		mean += v
	}
	mean /= float64(f.train)
	for i := range x {
		x[i] -= mean
	}
	for k, score := range f.scores {
		axpy(-dot(score[:f.train], x[:f.train])/f.norms[k], score[:len(x)], x)
	}
}

// accept makes t, not yet deflated, the scores of the next component. Where it
// is rounding alone it ends the fit.
func (f *plsFit) accept() {
	// Twice, since the first time leaves rounding of what it takes off.
	f.deflate(f.t)
	f.deflate(f.t)
	tau := dot(f.t[:f.train], f.t[:f.train])
	// A Gram matrix knows the square of a component's size to rounding of the
	// whole: what is smaller is not there.
	if !(tau > f.magnitude*16*epsilon) {
		f.ended = plsUsedUp
		return
	}
	f.scores = append(f.scores, slices.Clone(f.t))
	f.norms = append(f.norms, tau)
}

// prediction is Ŷ = ȳ + Σ t_j·q_jᵀ on the test rows.
func (r *plsRun) prediction(f *plsFit) []float64 {
	t, test, components := r.in.Neuroids, f.rows[f.train:], len(f.scores)
	out := make([]float64, 0, len(test)*t)
	mean := trainMeans(r.in.Responses, t, f.rows[:f.train])
	for range test {
		out = append(out, mean...)
	}
	if components == 0 {
		return out
	}
	loadings := make([]float64, components*t)
	for k, q := range f.loadings {
		copy(loadings[k*t:(k+1)*t], q)
	}
	if f.loadings == nil {
		scores := make([]float64, components*r.in.Gram.N)
		for k, score := range f.scores {
			for at, row := range f.rows[:f.train] {
				scores[k*r.in.Gram.N+row] = score[at] / f.norms[k]
			}
		}
		kernel.Gemm(r.in.Workers, false, false, components, t, r.in.Gram.N, 1, scores, r.in.Gram.N, r.y, t, loadings, t)
	}
	left := make([]float64, len(test)*components)
	for k, score := range f.scores {
		for a := range test {
			left[a*components+k] = score[f.train+a]
		}
	}
	kernel.Gemm(r.in.Workers, false, false, len(test), t, components, 1, left, components, loadings, t, out, t)
	return out
}
