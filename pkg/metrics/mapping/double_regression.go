package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
)

// doubleRegression is a split of n train rows with p predictors X and q targets Y for
// regression with an intercept in twice the precision, by the singular values of X. It is
// exact enough for any penalty and any predictors; only small ones are fitted with it.
type doubleRegression struct {
	*doubleSVD
	n, tests int
	y        double.Matrix // less the mean
	exponent int           // X is 2^−exponent times the predictors
	longest  float64       // of the test rows
	share    float64       // of the largest singular value, up to which least squares takes others as 0
}

// doubleRegressionTerms estimates the multiplications of a fit.
func doubleRegressionTerms(n, m, p, q int) int {
	return doubleSVDTerms(n, m, p) + min(n, p)*q*(n+m)
}

// doublePenaltyTerms estimates those of the choice of a penalty.
func doublePenaltyTerms(search penaltySearch, n, p, q int) int {
	if !search.perNeuroid {
		q = min(n, q)
	}
	terms := n * min(n, p) * q
	if search.folds > 0 {
		fold := n/search.folds + 1
		terms += n * fold * (min(n, p) + q + fold)
	}
	return len(search.alphas) * terms
}

func newDoubleRegression(ctx context.Context, x []float64, p int, y []float64, q int, s metrics.Split) (*doubleRegression, error) {
	f := &doubleRegression{n: len(s.Train), tests: len(s.Test), share: float64(max(len(s.Train), p)) * dense.Epsilon}
	train, test, exponent := double.CenteredRows(x, p, s.Train, s.Test)
	f.exponent, f.longest = exponent, dense.LongestRow(test.All.High, p)
	f.y, _, _ = double.CenteredRows(y, q, s.Train, nil)
	var err error
	f.doubleSVD, err = newDoubleSVD(ctx, train, test)
	return f, err
}

// leastNorm is the filter of least squares.
func (f *doubleRegression) leastNorm(s double.Number) double.Number {
	if s.High <= f.share*f.largest() {
		return double.Number{}
	}
	return double.Number{High: 1}.Over(s)
}

func (f *doubleRegression) largest() float64 {
	largest := 0.0
	for _, s := range f.values {
		largest = max(largest, s.High)
	}
	return largest
}

// penalised returns the filter of ridge regression, s/(s² + α).
func (f *doubleRegression) penalised(alpha float64) func(s double.Number) double.Number {
	alpha = math.Ldexp(alpha, -2*f.exponent)
	return func(s double.Number) double.Number {
		return double.Number{High: 1}.Over(s.Plus(double.Number{High: alpha}.Over(s)))
	}
}

// predict returns the predictions X_test·V·diag(filter(s))·Uᵀ·Y, less the first of each
// target.
func (f *doubleRegression) predict(filter func(s double.Number) double.Number) prediction {
	q := f.y.Cols
	sums := double.NewMatrix(f.tests, q)
	reach := 0.0
	for k, s := range f.values {
		by := filter(s)
		along := f.y.TransposedTimes(f.columns[k])
		along.Scale(by)
		for i := range f.tests {
			sums.Row(i).Add(f.tested[k].At(i), along)
		}
		reach += float64(by.High * f.vague(s.High))
	}
	rounding := f.y.ColumnNorms()
	for j := range rounding {
		rounding[j] *= doubleRest * reach
	}
	return prediction{values: sums.LessFirst(), rounding: rounding}
}

// vague bounds, in units of doubleRest, what is uncertain of the test rows along the
// direction of a singular value. Rounding of the largest value, which doubleRest is a
// thousand times and more, turns a direction towards each other one by its share of the
// larger value of both.
func (f *doubleRegression) vague(value float64) float64 {
	const margin = 1024
	largest, most := f.largest(), 0.0
	for i, beyond := range f.beyond {
		turned := beyond / value
		for k, s := range f.values {
			turned += math.Abs(f.tested[k].High[i]) / max(s.High, value)
		}
		most = max(most, turned)
	}
	return f.longest + float64(most*largest/margin)
}

// doubtOf returns what is uncertain of predictions that f has fitted, "" if nothing is.
// Their bound is some thousand times what rounding makes: by less than a thousandth of it,
// constant ones vary.
func doubtOf(p prediction, neuroids int) string {
	const margin = 1024
	for _, r := range p.relativeRounding(neuroids) {
		if r > margin*doubtfulFrom && r < margin {
			return illConditioned
		}
	}
	return ""
}

// hat returns the hat matrix X_test·V·diag(filter(s))·Uᵀ.
func (f *doubleRegression) hat(filter func(s double.Number) double.Number) hat {
	rank, whole := len(f.values), f.largest()
	h := hat{rank: rank, left: make([]float64, f.tests*rank), right: make([]float64, 0, rank*f.n)}
	for k, s := range f.values {
		by := filter(s)
		largest := 0.0
		for i := range f.tests {
			v := f.tested[k].At(i).Times(by).High
			h.left[i*rank+k] = v
			largest = max(largest, math.Abs(v))
		}
		h.right = append(h.right, f.columns[k].High...)
		h.rounding = append(h.rounding, max(dense.Epsilon, doubleRest*whole/s.High)*largest)
	}
	return h
}

// chooseAlpha returns the penalty with the least mean squared error on left-out rows over
// all targets together, the first of equal ones, or that of each target. With e = α/(s² + α),
// and P the projection outside of U and the ones, the errors on rows S left out together are
//
//	(P + U·diag(e)·Uᵀ)_SS⁻¹ · (P + U·diag(e)·Uᵀ)_S·Y.
//
// It returns NaN if there is none, and reports whether rounding leaves the choice certain.
func (f *doubleRegression) chooseAlpha(ctx context.Context, search penaltySearch) (alphas []float64, certain bool, err error) {
	f.centre()
	y := f.y
	if y.Cols > y.Rows && !search.perNeuroid {
		y, _ = lowerTriangle(y, double.NewMatrix(0, y.Cols)) // the same products
		y = y.SelectColumns(dense.AllRows(y.Rows))
	}
	rank := len(f.values)
	along, lengths := make([]double.Vector, rank), make([]float64, rank) // Uᵀ·Y
	for k, u := range f.columns {
		along[k] = y.TransposedTimes(u)
		lengths[k] = math.Sqrt(dense.Dot(along[k].High, along[k].High))
	}
	outside, rest := make([]double.Vector, f.n), double.NewMatrix(f.n, y.Cols) // P and P·Y
	for i := range outside {
		outside[i] = f.outside(i)
		all := y.TransposedTimes(outside[i])
		copy(rest.Row(i).High, all.High)
		copy(rest.Row(i).Low, all.Low)
	}
	choices := search.choices(y.Cols)
	best, least := make([]float64, choices), make([]double.Number, choices)
	for k := range choices {
		best[k], least[k] = math.NaN(), double.Number{High: math.Inf(1)}
	}
	found := make([][]double.Number, len(search.alphas)) // losses
	vague := make([]float64, len(search.alphas))         // shares of them that may be rounding
	for a, alpha := range search.alphas {
		if err := ctx.Err(); err != nil {
			return nil, false, err
		}
		scaled := double.Number{High: math.Ldexp(alpha, -2*f.exponent)}
		left := make([]double.Number, rank) // e
		for k, s := range f.values {
			left[k] = scaled.Over(s.Times(s).Plus(scaled))
		}
		losses := make([]double.Number, choices)
		found[a] = losses
		if search.folds == 0 {
			whole, wrong := 0.0, 0.0
			for i := range f.n {
				residual, free := rest.Row(i).Clone(), outside[i].Dot(outside[i])
				lost, kept := 0.0, 0.0 // of residual and of free, for columns that are off by 1
				for k, e := range left {
					part := f.columns[k].At(i).Times(e)
					free = free.Plus(part.Times(f.columns[k].At(i)))
					residual.Add(part, along[k])
					lost += float64(e.High * lengths[k])
					kept += math.Abs(part.High)
				}
				// Squares of what a penalty far below s² leaves would vanish.
				residual.Scale(double.Number{High: 1}.Over(free))
				addSquares(losses, residual, double.Number{High: 1})
				size := math.Sqrt(dense.Dot(residual.High, residual.High))
				whole += float64(size * size)
				wrong += size * 2 * orthogonal * (lost + float64(2*size*kept)) / free.High
			}
			if wrong > 0 {
				vague[a] = wrong / whole
			}
		} else {
			for _, fold := range search.foldsOf(f.n) {
				f.addFold(losses, fold, left, along, outside, rest)
			}
		}
		for k, loss := range losses {
			if loss.High < least[k].High || loss.High == least[k].High && loss.Low < least[k].Low {
				best[k], least[k] = alpha, loss
			}
		}
	}
	return best, certainChoice(search.alphas, best, least, found, vague), nil
}

// certainChoice reports whether each best penalty has the least loss, wherever within a share
// of it rounding has moved a loss.
func certainChoice(alphas, best []float64, least []double.Number, found [][]double.Number, vague []float64) bool {
	const nothing = 1e-9 // by which penalties may differ that are as good
	for k := range best {
		at := slices.Index(alphas, best[k])
		if at < 0 {
			continue
		}
		for a := range found {
			if a != at && vague[a]+vague[at] > nothing && found[a][k].High*(1-vague[a]) < least[k].High*(1+vague[at]) {
				return false
			}
		}
	}
	return true
}

// centre makes the columns of U orthogonal to the ones, as they are but for the rounding of
// larger singular values. Where a row is within the span of the ones and of large values,
// which leave nothing of it free, the others are 0 there only as differences of such products.
func (f *doubleRegression) centre() {
	ones := onesOf(f.n)
	for _, u := range f.columns {
		u.Add(u.Dot(ones).Over(double.Number{High: float64(f.n)}).Negated(), ones)
		u.Scale(double.Number{High: 1}.Over(u.Dot(u).Root()))
	}
}

// addSquares adds the squares of the errors on a row, times a weight, to one loss or to
// that of each target.
func addSquares(losses []double.Number, errors double.Vector, weight double.Number) {
	if len(losses) == 1 {
		losses[0] = losses[0].Plus(errors.Dot(errors).Times(weight))
		return
	}
	for j := range losses {
		losses[j] = losses[j].Plus(errors.At(j).Times(errors.At(j)).Times(weight))
	}
}

// addFold adds the mean squared errors on a fold to the losses.
func (f *doubleRegression) addFold(losses []double.Number, fold [2]int, left []double.Number, along, outside []double.Vector, rest double.Matrix) {
	from, size := fold[0], fold[1]-fold[0]
	free, missed := double.NewMatrix(size, size), double.NewMatrix(size, rest.Cols)
	for i := range size {
		row := missed.Row(i)
		copy(row.High, rest.Row(from+i).High)
		copy(row.Low, rest.Row(from+i).Low)
		for j := range size {
			free.Row(i).Set(j, outside[from+i].At(from+j))
		}
		for k, e := range left {
			part := f.columns[k].At(from + i).Times(e)
			row.Add(part, along[k])
			for j := range size {
				free.Row(i).Set(j, free.Row(i).At(j).Plus(part.Times(f.columns[k].At(from+j))))
			}
		}
	}
	if !solveDouble(free, missed) {
		for k := range losses {
			losses[k] = double.Number{High: math.Inf(1)}
		}
		return
	}
	weight := double.Number{High: 1}.Over(double.Number{High: float64(size)})
	for i := range size {
		addSquares(losses, missed.Row(i), weight)
	}
}

// solveDouble replaces b by a⁻¹·b for a symmetric matrix, by Cholesky's decomposition of
// it, and returns false if it is not positive definite.
func solveDouble(a, b double.Matrix) bool {
	n := a.Rows
	for i := range n {
		for j := range i + 1 {
			row, other := a.Row(i), a.Row(j)
			sum := row.At(j)
			for k := range j {
				sum = sum.Minus(row.At(k).Times(other.At(k)))
			}
			switch {
			case i != j:
				row.Set(j, sum.Over(other.At(j)))
			case sum.High > 0:
				row.Set(j, sum.Root())
			default:
				return false
			}
		}
	}
	for i := range n {
		row := b.Row(i)
		for k := range i {
			row.Add(a.Row(i).At(k).Negated(), b.Row(k))
		}
		row.Scale(double.Number{High: 1}.Over(a.Row(i).At(i)))
	}
	for i := n - 1; i >= 0; i-- {
		row := b.Row(i)
		for k := i + 1; k < n; k++ {
			row.Add(a.Row(k).At(i).Negated(), b.Row(k))
		}
		row.Scale(double.Number{High: 1}.Over(a.Row(i).At(i)))
	}
	return true
}

func onesOf(n int) double.Vector {
	ones := double.NewVector(n)
	for i := range ones.High {
		ones.High[i] = 1
	}
	return ones
}

// outside returns p_i, which is 0 where it is rounding.
func (f *doubleRegression) outside(i int) double.Vector {
	p := double.NewVector(f.n)
	if len(f.values) >= f.n-1 {
		return p
	}
	p.Set(i, double.Number{High: 1})
	ones := onesOf(f.n)
	for range 2 { // the second time takes off the rounding of the first
		mean := p.Dot(ones).Over(double.Number{High: float64(f.n)})
		p.Add(mean.Negated(), ones)
		for _, u := range f.columns {
			p.Add(p.Dot(u).Negated(), u)
		}
	}
	if p.Dot(p).High < doubleRest*doubleRest {
		return double.NewVector(f.n)
	}
	return p
}

// fitRegressions fits the splits of a regression in twice the precision if they are all
// small, and reports whether it did. search is nil if no penalty is chosen.
func fitRegressions(ctx context.Context, in metrics.NeuralInput, search *penaltySearch, fit func(split int, f *doubleRegression) error) (bool, error) {
	p, q := in.Gram.Features, in.Neuroids
	return doubleFit{
		terms: func(s metrics.Split) int {
			terms := doubleRegressionTerms(len(s.Train), len(s.Test), p, q)
			if search != nil {
				terms += doublePenaltyTerms(*search, len(s.Train), p, q)
			}
			return terms
		},
		uncertain: func(int) bool { return false },
		fit: func(ctx context.Context, i int, x []float64) error {
			f, err := newDoubleRegression(ctx, x, p, in.Responses, q, in.Splits[i])
			if err != nil {
				return err
			}
			return fit(i, f)
		},
	}.run(ctx, in)
}

// hatInDouble returns the hat matrix of a split of a regression from responses, with its
// uncertainty: from a fit in twice the precision if that is small, or if the one in
// float64 is uncertain and the other does not take long.
func hatInDouble(ctx context.Context, in metrics.NeuralInput, s metrics.Split, exact func(*doubleRegression) hat, fast func() (hat, float64, error)) (hat, float64, error) {
	const certain = 1e-11
	terms := doubleRegressionTerms(len(s.Train), len(s.Test), in.Neuroids, 0) * len(in.Splits)
	if terms > double.Effort.Always {
		if h, uncertainty, err := fast(); err != nil || uncertainty <= certain || terms > double.Effort.Doubtful {
			return h, uncertainty, err
		}
	}
	f, err := newDoubleRegression(ctx, in.Responses, in.Neuroids, nil, 0, s)
	if err != nil {
		return hat{}, 0, err
	}
	return exact(f), 0, nil
}

// regressionMemory counts fits of a regression in twice the precision, of which each takes
// some more terms to choose a penalty.
func regressionMemory(s metrics.Shape, choosing int) metrics.Memory {
	return doubleMemory(s, doubleRegressionTerms(s.Train, s.Stimuli-s.Train, s.Features, s.Neuroids)+choosing, doubleFitBytes(s), false)
}
