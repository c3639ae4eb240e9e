package choice

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// shapeBias is the share of choices of the shape among the choices of shape or texture,
// over stimuli whose shape and texture differ. It takes the model's choices over the
// stimulus set, whose truth is the shape, and the column of the texture. Codes that do not
// exist are a *metrics.TrialError.
type shapeBias struct{ cueConflict }

var _ metrics.Choices = shapeBias{}

var shapeBiasInfo = metrics.Info{
	Name:      "shape_bias",
	Version:   1,
	Kind:      metrics.KindAnswers,
	Intervals: metrics.OfMetric,
	Summary:   "how often a model follows the shape where shape and texture conflict",
	Formula:   "S/(S + T) over the stimuli whose truth (the shape) and texture differ, with S choices of the shape and T of the texture; error: standard deviation of these choices as 1 and 0. Ceiling: 1",
	Range:     "0 to 1",
	NaN:       "NaN, with a warning, if no choice is the shape or the texture",
	Options:   []metrics.Option{textureOption},
	References: []string{
		geirhos2019,
		"Hermann, Chen & Kornblith 2020, The origins and prevalence of texture bias in convolutional neural networks, NeurIPS, arXiv:1911.09071; brain-score/vision, benchmarks/hermann2020",
	},
}

func (shapeBias) Info() metrics.Info { return shapeBiasInfo }

// ScoreChoices returns the share of shapes.
func (m shapeBias) ScoreChoices(ctx context.Context, in metrics.ChoicesInput) (metrics.Score, error) {
	conflicts, err := m.conflicts(in, true)
	if err != nil {
		return metrics.Score{}, err
	}
	var shapes []bool
	for _, i := range conflicts {
		if in.Choice[i] == in.Truth[i] || m.isTexture(in, i) {
			shapes = append(shapes, in.Choice[i] == in.Truth[i])
		}
	}
	if len(shapes) == 0 {
		return metrics.Score{Raw: metrics.None(), Warnings: []string{"shape_bias: no choice is the shape or the texture of its stimulus, so there is no score"}}, ctx.Err()
	}
	raw, err := shareOf(ctx, shapes, in.Intervals)
	return metrics.Score{Raw: raw}, err
}

func init() {
	metrics.Register(shapeBiasInfo, func(o metrics.Options) (metrics.Metric, error) {
		c, err := newCueConflict(o)
		return shapeBias{c}, err
	})
}
