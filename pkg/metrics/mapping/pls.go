package mapping

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/crew"
	"github.com/brainscore-go/brainscore/pkg/metrics/internal/dense"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// pls predicts responses by partial least squares: in its primal form, on the features, if
// these are no more than the train stimuli, covariances of neuroids are small, and that form
// is the cheaper one; else in Gram space. A Gram matrix knows inner products to ε of its trace, the
// features are known to ε of their size, and what depends on these is bounded for each
// component (uncertainty). Above 1e-11, and always if it is small, a split is fitted in
// twice the precision, unless it is too large for that; then, above 1e-10, or if the
// activations seem to be used up, on the activations themselves, which are read again.
// If r may still be off by more than 1e-6, a warning says so. No threshold has a unit:
// what is left of a neuroid's responses is measured by their own standard deviation.
type pls struct{ components int }

func (pls) Info() metrics.Info { return plsInfo }

// ComponentsError reports more components than the data allow. A mapping from
// recordings has Neuroids, one from activations Features.
type ComponentsError struct{ Components, Train, Features, Neuroids int }

func (e *ComponentsError) Error() string {
	predictors, what := e.Features, "features"
	if e.Neuroids > 0 {
		predictors, what = e.Neuroids, "neuroids"
	}
	return fmt.Sprintf("%d components are more than the data allow: %d train stimuli and %d %s give at most %d; set metric {components: %d} or fewer",
		e.Components, e.Train, predictors, what, min(e.Train, predictors), min(e.Train, predictors))
}

// DataError reports that the cause is invalid data.
func (e *ComponentsError) DataError() bool { return true }

// OnMeans returns the mapping itself: equal rows have the covariances of their mean.
func (m pls) OnMeans(int) (metrics.Neural, bool) { return m, true }

// ScoreNeural cross-validates the mapping.
func (m pls) ScoreNeural(ctx context.Context, in metrics.NeuralInput) (metrics.Score, error) {
	return m.crossValidate(ctx, in, in.Gram.X != nil && prefersPrimal(m, metrics.ShapeOf(in)))
}

// crossValidate cross-validates the mapping in its primal or in its dual form.
func (m pls) crossValidate(ctx context.Context, in metrics.NeuralInput, primal bool) (metrics.Score, error) {
	return crossValidate(ctx, in, func(ctx context.Context, in metrics.NeuralInput) ([]prediction, []string, error) {
		return m.predict(ctx, in, primal)
	})
}

// predict fits the splits side by side, as many at a time as their memory allows.
func (m pls) predict(ctx context.Context, in metrics.NeuralInput, primal bool) (predictions []prediction, warnings []string, err error) {
	for _, s := range in.Splits {
		if m.components > min(len(s.Train), in.Gram.Features) {
			return nil, nil, &ComponentsError{Components: m.components, Train: len(s.Train), Features: in.Gram.Features}
		}
	}
	run, err := m.newRun(ctx, in, primal)
	defer run.release(0)
	if err != nil {
		return nil, nil, err
	}
	outcomes := make([]plsOutcome, 0, len(in.Splits))
	group := m.shape(metrics.ShapeOf(in), primal).group()
	for at := 0; at < len(in.Splits); at += group {
		fits, err := run.fit(ctx, in.Splits[at:min(at+group, len(in.Splits))], m.components)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range fits {
			o := plsOutcome{prediction{values: f.prediction, rounding: f.rounding}, len(f.norms), f.ended, run.uncertainty(f)}
			if o.ended == plsUsedUp && o.components < min(f.train-1, in.Gram.Features) {
				o.ended = plsNearlyUsedUp
			}
			outcomes = append(outcomes, o)
		}
	}
	if err := m.fitAgain(ctx, in, outcomes); err != nil {
		return nil, nil, err
	}
	ended := make(map[string]int)
	uncertain, worst := 0, 0.0
	for _, o := range outcomes {
		predictions = append(predictions, o.prediction)
		if off := max(o.uncertainty, o.prediction.movedBy(in.Neuroids)); off > plsUncertain {
			uncertain++
			worst = max(worst, off)
		}
		switch o.ended {
		case "":
		case plsConstant:
			ended[o.ended]++
		default:
			ended[fmt.Sprintf("%s after %d of %d components", o.ended, o.components, m.components)]++
		}
	}
	for what, splits := range ended {
		warnings = append(warnings, fmt.Sprintf("pls: %s in %d of %d splits", what, splits, len(in.Splits)))
	}
	slices.Sort(warnings)
	if uncertain > 0 {
		warnings = append(warnings, fmt.Sprintf("pls: in %d of %d splits some components are so much smaller than the activations or responses that rounding moves r by up to about %.0e; rescale or leave out features, neuroids or stimuli that are far larger than the others, or ask for fewer components", uncertain, len(in.Splits), min(1, worst)))
	}
	return predictions, warnings, nil
}

// newRun prepares a form.
func (m pls) newRun(ctx context.Context, in metrics.NeuralInput, primal bool) (*plsRun, error) {
	if primal {
		return newPrimalPLSRun(ctx, in)
	}
	in.Gram.FormProducts(max(1, in.Workers))
	return newPLSRun(ctx, in, covarianceSmall(in.Gram.N, in.Neuroids, len(in.Splits)))
}

// plsUncertain is the uncertainty above which r is warned of, plsResolved that above
// which a split is not left to inner products, and plsCertain that above which it is
// fitted in twice the precision if that does not take long.
const (
	plsUncertain = 1e-6
	plsResolved  = 1e-10
	plsCertain   = 1e-11
)

// plsOutcome is what is kept of the fit of a split.
type plsOutcome struct {
	prediction  prediction
	components  int
	ended       string
	uncertainty float64
}

// fitAgain replaces the outcomes for which inner products have lost digits by those of
// a fit on the activations themselves, if these can be read again.
func (m pls) fitAgain(ctx context.Context, in metrics.NeuralInput, outcomes []plsOutcome) error {
	done, err := m.fitInDouble(ctx, in, outcomes)
	if err != nil || done {
		return err
	}
	var doubtful []int
	for i, o := range outcomes {
		if o.uncertainty > plsResolved || o.ended == plsNearlyUsedUp || o.prediction.movedBy(in.Neuroids) > plsUncertain {
			doubtful = append(doubtful, i)
		}
	}
	if len(doubtful) == 0 {
		return nil
	}
	root, err := readGraded(ctx, in.Gram, in.Workers)
	if errors.Is(err, errOnce) {
		return nil
	}
	if err != nil || root.cols == 0 {
		return err
	}
	return crew.Each(ctx, in.Workers, len(doubtful), func(k int) error {
		i := doubtful[k]
		s := in.Splits[i]
		y, _, _ := centredTrainTest(in, s)
		f := newDirectPLS(dense.SelectRows(root.z, root.cols, s.Train), dense.SelectRows(root.z, root.cols, s.Test), y, root.cols, in.Neuroids)
		f.xSize, f.rank = root.sizes(s.Train), root.rankLimit(s.Train)
		if err := f.fit(ctx, m.components); err != nil {
			return err
		}
		uncertainty := f.uncertainty()
		if outcomes[i].ended == "" { // activations lose no more than inner products
			uncertainty = min(uncertainty, outcomes[i].uncertainty)
		}
		outcomes[i] = plsOutcome{f.predict(), len(f.norms), f.ended.ofPLS(len(f.norms), f.rank), uncertainty}
		return nil
	})
}

// ofPLS returns why pls found no more than the given number of components on activations
// of which the rank allows limit.
func (e directEnd) ofPLS(components, limit int) string {
	switch {
	case e == predictorsUsedUp && components < limit:
		return plsNearlyUsedUp
	case e == predictorsUsedUp:
		return plsUsedUp
	case e == targetsExplained && components == 0:
		return plsConstant
	case e == targetsExplained:
		return plsExplained
	}
	return ""
}

// fitInDouble replaces the outcomes of few stimuli, and of more where these may be off at
// all, by those of a fit in twice the precision. It reports whether none is left that
// may be off.
func (m pls) fitInDouble(ctx context.Context, in metrics.NeuralInput, outcomes []plsOutcome) (bool, error) {
	return doubleFit{
		terms: func(s metrics.Split) int {
			return doublePLSTerms(len(s.Train), in.Gram.Features, in.Neuroids, m.components)
		},
		uncertain: func(i int) bool {
			return outcomes[i].uncertainty > plsCertain || outcomes[i].ended == plsNearlyUsedUp
		},
		fit: func(ctx context.Context, i int, x []float64) error {
			f := newDoublePLS(x, in.Gram.Features, in.Responses, in.Neuroids, in.Splits[i])
			if err := f.fit(ctx, m.components); err != nil {
				return err
			}
			// That there are no more is certain in twice the precision.
			outcomes[i] = plsOutcome{f.predict(), len(f.norms), f.ended.ofPLS(len(f.norms), len(f.norms)), f.uncertainty()}
			return nil
		},
	}.run(ctx, in)
}

// CheckTrain returns a *ComponentsError if so few train stimuli do not allow the
// components.
func (m pls) CheckTrain(train int) error {
	if m.components > train {
		return &ComponentsError{Components: m.components, Train: train, Features: train}
	}
	return nil
}

// DraftOptions sets the components that so many train stimuli allow.
func (pls) DraftOptions(train int) string {
	return fmt.Sprintf("components: %d", min(plsComponents, train))
}

// plsComponents are the components by default, those of Brain-Score.
const plsComponents = 25

var plsInfo = metrics.Info{
	Name:      "pls",
	Version:   10,
	Kind:      metrics.KindMapping,
	Intervals: metrics.OfNeuroidsAndSplits,
	Triangle:  true,
	Summary:   "partial least squares regression from activations to responses",
	Formula:   "PLS2 by NIPALS on the train rows, X and Y centred there and not scaled; components of less than 2⁻⁹² of the size of X do not count; score of a split: median over neuroids of Pearson's r between predicted and measured test responses",
	Range:     "-1 to 1",
	NaN:       "a neuroid constant over the train or the test stimuli has no r and is left out of the median",
	Needs:     stream.Needs{Features: true},
	Options:   []metrics.Option{{Name: "components", Type: "integer", Default: strconv.Itoa(plsComponents), Doc: "latent components, at most the train stimuli and the features"}},
	References: []string{
		"Wegelin (2000), A survey of partial least squares methods",
		"Yamins et al. (2014), PNAS 111",
		"scikit-learn 1.2.1, cross_decomposition.PLSRegression(scale=False)",
	},
}

func init() {
	metrics.Register(plsInfo, func(o metrics.Options) (metrics.Metric, error) {
		components, err := o.Int("components", plsComponents, 1)
		return pls{components}, err
	})
}
