package metrics

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// KindFactors asks how many dimensions of a layer encode a factor by which stimuli differ,
// such as their shape. It compares with no recordings.
const KindFactors Kind = "factors"

// The columns of a stimulus set whose stimuli differ in two factors. Stimuli of one
// original image differ in their texture alone.
const (
	ShapeColumn    = "shape"
	TextureColumn  = "texture"
	OriginalColumn = "original_image_id"
)

// FactorInput is what pairs of stimuli are drawn from, in the order of the stimulus set.
type FactorInput struct {
	// Shape and Texture are the codes of each stimulus, which ascend with the names.
	Shape, Texture []int
	Original       []int
	Rows           []int // of the stimuli in the reading of a layer
	Features       int
	Workers        int
}

// Factors is a metric of KindFactors.
type Factors interface {
	Metric
	// NewFactors returns the sink of a reading. A stimulus without a partner is a
	// *TrialError, its Trial the stimulus.
	NewFactors(in FactorInput) (FactorStream, error)
	// Memory estimates what the metric holds, an upper bound.
	Memory(s Shape) Memory
}

// FactorStream is a sink that scores the layer once the reading is done.
type FactorStream interface {
	stream.Sink
	// Score leaves Ceiling and Ceiled empty.
	Score(ctx context.Context) (Score, error)
}
