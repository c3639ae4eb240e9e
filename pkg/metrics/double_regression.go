package metrics

import (
	"context"
	"math"
)

// doubleRegression is a split of n train rows with p predictors X and q targets Y for
// regression with an intercept in twice the precision, by the singular values of X. It is
// exact enough for any penalty and any predictors; only small ones are fitted with it.
type doubleRegression struct {
	*doubleSVD
	n, tests int
	y        doubleMatrix // less the mean
	exponent int          // X is 2^−exponent times the predictors
	longest  float64      // of the test rows
	share    float64      // of the largest singular value, up to which least squares takes others as 0
}

// doubleRegressionTerms estimates the multiplications of a fit.
func doubleRegressionTerms(n, m, p, q int) int {
	return doubleSVDTerms(n, m, p) + min(n, p)*q*(n+m)
}

// doublePenaltyTerms estimates those of the choice of a penalty.
func doublePenaltyTerms(n, p, q int) int { return len(ridgeAlphas()) * n * min(n, p) * min(n, q) }

func newDoubleRegression(ctx context.Context, x []float64, p int, y []float64, q int, s Split) (*doubleRegression, error) {
	f := &doubleRegression{n: len(s.Train), tests: len(s.Test), share: float64(max(len(s.Train), p)) * epsilon}
	train, test, exponent := centredDoubleRows(x, p, s.Train, s.Test)
	f.exponent, f.longest = exponent, longestRow(test.all.high, p)
	f.y, _, _ = centredDoubleRows(y, q, s.Train, nil)
	var err error
	f.doubleSVD, err = newDoubleSVD(ctx, train, test)
	return f, err
}

// leastNorm is the filter of least squares.
func (f *doubleRegression) leastNorm(s double) double {
	if s.high <= f.share*f.largest() {
		return double{}
	}
	return double{high: 1}.over(s)
}

func (f *doubleRegression) largest() float64 {
	largest := 0.0
	for _, s := range f.values {
		largest = max(largest, s.high)
	}
	return largest
}

// penalised returns the filter of ridge regression, s/(s² + α).
func (f *doubleRegression) penalised(alpha float64) func(s double) double {
	alpha = math.Ldexp(alpha, -2*f.exponent)
	return func(s double) double {
		return double{high: 1}.over(s.plus(double{high: alpha}.over(s)))
	}
}

// predict returns the predictions X_test·V·diag(filter(s))·Uᵀ·Y, less the first of each
// target.
func (f *doubleRegression) predict(filter func(s double) double) prediction {
	q := f.y.cols
	sums := newDoubleMatrix(f.tests, q)
	reach := 0.0
	for k, s := range f.values {
		by := filter(s)
		along := f.y.transposedTimes(f.columns[k])
		along.scale(by)
		for i := range f.tests {
			sums.row(i).add(f.tested[k].at(i), along)
		}
		reach += f.longest * by.high
	}
	rounding := f.y.columnNorms()
	for j := range rounding {
		rounding[j] *= doubleRest * reach
	}
	return prediction{values: sums.lessFirst(), rounding: rounding}
}

// lessFirst returns the rows less the first.
func (m doubleMatrix) lessFirst() []float64 {
	out := make([]float64, m.rows*m.cols)
	for i := range m.rows {
		for j := range m.cols {
			out[i*m.cols+j] = m.row(i).at(j).minus(m.all.at(j)).high
		}
	}
	return out
}

// hat returns the hat matrix X_test·V·diag(filter(s))·Uᵀ.
func (f *doubleRegression) hat(filter func(s double) double) hat {
	rank := len(f.values)
	h := hat{rank: rank, left: make([]float64, f.tests*rank), right: make([]float64, 0, rank*f.n)}
	for k, s := range f.values {
		by := filter(s)
		largest := 0.0
		for i := range f.tests {
			v := f.tested[k].at(i).times(by).high
			h.left[i*rank+k] = v
			largest = max(largest, math.Abs(v))
		}
		h.right = append(h.right, f.columns[k].high...)
		h.rounding = append(h.rounding, epsilon*largest)
	}
	return h
}

// chooseAlpha returns the penalty with the least mean squared leave-one-out error over
// all targets together, the first of equal ones. With e = α/(s² + α), and p_i what is
// left of row i of the unit matrix outside of U and the ones, the error of row i is
//
//	(p_i + U·diag(e)·U_i)ᵀ·Y / (‖p_i‖² + Σ e_k·U_ik²).
//
// It returns NaN if there is none.
func (f *doubleRegression) chooseAlpha(ctx context.Context) (float64, error) {
	y := f.y
	if y.cols > y.rows {
		y, _ = lowerTriangle(y, newDoubleMatrix(0, y.cols)) // the same products
	}
	rank := len(f.values)
	along := make([]doubleVector, rank) // Uᵀ·Y
	for k, u := range f.columns {
		along[k] = y.transposedTimes(u)
	}
	rest, room := newDoubleMatrix(f.n, y.cols), make([]double, f.n)
	for i := range room {
		p := f.outside(i)
		room[i] = p.dot(p)
		all := y.transposedTimes(p)
		copy(rest.row(i).high, all.high)
		copy(rest.row(i).low, all.low)
	}
	best, least := math.NaN(), double{high: math.Inf(1)}
	for _, alpha := range ridgeAlphas() {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		scaled := double{high: math.Ldexp(alpha, -2*f.exponent)}
		left := make([]double, rank) // e
		for k, s := range f.values {
			left[k] = scaled.over(s.times(s).plus(scaled))
		}
		loss := double{}
		for i := range f.n {
			residual, free := rest.row(i).clone(), room[i]
			for k, e := range left {
				part := f.columns[k].at(i).times(e)
				free = free.plus(part.times(f.columns[k].at(i)))
				residual.add(part, along[k])
			}
			loss = loss.plus(residual.dot(residual).over(free.times(free)))
		}
		if loss.high < least.high || loss.high == least.high && loss.low < least.low {
			best, least = alpha, loss
		}
	}
	return best, nil
}

// outside returns p_i, which is 0 where it is rounding.
func (f *doubleRegression) outside(i int) doubleVector {
	p := newDoubleVector(f.n)
	if len(f.values) >= f.n-1 {
		return p
	}
	p.set(i, double{high: 1})
	ones := newDoubleVector(f.n)
	for k := range ones.high {
		ones.set(k, double{high: 1})
	}
	for range 2 { // the second time takes off the rounding of the first
		mean := p.dot(ones).over(double{high: float64(f.n)})
		p.add(double{-mean.high, -mean.low}, ones)
		for _, u := range f.columns {
			part := p.dot(u)
			p.add(double{-part.high, -part.low}, u)
		}
	}
	if p.dot(p).high < doubleRest*doubleRest {
		return newDoubleVector(f.n)
	}
	return p
}

// fitRegressions fits the splits of a regression in twice the precision if they are all
// small, and reports whether it did.
func fitRegressions(ctx context.Context, in NeuralInput, choosing bool, fit func(split int, f *doubleRegression) error) (bool, error) {
	p, q := in.Gram.Features, in.Neuroids
	return doubleFit{
		terms: func(s Split) int {
			terms := doubleRegressionTerms(len(s.Train), len(s.Test), p, q)
			if choosing {
				terms += doublePenaltyTerms(len(s.Train), p, q)
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
func hatInDouble(ctx context.Context, in NeuralInput, s Split, exact func(*doubleRegression) hat, fast func() (hat, float64, error)) (hat, float64, error) {
	const certain = 1e-11
	terms := doubleRegressionTerms(len(s.Train), len(s.Test), in.Neuroids, 0) * len(in.Splits)
	if terms > fewDoubleTerms {
		if h, uncertainty, err := fast(); err != nil || uncertainty <= certain || terms > manyDoubleTerms {
			return h, uncertainty, err
		}
	}
	f, err := newDoubleRegression(ctx, in.Responses, in.Neuroids, nil, 0, s)
	if err != nil {
		return hat{}, 0, err
	}
	return exact(f), 0, nil
}
