package mapping

import (
	"fmt"
	"math"
	"runtime"

	"gonum.org/v1/gonum/mat"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// splitResponses are the responses of a split as the reverse mappings by least
// squares see them: less their mean, in a unit in which the largest is close to 1,
// and turned so that nothing is held that cannot count.
//
// The centred train rows have nothing along the ones. A reflection that takes the
// ones to the first axis leaves n − 1 rows, so that no rounding along the ones is
// taken for a dimension. Where neuroids are more than these, they are turned to the
// n − 1 directions that the train rows span, which changes neither ridge regression
// nor the solution of least norm. Both are orthogonal: they round by ε of the size.
type splitResponses struct {
	train    int       // n
	rows, t  int       // of x: n − 1, and neuroids or directions
	m        int       // test rows
	x, test  []float64 // rows × t, m × t
	exponent int       // x and test are 2^−exponent times the responses
	turned   bool      // columns are directions, not neuroids
}

// centredTrainTest copies the responses on train and test rows, each less their own
// mean and times 2^−exponent, which brings those on the train rows close to 1. They are
// centred twice: the mean of numbers far from 0 is rounded as they are. r does not
// depend on what is subtracted from all test rows, and a neuroid that is constant there
// but far from its train mean then costs the others no digit.
func centredTrainTest(in metrics.NeuralInput, s metrics.Split) (train, test []float64, exponent int) {
	t := in.Neuroids
	train, test = dense.SelectRows(in.Responses, t, s.Train), dense.SelectRows(in.Responses, t, s.Test)
	dense.CenterColumns(train, t)
	dense.CenterColumns(test, t)
	_, exponent = math.Frexp(dense.MaxAbs(train))
	for _, x := range [][]float64{train, test} {
		for i, v := range x {
			x[i] = math.Ldexp(v, -exponent)
		}
		dense.CenterColumns(x, t)
	}
	return train, test, exponent
}

func newSplitResponses(in metrics.NeuralInput, s metrics.Split) *splitResponses {
	r := &splitResponses{train: len(s.Train), rows: len(s.Train) - 1, t: in.Neuroids, m: len(s.Test)}
	r.x, r.test, r.exponent = centredTrainTest(in, s)
	r.dropConstant()
	reflectOnes(r.x, r.train, r.t)
	r.x = r.x[r.t:]
	if r.t > r.rows && r.rows > 0 {
		r.turn()
	}
	return r
}

// dropConstant leaves out neuroids that are 0, since constant, on all train rows.
func (r *splitResponses) dropConstant() {
	varies := series.ColumnVaries(r.x, r.t, dense.AllRows(r.train))
	var keep []int
	for j, v := range varies {
		if v {
			keep = append(keep, j)
		}
	}
	if len(keep) < r.t {
		r.x, r.test = dense.SelectColumns(r.x, r.t, keep), dense.SelectColumns(r.test, r.t, keep)
		r.t = len(keep)
	}
}

// reflectOnes multiplies an n × t matrix by the reflection that takes the ones to the
// first axis, and that to the ones.
func reflectOnes(x []float64, n, t int) {
	if n < 2 {
		return
	}
	v := 1 / math.Sqrt(float64(n))
	first := v - 1
	factor := 2 / (float64(first*first) + float64(float64(n-1)*v*v))
	along := make([]float64, t)
	dense.AddScaled(first, x[:t], along)
	for at := t; at < n*t; at += t {
		dense.AddScaled(v, x[at:at+t], along)
	}
	dense.AddScaled(-factor*first, along, x[:t])
	for at := t; at < n*t; at += t {
		dense.AddScaled(-factor*v, along, x[at:at+t])
	}
}

// turn replaces neuroids by the directions that the train rows span: xᵀ = Q·R, of
// which x·Q = Rᵀ and test·Q are kept.
func (r *splitResponses) turn() {
	wide, rows := dense.Transposed(r.x, r.rows, r.t), r.rows
	factors := dense.FactorQR(dense.Of(wide, r.t, rows))
	x := make([]float64, rows*rows)
	for i := range rows {
		for j := i; j < rows; j++ {
			x[j*rows+i] = wide[i*rows+j]
		}
	}
	factors.FormQ()
	var test mat.Dense
	test.Mul(mat.NewDense(r.m, r.t, r.test), mat.NewDense(r.t, rows, wide))
	r.x, r.test, r.t, r.turned = x, test.RawMatrix().Data, rows, true
}

// penalty returns a penalty in the unit of x, which may be 0 or +Inf there.
func (r *splitResponses) penalty(alpha float64) float64 { return math.Ldexp(alpha, -2*r.exponent) }

// whole returns a factor over the n train rows from one over the rows of x.
func (r *splitResponses) whole(right []float64, rank int) []float64 {
	columns := make([]float64, r.train*rank)
	for k := range rank {
		for i := range r.rows {
			columns[(i+1)*rank+k] = right[k*r.rows+i]
		}
	}
	reflectOnes(columns, r.train, rank)
	return dense.Transposed(columns, r.train, rank)
}

// byQR is the hat matrix of ridge regression, of least squares where alpha is 0, by
// QR of x and √α·I. Neuroids are brought to one size first, which least squares does
// not see. Directions are not: turning rounds each by ε of the largest, and a direction
// of that size is nothing but rounding. Neuroids that are small beside the penalty come
// first, their rows of √α·I above x: reflections then round their responses by ε of these,
// not of the penalty or of other neuroids. It returns false where R is so ill-conditioned
// that the error may show, and for least squares where a singular value might have to be
// taken as zero. The error is ε times the condition, and for directions ε times its
// square: each is off by ε of the largest, along which a test row may be long.
func (r *splitResponses) byQR(alpha float64) (hat, bool) {
	const leastSingular = 1e-11
	least, rows := 1e-9, r.rows
	if r.turned {
		least = 1e-5
	}
	if alpha > 0 {
		rows += r.t
	}
	if r.t == 0 || rows < r.t {
		return hat{}, false
	}
	root := math.Sqrt(alpha)
	columns, small := r.smallFirst(root)
	x, test := dense.SelectColumns(r.x, r.t, columns), dense.SelectColumns(r.test, r.t, columns)
	q := make([]float64, rows*r.t)
	for j := range small {
		q[j*r.t+j] = root
	}
	copy(q[small*r.t:], x)
	for j := small; j < rows-r.rows; j++ {
		q[(r.rows+j)*r.t+j] = root
	}
	size := r.towardsOneSize(q)
	dense.ScaleColumns(q, size)
	factors := dense.FactorQR(dense.Of(q, rows, r.t))
	upper := append([]float64(nil), q[:r.t*r.t]...)
	if !(dense.UpperOf(upper, r.t).Condition() > least) {
		return hat{}, false
	}
	if alpha == 0 {
		original := append([]float64(nil), upper...)
		for j, v := range size {
			size[j] = 1 / v
		}
		dense.ScaleColumns(original, size)
		for j, v := range size {
			size[j] = 1 / v
		}
		if !(dense.UpperOf(original, r.t).Condition() > leastSingular) {
			return hat{}, false
		}
	}
	factors.FormQ()
	dense.ScaleColumns(test, size)
	dense.UpperOf(upper, r.t).SolveRight(runtime.GOMAXPROCS(0), dense.Of(test, r.m, r.t))
	right := r.whole(dense.Transposed(q[small*r.t:(small+r.rows)*r.t], r.rows, r.t), r.t)
	return hat{rank: r.t, left: test, right: right}, true
}

// smallFirst returns the order of columns in which the small ones, of which all responses
// are smaller than root, come first, and how many these are.
func (r *splitResponses) smallFirst(root float64) (columns []int, small int) {
	largest := dense.ColumnMaxAbs(r.x, r.t)
	for j, v := range largest {
		if v < root {
			columns = append(columns, j)
		}
	}
	small = len(columns)
	for j, v := range largest {
		if v >= root {
			columns = append(columns, j)
		}
	}
	return columns, small
}

// towardsOneSize returns a power of two for each column, that brings neuroids to one size
// and leaves directions as they are.
func (r *splitResponses) towardsOneSize(q []float64) []float64 {
	factors := make([]float64, r.t)
	if r.turned {
		for j := range factors {
			factors[j] = 1
		}
		return factors
	}
	for j, v := range dense.ColumnMaxAbs(q, r.t) {
		_, exponent := math.Frexp(v)
		factors[j] = math.Ldexp(1, -exponent)
	}
	return factors
}

// responseBasis are the singular vectors of x with singular values above rounding:
// x = U·diag(s)·Vᵀ.
type responseBasis struct {
	of     *splitResponses
	rank   int
	values []float64
	u      []float64 // n × rank, over the train rows
	v      mat.Dense
}

// basis decomposes x. A singular value of no more than max(n, T)·ε of the largest is
// taken as zero.
func (r *splitResponses) basis(neuroids int) (*responseBasis, error) {
	b := &responseBasis{of: r}
	if r.rows < 1 || r.t < 1 {
		return b, nil
	}
	var svd mat.SVD
	if !svd.Factorize(mat.NewDense(r.rows, r.t, r.x), mat.SVDThin) {
		return nil, metrics.ErrIllConditioned
	}
	b.values = svd.Values(nil)
	for _, v := range b.values {
		if v > float64(max(r.train, neuroids))*dense.Epsilon*b.values[0] && !math.IsInf(v, 0) {
			b.rank++
		}
	}
	var u mat.Dense
	svd.UTo(&u)
	svd.VTo(&b.v)
	b.u = make([]float64, r.train*b.rank)
	for i := range r.rows {
		copy(b.u[(i+1)*b.rank:(i+2)*b.rank], u.RawRowView(i)[:b.rank])
	}
	reflectOnes(b.u, r.train, b.rank)
	return b, nil
}

// hat is test·V·diag(filter(s))·Uᵀ.
func (b *responseBasis) hat(filter func(s float64) float64) hat {
	if b.rank == 0 {
		return hat{}
	}
	r := b.of
	var left mat.Dense
	left.Mul(mat.NewDense(r.m, r.t, r.test), b.v.Slice(0, r.t, 0, b.rank))
	longest := dense.LongestRow(r.test, r.t)
	loose := 0.0
	for j := range b.rank {
		f := filter(b.values[j])
		loose += float64(longest * math.Abs(f))
		for i := range r.m {
			left.Set(i, j, left.At(i, j)*f)
		}
	}
	return hat{rank: b.rank, left: left.RawMatrix().Data, right: dense.Transposed(b.u, r.train, b.rank), loose: loose}
}

// uncertainty estimates how far rounding of the responses moves what is fitted with a
// penalty: ε times the condition.
func (b *responseBasis) uncertainty(alpha float64) float64 {
	if b.rank == 0 {
		return 0
	}
	return dense.Epsilon * b.values[0] / max(b.values[b.rank-1], math.Sqrt(alpha))
}

// leftOut estimates how far predictions with a penalty may be off, relative to the largest,
// since a direction whose singular value is rounding was taken for none: at most what one
// of that size would add.
func (b *responseBasis) leftOut(in metrics.NeuralInput, train []int, alpha float64) float64 {
	if b.rank == 0 || b.rank >= min(b.of.rows, b.of.t) || b.rank >= rankLimit(dense.SelectRows(in.Responses, in.Neuroids, train), in.Neuroids) {
		return 0
	}
	s := float64(float64(b.of.train) * dense.Epsilon * b.values[0])
	return min(1, dense.LongestRow(b.of.test, b.of.t)/(s+alpha/s))
}

// penalisedUncertainty estimates how far rounding moves the predictions of ridge
// regression, relative to the largest: a singular value is off by ε of the largest, and
// so is what it is divided by, while a test row may be long in a direction in which the
// train rows hardly vary.
func (b *responseBasis) penalisedUncertainty(h hat) float64 {
	if b.rank == 0 {
		return 0
	}
	most, moved := 0.0, 0.0
	for at := 0; at < len(h.left); at += b.rank {
		sum := 0.0
		for k, v := range h.left[at : at+b.rank] {
			s := b.values[k]
			sum += float64(v * v)
			moved = max(moved, dense.Epsilon*b.values[0]*math.Abs(v)/s)
		}
		most = max(most, math.Sqrt(sum))
	}
	if most == 0 {
		return 0
	}
	return moved / most
}

// nearlyDependent reports whether the columns of x, neuroids brought to one size, are so
// nearly dependent that rounding makes up what they are in some direction. A test row may
// be long in it, and a penalty that is small for x divides by little more than 0.
func (r *splitResponses) nearlyDependent() bool {
	const least = 1e-9
	if r.t == 0 || r.rows < r.t {
		return true
	}
	q := append([]float64(nil), r.x...)
	for j, norm := range dense.ColumnNorms(q, r.t) {
		if norm == 0 {
			return true
		}
		if r.turned {
			continue // its size tells a direction from rounding
		}
		for at := j; at < len(q); at += r.t {
			q[at] /= norm
		}
	}
	dense.FactorQR(dense.Of(q, r.rows, r.t))
	return !(dense.UpperOf(q, r.t).Condition() > least)
}

// collinear is the warning of the splits with an uncertainty at which figures may be
// off by more than 1e-6; none where there is none.
func collinear(name string, uncertainty []float64) []string {
	const most = 1e-9 // errors of up to a thousand times this estimate were found
	splits, worst := 0, 0.0
	for _, u := range uncertainty {
		if u > most {
			splits++
			worst = max(worst, u)
		}
	}
	if splits == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: in %d of %d splits the neuroids' train responses are so nearly collinear that rounding moves the figure, by about %.0e of itself; leave out neuroids that repeat others, or raise the penalty", name, splits, len(uncertainty), worst)}
}
