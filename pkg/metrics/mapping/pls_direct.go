package mapping

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// directPLS is NIPALS on the predictors X themselves, n train rows × p columns, with
// targets Y, n × q. Both are centred on the train rows and deflated in place.
//
// Inner products know a component to ε of the largest squares, X itself to ε of each
// column's own size: a column's residual is rounding alone once it is no more than a
// multiple of that, and is then set to 0. Columns of very different sizes, one for each
// grade of features, so cost each other no digit.
//
// The inner loop is w ← S·Sᵀ·w with S = XᵀY, which loses τ·p·qᵀ with each component.
type directPLS struct {
	n, m, p, q int
	x, test    []float64 // n × p and m × p
	y          []float64 // n × q
	xSize      []float64 // ε times it bounds the error of a column of x
	ySize      []float64 // likewise of y
	reach      []float64 // of each column of x, the largest size on a test row before it is deflated
	carried    float64   // size of what deflation took off the test rows, over that of train rows
	startSize  float64   // of start before it is deflated
	varied     []bool    // of each column of x, whether it varied on the train rows at first
	rank       int       // no more than this many components exist
	start      []float64 // the column of Y that the inner loop starts from; nil takes the first that is left

	s        []float64 // XᵀY, p × q
	scores   []float64 // t_k, n each
	norms    []float64 // t_kᵀt_k
	tested   []float64 // scores of the test rows, m each
	loadings []float64 // q_k = Yᵀt_k/t_kᵀt_k
	rounding []float64 // bound of rounding of the test rows' scores, for each k
	ended    directEnd
	lost     []float64 // relative error of the scores of each component, of train or test rows
}

// directEnd is why there are no further components.
type directEnd int

const (
	notEnded directEnd = iota
	predictorsUsedUp
	targetsExplained
)

// newDirectPLS makes one from predictors and targets on the train rows, which it centres, and
// predictors on the test rows. xSize and ySize are set from the columns as they are
// given, before centring. The caller sets rank if it knows that there are fewer
// components than train rows allow.
func newDirectPLS(x, test, y []float64, p, q int) *directPLS {
	f := &directPLS{n: len(x) / max(1, p), m: len(test) / max(1, p), p: p, q: q, x: x, test: test, y: y}
	f.xSize, f.ySize = dense.ColumnNorms(x, p), dense.ColumnNorms(y, q)
	dense.CenterColumns(x, p)
	dense.CenterColumns(test, p) // r does not depend on what is subtracted from all test rows
	f.rank = f.n - 1
	f.reach = f.largestTested()
	dense.CenterColumns(y, q)
	return f
}

// largestTested returns the largest size of each column on a test row.
func (f *directPLS) largestTested() []float64 {
	largest := make([]float64, f.p)
	for at := 0; at < len(f.test); at += f.p {
		for c, v := range f.test[at : at+f.p] {
			largest[c] = max(largest[c], math.Abs(v))
		}
	}
	return largest
}

// fit computes as many components as there are, at most the given number.
func (f *directPLS) fit(ctx context.Context, components int) error {
	f.clearRounding()
	f.varied = make([]bool, f.p)
	for c, norm := range dense.ColumnNorms(f.x, f.p) {
		f.varied[c] = norm > 0
	}
	f.startSize = math.Sqrt(dense.Dot(f.start, f.start))
	f.s = make([]float64, f.p*f.q)
	dense.AddProduct(1, dense.Of(f.s, f.p, f.q), 1, dense.Of(f.x, f.n, f.p).T(), dense.Of(f.y, f.n, f.q))
	targets := math.Sqrt(dense.Dot(f.y, f.y))
	for range components {
		if err := ctx.Err(); err != nil {
			return err
		}
		w, strength, started := f.weights()
		if f.ended != notEnded {
			return nil
		}
		f.component(w, dense.Epsilon*max(targets/strength, started))
	}
	return nil
}

// clearRounding sets columns of x to 0 that are rounding alone, and their rows of S. A
// column that is exactly 0 already has rounding in its row of S, too: S is deflated by
// itself.
func (f *directPLS) clearRounding() {
	most := (64 + float64(4*math.Sqrt(float64(f.n)))) * dense.Epsilon
	for c, norm := range dense.ColumnNorms(f.x, f.p) {
		if norm > most*f.xSize[c] {
			continue
		}
		for at := c; at < len(f.x); at += f.p {
			f.x[at] = 0
		}
		if f.s != nil {
			clear(f.s[c*f.q : (c+1)*f.q])
		}
	}
}

// weights is the inner loop; it returns unit weights and the largest singular value
// of S, or ends the fit. It stops while w still depends on where it started: started is
// by how much rounding of the first Xᵀu may still move it, over ε and a column's size.
func (f *directPLS) weights() (w []float64, strength, started float64) {
	w = f.first()
	if f.ended != notEnded {
		return nil, 0, 0
	}
	vague := dense.ColumnNorms(w, 1)[0] <= float64(f.n)*dense.Epsilon*f.startSize*dense.ColumnNorms(f.xSize, 1)[0]
	first, length := 0.0, 0.0 // squared change of w, and its length, in the first iteration
	old, c := make([]float64, f.p), make([]float64, f.q)
	for iteration := range plsIterations {
		norm := math.Sqrt(dense.Dot(w, w))
		if !(norm > 0) || math.IsInf(norm, 0) {
			f.ended = predictorsUsedUp
			return nil, 0, 0
		}
		dense.Scale(w, 1/norm)
		dense.MulVec(c, dense.Of(f.s, f.p, f.q).T(), w)
		if f.q == 1 || iteration == plsIterations-1 {
			break
		}
		change := distance(w, old)
		switch iteration {
		case 0:
			length = norm
		case 1:
			first = change
		}
		if iteration > 0 && change < plsTolerance {
			started = f.startSize / length * math.Sqrt(change/max(first, plsTolerance))
			break
		}
		copy(old, w)
		dense.MulVec(w, dense.Of(f.s, f.p, f.q), c)
	}
	if vague { // in exact arithmetic there may be no component
		started = 1 / dense.Epsilon
	}
	return w, math.Sqrt(dense.Dot(c, c)), started
}

func distance(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64((v - b[i]) * (v - b[i]))
	}
	return sum
}

// first returns Xᵀu for the target that the inner loop starts from.
func (f *directPLS) first() []float64 {
	const most = 32 * dense.Epsilon
	w := make([]float64, f.p)
	if f.start != nil {
		dense.MulVec(w, dense.Of(f.x, f.n, f.p).T(), f.start)
	}
	for j := range f.q {
		largest := 0.0
		for at := j; at < len(f.y); at += f.q {
			largest = max(largest, math.Abs(f.y[at]))
		}
		if largest*math.Sqrt(float64(f.n)) > most*f.ySize[j] {
			for c := 0; c < f.p && f.start == nil; c++ {
				w[c] = f.s[c*f.q+j]
				f.startSize = f.ySize[j]
			}
			return w
		}
	}
	f.ended = targetsExplained
	return nil
}

// component removes the component with the given weights, which rounding has moved by
// off times each column's size.
func (f *directPLS) component(w []float64, off float64) {
	t := make([]float64, f.n)
	dense.MulVec(t, dense.Of(f.x, f.n, f.p), w)
	tau := dense.Dot(t, t)
	if !(tau > 0) {
		f.ended = predictorsUsedUp
		return
	}
	f.estimate(w, off, dense.ColumnNorms(f.x, f.p), tau)
	p, q := make([]float64, f.p), make([]float64, f.q)
	takeOff(f.x, f.n, f.p, t, tau, p)
	takeOff(f.y, f.n, f.q, t, tau, q)
	for c, v := range p {
		dense.AddScaled(-tau*v, q, f.s[c*f.q:(c+1)*f.q])
	}
	if f.start != nil {
		dense.AddScaled(-dense.Dot(t, f.start)/tau, t, f.start)
	}
	for i := range f.m {
		row := f.test[i*f.p : (i+1)*f.p]
		score := dense.Dot(row, w)
		dense.AddScaled(-score, p, row)
		f.tested = append(f.tested, score)
	}
	f.carried += dense.MaxAbs(f.tested[len(f.tested)-f.m:]) / math.Sqrt(tau)
	f.scores, f.norms, f.loadings = append(f.scores, t...), append(f.norms, tau), append(f.loadings, q...)
	f.clearRounding()
}

// estimate sets what rounding does to the scores of a component.
func (f *directPLS) estimate(w []float64, off float64, norms []float64, tau float64) {
	fixed, moved, tested, beyond := 0.0, 0.0, 0.0, 0.0
	left := f.largestTested()
	for c, v := range w {
		weight := off * f.xSize[c]
		// A column that train rows use up may go on to vary on test rows, where its weight
		// counts. Exact arithmetic may leave a trace of it, and a weight, even where it was
		// cleared.
		if f.varied[c] {
			beyond += float64(weight * weight * left[c] * left[c])
		}
		if norms[c] == 0 {
			continue
		}
		column := dense.Epsilon * f.xSize[c] * v
		fixed += float64(column * column)
		moved += float64(weight * weight * norms[c] * norms[c])
		// Test rows have the rounding of what they were and of loadings times their scores.
		row := float64(dense.Epsilon*(f.reach[c]+float64(f.carried*f.xSize[c]))*math.Abs(v)) + float64(weight*(left[c]+float64(dense.Epsilon*f.reach[c])))
		tested += float64(row * row)
	}
	f.lost = append(f.lost, max((math.Sqrt(fixed)+math.Sqrt(moved))/math.Sqrt(tau), math.Sqrt(beyond*float64(f.n)/tau)))
	f.rounding = append(f.rounding, 8*math.Sqrt(tested))
}

// uncertainty estimates how far r may be off.
func (f *directPLS) uncertainty() float64 {
	worst := 0.0
	for k, share := range predictionShares(f.norms, f.loadings) {
		worst = max(worst, f.lost[k]*share)
	}
	return worst
}

// takeOff subtracts from the rows × cols matrix x its projection on t, twice, since the
// first time leaves rounding of what it subtracts. It adds the coefficients to p.
func takeOff(x []float64, rows, cols int, t []float64, tau float64, p []float64) {
	once := make([]float64, cols)
	for range 2 {
		dense.MulVec(once, dense.Of(x, rows, cols).T(), t)
		dense.Scale(once, 1/tau)
		dense.AddOuter(dense.Of(x, rows, cols), -1, t, once)
		dense.AddScaled(1, once, p)
	}
}

// predict returns the predictions for the test rows less the train mean, with the bound
// of their rounding.
func (f *directPLS) predict() prediction {
	of := prediction{values: make([]float64, f.m*f.q), rounding: make([]float64, f.q)}
	for k, norm := range f.norms {
		q, tested := f.loadings[k*f.q:(k+1)*f.q], f.tested[k*f.m:(k+1)*f.m]
		for i, score := range tested {
			dense.AddScaled(score, q, of.values[i*f.q:(i+1)*f.q])
		}
		along := 4 * float64(f.n) * dense.Epsilon * dense.MaxAbs(tested) / math.Sqrt(norm)
		for j, v := range q {
			of.rounding[j] += float64(f.rounding[k]*math.Abs(v)) + float64(along*f.ySize[j])
		}
	}
	return of
}

// hat returns the hat matrix of the components.
func (f *directPLS) hat() hat {
	h := hat{rank: len(f.norms), right: f.scores}
	h.left = make([]float64, f.m*h.rank)
	for k, norm := range f.norms {
		// A test row that deflation leaves at 0 has the rounding of what was there.
		h.rounding = append(h.rounding, f.rounding[k]/norm)
		for i := range f.m {
			h.left[i*h.rank+k] = f.tested[k*f.m+i] / norm
		}
	}
	return h
}
