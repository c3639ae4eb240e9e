package choice

import (
	"context"
	"math"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// accuracy is the share of stimuli whose choice is the truth. It takes the model's
// choices over the stimulus set and needs no people. An unanswered stimulus is wrong.
// Codes that do not exist are a *metrics.TrialError.
type accuracy struct{}

var _ metrics.Choices = accuracy{}

var accuracyInfo = metrics.Info{
	Name:      "accuracy",
	Version:   1,
	Kind:      metrics.KindAnswers,
	Intervals: metrics.OfMetric,
	Summary:   "share of stimuli that the model names right (top-1)",
	Formula:   "a = number of stimuli whose choice is the truth / number of stimuli; error: standard deviation of right and wrong, √(a(1−a)), not a standard error. Ceiling: 1",
	Range:     "0 to 1",
	NaN:       "never: an unanswered stimulus is wrong, a stimulus without a row in the dump an error",
	References: []string{
		"brain-score/vision, metrics/accuracy",
		"Russakovsky et al. 2015, ImageNet Large Scale Visual Recognition Challenge, Int. J. Comput. Vis. 115:211-252, doi:10.1007/s11263-015-0816-y",
	},
}

func (accuracy) Info() metrics.Info { return accuracyInfo }

// Columns returns none.
func (accuracy) Columns() []string { return nil }

// ScoreChoices returns the share of right choices.
func (accuracy) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	if err := in.Check(true); err != nil {
		return metrics.Score{}, err
	}
	raw, err := shareOf(ctx, in.Right(), in.Intervals)
	return metrics.Score{Raw: raw}, err
}

// ChoicesCeiling returns 1.
func (accuracy) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if err := in.Check(false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	return metrics.Exact(1), nil, ctx.Err()
}

// shareOf returns the share of stimuli that are counted, with the standard deviation of
// being counted as its error, and its interval over samples of stimuli. Without stimuli it
// is NaN.
func shareOf(ctx context.Context, counted []bool, r metrics.Resampling) (metrics.Estimate, error) {
	hits := 0
	for _, is := range counted {
		if is {
			hits++
		}
	}
	n := float64(len(counted))
	a := float64(hits) / n
	share := metrics.Estimate{Value: a, Error: math.Sqrt(a * (1 - a))}
	err := ctx.Err()
	if r.Samples > 0 && err == nil {
		share.Interval, err = bootstrapShare(ctx, r, a, stratify(make([]int, len(counted))), func(sample []int) float64 {
			hits := 0
			for _, s := range sample {
				if counted[s] {
					hits++
				}
			}
			return float64(hits) / float64(len(sample))
		})
	}
	return share, err
}

func init() {
	metrics.Register(accuracyInfo, func(metrics.Options) (metrics.Metric, error) { return accuracy{}, nil })
}
