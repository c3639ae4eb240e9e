package choice

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// shapeMatch is the accuracy on shapes, over stimuli whose shape and texture differ. It
// takes what shapeBias takes, and returns its errors.
type shapeMatch struct{ cueConflict }

var _ metrics.Choices = shapeMatch{}

var shapeMatchInfo = metrics.Info{
	Name:      "shape_match",
	Version:   1,
	Kind:      metrics.KindAnswers,
	Intervals: metrics.OfMetric,
	Summary:   "share of shapes that a model names where shape and texture conflict",
	Formula:   "share of the stimuli whose truth (the shape) and texture differ that are named by the shape; error: standard deviation of right and wrong. Ceiling: 1",
	Range:     "0 to 1",
	NaN:       "never: without stimuli whose shape and texture differ it is an error",
	Options:   []metrics.Option{textureOption},
	References: []string{
		"Hermann, Chen & Kornblith 2020, The origins and prevalence of texture bias in convolutional neural networks, NeurIPS, arXiv:1911.09071; brain-score/vision, benchmarks/hermann2020",
		geirhos2019,
	},
}

func (shapeMatch) Info() metrics.Info { return shapeMatchInfo }

// ScoreChoices returns the accuracy.
func (m shapeMatch) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	conflicts, err := m.conflicts(in, true)
	if err != nil {
		return metrics.Score{}, err
	}
	right := make([]bool, len(conflicts))
	for k, i := range conflicts {
		right[k] = in.Choice[i] == in.Truth[i]
	}
	raw, err := shareOf(ctx, right, in.Intervals)
	return metrics.Score{Raw: raw}, err
}

func init() {
	metrics.Register(shapeMatchInfo, func(o metrics.Options) (metrics.Metric, error) {
		c, err := newCueConflict(o)
		return shapeMatch{c}, err
	})
}
