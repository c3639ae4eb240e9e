// Package property compares the distribution of a property of model neurons, as the
// orientation selectivity, with that of recorded neurons, and counts the dimensions of a
// layer that encode a factor of the stimuli.
package property

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// property is the similarity of two distributions over neurons: 1 less the largest
// distance of the cumulative histograms, over that of the furthest distribution. It takes
// activations to gratings or textures, which it turns into spikes/s by those to oriented
// gratings and to a blank image, for the neurons whose receptive field is at the stimuli.
// No unit of the activations changes it. Grids that are not whole are a
// *metrics.InputError.
//
// Values are computed neuron by neuron, in two readings of the layer. Products and sums of
// up to some thousand terms keep them within 1e-12 of their size; a value that close to
// the edge of a bin may count in its neighbour.
//
// Source: Marques, Schrimpf & DiCarlo (2021).
type property struct {
	name  string
	bins  []float64
	draws int
	seed  uint32
}

func (property) Info() metrics.Info { return info }

// Column implements metrics.Property.
func (p property) Column() string { return p.name }

// Designs implements metrics.Property.
func (p property) Designs() map[string]metrics.Design {
	return map[string]metrics.Design{
		metrics.RoleStimuli:        measures[p.name].design,
		metrics.RoleBlank:          {},
		metrics.RoleReceptiveField: {Axes: []string{"position_y", "position_x"}, Least: []int{2, 2}, Repeated: true},
		metrics.RoleOrientation:    orientationDesign,
	}
}

// NewFields implements metrics.Property.
func (p property) NewFields(in metrics.PropertyInput) (metrics.PropertyFields, error) {
	if err := in.Check(p.Designs()); err != nil {
		return nil, err
	}
	return newFields(in), nil
}

// NewProperty implements metrics.Property.
func (p property) NewProperty(in metrics.PropertyInput, of metrics.PropertyFields) (metrics.PropertyStream, error) {
	if err := in.Check(p.Designs()); err != nil {
		return nil, err
	}
	f, ok := of.(*fields)
	if !ok || len(f.y) != in.Features {
		return nil, errors.New("the receptive fields are not those of this layer")
	}
	n := &neurons{property: p, in: in, fields: f}
	n.figures.Neurons = in.Features
	n.slope, n.offset, n.problem = f.affine()
	return n, nil
}

// neurons compute the property of the neurons in the field.
type neurons struct {
	property
	in            metrics.PropertyInput
	fields        *fields
	slope, offset float64
	problem       string // why there are no rates
	figures       metrics.PropertyFigures
}

// Block adds the neurons of a block.
func (n *neurons) Block(ctx context.Context, b stream.Block) error {
	if n.problem != "" {
		return nil
	}
	type result struct {
		inField int
		values  []float64
	}
	results := make([]result, (b.Cols+columnsAtOnce-1)/columnsAtOnce)
	grid, of := n.in.Grids[metrics.RoleStimuli], measures[n.name].of
	err := eachChunk(ctx, n.in.Workers, b, func(from, to int) {
		var columns []int
		for j := from; j < to; j++ {
			if n.fields.inField(b.Lo+j, grid) {
				columns = append(columns, j-from)
			}
		}
		r := &results[from/columnsAtOnce]
		if r.inField = len(columns); len(columns) == 0 {
			return
		}
		row, responses := make([]float64, to-from), make([]float64, len(columns)*len(grid.Rows))
		for k, i := range grid.Rows {
			positive(b, i, from, row)
			for c, j := range columns {
				responses[c*len(grid.Rows)+k] = n.rate(row[j])
			}
		}
		for c, j := range columns {
			one := rates{grid, responses[c*len(grid.Rows) : (c+1)*len(grid.Rows)], n.rate(n.fields.blank[b.Lo+from+j])}
			if value, counts := of(one); counts {
				r.values = append(r.values, value)
			}
		}
	})
	for _, r := range results {
		n.figures.InField += r.inField
		n.figures.Values = append(n.figures.Values, r.values...)
	}
	return err
}

// rate returns the spikes/s of an activation.
func (n *neurons) rate(activation float64) float64 {
	return max(0, float64(n.slope*activation)+n.offset)
}

// Done completes the pass.
func (n *neurons) Done(context.Context) error { return nil }

// Score implements metrics.PropertyStream.
func (n *neurons) Score(ctx context.Context, recorded []float64) (metrics.Score, error) {
	figures := n.figures
	figures.Counted, figures.Data = len(figures.Values), len(recorded)
	figures.Affine = []float64{n.slope, n.offset}
	score := metrics.Score{Raw: metrics.None(), Property: figures}
	none := func(format string, args ...any) (metrics.Score, error) {
		score.Warnings = []string{info.Name + ": " + fmt.Sprintf(format, args...)}
		return score, nil
	}
	d, ok := newDistribution(n.bins, recorded)
	switch {
	case n.problem != "":
		return none("%s, so there is no score", n.problem)
	case figures.InField == 0:
		return none("no neuron has its receptive field at the stimuli, so there is no score")
	case figures.Counted == 0:
		return none("none of the %d neurons in the field responds to the stimuli by more than %d spikes/s, so there is no score", figures.InField, threshold)
	case !ok:
		return none("no recorded neuron has a %s, so there is no score", n.name)
	}
	var err error
	score.Raw, score.Warnings, err = d.sampled(ctx, info.Name, figures.Values, len(recorded), n.draws, n.seed)
	return score, err
}

// PropertyCeiling implements metrics.Property.
func (p property) PropertyCeiling(ctx context.Context, recorded []float64, seed uint32) (metrics.Estimate, []string, error) {
	d, ok := newDistribution(p.bins, recorded)
	if !ok {
		return metrics.None(), []string{fmt.Sprintf("ceiling: no recorded neuron has a %s, so there is none", p.name)}, nil
	}
	return d.sampled(ctx, "ceiling", recorded, len(recorded), p.draws, seed)
}

// Memory counts four numbers for each neuron while the layer is read, its value and its
// bin, the draws, and what each worker holds of the stimuli.
func (p property) Memory(s metrics.Shape) metrics.Memory {
	n, _, _ := s.Sizes()
	features := int64(s.Features)
	if features == 0 {
		features = 1 << 20
	}
	const fields, values = 4, 4 // those of values grow to twice their number
	workers := int64(max(1, s.Workers))
	return metrics.Memory{
		Streaming: metrics.FloatBytes * (fields*features + workers*columnsAtOnce*n),
		Working:   metrics.FloatBytes * (values*features + int64(p.draws) + workers*2*columnsAtOnce*n),
	}
}

// names lists the properties.
func names() []string { return slices.Sorted(maps.Keys(measures)) }

var info = metrics.Info{
	Name:      "property",
	Version:   1,
	Kind:      metrics.KindProperty,
	Intervals: metrics.NoIntervals,
	Summary:   "distribution of a property over neurons, as their orientation selectivity: similarity of model neurons and recorded ones",
	Formula: "features are neurons. Receptive field: at each position the largest response above that to the blank image, centre = mean of the positions above 5 % of the best one, weighted with the response; in the field: within 0.15° of the stimuli. " +
		"Rate = max(0, slope·max(0, a) + offset), so that of the neurons in the field that are driven by gratings the median drive is 33.8 and the median response to the blank image 0.82 spikes/s. The property is that of the neurons that respond by more than 5 spikes/s. " +
		"p, q = histograms of a sample and of the recorded values, clipped to the ends of the bins; similarity = 1 - max|ΣP - ΣQ| / max(max|Σδ_first - ΣQ|, max|Σδ_last - ΣQ|). Mean over samples with replacement of as many model neurons as there are recorded ones, by numpy's RandomState(seed); error: their standard deviation. " +
		"Ceiling: the same of the recorded neurons",
	Range: "0 to 1",
	NaN:   "the raw score where no neuron has its receptive field at the stimuli, is driven by gratings, or responds to the stimuli; a neuron's value where the property is not defined, as a bandwidth that does not fall to 0.707 of the peak; a sample of such neurons alone is left out, and the score is 0, with a warning, if these are more than a tenth of the samples. An empty value of a recorded neuron is NaN: it counts in the size of samples alone",
	Needs: stream.Needs{Columns: true, Twice: true},
	Options: []metrics.Option{
		{Name: metrics.PropertyOption, Type: "one of " + strings.Join(names(), "|"), Example: "circular_variance", Doc: "the property, which is also the column of neuroid.csv with the recorded values"},
		{Name: "bins", Type: "numbers", Doc: "edges of the bins of the histograms, ascending, 3 at least; by default those of Marques et al. for the property"},
		{Name: "draws", Type: "integer", Default: "1000", Doc: "samples of neurons"},
		{Name: "seed", Type: "integer", Default: "0", Doc: "seed of the samples"},
	},
	Ceilings: []string{metrics.PropertyCeiling},
	References: []string{
		"Marques, Schrimpf & DiCarlo (2021), Multi-scale hierarchical neural network models that bridge from single neurons in the primate primary visual cortex to object recognition behavior, bioRxiv, doi:10.1101/2021.03.01.433495",
		"Brain-Score, brainscore_vision/benchmark_helpers/properties_common.py and metrics/distribution_similarity",
	},
}

func init() {
	metrics.Register(info, func(o metrics.Options) (metrics.Metric, error) {
		name, err := o.OneOf(metrics.PropertyOption, "", names()...)
		if err == nil && name == "" {
			err = &metrics.OptionError{Option: metrics.PropertyOption, Want: "one of " + strings.Join(names(), ", ")}
		}
		if err != nil {
			return nil, err
		}
		p := property{name: name}
		if p.bins, err = o.AscendingNumbers("bins", 3); err != nil {
			return nil, err
		}
		if p.bins == nil {
			p.bins = published[name]
		}
		if p.draws, err = o.Int("draws", 1000, 1); err != nil {
			return nil, err
		}
		p.seed, err = seedOption(o, 0)
		return p, err
	})
}

// seedOption returns the option seed.
func seedOption(o metrics.Options, otherwise int) (uint32, error) {
	seed, err := o.Int("seed", otherwise, 0)
	if err == nil && seed > math.MaxUint32 {
		err = &metrics.OptionError{Option: "seed", Value: seed, Want: "a whole number below 2^32"}
	}
	return uint32(seed), err
}
