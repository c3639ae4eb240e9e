package mapping

import (
	"context"
	"math"

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
	for r := range p.relativeRounding(neuroids) {
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
