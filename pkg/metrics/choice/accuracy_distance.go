package choice

import (
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// accuracyDistance is how near the model's accuracy is to that of each subject on the
// subject's own trials, as a share of the largest distance possible. It takes trials in
// codes of subject, stimulus and condition. Without option by there is one condition.
// Codes that do not exist are a *metrics.TrialError, fewer than two subjects without a
// given ceiling a *SubjectsError.
type accuracyDistance struct {
	trialwise
	by []string
}

var (
	_ metrics.Consistency = accuracyDistance{}
	_ metrics.Grouping    = accuracyDistance{}
)

var accuracyDistanceInfo = metrics.Info{
	Name:      "accuracy_distance",
	Version:   1,
	Kind:      metrics.KindConsistency,
	Intervals: metrics.OfMetric,
	Summary:   "how near the model's accuracy is to that of each subject",
	Formula:   "1 − |a_model − a_s| / max(a_s, 1 − a_s) for each subject s over its trials, or mean of that over its cells of by; mean over subjects, error: their standard deviation. Ceiling: the same over all pairs of subjects, each over its own trials, the later one in the place of s",
	Range:     "0 to 1; a ceiled score can exceed 1, with a warning",
	NaN:       "a cell without trials is left out",
	Options: []metrics.Option{
		{Name: "by", Type: "columns", Doc: "column or list of columns whose combinations of values are compared one by one"},
	},
	References: []string{
		"brain-score/vision, metrics/accuracy_distance",
	},
}

// Columns returns the columns of option by.
func (m accuracyDistance) Columns() []string { return m.by }

// distanceOfAccuracies returns 1 − |a − b|/max(b, 1 − b).
func distanceOfAccuracies(t tally) float64 {
	a, b := t.accuracies()
	return 1 - math.Abs(a-b)/max(b, 1-b)
}

func init() {
	metrics.Register(accuracyDistanceInfo, func(o metrics.Options) (metrics.Metric, error) {
		by, err := o.Texts("by")
		return accuracyDistance{trialwise{info: accuracyDistanceInfo, figure: distanceOfAccuracies, ofSubjects: true}, by}, err
	})
}
