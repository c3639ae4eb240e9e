package scoring

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// SimilarityRequest names layers to compare with each other.
type SimilarityRequest struct {
	Models []string // dump folders
	// StimulusSet names the stimuli; "" stands for the one that all models have activations to.
	StimulusSet string
	Layers      []string // none takes every layer
	// Metric is one of metrics.PairwiseNames.
	Metric  string
	Options metrics.Options
}

// ComparedLayer is a row or column of a comparison.
type ComparedLayer struct {
	Model, Layer string
	Features     int
}

// Similarities are the scores of layers compared with each other: each layer of one of two
// models with each of the other, or all layers of one model, or of more than two, with all.
type Similarities struct {
	Metric        metrics.Info
	Options       metrics.Options
	Kernel        string
	StimulusSet   string
	Stimuli       int
	Rows, Columns []ComparedLayer
	// Values are rows × columns, NaN if there is no score.
	Values [][]float64
	// Distances are the angles in radians whose cosines the values are; nil for other metrics.
	Distances [][]float64
	Warnings  []string
	// Failures are of layers that could not be compared, whose values are NaN.
	Failures []benchmarks.Failure
	Inputs   []benchmarks.Input
}

// Similarities compares layers with each other. Each layer is read once, and a second time if
// rounding of its inner products matters. The error is what stopped the comparison as a whole;
// failures of single layers are in the result.
func (r *Runner) Similarities(ctx context.Context, request SimilarityRequest) (*Similarities, error) {
	plan, err := r.planSimilarity(request)
	if err != nil {
		return nil, err
	}
	estimate := plan.estimate()
	if r.Hold != nil {
		r.Hold(estimate.peak)
	}
	if err := plan.refuse(estimate.peak, ""); err != nil {
		return nil, err
	}
	out := plan.result(request)
	plan.expect()
	held := make([]metrics.Represented, len(plan.held))
	for i, layer := range plan.held {
		if held[i], err = plan.represent(ctx, layer, estimate); err != nil {
			return nil, err
		}
		for j := 0; plan.others == nil && j <= i; j++ {
			if err := plan.compare(ctx, out, i, j, held[i], held[j]); err != nil {
				return nil, err
			}
			out.Values[j][i], out.Distances[j][i] = out.Values[i][j], out.Distances[i][j]
		}
	}
	for k, layer := range plan.others {
		other, err := plan.represent(ctx, layer, estimate)
		if err != nil {
			return nil, err
		}
		for i := range held {
			row, column := i, k
			if plan.turned() {
				row, column = k, i
			}
			if err := plan.compare(ctx, out, row, column, held[i], other); err != nil {
				return nil, err
			}
		}
	}
	plan.report(out)
	return out, nil
}

// expect reports to the tracker of the run what there is to do.
func (p *similarityPlan) expect() {
	n := len(p.held)
	pairs := n * (n + 1) / 2
	if p.others != nil {
		pairs = n * len(p.others)
	}
	p.runner.tracker.expect(pairs, n+len(p.others)+pairs)
}

// result returns the result of a plan without figures.
func (p *similarityPlan) result(request SimilarityRequest) *Similarities {
	out := &Similarities{Metric: p.metric.Info(), Options: request.Options, Kernel: metrics.Kernel(), StimulusSet: p.set.ID, Stimuli: len(p.ids)}
	columns := p.rows
	if p.columns != nil {
		columns = p.columns
	}
	for range p.rows {
		out.Values = append(out.Values, slices.Repeat([]float64{math.NaN()}, len(columns)))
		out.Distances = append(out.Distances, slices.Repeat([]float64{math.NaN()}, len(columns)))
	}
	return out
}

// report adds what is known of the layers once they are compared.
func (p *similarityPlan) report(out *Similarities) {
	for _, layer := range p.rows {
		out.Rows = append(out.Rows, layer.ComparedLayer)
	}
	out.Columns = out.Rows
	if p.columns != nil {
		out.Columns = nil
	}
	for _, layer := range p.columns {
		out.Columns = append(out.Columns, layer.ComparedLayer)
	}
	if !p.angles {
		out.Distances = nil
	}
	for _, layer := range slices.Concat(p.rows, p.columns) {
		for _, w := range layer.warnings {
			out.Warnings = append(out.Warnings, layer.name()+": "+w)
		}
		if layer.err != nil {
			out.Failures = append(out.Failures, benchmarks.Failure{Layer: layer.name(), Err: layer.err})
		}
	}
	for _, w := range p.pairWarnings {
		out.Warnings = append(out.Warnings, w.line())
	}
	out.Inputs = p.runner.inputs.sorted()
}

// represent reads a layer and returns it as the metric compares it: nil, with the layer's
// error, if it cannot be. An error stops the run.
func (p *similarityPlan) represent(ctx context.Context, layer *plannedLayer, estimate similarityEstimate) (metrics.Represented, error) {
	if layer.err != nil {
		return nil, nil
	}
	layer.read.step = p.runner.tracker.step(1, "preparing %s", layer.name())
	defer layer.read.step.end()
	one, err := p.representInUnits(ctx, layer, estimate)
	if far, ok := errors.AsType[*farError](err); ok {
		layer.read.exponent = far.exponent
		one, err = p.representInUnits(ctx, layer, estimate)
	}
	var few *metrics.TooFewError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &few):
		return nil, &stimuli.FileError{Path: p.set.Table.Path, What: few.Error(), Remedy: "compare on more stimuli", Err: err}
	case err != nil:
		layer.err = err
		return nil, nil
	}
	layer.warnings = append(layer.warnings, one.Warnings()...)
	return one, nil
}

func (p *similarityPlan) representInUnits(ctx context.Context, layer *plannedLayer, estimate similarityEstimate) (metrics.Represented, error) {
	scorer, info := layer.scorer, p.metric.Info()
	if err := scorer.checkUnitsOf(p.metric, layer.read); err != nil {
		return nil, err
	}
	open := func(ctx context.Context) (*activations, error) {
		return scorer.openActivations(ctx, layer.read, rowsOf{set: p.set, ids: p.ids})
	}
	source, err := open(ctx)
	if err != nil {
		return nil, err
	}
	layer.Features = source.Cols()
	gram, sinks, err := p.gramOf(source, info.Needs)
	if err != nil {
		source.Close()
		return nil, err
	}
	opened := true
	again := func(ctx context.Context, sink stream.Sink) error {
		from := source
		if !opened { // as by a comparison with a layer of which stimuli are left out
			var err error
			if from, err = open(ctx); err != nil {
				return err
			}
			defer from.Close()
		}
		return scorer.readUnchanged(ctx, from, []stream.Sink{sink})
	}
	if gram.Again == nil {
		gram.Again = again
	}
	gram.Rare = func() error {
		if p.runner.Hold != nil {
			p.runner.Hold(estimate.atMost)
		}
		return p.refuse(estimate.atMost, " where rounding of inner products matters")
	}
	defer func() {
		source.Close()
		opened = false
	}()
	if err := scorer.read(ctx, source, sinks); err != nil {
		return nil, err
	}
	layer.warnings = nil
	for _, e := range layer.read.evaluations {
		layer.warnings = append(layer.warnings, e.notes...)
	}
	if alike := source.rows.among("", nil); alike != nil {
		layer.warnings = append(layer.warnings, alike.text(layer.Layer))
	}
	layer.read.step.say("representing %s", layer.name())
	return p.metric.Represent(ctx, gram, p.runner.Workers)
}

// gramOf returns the Gram matrix of a layer, which is complete once the sinks have its
// columns.
func (p *similarityPlan) gramOf(source *activations, needs stream.Needs) (*stream.Gram, []stream.Sink, error) {
	if source.products != nil {
		gram, err := source.products.gram([][]string{p.ids}, needs)
		return gram, nil, err
	}
	sink := newGramSink(source, nil, len(p.ids), nil, source.Cols(), needs, p.runner.Workers)
	return sink.Gram(), []stream.Sink{sink}, nil
}

// compare sets the score of the layers of a row and a column, given in any order.
func (p *similarityPlan) compare(ctx context.Context, out *Similarities, i, j int, a, b metrics.Represented) error {
	if err := ctx.Err(); err != nil || a == nil || b == nil {
		return err
	}
	row, column := p.rows[i], p.rows
	if p.columns != nil {
		column = p.columns
	}
	var score metrics.Score
	err := p.runner.tracker.alone("comparing "+row.name()+" and "+column[j].name(), func() (err error) {
		score, err = a.Compare(ctx, b, p.runner.Workers)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s and %s: %w", row.name(), column[j].name(), err)
	}
	for _, w := range score.Warnings {
		p.warn(w, row, column[j])
	}
	distance, angles := score.Distance()
	p.angles = p.angles || angles
	out.Values[i][j], out.Distances[i][j] = score.Raw.Value, distance
	return nil
}
