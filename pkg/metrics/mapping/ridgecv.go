package mapping

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// ridgeCV is ridge regression with the penalty chosen on the train rows.
type ridgeCV struct{ penaltySearch }

func (ridgeCV) Info() metrics.Info { return ridgeCVInfo }

// OnMeans returns false: errors on left-out rows are those of single bins.
func (m ridgeCV) OnMeans(int) (metrics.Neural, bool) { return m, false }

// CheckTrain returns an error if there are fewer train stimuli than folds.
func (m ridgeCV) CheckTrain(train int) error { return m.check(train) }

// ScoreNeural cross-validates the mapping.
func (m ridgeCV) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	for _, s := range in.Splits {
		if err := m.check(len(s.Train)); err != nil {
			return metrics.Score{}, err
		}
	}
	primal := in.Gram.X != nil && prefersPrimal(m, metrics.ShapeOf(in))
	return m.crossValidate(ctx, in, primal)
}

// Side returns the cheaper side.
func (m ridgeCV) Side(s metrics.Shape) metrics.Side {
	return sideOf(m, s, doublePenaltyTerms(m.penaltySearch, s.Train, s.Features, s.Neuroids))
}

// crossValidate cross-validates the mapping in its primal or in its dual form.
func (m ridgeCV) crossValidate(ctx context.Context, in metrics.NeuralInput, primal bool) (metrics.Score, error) {
	var alphas [][]float64
	score, err := crossValidate(ctx, in, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
		alphas = make([][]float64, len(in.Splits))
		predictions, doubts := make([]prediction, len(in.Splits)), make([]string, len(in.Splits))
		done, err := fitRegressions(ctx, in, &m.penaltySearch, func(i int, f *doubleRegression) (err error) {
			var certain bool
			if alphas[i], certain, err = f.chooseAlpha(ctx, m.penaltySearch); err != nil {
				return err
			}
			predictions[i], _ = byPenalty(in, alphas[i], func(in metrics.NeuralInput, columns []int, alpha float64) (prediction, bool) {
				return f.predict(f.penalised(alpha)).selectNeuroids(columns), true
			})
			if doubts[i] = doubtOf(predictions[i], in.Neuroids); !certain {
				doubts[i] = illConditioned
			}
			return nil
		})
		if done || err != nil {
			return predictions, doubtWarnings("ridgecv", doubts), err
		}
		var products *primalProducts // nil for the dual form
		if primal {
			products = newPrimalProducts(in)
		} else {
			in.Gram.FormProducts(in.Workers)
		}
		// Tridiagonalising is limited by memory's speed and keeps one worker busy, so
		// splits run concurrently.
		err = eachPrimal(ctx, in, func(in metrics.NeuralInput, i int) error {
			var err error
			alphas[i], predictions[i], doubts[i], err = m.predict(ctx, in, products, in.Splits[i])
			if err != nil {
				return fmt.Errorf("split %d: %w", i, err)
			}
			if in.Measured == nil {
				predictions[i] = predictions[i].compared(in, in.Splits[i])
			}
			return nil
		})
		return predictions, doubtWarnings("ridgecv", doubts), err
	})
	if err == nil {
		score.Alphas = m.allAlphas(in, alphas)
	}
	return score, err
}

// allAlphas lists the penalties by split, each one's by neuroid if they are chosen so; NaN
// for a neuroid that is left out.
func (m ridgeCV) allAlphas(in metrics.NeuralInput, bySplit [][]float64) (all []float64) {
	kept := keptNeuroids(in)
	for _, alphas := range bySplit {
		if !m.perNeuroid {
			all = append(all, alphas...)
			continue
		}
		row := slices.Repeat([]float64{math.NaN()}, in.Neuroids)
		for k, alpha := range alphas {
			row[kept[k]] = alpha
		}
		all = append(all, row...)
	}
	return all
}

// byPenalty predicts the neuroids of each distinct penalty together, with one penalty all
// of them. It returns false if a prediction fails.
func byPenalty[P cmp.Ordered](in metrics.NeuralInput, alphas []P, predict func(in metrics.NeuralInput, columns []int, alpha P) (prediction, bool)) (prediction, bool) {
	if len(alphas) == 1 {
		return predict(in, dense.AllRows(in.Neuroids), alphas[0])
	}
	of := make(map[P][]int)
	for j, alpha := range alphas {
		of[alpha] = append(of[alpha], j)
	}
	whole := prediction{rounding: make([]float64, in.Neuroids)}
	for _, alpha := range slices.Sorted(maps.Keys(of)) {
		columns := of[alpha]
		part := in
		part.Neuroids, part.Responses = len(columns), dense.SelectColumns(in.Responses, in.Neuroids, columns)
		p, ok := predict(part, columns, alpha)
		if !ok {
			return prediction{}, false
		}
		rows := len(p.values) / len(columns)
		if whole.values == nil {
			whole.values = make([]float64, rows*in.Neuroids)
		}
		for k, j := range columns {
			for i := range rows {
				whole.values[i*in.Neuroids+j] = p.values[i*len(columns)+k]
			}
			if p.rounding != nil {
				whole.rounding[j] = p.rounding[k]
			}
		}
	}
	return whole, true
}

// selectNeuroids returns the predictions of some of the neuroids.
func (p prediction) selectNeuroids(columns []int) prediction {
	if len(columns) == len(p.rounding) {
		return p
	}
	out := prediction{values: dense.SelectColumns(p.values, len(p.rounding), columns), exact: p.exact}
	for _, j := range columns {
		out.rounding = append(out.rounding, p.rounding[j])
	}
	return out
}

// predict chooses the penalties of a split and predicts with them: by inner products of
// features or stimuli if rounding leaves no doubt, else by the features themselves.
// doubt describes what is uncertain about that; it is empty if nothing is.
func (m ridgeCV) predict(ctx context.Context, in metrics.NeuralInput, products *primalProducts, s metrics.Split) (alphas []float64, of prediction, doubt string, err error) {
	if constant, err := constantOn(ctx, in.Gram, s.Train, in.Workers); constant || err != nil {
		return slices.Repeat(m.alphas[:1], m.choices(in.Neuroids)), constantPrediction(in, s), "", err
	}
	var certain bool
	if products != nil {
		features, release := primalFeaturesOf(in, s)
		defer release()
		f := newPrimalFit(in, products, s, features)
		defer f.release(in)
		if alphas, certain, err = f.chooseAlpha(ctx, in, m.penaltySearch); err != nil {
			return nil, prediction{}, "", err
		}
		if certain {
			p, ok := byPenalty(in, alphas, func(in metrics.NeuralInput, _ []int, alpha float64) (prediction, bool) {
				if !m.perNeuroid && features.xx == nil {
					system, release := primalSystemOf(in, s, alpha)
					defer release()
					return f.predict(in, s, system, alpha, 0)
				}
				fit := f
				if m.perNeuroid {
					in.Shared = false // penalties are too many to keep a system of each
					fit = newPrimalFit(in, newPrimalProducts(in), s, features)
					features.remake(in, s)
				}
				system, release := features.systemOf(in, s, alpha)
				defer release()
				return fit.predict(in, s, system, alpha, 0)
			})
			if ok && p.resolved(in.Neuroids) {
				return alphas, p, "", nil
			}
		}
	} else {
		if alphas, certain, err = m.chooseAlpha(ctx, in, s); err != nil {
			return nil, prediction{}, "", err
		}
		if certain {
			if p, ok := predictRidges(ctx, in, s, alphas); ok && p.resolved(in.Neuroids) {
				return alphas, p, "", nil
			}
		}
	}
	if err := in.Gram.AllowRare(); err != nil {
		return nil, prediction{}, "", err
	}
	root, err := rootOf(ctx, in.Gram, in.Workers)
	if errors.Is(err, errOnce) {
		// Inner products are all that can be had.
		if of, ok := predictRidges(ctx, in, s, alphas); ok {
			return alphas, of, lostInProducts, nil
		}
		return nil, prediction{}, "", metrics.ErrIllConditioned
	}
	if err != nil {
		return nil, prediction{}, "", err
	}
	fit, err := crew.Interruptible(ctx, func() (stableFit, error) {
		f := newStableSplit(root, in, s)
		chosen, tied := alphas, []float64(nil)
		if m.folds == 0 {
			if chosen, tied, certain, err = f.chooseAlpha(ctx, in.Workers, m.penaltySearch); err != nil {
				return stableFit{}, err
			}
		}
		fit := stableFit{alphas: chosen}
		fit.of, _ = byPenalty(in, chosen, func(part metrics.NeuralInput, _ []int, alpha float64) (prediction, bool) {
			if m.perNeuroid {
				return newStableSplit(root, part, s).ridge(part.Workers, alpha), true
			}
			return f.ridge(in.Workers, alpha), true
		})
		if fit.of.doubtful(in.Neuroids) {
			// A penalty far above the activations leaves predictions so small that
			// orthogonal steps lose them, but inner products do not.
			in.Gram.FormProducts(in.Workers)
			if p, ok := predictRidges(ctx, in, s, chosen); ok && p.resolved(in.Neuroids) {
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
				fit.doubt = fmt.Sprintf("penalties %g and %g lose the same", chosen[0], other)
			}
		}
		return fit, nil
	})
	return fit.alphas, fit.of, fit.doubt, err
}

// predictRidges is predictRidge with one penalty or one for each neuroid, block by block.
func predictRidges(ctx context.Context, in metrics.NeuralInput, s metrics.Split, alphas []float64) (prediction, bool) {
	return byPenalty(in, alphas, func(in metrics.NeuralInput, _ []int, alpha float64) (prediction, bool) {
		if in.Neuroids <= metrics.BlockNeuroids {
			return predictRidge(in, s, alpha)
		}
		system, release := newDualSystem(in, s, alpha)
		defer release()
		whole := prediction{values: make([]float64, len(s.Test)*in.Neuroids), rounding: make([]float64, in.Neuroids)}
		err := eachBlock(ctx, in, func(part metrics.NeuralInput, from int) error {
			p, ok := system.predict(part, s)
			if !ok {
				return metrics.ErrIllConditioned
			}
			copy(whole.rounding[from:], p.rounding)
			for i := range s.Test {
				copy(whole.values[i*in.Neuroids+from:], p.values[i*part.Neuroids:(i+1)*part.Neuroids])
			}
			return nil
		})
		return whole, err == nil
	})
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
		evenly(decade, float64(10*decade), 18, false)
	}
	evenly(1e6, 1e7, 19, true)
	return alphas
}

// Memory counts, for each split worked on concurrently, what chooses the penalty and
// what predicts with it, and the forms that are kept for others.
func (m ridgeCV) Memory(s metrics.Shape) metrics.Memory {
	if double := regressionMemory(s, doublePenaltyTerms(m.penaltySearch, s.Train, s.Features, s.Neuroids)); double.Working > 0 {
		return double
	}
	return sideMemory(m, s)
}

// keptForms counts the forms of so many numbers that are kept of the splits.
func keptForms(s metrics.Shape, numbers int64) metrics.Memory {
	if !sharesForms(s.Shared, s.Splits, numbers) {
		return metrics.Memory{}
	}
	bytes := metrics.FloatBytes * int64(s.Splits) * numbers
	return metrics.Memory{Working: bytes, Kept: bytes}
}

var ridgeCVInfo = metrics.Info{
	Name:      "ridgecv",
	Version:   11,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Summary:   "ridge regression with the penalty chosen by leave-one-out on the train rows",
	Formula:   "the α of a list with the least mean squared leave-one-out error over all neuroids together, the first of equal ones, then ridge with it; the α of each split is reported. With alpha_per: neuroid each neuroid has an α of its own; with folds: k successive folds of the train stimuli, by ascending stimulus_id, are left out instead of single ones, and the error is the mean over folds of each one's mean",
	Range:     "-1 to 1",
	NaN:       "a neuroid constant over the test stimuli has no r and is left out of the median",
	Needs:     stream.Needs{Features: true, Units: true},
	Options: []metrics.Option{
		{Name: "alphas", Type: "numbers", Doc: "the penalties that are tried, in squared units of the activations; without them 99 from 0.01 to 1e7"},
		{Name: "alpha_per", Type: "one of all|neuroid", Default: "all", Doc: "what a penalty is chosen for: all neuroids together, or each of them"},
		{Name: "folds", Type: "integer", Default: "0", Doc: "number of folds of the train stimuli that are left out one after the other; 0 leaves out single stimuli"},
	},
	References: []string{
		"Golub, Heath & Wahba (1979), Technometrics 21",
		"scikit-learn 1.2.1, linear_model.RidgeCV",
		"Dupré la Tour, Eickenberg, Nunez-Elizalde & Gallant (2022), NeuroImage 264 (a penalty for each neuroid, by folds)",
	},
}

func init() {
	metrics.Register(ridgeCVInfo, func(o metrics.Options) (metrics.Metric, error) {
		search := usualPenalties()
		given, err := o.PositiveNumbers("alphas")
		if err != nil {
			return nil, err
		}
		if given != nil {
			search.alphas = given
		}
		per, err := o.OneOf("alpha_per", "all", "all", "neuroid")
		if err != nil {
			return nil, err
		}
		search.perNeuroid = per == "neuroid"
		if search.folds, err = o.Int("folds", 0, 0); search.folds == 1 {
			err = &metrics.OptionError{Option: "folds", Value: 1, Want: "0, which leaves single stimuli out, or at least 2"}
		}
		return ridgeCV{search}, err
	})
}
