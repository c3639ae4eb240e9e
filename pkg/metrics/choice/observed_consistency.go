package choice

import "github.com/brainscore-go/brainscore/pkg/metrics"

// observedConsistency is the share of stimuli on which two observers are both right or both
// wrong. It takes trials in codes of subject, stimulus and condition. Codes that do not
// exist are a *metrics.TrialError, fewer than two subjects without a given ceiling a
// *SubjectsError.
var observedConsistencyInfo = metrics.Info{
	Name:      "observed_consistency",
	Version:   1,
	Kind:      metrics.KindConsistency,
	Intervals: metrics.OfMetric,
	Summary:   "how often the model and each subject are both right or both wrong",
	Formula:   "share of the stimuli that a subject saw in a condition on which model and subject are both right or both wrong; mean over conditions, then subjects; error: standard deviation over all cells. Ceiling: the same over all pairs of subjects on the stimuli that both saw",
	Range:     "0 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "a cell without common stimuli is left out; of a subject's repeated trials of a stimulus in a condition the first counts",
	References: []string{
		"Geirhos et al. 2021, Partial success in closing the gap between human and machine vision, NeurIPS, arXiv:2106.07411",
		"bethgelab/model-vs-human, plotting/analyses.py (ErrorConsistency)",
	},
}

// shareOfAgreement returns the share of trials that both got right or both got wrong.
func shareOfAgreement(t tally) float64 { return float64(t.agree) / float64(t.first) }

func init() {
	metrics.Register(observedConsistencyInfo, func(metrics.Options) (metrics.Metric, error) {
		return trialwise{info: observedConsistencyInfo, figure: shareOfAgreement, common: true}, nil
	})
}
