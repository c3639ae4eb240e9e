package mapping

import (
	"context"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/double"
)

// doublePenaltyTerms estimates the multiplications of the choice of a penalty.
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

func onesOf(n int) double.Vector {
	ones := double.NewVector(n)
	for i := range ones.High {
		ones.High[i] = 1
	}
	return ones
}
