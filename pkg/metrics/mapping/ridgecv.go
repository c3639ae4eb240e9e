package mapping

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/pages"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// ridgeCV is ridge regression with the penalty chosen on the train rows.
type ridgeCV struct{}

func (ridgeCV) Info() metrics.Info { return ridgeCVInfo }

// ScoreNeural cross-validates the mapping.
func (m ridgeCV) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	var alphas []float64
	score, err := crossValidate(ctx, in, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
		alphas = make([]float64, len(in.Splits))
		predictions, doubts := make([]prediction, len(in.Splits)), make([]string, len(in.Splits))
		done, err := fitRegressions(ctx, in, true, func(i int, f *doubleRegression) (err error) {
			if alphas[i], err = f.chooseAlpha(ctx); err != nil {
				return err
			}
			predictions[i] = f.predict(f.penalised(alphas[i]))
			return nil
		})
		if done || err != nil {
			return predictions, nil, err
		}
		var products *primalProducts
		for _, s := range in.Splits {
			if !usesPrimal(in.Gram, len(s.Train)) {
				in.Gram.FormProducts(in.Workers)
			} else if products == nil {
				products = newPrimalProducts(in)
			}
		}
		// Tridiagonalising is limited by memory's speed and keeps one worker busy, so
		// splits run concurrently.
		err = eachPrimal(ctx, in, func(in metrics.NeuralInput, i int) error {
			var err error
			alphas[i], predictions[i], doubts[i], err = m.predict(ctx, in, products, in.Splits[i])
			if err != nil {
				return fmt.Errorf("split %d: %w", i, err)
			}
			return nil
		})
		return predictions, doubtWarnings("ridgecv", doubts), err
	})
	score.Alphas = alphas
	return score, err
}

// predict chooses the penalty of a split and predicts with it: by inner products of
// features or stimuli if rounding leaves no doubt, else by the features themselves.
// doubt describes what is uncertain about that; it is empty if nothing is.
func (ridgeCV) predict(ctx context.Context, in metrics.NeuralInput, products *primalProducts, s metrics.Split) (alpha float64, of prediction, doubt string, err error) {
	if constant, err := constantOn(ctx, in.Gram, s.Train, in.Workers); constant || err != nil {
		return ridgeAlphas()[0], constantPrediction(in, s), "", err
	}
	var certain bool
	if usesPrimal(in.Gram, len(s.Train)) {
		f := newPrimalFit(in, products, s)
		defer f.release(in)
		if alpha, certain, err = f.chooseAlpha(ctx, in); err != nil {
			return 0, prediction{}, "", err
		}
		if certain {
			if p, ok := f.predict(in, s, alpha, 0); ok && p.resolved(in.Neuroids) {
				return alpha, p, "", nil
			}
		}
	} else {
		if alpha, certain, err = chooseAlpha(ctx, in, s); err != nil {
			return 0, prediction{}, "", err
		}
		if certain {
			if p, ok := predictRidge(in, s, alpha); ok && p.resolved(in.Neuroids) {
				return alpha, p, "", nil
			}
		}
	}
	if err := in.Gram.AllowRare(); err != nil {
		return 0, prediction{}, "", err
	}
	root, err := rootOf(ctx, in.Gram, in.Workers)
	if errors.Is(err, errOnce) {
		// Inner products are all that can be had.
		if of, ok := predictRidge(in, s, alpha); ok {
			return alpha, of, lostInProducts, nil
		}
		return 0, prediction{}, "", metrics.ErrIllConditioned
	}
	if err != nil {
		return 0, prediction{}, "", err
	}
	fit, err := crew.Interruptible(ctx, func() (stableFit, error) {
		f := newStableSplit(root, in, s)
		alpha, tied, certain, err := f.chooseAlpha(ctx, in.Workers)
		if err != nil {
			return stableFit{}, err
		}
		fit := stableFit{alpha: alpha, of: f.ridge(in.Workers, alpha)}
		if fit.of.doubtful(in.Neuroids) {
			// A penalty far above the activations leaves predictions so small that
			// orthogonal steps lose them, but inner products do not.
			in.Gram.FormProducts(in.Workers)
			if p, ok := predictRidge(in, s, alpha); ok && p.resolved(in.Neuroids) {
				fit.of = p
			}
		}
		if !certain {
			fit.doubt = "the penalties' errors on left-out stimuli are as small as rounding, or depend on many massive activations"
			return fit, nil
		}
		if fit.of.doubtful(in.Neuroids) {
			fit.doubt = illConditioned
			return fit, nil
		}
		for _, other := range tied {
			if differs(fit.of, f.ridge(in.Workers, other), in, s) {
				fit.doubt = fmt.Sprintf("penalties %g and %g lose the same", alpha, other)
			}
		}
		return fit, nil
	})
	return fit.alpha, fit.of, fit.doubt, err
}

// differs reports whether two predictions of a split give another figure.
func differs(a, b prediction, in metrics.NeuralInput, s metrics.Split) bool {
	x := series.Median(a.correlations(in.Responses, s.Test, in.Neuroids))
	y := series.Median(b.correlations(in.Responses, s.Test, in.Neuroids))
	return math.Abs(x-y) > doubtfulFrom
}

// ridgeAlphas are the penalties that are tried: 99 from 0.01 to 1e7.
//
// Source: Brain-Score, metrics/regression_correlation (ridge_cv_regression).
func ridgeAlphas() []float64 {
	alphas := []float64{0.01, 0.1, 0.5, 1}
	evenly := func(from, to float64, n int, withEnd bool) {
		steps := float64(n)
		if withEnd {
			steps--
		}
		step := (to - from) / steps
		for i := range n {
			alphas = append(alphas, from+float64(float64(i)*step))
		}
	}
	evenly(10, 100, 4, false)
	for decade := 1e2; decade < 1e6; decade *= 10 {
		evenly(decade, 10*decade, 18, false)
	}
	evenly(1e6, 1e7, 19, true)
	return alphas
}

// chooseAlpha is the penalty with the least mean squared leave-one-out error
// over all neuroids together. With K = Q·T·Qᵀ, T tridiagonal, no penalty needs
// a decomposition of its own: with G the inverse of K + αI with a free
// intercept, the leave-one-out residual is (G·Y)_i / G_ii, and both
// (T + αI)⁻¹Qᵀ·Y and the diagonal of G come from solving tridiagonal systems.
// K is given its mean eigenvalue along 1, where it is nothing and 1/α would hide the
// rest. certain is false where rounding may have chosen.
func chooseAlpha(ctx context.Context, in metrics.NeuralInput, s metrics.Split) (alpha float64, certain bool, err error) {
	n, t := len(s.Train), in.Neuroids
	pool := stream.Attached[pages.Pool](in.Gram)
	k := pages.Take[float64](pool, n*n)
	trainGramInto(k, in.Gram, s.Train)
	along := putMeanAlongOnes(k, n)
	rounding := unit * frobeniusOf(in.Gram, s.Train)
	y, _ := dense.CenteredRows(in.Responses, t, s.Train)
	form, err := crew.Interruptible(ctx, func() (dense.Tridiagonal, error) { return dense.Tridiagonalize(k, n), nil })
	if err != nil {
		return 0, false, err // what was interrupted still uses k
	}
	defer pages.Give(pool, k)
	all := pages.Take[float64](pool, 3*n*t)
	defer pages.Give(pool, all)
	rest := all
	qy, w, c := dense.Cut(&rest, n*t), dense.Cut(&rest, n*t), dense.Cut(&rest, n*t)
	clear(qy) // Qᵀ·Y
	dense.AddProduct(in.Workers, dense.Of(qy, n, t), 1, dense.Of(form.Q, n, n).T(), dense.Of(y, n, t))

	// Rows of Qᵀ hold one step of the elimination for all stimuli.
	qt := pages.Take[float64](pool, n*n)
	defer pages.Give(pool, qt)
	dense.Transpose(qt, form.Q, n)
	g := make([]float64, n)
	return leastLoss(ctx, form.Diagonal, form.Off, rounding, rereadable(in.Gram), func(alpha float64, d, l []float64) (loss, fold float64, err error) {
		copy(w, qy)
		dense.SolveTridiagonal(d, l, w, t)
		clear(c)
		dense.AddProduct(in.Workers, dense.Of(c, n, t), 1, dense.Of(form.Q, n, n), dense.Of(w, n, t))
		if err := dense.InverseDiagonal(ctx, in.Workers, d, l, qt, g); err != nil {
			return 0, 0, err
		}
		fold, least, squares := 1.0, math.Inf(1), 0.0
		for i := range n {
			gii := g[i] - 1/(float64(n)*(along+alpha))
			fold, least = max(fold, g[i]/gii), min(least, gii)
			row := c[i*t : (i+1)*t]
			squares += dense.Dot(row, row)
			loss += dense.Dot(row, row) / (gii * gii)
		}
		return loss, max(fold, math.Sqrt(squares/loss)/least), nil
	})
}

// Memory counts, for each split worked on concurrently, what chooses the penalty and
// what predicts with it.
func (ridgeCV) Memory(s metrics.Shape) metrics.Memory {
	penalties := doublePenaltyTerms(s.Train, s.Features, s.Neuroids)
	if double := regressionMemory(s, penalties); double.Working > 0 {
		return double
	}
	n, t, m := s.Sizes()
	f, concurrent := int64(s.Features), atOncePrimal(s)
	if featuresHeld(s) && primalIsSmaller(s.Features, s.Train) {
		choice := metrics.Memory{Working: metrics.FloatBytes * concurrent * (f*f + 2*f*m + 2*f*t + 2*m*t)}
		return primalMemory(s, concurrent).Plus(choice).Plus(rareRoot(s, concurrent))
	}
	each := metrics.FloatBytes * (2*m*m + 4*m*t + (n-m)*m)
	return metrics.Memory{Working: concurrent*each + predictionMemory(s), Kept: concurrent * metrics.FloatBytes * 2 * m * m}.Plus(formedMemory(s)).Plus(rareRoot(s, concurrent))
}

var ridgeCVInfo = metrics.Info{
	Name:      "ridgecv",
	Version:   7,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "ridge regression with the penalty chosen by leave-one-out on the train rows",
	Formula:   "the α of 99 from 0.01 to 1e7 with the least mean squared leave-one-out error over all neuroids together, then ridge with it; the α of each split is reported",
	Range:     "-1 to 1",
	NaN:       "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:     stream.Needs{Features: true, Units: true},
	References: []string{
		"Golub, Heath & Wahba (1979), Technometrics 21",
		"scikit-learn 1.2.1, linear_model.RidgeCV",
	},
}

func init() {
	metrics.Register(ridgeCVInfo, func(metrics.Options) (metrics.Metric, error) { return ridgeCV{}, nil })
}
