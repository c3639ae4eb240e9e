package choice

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// geirhos2019 is the source of metrics on stimuli whose shape and texture disagree.
const geirhos2019 = "Geirhos et al. 2019, ImageNet-trained CNNs are biased towards texture, ICLR, arXiv:1811.12231"

var textureOption = metrics.Option{Name: "texture", Type: "column", Default: "texture", Doc: "column of the stimulus set with the texture of each stimulus, named as the choices are"}

// cueConflict is what metrics on stimuli with a shape and a texture share.
type cueConflict struct{ texture string }

func newCueConflict(o metrics.Options) (cueConflict, error) {
	texture, err := o.Text("texture")
	if texture == "" {
		texture = textureOption.Default
	}
	return cueConflict{texture}, err
}

// Columns returns the column of the texture.
func (c cueConflict) Columns() []string { return []string{c.texture} }

// isTexture reports whether the model chose the texture of a stimulus.
func (cueConflict) isTexture(in metrics.ChoicesInput, i int) bool {
	texture := in.Columns[0]
	return texture.Values[texture.Stimulus[i]] == in.Names[in.Choice[i]]
}

// conflicts lists the stimuli whose shape and texture differ.
func (c cueConflict) conflicts(in metrics.ChoicesInput, withModel bool) (stimuli []int, err error) {
	if err := in.Check(withModel); err != nil {
		return nil, err
	}
	if len(in.Columns) != 1 || in.Columns[0].Stimulus == nil {
		return nil, &metrics.TrialError{Trial: -1, Problem: "there is no column of textures"}
	}
	texture := in.Columns[0]
	for i, shape := range in.Truth {
		if texture.Values[texture.Stimulus[i]] != in.Names[shape] {
			stimuli = append(stimuli, i)
		}
	}
	if len(stimuli) == 0 {
		return nil, &metrics.ColumnError{Column: c.texture, Problem: "is the same as the truth of every stimulus", Remedy: "name the column of textures by option texture"}
	}
	return stimuli, nil
}

// ChoicesCeiling returns 1.
func (c cueConflict) ChoicesCeiling(ctx context.Context, in metrics.ChoicesInput) (metrics.Estimate, []string, error) {
	if _, err := c.conflicts(in, false); err != nil {
		return metrics.Estimate{}, nil, err
	}
	return metrics.Exact(1), nil, ctx.Err()
}
