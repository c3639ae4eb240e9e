package metrics

import (
	"context"
	"math"
)

// doublePLS is NIPALS on predictors X, n train rows × p, and targets Y, n × q, in twice
// the precision of float64. What float64 loses where components are small beside the
// largest, or where the inner loop stops between two directions that explain alike, is
// still there in it: it is the fit of few stimuli whose score may be off otherwise.
//
// The inner loop is w ← S·Sᵀ·w with S = XᵀY, on the side of S that is smaller: w = S·c
// with c ← SᵀS·c is the same.
type doublePLS struct {
	x, test, y   doubleMatrix
	s            doubleMatrix
	exponent     int       // y is 2^−exponent times the targets
	xSize, ySize []float64 // norms of columns before any component

	scores, tested, loadings []doubleVector // t_k of train and test rows, and q_k
	norms                    []double       // t_kᵀt_k
	ended                    directEnd
}

// doublePLSTerms estimates the multiplications of the fit of a split.
func doublePLSTerms(n, p, q, components int) int {
	const iterations = 50
	side := min(p, q)
	return n*p*q + components*(3*n*(p+q)+p*q+side*side*(max(p, q)/2+iterations))
}

func newDoublePLS(x []float64, p int, y []float64, q int, s Split) *doublePLS {
	f := &doublePLS{}
	f.x, f.test, _ = centredDoubleRows(x, p, s.Train, s.Test)
	f.y, _, f.exponent = centredDoubleRows(y, q, s.Train, nil)
	f.xSize, f.ySize = f.x.columnNorms(), f.y.columnNorms()
	return f
}

// fit computes as many components as there are, at most the given number.
func (f *doublePLS) fit(ctx context.Context, components int) error {
	f.s = newDoubleMatrix(f.x.cols, f.y.cols)
	for i := range f.x.rows {
		x, y := f.x.row(i), f.y.row(i)
		for c := range f.x.cols {
			f.s.row(c).add(x.at(c), y)
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
		if maxAbs(f.y.column(j).high) > epsilon*size/math.Sqrt(float64(f.y.rows)) {
			return j
		}
	}
	return -1
}

// weights is the inner loop; it returns weights of length 1, or ends the fit.
func (f *doublePLS) weights() doubleVector {
	start := f.start()
	if start < 0 {
		f.ended = targetsExplained
		return doubleVector{}
	}
	u := f.y.column(start)
	first := f.s.column(start)
	if rest := doubleRest * columnNorms(f.xSize, 1)[0]; !(math.Sqrt(first.dot(first).high) > rest*math.Sqrt(u.dot(u).high)) {
		f.ended = predictorsUsedUp
		return doubleVector{}
	}
	overTargets := f.x.cols > f.y.cols
	var square doubleMatrix
	v := first
	if overTargets {
		square, v = f.s.transposed().ownProduct(), newDoubleVector(f.y.cols)
		v.set(start, double{high: 1})
	} else {
		square = f.s.ownProduct()
	}
	var old, oldAgainst doubleVector
	for iteration := range plsIterations {
		image := square.times(v)
		against := v // wᵀw is cᵀ·SᵀS·c
		if overTargets {
			against = image
		}
		length := v.dot(against).root()
		if !(length.high > 0) {
			f.ended = predictorsUsedUp
			return doubleVector{}
		}
		factor := double{high: 1}.over(length)
		v.scale(factor)
		image.scale(factor)
		if overTargets {
			against = image
		}
		if f.y.cols == 1 || iteration == plsIterations-1 || iteration > 0 && doubleChange(v, old, against, oldAgainst) < plsTolerance {
			break
		}
		old, oldAgainst = v, against.clone()
		v = image.clone()
		v.towardsOne()
	}
	if overTargets {
		v = f.s.times(v)
		v.scale(double{high: 1}.over(v.dot(v).root()))
	}
	return v
}

// doubleChange is ‖w − w_old‖² from coefficients and their images.
func doubleChange(v, old, image, oldImage doubleVector) float64 {
	sum := 0.0
	for j := range v.high {
		sum += v.at(j).minus(old.at(j)).high * image.at(j).minus(oldImage.at(j)).high
	}
	return sum
}

// component removes the component with the given weights.
func (f *doublePLS) component(w doubleVector) {
	t := f.x.times(w)
	norm := t.dot(t)
	if rest := doubleRest * columnNorms(f.xSize, 1)[0]; !(norm.high > rest*rest) {
		f.ended = predictorsUsedUp
		return
	}
	inverse := double{high: 1}.over(norm)
	p, q := f.x.transposedTimes(t), f.y.transposedTimes(t)
	p.scale(inverse)
	q.scale(inverse)
	f.x.subtractOuter(t, p)
	f.y.subtractOuter(t, q)
	tested := f.test.times(w)
	f.test.subtractOuter(tested, p)
	f.scores, f.tested, f.norms, f.loadings = append(f.scores, t), append(f.tested, tested), append(f.norms, norm), append(f.loadings, q)
	scaled := p.clone()
	scaled.scale(norm)
	f.s.subtractOuter(scaled, q)
	f.clearRounding()
}

// clearRounding sets columns of X that are rounding alone to 0.
func (f *doublePLS) clearRounding() {
	for c, norm := range f.x.columnNorms() {
		if norm > doubleRest*f.xSize[c] {
			continue
		}
		for i := range f.x.rows {
			f.x.row(i).set(c, double{})
		}
		s := f.s.row(c)
		clear(s.high)
		clear(s.low)
	}
}

// predict returns the predictions for the test rows, less the first of each target.
func (f *doublePLS) predict() prediction {
	m, q := f.test.rows, f.y.cols
	sums := newDoubleMatrix(m, q)
	of := prediction{rounding: make([]float64, q)}
	for k, loadings := range f.loadings {
		for i := range m {
			sums.row(i).add(f.tested[k].at(i), loadings)
		}
		largest := maxAbs(f.tested[k].high) / math.Sqrt(f.norms[k].high)
		for j, size := range f.ySize {
			of.rounding[j] += doubleRest * largest * size
		}
	}
	of.values = sums.lessFirst()
	return of
}

// hat returns the hat matrix of the components.
func (f *doublePLS) hat() hat {
	n, m, rank := f.x.rows, f.test.rows, len(f.norms)
	h := hat{rank: rank, left: make([]float64, m*rank), right: make([]float64, 0, rank*n)}
	for k, norm := range f.norms {
		inverse := double{high: 1}.over(norm)
		largest := 0.0
		for i := range m {
			v := f.tested[k].at(i).times(inverse).high
			h.left[i*rank+k] = v
			largest = max(largest, math.Abs(v))
		}
		h.right = append(h.right, f.scores[k].high...)
		h.rounding = append(h.rounding, epsilon*largest)
	}
	return h
}
