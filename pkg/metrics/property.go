package metrics

import (
	"context"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// KindProperty compares how a property is distributed over model neurons, the features of
// a layer, and over recorded ones.
const KindProperty Kind = "property"

// PropertyOption names the option by which metrics of the kind are told the property.
const PropertyOption = "property"

// PropertyCeiling names the ceiling of properties: the recorded neurons against
// themselves.
const PropertyCeiling = "property"

// The roles of the stimulus sets from which a property is computed.
const (
	RoleStimuli        = "stimuli"         // that the property is measured with
	RoleBlank          = "blank"           // one grey image
	RoleReceptiveField = "receptive_field" // gratings at many positions
	RoleOrientation    = "orientation"     // gratings by which activations become rates
)

// Design states which parameters the stimuli of a set must combine, each combination once.
type Design struct {
	// Axes are the columns of the parameters; stimuli are sorted by them, the last fastest.
	Axes []string
	// Least are the numbers of values that axes must have, 1 where it is shorter.
	Least []int
	// Ranked is one more column, the first axis: each combination has as many values of
	// it, which are counted by their order. "" for none.
	Ranked string
	// Repeated reports whether each combination has several stimuli, as many in each, whose
	// order has no effect.
	Repeated bool
}

// Grid holds the stimuli of one set in the order of its Design.
type Grid struct {
	Rows []int // of the pass
	// Axes are the values of each axis, ascending; the ranks of a ranked one.
	Axes [][]float64
	// Y and X are the position of all stimuli, in degrees.
	Y, X float64
}

// Repeats returns the number of stimuli of each combination.
func (g Grid) Repeats() int {
	n := len(g.Rows)
	for _, values := range g.Axes {
		n /= max(1, len(values))
	}
	return n
}

// PropertyInput is what a property of model neurons is computed from.
type PropertyInput struct {
	Grids    map[string]Grid // by role
	Features int
	Workers  int
}

// Check returns an *InputError if a grid is missing or not whole.
func (in PropertyInput) Check(designs map[string]Design) error {
	for role, design := range designs {
		g, ok := in.Grids[role]
		axes := len(design.Axes)
		if design.Ranked != "" {
			axes++
		}
		cells := 1
		for _, values := range g.Axes {
			cells *= len(values)
		}
		if !ok || len(g.Axes) != axes || cells == 0 || len(g.Rows) == 0 || len(g.Rows)%cells != 0 || len(g.Rows) > cells && !design.Repeated {
			return &InputError{fmt.Sprintf("the stimuli of the role %s are not a whole grid of %d parameters", role, axes)}
		}
	}
	return nil
}

// PropertyFigures describe the model neurons that a score on a property compares.
type PropertyFigures struct {
	Neurons int // features of the layer
	InField int // whose receptive field is at the stimuli
	Counted int // of these, that respond
	Data    int // recorded neurons, those without a value included
	// Affine are the slope and the offset that turn activations into spikes/s.
	Affine []float64
	// Values are those of the counted neurons, in the order of features; NaN where a neuron
	// has none.
	Values []float64
}

// PropertyFields is the sink of the first reading: receptive fields and the drive of each
// model neuron. It may serve several properties whose grids but that of the stimuli agree.
type PropertyFields interface {
	stream.Sink
}

// PropertyStream is the sink of the second reading, of the neurons in the field.
type PropertyStream interface {
	stream.Sink
	// Score compares the model neurons with recorded ones, NaN being a missing value.
	// Ceiling and Ceiled are left empty.
	Score(ctx context.Context, recorded []float64) (Score, error)
}

// Property is a metric of KindProperty.
type Property interface {
	Metric
	// Column returns the column of the recorded neurons' values.
	Column() string
	// Designs returns what the stimuli of each role must combine.
	Designs() map[string]Design
	// NewFields returns the sink of the first reading, with which NewProperty is called
	// once that is done.
	NewFields(in PropertyInput) (PropertyFields, error)
	NewProperty(in PropertyInput, fields PropertyFields) (PropertyStream, error)
	// PropertyCeiling compares recorded neurons with samples of themselves. The warnings
	// give the reason where it is NaN.
	PropertyCeiling(ctx context.Context, recorded []float64, seed uint32) (ceiling Estimate, warnings []string, err error)
	// Memory estimates what the metric holds, an upper bound.
	Memory(s Shape) Memory
}
