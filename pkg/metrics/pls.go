package metrics

import (
	"context"
	"fmt"
	"slices"
)

// pls predicts responses by partial least squares in Gram space. A Gram matrix knows
// inner products to ε of its trace, so that r is off by ε·trace/‖t‖² for the smallest
// component's scores t; above 1e-7 a warning tells. No threshold has a unit: what is
// left of a neuroid's responses is measured by their own standard deviation.
type pls struct{ components int }

func (pls) Info() Info { return plsInfo }

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

// ScoreNeural cross-validates the mapping.
func (m pls) ScoreNeural(ctx context.Context, in NeuralInput) (Score, error) {
	return crossValidate(ctx, in, m.predict)
}

// predict fits the splits side by side, as many at a time as their memory allows.
func (m pls) predict(ctx context.Context, in NeuralInput) (predictions []prediction, warnings []string, err error) {
	for _, s := range in.Splits {
		if m.components > min(len(s.Train), in.Gram.Features) {
			return nil, nil, &ComponentsError{Components: m.components, Train: len(s.Train), Features: in.Gram.Features}
		}
	}
	run, err := newPLSRun(ctx, in, covarianceSmall(in.Gram.N, in.Neuroids, len(in.Splits)))
	defer run.release(0)
	if err != nil {
		return nil, nil, err
	}
	const most = 1e-7 // of uncertainty without a warning
	ended := make(map[string][]int)
	uncertain, worst := 0, 0.0
	group := m.group(in)
	for at := 0; at < len(in.Splits); at += group {
		fits, err := run.fit(ctx, in.Splits[at:min(at+group, len(in.Splits))], m.components)
		if err != nil {
			return nil, nil, err
		}
		for i, f := range fits {
			if u := f.uncertainty(); u > most {
				uncertain++
				worst = max(worst, u)
			}
			if f.ended != "" {
				what := f.ended
				if what != plsConstant {
					what = fmt.Sprintf("%s after %d of %d components", f.ended, len(f.norms), m.components)
				}
				ended[what] = append(ended[what], at+i)
			}
			predictions = append(predictions, prediction{values: f.prediction, rounding: f.rounding})
		}
	}
	for what, splits := range ended {
		warnings = append(warnings, fmt.Sprintf("pls: %s in %d of %d splits", what, len(splits), len(in.Splits)))
	}
	slices.Sort(warnings)
	if uncertain > 0 {
		warnings = append(warnings, fmt.Sprintf("pls: in %d of %d splits some components are so much smaller than the activations, a few of which are far larger than the others, that rounding of inner products moves r by up to about %.0e; rescale or leave out the features or stimuli of that size, or ask for fewer components", uncertain, len(in.Splits), worst))
	}
	return predictions, warnings, nil
}

// group is the number of splits advanced together: all of them where their
// state stays small.
func (m pls) group(in NeuralInput) int {
	return plsGroup(plsSplitBytes(in.Gram.N, in.Neuroids, len(in.Splits), m.components), len(in.Splits))
}

func plsGroup(one int64, splits int) int {
	const budget = 256 << 20
	return max(1, int(min(int64(splits), budget/max(1, one))))
}

// plsSplitBytes is what is held for each of the splits that are advanced
// together, mainly scores and covariances.
func plsSplitBytes(stimuli, neuroids, splits, components int) int64 {
	const vectors = 8
	n, t, k := int64(stimuli), int64(neuroids), int64(components)
	bytes := 8 * (n*(k+vectors) + k*t)
	if covarianceSmall(stimuli, neuroids, splits) {
		bytes += 8 * t * t
	}
	return bytes
}

// PLSBytes estimates what pls holds beside the Gram matrix and the responses,
// with so many train stimuli in a split and so many workers.
func PLSBytes(stimuli, neuroids, splits, components, train, workers int) int64 {
	n, t := int64(stimuli), int64(neuroids)
	one := plsSplitBytes(stimuli, neuroids, splits, components)
	bytes := 8*n*t + int64(plsGroup(one, splits))*one
	if !covarianceSmall(stimuli, neuroids, splits) {
		return bytes + 8*n*n
	}
	part := min(int64(train), n-int64(train))
	return bytes + 8*(n*t+t*t) + int64(min(workers, splits))*8*part*(part+2*t)
}

var plsInfo = Info{
	Name:    "pls",
	Kind:    KindMapping,
	Summary: "partial least squares regression from activations to responses",
	Formula: "PLS2 by NIPALS on the train rows, X and Y centred there and not scaled; score of a split: median over neuroids of Pearson's r between predicted and measured test responses",
	Range:   "-1 to 1",
	NaN:     "a neuroid constant over the train or the test stimuli has no r and is left out of the median",
	Needs:   Needs{Gram: true},
	Options: []Option{{Name: "components", Type: "integer", Default: "25", Doc: "latent components, at most the train stimuli and the features"}},
	References: []string{
		"Wegelin (2000), A survey of partial least squares methods",
		"Yamins et al. (2014), PNAS 111",
		"scikit-learn 1.2.1, cross_decomposition.PLSRegression(scale=False)",
	},
}

func init() {
	register(plsInfo, func(o Options) (Metric, error) {
		components, err := o.Int("components", 25, 1)
		return pls{components}, err
	})
}
