package mapping

import (
	"cmp"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/internal/portable"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
)

// stableSplit is a split of a layer given by features (or a square root of its Gram
// matrix), for decompositions of the features themselves by orthogonal steps, which
// err by ε·σmax where products err by ε·λmax.
//
// Train rows that are the same are taken together as one, √c times their mean for c of
// them, which is the same regression: else rounding would tell them apart, by ε·σmax,
// and a small penalty take that for a difference. With u the roots of the rows' shares
// and H the reflection that maps u to an axis, x and y are the rows of H·X and H·Y less
// the first: least squares with an intercept is least squares without one on these, and
// there is no direction left in which centred rows are nothing but rounding. Features
// that are constant over the train rows are left out. The others are in the order of
// their norm, the largest first, in which orthogonal steps keep the digits of the
// small ones.
type stableSplit struct {
	rows, t, p int       // distinct train rows less one, neuroids, columns
	x          []float64 // rows × p
	y          []float64 // rows × t
	test       []float64 // test × p, less their mean, or less the train mean if there is one row
	tests      int
	counts     []float64 // of each distinct train row
	roots      []float64 // of its share
	within     []float64 // squared deviations of the responses to the same row
	withinOf   []float64 // those of each neuroid
	root       *layerRoot
	in         metrics.NeuralInput
	split      metrics.Split
	first      []int // the row of the layer of each distinct train row
	// sizes has, for each column, the size that its rounding is proportional to: at
	// least that of the feature over all stimuli, or of the features that it combines.
	sizes []float64
	// outside is the largest norm of the part of a test row that the train rows do not
	// span, each column times its size.
	outside float64
	// responses are the norms of the centred responses.
	responses []float64
}

// stableFit is a split fitted by a stableSplit.
type stableFit struct {
	of     prediction
	alphas []float64 // the penalties, if some were chosen
	doubt  string    // what is uncertain; empty if nothing is
}

// newStableSplit makes one from a layer's rows and, for each, the first row that is the same.
func newStableSplit(r *layerRoot, in metrics.NeuralInput, s metrics.Split) *stableSplit {
	f := &stableSplit{t: in.Neuroids, tests: len(s.Test), root: r, in: in, split: s}
	group := make(map[int]int)
	var first []int // the first train row of each group
	member := make([]int, len(s.Train))
	for a, row := range s.Train {
		g, ok := group[r.twins[row]]
		if !ok {
			g = len(first)
			group[r.twins[row]] = g
			first, f.first, f.counts = append(first, a), append(f.first, row), append(f.counts, 0)
		}
		member[a] = g
		f.counts[g]++
	}
	f.rows = len(first) - 1
	for _, c := range f.counts {
		f.roots = append(f.roots, math.Sqrt(c/float64(len(s.Train))))
	}
	train, test := centredOnTrain(r.z, r.cols, s)
	if f.tests > 1 {
		dense.CenterColumns(test, r.cols) // r does not depend on what is subtracted from all test rows
	}
	norms := dense.ColumnNorms(train, r.cols)
	var order []int
	for j, norm := range norms {
		if norm > 0 {
			order = append(order, j)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(norms[b], norms[a]) })
	f.p = len(order)
	for _, j := range order {
		f.sizes = append(f.sizes, max(norms[j], r.sizes[j]))
	}
	f.test = dense.SelectColumns(test, r.cols, order)
	train = dense.SelectRows(dense.SelectColumns(train, r.cols, order), f.p, first)
	y, _ := centredOnTrain(in.Responses, f.t, metrics.Split{Train: s.Train})
	f.responses = dense.ColumnNorms(y, f.t)
	means := make([]float64, len(first)*f.t)
	for a, g := range member {
		dense.AddScaled(1/f.counts[g], y[a*f.t:(a+1)*f.t], means[g*f.t:(g+1)*f.t])
	}
	f.within, f.withinOf = make([]float64, len(first)), make([]float64, len(first)*f.t)
	for a, g := range member {
		for j, v := range y[a*f.t : (a+1)*f.t] {
			v -= means[g*f.t+j]
			f.within[g] += float64(v * v)
			f.withinOf[g*f.t+j] += float64(v * v)
		}
	}
	for g, c := range f.counts {
		dense.Scale(train[g*f.p:(g+1)*f.p], math.Sqrt(c))
		dense.Scale(means[g*f.t:(g+1)*f.t], math.Sqrt(c))
	}
	f.x, f.y = f.withoutOnes(train, f.p), f.withoutOnes(means, f.t)
	return f
}

// centredOnTrain copies the rows of a split less the mean of its train rows. The first
// train row is subtracted first, so that a column that is constant there is exactly
// zero.
func centredOnTrain(x []float64, cols int, s metrics.Split) (train, test []float64) {
	train, test = dense.SelectRows(x, cols, s.Train), dense.SelectRows(x, cols, s.Test)
	first := slices.Clone(train[:cols])
	for _, rows := range [][]float64{train, test} {
		dense.AddToRows(rows, -1, first)
	}
	mean := make([]float64, cols)
	for at := 0; at < len(train); at += cols {
		dense.AddScaled(1, train[at:at+cols], mean)
	}
	for j := range mean {
		mean[j] /= float64(len(s.Train))
	}
	for _, rows := range [][]float64{train, test} {
		dense.AddToRows(rows, -1, mean)
	}
	return train, test
}

// withoutOnes returns the rows of H·X less the first for X with nothing along u.
func (f *stableSplit) withoutOnes(x []float64, cols int) []float64 {
	if f.rows < 1 || cols == 0 {
		return nil
	}
	out := slices.Clone(x[cols:])
	for i := range f.rows {
		dense.AddScaled(f.roots[i+1]/(1-f.roots[0]), x[:cols], out[i*cols:(i+1)*cols])
	}
	return out
}

// withOnes returns H·[0; U].
func (f *stableSplit) withOnes(u []float64, cols int) []float64 {
	out := make([]float64, (f.rows+1)*cols)
	along := out[:cols]
	for i := range f.rows {
		dense.AddScaled(f.roots[i+1], u[i*cols:(i+1)*cols], along)
	}
	copy(out[cols:], u)
	for i := range f.rows {
		dense.AddScaled(-f.roots[i+1]/(1-f.roots[0]), along, out[(i+1)*cols:(i+2)*cols])
	}
	return out
}

// compress replaces the columns by coordinates in the space of the train rows, no more
// than these, by a QR decomposition of Xᵀ with pivoting, X = (P·Rᵀ)·Qᵀ. A solution of
// least norm, and one of ridge regression, has nothing outside. It returns the
// magnitudes on R's diagonal, which descend.
func (f *stableSplit) compress() (diagonal []float64) {
	rows, p := f.rows, f.p
	k := min(rows, p)
	if k <= 0 {
		return nil
	}
	a := dense.Transposed(f.x, rows, p) // p × rows
	factors, pivots := dense.FactorPivotedQR(dense.Of(a, p, rows))
	f.x = make([]float64, rows*k)
	for i, row := range pivots {
		for c := range min(i+1, k) {
			f.x[row*k+c] = a[c*rows+i]
		}
	}
	diagonal = make([]float64, k)
	for c := range diagonal {
		diagonal[c] = math.Abs(a[c*rows+c])
	}
	whole := f.test
	if f.tests > 0 {
		test := dense.Transposed(f.test, f.tests, p)
		factors.MulTransposed(dense.Of(test, p, f.tests))
		f.test = dense.Transposed(test[:k*f.tests], k, f.tests)
	}
	factors.FormQ()
	f.combine(whole, a, rows, k)
	return diagonal
}

// combine sets the number of columns and their sizes if each combines the former ones
// with the coefficients in a column of q, whose rows have stride ld. whole are the test
// rows in the former columns.
func (f *stableSplit) combine(whole, q []float64, ld, columns int) {
	by, exponent := dense.UnitOf(dense.MaxAbs(f.sizes))
	for i := range f.tests {
		squares := 0.0
		for j, size := range f.sizes {
			v := whole[i*f.p+j] - dense.Dot(f.test[i*columns:(i+1)*columns], q[j*ld:j*ld+columns])
			v *= by
			size *= by
			squares += float64(v * size * v * size)
		}
		f.outside = max(f.outside, math.Ldexp(math.Sqrt(squares), 2*exponent))
	}
	sizes := make([]float64, columns)
	for i, size := range f.sizes {
		for c, v := range q[i*ld : i*ld+columns] {
			sizes[c] = portable.Hypot(sizes[c], v*size)
		}
	}
	f.p, f.sizes = columns, sizes
}

// ridge predicts by ridge regression, with penalty 0 by least squares, for which the
// columns are to be independent: by a QR decomposition of [X; √α·I].
func (f *stableSplit) ridge(workers int, alpha float64) prediction {
	p, t, rows := f.p, f.t, f.rows
	out := prediction{values: make([]float64, f.tests*t), rounding: make([]float64, t)}
	if p == 0 || rows < 1 {
		return out
	}
	penalty := 0
	if alpha > 0 {
		penalty = p
	}
	all := rows + penalty
	a, b := make([]float64, all*p), make([]float64, all*t)
	// Large rows come first.
	root, of, at := math.Sqrt(alpha), 0, rows
	if penalty > 0 && root > dense.MaxAbs(f.x) {
		of, at = p, 0
	}
	copy(a[of*p:], f.x)
	copy(b[of*t:], f.y)
	for j := range penalty {
		a[(at+j)*p+j] = root
	}
	dense.FactorQR(dense.Of(a, all, p)).MulTransposed(dense.Of(b, all, t))
	residual := dense.ColumnNorms(b[p*t:], t)
	if len(b) == p*t {
		residual = make([]float64, t)
	}
	r := dense.UpperOf(a[:p*p], p)
	w := b[:p*t]
	r.Solve(workers, dense.Of(w, p, t))
	dense.AddProduct(workers, dense.Of(out.values, f.tests, t), 1, dense.Of(f.test, f.tests, p), dense.Of(w, p, t))
	f.bound(workers, out.rounding, r, w, residual)
	return out
}

// bound fills in the rounding of predictions with weights w by way of the factor R.
func (f *stableSplit) bound(workers int, rounding []float64, r dense.Upper, w, residual []float64) {
	p, t := f.p, f.t
	scaled := slices.Clone(r.Data)
	for i := range p {
		clear(scaled[i*p : i*p+i])
	}
	lengths := dense.ColumnNorms(scaled, p)
	for j, size := range f.sizes {
		lengths[j] = max(lengths[j], size)
	}
	norm := 0.0 // the largest column sum
	for j := range p {
		sum := 0.0
		for i := 0; i <= j; i++ {
			scaled[i*p+j] /= lengths[j]
			sum += math.Abs(scaled[i*p+j])
		}
		norm = max(norm, sum)
	}
	inverse := 1 / (dense.UpperOf(scaled, p).Condition() * norm)
	reach := slices.Clone(f.test)
	if f.tests > 0 {
		r.SolveRight(workers, dense.Of(reach, f.tests, p))
	}
	farthest, longest := 0.0, 0.0
	for i := range f.tests {
		farthest = max(farthest, math.Sqrt(dense.Dot(reach[i*p:(i+1)*p], reach[i*p:(i+1)*p])))
		squares := 0.0
		for j, v := range f.test[i*p : (i+1)*p] {
			v /= lengths[j]
			squares += float64(v * v)
		}
		longest = max(longest, math.Sqrt(squares))
	}
	if f.root.turned { // a test row can be rounding of others alone
		longest = max(longest, 1)
	}
	// What rounding turns into the span of the train rows is weighted as these are.
	var dual []float64
	if f.outside > 0 {
		d := slices.Clone(w)
		r.SolveTransposed(workers, dense.Of(d, p, t))
		dual = dense.ColumnNorms(d, t)
	}
	weights := make([]float64, t)
	for k := range p {
		for j, v := range w[k*t : (k+1)*t] {
			v *= lengths[k]
			weights[j] += float64(v * v)
		}
	}
	for j := range rounding {
		length := math.Sqrt(weights[j])
		rounding[j] = float64(unit * (float64(farthest*(length+float64(inverse*residual[j])+f.responses[j])) + float64(longest*length)))
		if dual != nil {
			rounding[j] += float64(unit * f.outside * dual[j])
		}
		if math.IsNaN(rounding[j]) {
			rounding[j] = math.Inf(1)
		}
	}
}
