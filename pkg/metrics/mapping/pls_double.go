package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
)

// doublePLS is NIPALS on predictors X, n train rows × p, and targets Y, n × q, in twice
// the precision of float64. What float64 loses where components are small beside the
// largest, or where the inner loop stops between two directions that explain alike, is
// still there in it: it is the fit of few stimuli whose score may be off otherwise.
//
// The inner loop is w ← S·Sᵀ·w with S = XᵀY, on the side of S that is smaller: w = S·c
// with c ← SᵀS·c is the same.
type doublePLS struct {
	x, test, y   double.Matrix
	s            double.Matrix
	xSize, ySize []float64 // norms of columns before any component
	least        float64   // weights and scores no longer than this, relative, are rounding

	scores, tested, loadings []double.Vector // t_k of train and test rows, and q_k
	norms                    []double.Number // t_kᵀt_k
	ended                    directEnd
}

// doublePLSTerms estimates the multiplications of the fit of a split.
func doublePLSTerms(n, p, q, components int) int {
	const iterations = 50
	side := min(p, q)
	return n*p*q + components*(3*n*(p+q)+p*q+side*side*(max(p, q)/2+iterations))
}

// doublePLSBytes returns what the fit of a split holds: predictors and targets, products
// of them as they are and transposed, and products of these, each number as two.
func doublePLSBytes(s metrics.Shape) int64 {
	n, p, q := int64(s.Stimuli), int64(s.Features), int64(s.Neuroids)
	return 2 * metrics.FloatBytes * (n*(p+q) + 2*p*q + min(p, q)*min(p, q))
}

func newDoublePLS(x []float64, p int, y []float64, q int, s metrics.Split) *doublePLS {
	f := &doublePLS{}
	f.x, f.test, _ = double.CenteredRows(x, p, s.Train, s.Test)
	f.y, _, _ = double.CenteredRows(y, q, s.Train, nil)
	f.xSize, f.ySize = f.x.ColumnNorms(), f.y.ColumnNorms()
	f.least = doubleRest * dense.ColumnNorms(f.xSize, 1)[0]
	return f
}

// fit computes as many components as there are, at most the given number.
func (f *doublePLS) fit(ctx context.Context, components int) error {
	f.s = double.NewMatrix(f.x.Cols, f.y.Cols)
	for i := range f.x.Rows {
		x, y := f.x.Row(i), f.y.Row(i)
		for c := range f.x.Cols {
			f.s.Row(c).Add(x.At(c), y)
		}
	}
	for range components {
		if err := ctx.Err(); err != nil {
			return err
		}
		w := f.weights()
		if f.ended != notEnded {
			return nil
		}
		f.component(w)
	}
	return nil
}

// start returns the first target of which more is left than ε of its own standard
// deviation; −1 if there is none.
func (f *doublePLS) start() int {
	for j, size := range f.ySize {
		if dense.MaxAbs(f.y.Column(j).High) > dense.Epsilon*size/math.Sqrt(float64(f.y.Rows)) {
			return j
		}
	}
	return -1
}

// weights is the inner loop; it returns weights of length 1, or ends the fit.
func (f *doublePLS) weights() double.Vector {
	start := f.start()
	if start < 0 {
		f.ended = targetsExplained
		return double.Vector{}
	}
	u := f.y.Column(start)
	first := f.s.Column(start)
	if !(math.Sqrt(first.Dot(first).High) > f.least*math.Sqrt(u.Dot(u).High)) {
		f.ended = predictorsUsedUp
		return double.Vector{}
	}
	overTargets := f.x.Cols > f.y.Cols
	var square double.Matrix
	v := first
	if overTargets {
		square, v = f.s.Transposed().OwnProduct(), double.NewVector(f.y.Cols)
		v.Set(start, double.Number{High: 1})
	} else {
		square = f.s.OwnProduct()
	}
	var old, oldAgainst double.Vector
	for iteration := range plsIterations {
		image := square.Times(v)
		against := v // wᵀw is cᵀ·SᵀS·c
		if overTargets {
			against = image
		}
		length := v.Dot(against).Root()
		if !(length.High > 0) {
			f.ended = predictorsUsedUp
			return double.Vector{}
		}
		factor := double.Number{High: 1}.Over(length)
		v.Scale(factor)
		image.Scale(factor)
		if overTargets {
			against = image
		}
		if f.y.Cols == 1 || iteration == plsIterations-1 || iteration > 0 && doubleChange(v, old, against, oldAgainst) < plsTolerance {
			break
		}
		old, oldAgainst = v, against.Clone()
		v = image.Clone()
		v.TowardsOne()
	}
	if overTargets {
		v = f.s.Times(v)
		v.Scale(double.Number{High: 1}.Over(v.Dot(v).Root()))
	}
	return v
}

// doubleChange is ‖w − w_old‖² from coefficients and their images.
func doubleChange(v, old, image, oldImage double.Vector) float64 {
	sum := 0.0
	for j := range v.High {
		sum += float64(v.At(j).Minus(old.At(j)).High * image.At(j).Minus(oldImage.At(j)).High)
	}
	return sum
}

// component removes the component with the given weights.
func (f *doublePLS) component(w double.Vector) {
	t := f.x.Times(w)
	norm := t.Dot(t)
	if !(norm.High > f.least*f.least) {
		f.ended = predictorsUsedUp
		return
	}
	inverse := double.Number{High: 1}.Over(norm)
	p, q := f.x.TransposedTimes(t), f.y.TransposedTimes(t)
	p.Scale(inverse)
	q.Scale(inverse)
	f.x.SubtractOuter(t, p)
	f.y.SubtractOuter(t, q)
	tested := f.test.Times(w)
	f.test.SubtractOuter(tested, p)
	f.scores, f.tested, f.norms, f.loadings = append(f.scores, t), append(f.tested, tested), append(f.norms, norm), append(f.loadings, q)
	scaled := p.Clone()
	scaled.Scale(norm)
	f.s.SubtractOuter(scaled, q)
	f.clearRounding()
}

// clearRounding sets columns of X that are rounding alone to 0.
func (f *doublePLS) clearRounding() {
	for c, norm := range f.x.ColumnNorms() {
		if norm > doubleRest*f.xSize[c] {
			continue
		}
		for i := range f.x.Rows {
			f.x.Row(i).Set(c, double.Number{})
		}
		s := f.s.Row(c)
		clear(s.High)
		clear(s.Low)
	}
}

// scoreUncertainty estimates how far rounding moves the scores of a component, relative to them:
// they are known to the rounding of products of the whole of X.
func (f *doublePLS) scoreUncertainty(k int) float64 {
	const rounding = 0x1p-104
	return rounding * f.least / doubleRest / math.Sqrt(f.norms[k].High)
}

// uncertainty estimates how far rounding moves r.
func (f *doublePLS) uncertainty() float64 {
	norms := make([]float64, len(f.norms))
	var loadings []float64
	for k, norm := range f.norms {
		norms[k] = norm.High
		loadings = append(loadings, f.loadings[k].High...)
	}
	worst := 0.0
	for k, share := range predictionShares(norms, loadings) {
		worst = max(worst, float64(f.scoreUncertainty(k)*share))
	}
	return worst
}

// predict returns the predictions for the test rows, less the first of each target.
func (f *doublePLS) predict() prediction {
	m, q := f.test.Rows, f.y.Cols
	sums := double.NewMatrix(m, q)
	of := prediction{rounding: make([]float64, q)}
	for k, loadings := range f.loadings {
		for i := range m {
			sums.Row(i).Add(f.tested[k].At(i), loadings)
		}
		largest := dense.MaxAbs(f.tested[k].High)
		unknown, scaled := float64(largest*f.scoreUncertainty(k)), largest/math.Sqrt(f.norms[k].High)
		for j, size := range f.ySize {
			of.rounding[j] += float64(doubleRest*scaled*size) + float64(unknown*math.Abs(loadings.High[j]))
		}
	}
	of.values = sums.LessFirst()
	return of
}

// hat returns the hat matrix of the components.
func (f *doublePLS) hat() hat {
	n, m, rank := f.x.Rows, f.test.Rows, len(f.norms)
	h := hat{rank: rank, left: make([]float64, m*rank), right: make([]float64, 0, rank*n)}
	for k, norm := range f.norms {
		inverse := double.Number{High: 1}.Over(norm)
		largest := 0.0
		for i := range m {
			v := f.tested[k].At(i).Times(inverse).High
			h.left[i*rank+k] = v
			largest = max(largest, math.Abs(v))
		}
		h.right = append(h.right, f.scores[k].High...)
		h.rounding = append(h.rounding, dense.Epsilon*largest)
	}
	return h
}
