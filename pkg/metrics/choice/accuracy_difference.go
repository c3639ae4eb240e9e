package choice

import "github.com/brainscore-go/brainscore/pkg/metrics"

// accuracyDifference is the squared difference of the accuracies of model and subject; lower
// is better. It takes trials in codes of subject, stimulus and condition. Codes that do not
// exist are a *metrics.TrialError, fewer than two subjects without a given ceiling a
// *SubjectsError.
var accuracyDifferenceInfo = metrics.Info{
	Name:      "accuracy_difference",
	Version:   1,
	Kind:      metrics.KindConsistency,
	Intervals: metrics.OfMetric,
	Score:     metrics.RawForm,
	Summary:   "squared difference of the accuracies of model and subjects; lower is better",
	Formula:   "(a_model − a_s)² over the trials of each subject s in each condition; mean over conditions, then subjects; error: standard deviation over all cells. Its \"ceiling\" is a floor: the same over all pairs of subjects, each over its own trials",
	Range:     "0 to 1, 0 being best; the usual score is the raw one",
	NaN:       "a cell without trials is left out",
	References: []string{
		"Geirhos et al. 2021, Partial success in closing the gap between human and machine vision, NeurIPS, arXiv:2106.07411",
		"bethgelab/model-vs-human, plotting/plot.py (get_raw_benchmark_df)",
	},
}

// squaredDifference returns the squared difference of accuracies.
func squaredDifference(t tally) float64 {
	a, b := t.accuracies()
	return (a - b) * (a - b)
}

func init() {
	metrics.Register(accuracyDifferenceInfo, func(metrics.Options) (metrics.Metric, error) {
		return trialwise{info: accuracyDifferenceInfo, figure: squaredDifference}, nil
	})
}
