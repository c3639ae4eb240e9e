package mapping

import (
	"context"
	"errors"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// linear predicts responses by ordinary least squares: by inner products of features if
// these are held and clearly fewer than stimuli, or by inner products of stimuli if
// features are not held, provided that the rank is certainly full and rounding hardly
// moves the predictions; else by a decomposition of the features that determines their
// rank. See rounding.go for the bounds. Splits that leave out few stimuli are fitted from one
// inverse over all of them (linear_leftout.go).
type linear struct{}

func (linear) Info() metrics.Info { return linearInfo }

// OnMeans returns the mapping itself: equal rows have the same least squares as their mean.
func (m linear) OnMeans(int) (metrics.Neural, bool) { return m, true }

// Side returns what the fit is computed by.
func (linear) Side(s metrics.Shape) metrics.Side {
	switch {
	case s.Once || !featuresHeld(s) && regressionMemory(s, 0).Working == 0:
		return metrics.Dual
	case regressionMemory(s, 0).Working == 0 && primalIsSmaller(s.Features, s.Train):
		return metrics.Primal
	}
	return metrics.Activations
}

// ScoreNeural cross-validates the mapping.
func (m linear) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return apartMapping{
		name: "linear",
		small: func(ctx context.Context, in metrics.NeuralInput) (exact []prediction, doubts []string, done bool, err error) {
			exact, doubts = make([]prediction, len(in.Splits)), make([]string, len(in.Splits))
			done, err = fitRegressions(ctx, in, nil, func(i int, f *doubleRegression) error {
				exact[i] = f.predict(f.leastNorm)
				doubts[i] = doubtOf(exact[i], in.Neuroids)
				return nil
			})
			return exact, doubts, done, err
		},
		fast:   m.fast,
		settle: m.settle,
	}.crossValidate(ctx, in)
}

// fast predicts by inner products of features if they are clearly fewer than stimuli, or of
// stimuli if features are not held.
func (m linear) fast(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	if in.Gram.X != nil && allPrimal(in) {
		return m.primal(ctx, in)
	}
	if in.Gram.X != nil {
		return make([]prediction, len(in.Splits)), nil
	}
	predictions, err := m.leftOut(ctx, in)
	if err != nil {
		return nil, err
	}
	for i, s := range in.Splits {
		constant, err := constantOn(ctx, in.Gram, s.Train, in.Workers)
		if err != nil {
			return nil, err
		}
		if constant {
			predictions[i] = prediction{}
			continue
		}
		if p := predictions[i]; p.values != nil && p.resolved(in.Neuroids) {
			continue
		}
		predictions[i] = prediction{}
		of, err := crew.Interruptible(ctx, func() (*prediction, error) { return linearDual(in, s), nil })
		if err != nil {
			return nil, err
		}
		if of != nil {
			predictions[i] = *of
		}
	}
	return predictions, nil
}

// primal solves the system of each split in its primal form. It leaves the predictions
// of a split empty if its rank or its rounding is in doubt.
func (linear) primal(ctx context.Context, in metrics.NeuralInput) ([]prediction, error) {
	predictions := make([]prediction, len(in.Splits))
	products := newPrimalProducts(in)
	err := eachPrimal(ctx, in, func(in metrics.NeuralInput, i int) error {
		s := in.Splits[i]
		system, release := primalSystemOf(in, s, 0)
		defer release()
		f := newPrimalFit(in, products, s, system.features)
		defer f.release(in)
		if p, ok := f.predict(in, s, system, 0, zeroShare(in, s)); ok && p.resolved(in.Neuroids) {
			predictions[i] = p
		}
		return nil
	})
	return predictions, err
}

// zeroShare returns the share of the largest singular value up to which others are zero.
func zeroShare(in metrics.NeuralInput, s metrics.Split) float64 {
	return float64(max(len(s.Train), in.Gram.Features)) * dense.Epsilon
}

// settle fits a split by a decomposition of the features if its predictions are missing or
// rounding has moved them. doubt describes what is uncertain about them; it is empty if
// nothing is.
func (linear) settle(ctx context.Context, in metrics.NeuralInput, s metrics.Split, of *prediction) (doubt string, err error) {
	if of.values != nil && of.resolved(in.Neuroids) {
		return "", nil
	}
	if constant, err := constantOn(ctx, in.Gram, s.Train, in.Workers); constant || err != nil {
		*of = constantPrediction(in, s)
		return "", err
	}
	zero := zeroShare(in, s)
	if in.Gram.X == nil || usesPrimal(in.Gram, len(s.Train)) {
		if err := in.Gram.AllowRare(); err != nil {
			return "", err
		}
	}
	root, err := rootOf(ctx, in.Gram, in.Workers)
	if errors.Is(err, errOnce) {
		*of, err = crew.Interruptible(ctx, func() (prediction, error) { return linearLeastNorm(in, s) })
		return lostInProducts, err
	}
	if err != nil {
		return "", err
	}
	fit, err := crew.Interruptible(ctx, func() (stableFit, error) {
		f := newStableSplit(root, in, s)
		certain := true
		if !f.fullRank(zero) {
			var err error
			if certain, err = f.independent(in.Workers, zero); err != nil {
				return stableFit{}, err
			}
		}
		fit := stableFit{of: f.ridge(in.Workers, 0)}
		switch {
		case !certain:
			fit.doubt = "some directions in which activations differ are as small as what is taken as zero"
		case fit.of.doubtful(in.Neuroids):
			fit.doubt = illConditioned
		}
		return fit, nil
	})
	*of = fit.of
	return fit.doubt, err
}

// linearDual returns the least-norm solution by inner products of stimuli, or nil. The
// centred train rows have a rank of at most one less than their number; with the missing
// direction filled in the matrix must be well-conditioned. It does not determine a
// smaller rank.
func linearDual(in metrics.NeuralInput, s metrics.Split) *prediction {
	system, release := dualSystemOf(in, s, 0)
	defer release()
	// The eigenvalues are squares of the singular values, none of which is then near zero.
	if !system.definite || !(system.condition() > 1e-12) {
		return nil
	}
	of, _ := system.predict(in, s)
	return &of
}

// linearLeastNorm is linearDual for any rank, as far as inner products determine it.
func linearLeastNorm(in metrics.NeuralInput, s metrics.Split) (prediction, error) {
	n, t := len(s.Train), in.Neuroids
	k, _ := trainGram(in.Gram, s.Train)
	y, _ := dense.CenteredRows(in.Responses, t, s.Train)
	if _, err := solveLeastNorm(in.Workers, k, n, y, t); err != nil {
		return prediction{}, err
	}
	return prediction{values: predictDual(in, s, y)}, nil
}

// solveLeastNorm solves K·D = Y in place of y (n × t) for the n × n Gram matrix
// k of rows centred on their mean, which it may overwrite; the columns of y sum
// to zero.
func solveLeastNorm(workers int, k []float64, n int, y []float64, t int) (resolved bool, err error) {
	trace := 0.0
	for i := range n {
		trace += k[i*n+i]
	}
	filled := slices.Clone(k)
	for i := range filled {
		filled[i] += trace / float64(n) / float64(n)
	}
	norm := dense.MaxRowSum(filled, n)
	if factor, ok := dense.FactorCholesky(filled, n); ok && factor.Condition(norm) > 1e-12 {
		factor.Solve(y, t)
		return true, nil
	}
	// The singular vectors of a positive semidefinite matrix are its eigenvectors.
	values, vectors, ok := dense.Singular(workers, k, n, n)
	if !ok {
		return false, metrics.ErrIllConditioned
	}
	coefficients := make([]float64, n*t)
	dense.AddProduct(workers, dense.Of(coefficients, n, t), 1, dense.Of(vectors, n, n), dense.Of(y, n, t))
	for i, v := range values {
		row := coefficients[i*t : (i+1)*t]
		if v > float64(n)*dense.Epsilon*values[0] {
			dense.Scale(row, 1/v)
		} else {
			clear(row)
		}
	}
	clear(y)
	dense.AddProduct(workers, dense.Of(y, n, t), 1, dense.Of(vectors, n, n).T(), dense.Of(coefficients, n, t))
	return false, nil
}

// Memory counts the fit that the shape leads to, and the one by a decomposition if
// inner products do not determine the rank.
func (linear) Memory(s metrics.Shape) metrics.Memory {
	if double := regressionMemory(s, 0); double.Working > 0 {
		return double
	}
	if featuresHeld(s) && !primalIsSmaller(s.Features, s.Train) {
		return metrics.Memory{Working: stableMemory(s) + 2*predictionMemory(s)} // each is replaced by others
	}
	return blockMemory(s, func(s metrics.Shape) metrics.Memory {
		if featuresHeld(s) {
			return primalMemory(s, atOncePrimal(s)).Plus(rareRoot(s, 1))
		}
		m := dualSystemMemory(s)
		if leavesFewOut(s) {
			m = leftOutMemory(s).Plus(metrics.Memory{Rare: dualMemory(s)})
		}
		return m.Plus(metrics.Memory{Working: predictionMemory(s)}).Plus(rareRoot(s, 1))
	})
}

var linearInfo = metrics.Info{
	Name:      "linear",
	Version:   9,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Apart:     true,
	Summary:   "ordinary least squares from activations to responses",
	Formula:   "least squares with intercept; where the centred train rows are rank-deficient, always with as many features as train stimuli, the solution of least norm, singular values below max(n_train, F)·ε of the largest taken as zero",
	Range:     "-1 to 1",
	NaN:       "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:     stream.Needs{Features: true},
	References: []string{
		"Penrose (1956), Math. Proc. Camb. Philos. Soc. 52 (least-norm solution)",
		"scikit-learn, linear_model.LinearRegression",
	},
}

func init() {
	metrics.Register(linearInfo, func(metrics.Options) (metrics.Metric, error) { return linear{}, nil })
}
