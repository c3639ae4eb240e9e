package metrics

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics/internal/series"
)

// Estimate is a figure with its error and the values that it is the mean of.
type Estimate struct {
	// Value is the mean over Splits, or a figure of its own where there are none.
	Value float64
	// Error is the uncertainty of Value in the sense of its metric; NaN where
	// there is none.
	Error float64
	// Splits are the values by split or halving, in the order they were drawn.
	Splits []float64
	// Interval is the confidence interval of Value; nil where none was asked
	// for.
	Interval *Interval
}

// Exact is an estimate without error or splits.
func Exact(value float64) Estimate {
	return Estimate{Value: value, Error: math.NaN()}
}

// None is an estimate that there is no figure for.
func None() Estimate { return Exact(math.NaN()) }

// MeanSEM is the mean over splits with the standard error
// (population standard deviation / √splits), NaN splits left out.
// Source: Brain-Score's cross-validation (brainscore_vision, transformations).
func MeanSEM(splits []float64) Estimate {
	mean, sd, n := series.Moments(splits)
	return Estimate{Value: mean, Error: sd / math.Sqrt(float64(n)), Splits: splits}
}

// MeanSD is the mean over splits with the population standard deviation as its
// error, NaN splits left out. Behavioural halvings are reported this way.
func MeanSD(splits []float64) Estimate {
	mean, sd, _ := series.Moments(splits)
	return Estimate{Value: mean, Error: sd, Splits: splits}
}

// Score is the result of one metric on one model layer.
type Score struct {
	Raw     Estimate
	Ceiling Estimate
	// Ceiled is the raw score normalised by the ceiling.
	Ceiled Estimate
	// Neuroids holds, for mappings, the mean over splits of each neuroid's
	// raw value; nil otherwise. NaN where a neuroid has none.
	Neuroids []float64
	// SplitNeuroids holds, for mappings, split × neuroid raw values.
	SplitNeuroids [][]float64
	// Side is what the score was computed by, of a metric that can be computed on either.
	Side Side
	// Alphas are the penalties that ridgecv chose, one a split or, within it, a neuroid.
	Alphas []float64
	// Targets is the number of features that a mapping from recordings to activations
	// predicts; 0 for others.
	Targets int
	// Angles are, of a shape metric, the angles in radians whose cosines the raw score is the
	// mean of, by split or part; nil for other metrics.
	Angles []float64
	// Property describes the model neurons of a score on a property; without Affine for others.
	Property PropertyFigures
	// Parts are the scores that the score is the mean of, such as those of each subject or
	// in each time bin; nil for others.
	Parts []Score
	// Resampled are the raw values of bootstrap samples, if asked for; nil otherwise.
	Resampled *Resampled
	// Warnings say what is doubtful about the figures.
	Warnings []string
}

// Distance returns the mean of the angles, NaN left out; false if there are none.
func (s Score) Distance() (float64, bool) {
	mean, _, _ := series.Moments(s.Angles)
	return mean, len(s.Angles) > 0
}
