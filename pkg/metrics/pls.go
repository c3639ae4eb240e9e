package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/kernel"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

const (
	plsTolerance  = 1e-6 // on the squared change of the weights
	plsIterations = 500
	epsilon       = 0x1p-52
)

// pls predicts responses by partial least squares in Gram space.
type pls struct{ components int }

func (pls) Info() Info { return plsInfo }

// ComponentsError reports more components than the data allow. A mapping from
// recordings has Neuroids, one from activations Features.
type ComponentsError struct{ Components, Train, Features, Neuroids int }

func (e *ComponentsError) Error() string {
	predictors, what := e.Features, "features"
	if e.Neuroids > 0 {
		predictors, what = e.Neuroids, "neuroids"
	}
	return fmt.Sprintf("%d components are more than the data allow: %d train stimuli and %d %s give at most %d; set metric {components: %d} or fewer",
		e.Components, e.Train, predictors, what, min(e.Train, predictors), min(e.Train, predictors))
}

// ScoreNeural cross-validates the mapping.
func (m pls) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return crossValidate(ctx, in, m.predict)
}

// predict advances the splits together: at each component one product of K
// with a column for each split serves them all, so that K is read once, not
// copied for each.
func (m pls) predict(ctx context.Context, in NeuralInput) (predictions [][]float64, warnings []string, err error) {
	for _, s := range in.Splits {
		if m.components > min(len(s.Train), in.Gram.Features) {
			return nil, nil, &ComponentsError{Components: m.components, Train: len(s.Train), Features: in.Gram.Features}
		}
	}
	ky := make([]float64, in.Gram.N*in.Neuroids) // K·Y, shared by the splits
	y := slices.Clone(in.Responses)
	centreAll(y, in.Neuroids)
	kernel.Gemm(in.Workers, false, false, in.Gram.N, in.Neuroids, in.Gram.N, 1, in.Gram.K, in.Gram.N, y, in.Neuroids, ky, in.Neuroids)

	ended := make(map[string][]int)
	group := plsGroup(in)
	for at := 0; at < len(in.Splits); at += group {
		fits := make([]*plsFit, min(group, len(in.Splits)-at))
		err := parallel(ctx, in.Workers, len(fits), func(i int) error {
			fits[i] = newPLSFit(in, in.Splits[at+i], y, ky)
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
		for k := range m.components {
			if err := advance(ctx, in, fits); err != nil {
				return nil, nil, err
			}
			for i, f := range fits {
				if f.ended != "" && !f.told {
					f.told = true
					what := fmt.Sprintf("%s after %d of %d components", f.ended, k, m.components)
					ended[what] = append(ended[what], at+i)
				}
			}
		}
		for _, f := range fits {
			predictions = append(predictions, f.prediction)
		}
	}
	for what, splits := range ended {
		warnings = append(warnings, fmt.Sprintf("pls: %s in %d of %d splits", what, len(splits), len(in.Splits)))
	}
	slices.Sort(warnings)
	return predictions, warnings, nil
}

// plsGroup is the number of splits advanced together: all of them where their
// state, mainly two stimuli × neuroids matrices each, stays small.
func plsGroup(in NeuralInput) int {
	const budget = 256 << 20
	one := 8 * (2*in.Gram.N*in.Neuroids + in.Neuroids*min(in.Neuroids, in.Gram.N))
	return max(1, min(len(in.Splits), budget/max(1, one)))
}

// centreAll subtracts each column's mean in place.
func centreAll(x []float64, cols int) {
	rows := make([]int, len(x)/cols)
	for i := range rows {
		rows[i] = i
	}
	mean := trainMeans(x, cols, rows)
	for at := 0; at < len(x); at += cols {
		for j, m := range mean {
			x[at+j] -= m
		}
	}
}

// plsFit is NIPALS on one split in Gram space. With X_k and Y_k the deflated
// activations and responses, and rows of all stimuli kept beside the train
// rows (they are the test rows' scores):
//
//	z   = X_all,k·X_kᵀ·Y_k   all stimuli × neuroids
//	s   = Y_kᵀ·X_k·X_kᵀ·Y_k  neuroids × neuroids
//
// The inner loop's weights are w = X_kᵀ·Y_k·c for coefficients c, so its steps
// and its stopping rule need s alone: c ← s·c, ‖w‖² = cᵀ·s·c. Scores are
// t = z·c; deflation by t changes z and s by terms of rank one and two.
type plsFit struct {
	train, test []int
	neuroids    int
	y, z, s     []float64 // y: train × neuroids; s only while it is smaller than z
	scores      [][]float64
	norms       []float64 // tᵀt over train rows
	prediction  []float64
	ended       string // why there are no further components
	told        bool
	magnitude   float64 // scale of X's inner products, to tell rounding
}

func newPLSFit(in NeuralInput, s Split, yAll, ky []float64) *plsFit {
	g, t := in.Gram, in.Neuroids
	f := &plsFit{train: s.Train, test: s.Test, neuroids: t}
	var mean []float64
	f.y, mean = centredRows(yAll, t, s.Train)
	f.z = f.crossProduct(g, yAll, ky, mean)
	f.centre(f.z, t)
	f.prediction = make([]float64, len(s.Test)*t)
	measured := trainMeans(in.Responses, t, s.Train)
	for at := 0; at < len(f.prediction); at += t {
		copy(f.prediction[at:], measured)
	}
	if t <= len(s.Train) {
		f.s = make([]float64, t*t)
		zTrain := selectRows(f.z, t, s.Train)
		kernel.Gemm(1, true, false, t, t, len(s.Train), 1, f.y, t, zTrain, t, f.s, t)
		for i := range t {
			for j := range i {
				v := (f.s[i*t+j] + f.s[j*t+i]) / 2
				f.s[i*t+j], f.s[j*t+i] = v, v
			}
		}
	}
	for _, i := range s.Train {
		f.magnitude += g.K[i*g.N+i]
	}
	return f
}

// crossProduct is K·Y over the train rows, Y centred there, for all stimuli:
// from the product over all rows less that over the others where these are
// fewer.
func (f *plsFit) crossProduct(g *Gram, y, ky, mean []float64) []float64 {
	t := f.neuroids
	rows, sign := f.train, 1.0
	z := make([]float64, g.N*t)
	if out := complement(f.train, g.N); len(out) < len(f.train) {
		rows, sign = out, -1
		copy(z, ky)
	}
	k := selectRows(g.K, g.N, rows)
	kernel.Gemm(1, true, false, g.N, t, len(rows), sign, k, g.N, selectRows(y, t, rows), t, z, t)
	// Centring Y on the train rows: less (K·1 over train)·meanᵀ.
	for i := range g.N {
		sum := 0.0
		row := g.K[i*g.N : (i+1)*g.N]
		for _, j := range f.train {
			sum += row[j]
		}
		for j, m := range mean {
			z[i*t+j] -= sum * m
		}
	}
	return z
}

// complement lists 0 … n-1 without the given sorted rows.
func complement(rows []int, n int) []int {
	var out []int
	at := 0
	for i := range n {
		if at < len(rows) && rows[at] == i {
			at++
		} else {
			out = append(out, i)
		}
	}
	return out
}

// centre takes off the train mean of each column: centring X on the train rows.
func (f *plsFit) centre(x []float64, cols int) {
	mean := trainMeans(x, cols, f.train)
	for at := 0; at < len(x); at += cols {
		for j, m := range mean {
			x[at+j] -= m
		}
	}
}

// advance takes one component further in every fit that has not ended.
func advance(ctx context.Context, in NeuralInput, fits []*plsFit) error {
	g, width := in.Gram, len(fits)
	v := make([]float64, g.N*width)
	err := parallel(ctx, in.Workers, width, func(i int) error {
		f := fits[i]
		if f.ended != "" || !f.extract() {
			return nil
		}
		t := f.scores[len(f.scores)-1]
		for _, row := range f.train {
			v[row*width+i] = t[row]
		}
		return nil
	})
	if err != nil {
		return err
	}
	h := make([]float64, g.N*width)
	kernel.Gemm(in.Workers, false, false, g.N, width, g.N, 1, g.K, g.N, v, width, h, width)
	return parallel(ctx, in.Workers, width, func(i int) error {
		f := fits[i]
		if f.ended != "" {
			return nil
		}
		column := make([]float64, g.N)
		for row := range column {
			column[row] = h[row*width+i]
		}
		f.deflate(column)
		return nil
	})
}

// extract runs the inner loop and appends the scores of the next component.
// It reports false, with the reason in ended, where there is none.
func (f *plsFit) extract() bool {
	c := make([]float64, f.neuroids)
	start := f.firstColumn()
	if start < 0 {
		f.ended = "the responses are explained wholly"
		return false
	}
	c[start] = 1
	sc := make([]float64, f.neuroids)
	oldC, oldSC := make([]float64, f.neuroids), make([]float64, f.neuroids)
	for iteration := range plsIterations {
		f.timesS(c, sc)
		norm := math.Sqrt(dot(c, sc)) // ‖w‖ before it is made a unit
		if !(norm > 0) || math.IsInf(norm, 0) {
			f.ended = "the activations are used up"
			return false
		}
		scale(c, 1/norm)
		scale(sc, 1/norm)
		if f.neuroids == 1 {
			break
		}
		if iteration > 0 {
			change := 0.0 // ‖w − w_old‖²
			for j := range c {
				change += (c[j] - oldC[j]) * (sc[j] - oldSC[j])
			}
			if change < plsTolerance {
				break
			}
		}
		copy(oldC, c)
		copy(oldSC, sc)
		if iteration < plsIterations-1 {
			// The next u = Y·c' has c' ∝ Yᵀt = s·c; its length is free.
			copy(c, sc)
			scale(c, 1/maxAbs(c))
		}
	}
	t := make([]float64, len(f.z)/f.neuroids)
	blas64.Gemv(blas.NoTrans, 1, blas64.General{Rows: len(t), Cols: f.neuroids, Stride: f.neuroids, Data: f.z},
		blas64.Vector{N: f.neuroids, Data: c, Inc: 1}, 0, blas64.Vector{N: len(t), Data: t, Inc: 1})
	tau := 0.0
	for _, row := range f.train {
		tau += t[row] * t[row]
	}
	// A Gram matrix knows the square of a component's size to rounding of the
	// whole: what is smaller is not there.
	if !(tau > f.magnitude*16*epsilon) {
		f.ended = "the activations are used up"
		return false
	}
	f.scores = append(f.scores, t)
	f.norms = append(f.norms, tau)
	return true
}

// firstColumn is the first neuroid with a residual above rounding, or -1.
func (f *plsFit) firstColumn() int {
	for j := range f.neuroids {
		for at := j; at < len(f.y); at += f.neuroids {
			if math.Abs(f.y[at]) > epsilon {
				return j
			}
		}
	}
	return -1
}

// timesS is s·c, by way of y and z where s would be larger than they are.
func (f *plsFit) timesS(c, out []float64) {
	t := f.neuroids
	cv, ov := blas64.Vector{N: t, Data: c, Inc: 1}, blas64.Vector{N: t, Data: out, Inc: 1}
	if f.s != nil {
		blas64.Gemv(blas.NoTrans, 1, blas64.General{Rows: t, Cols: t, Stride: t, Data: f.s}, cv, 0, ov)
		return
	}
	zc := make([]float64, len(f.train))
	for a, row := range f.train {
		zc[a] = dot(f.z[row*t:(row+1)*t], c)
	}
	blas64.Gemv(blas.Trans, 1, blas64.General{Rows: len(f.train), Cols: t, Stride: t, Data: f.y},
		blas64.Vector{N: len(zc), Data: zc, Inc: 1}, 0, ov)
}

// deflate takes the last component out of y, z and s, given kt = K·t of its
// train scores, and adds its part to the predictions.
func (f *plsFit) deflate(kt []float64) {
	t, n := f.neuroids, len(kt)
	last := len(f.scores) - 1
	score, tau := f.scores[last], f.norms[last]

	// h = X_all,k·X_kᵀ·t: centred on train, less what former components took.
	f.centre(kt, 1)
	for k, former := range f.scores[:last] {
		along := 0.0
		for _, row := range f.train {
			along += former[row] * kt[row]
		}
		along /= f.norms[k]
		for row := range kt {
			kt[row] -= along * former[row]
		}
	}
	q, z := make([]float64, t), make([]float64, t) // Y_kᵀt/τ and (X_kᵀt)ᵀX_kᵀY_k/τ
	eta := 0.0
	for a, row := range f.train {
		w := score[row] / tau
		axpy(w, f.y[a*t:(a+1)*t], q)
		axpy(w, f.z[row*t:(row+1)*t], z)
		eta += w * kt[row]
	}
	for a, row := range f.train {
		axpy(-score[row], q, f.y[a*t:(a+1)*t])
	}
	for a, row := range f.test {
		axpy(score[row], q, f.prediction[a*t:(a+1)*t])
	}
	if f.s != nil {
		for i := range t {
			row := f.s[i*t : (i+1)*t]
			axpy(-tau*z[i], q, row)
			axpy(-tau*q[i], z, row)
			axpy(tau*eta*q[i], q, row)
		}
	}
	axpy(-eta, q, z)
	for row := range n {
		out := f.z[row*t : (row+1)*t]
		axpy(-kt[row], q, out)
		axpy(-score[row], z, out)
	}
}

func dot(a, b []float64) float64 {
	return blas64.Dot(blas64.Vector{N: len(a), Data: a, Inc: 1}, blas64.Vector{N: len(b), Data: b, Inc: 1})
}

func axpy(alpha float64, x, y []float64) {
	blas64.Axpy(alpha, blas64.Vector{N: len(x), Data: x, Inc: 1}, blas64.Vector{N: len(y), Data: y, Inc: 1})
}

func scale(x []float64, by float64) {
	for i := range x {
		x[i] *= by
	}
}

func maxAbs(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}

var plsInfo = Info{
	Name:    "pls",
	Kind:    KindMapping,
	Summary: "partial least squares regression from activations to responses",
	Formula: "PLS2 by NIPALS on the train rows, X and Y centred there and not scaled; score of a split: median over neuroids of Pearson's r between predicted and measured test responses",
	Range:   "-1 to 1",
	NaN:     "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:   Needs{Gram: true},
	Options: []Option{{Name: "components", Type: "integer", Default: "25", Doc: "latent components, at most the train stimuli and the features"}},
	References: []string{
		"Wegelin (2000), A survey of partial least squares methods",
		"Yamins et al. (2014), PNAS 111",
		"scikit-learn 1.2.1, cross_decomposition.PLSRegression(scale=False)",
	},
}

func init() {
	register(plsInfo, func(o Options) (Metric, error) {
		components, err := o.Int("components", 25, 1)
		return pls{components}, err
	})
}
