package scoring

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
)

// PartitionBand names a layer of a dump folder.
type PartitionBand struct {
	Model string
	Layer string // A+B joins layers; "" stands for the one that the benchmark's region is committed to
}

// PartitionRequest names layers that explain the recordings of a benchmark.
type PartitionRequest struct {
	Bands     []PartitionBand
	Benchmark string
	// Options are those of banded_ridge; nil takes the benchmark's if that is its metric.
	Options   metrics.Options
	Intervals metrics.Resampling
	// Score asks for the score of all layers together as well.
	Score bool
}

// Partition is how the variance that several layers explain of recordings divides among
// them: see metrics.Partition.
type Partition struct {
	Benchmark     string
	Version       int
	Metric        metrics.Info
	Options       metrics.Options
	Kernel        string
	Stimuli       int
	Splits        int
	Bands         []ComparedLayer
	Parts, Models []Explained // by set of bands, those of one band first
	NeuroidIDs    []string
	// Explainable is the mean over neuroids of the variance that a model can explain by the
	// noise ceiling, NaN if the benchmark has none; NeuroidExplainable are those of each, nil if
	// they have none of their own.
	Explainable        float64
	NeuroidExplainable []float64
	// Score is that of all layers together, as of one model that is committed to all; nil if
	// it was not asked for. Its penalties are those of Models.
	Score    *benchmarks.Result
	Warnings []string
	Inputs   []benchmarks.Input
}

// Explained is explained variance of a model or part.
type Explained struct {
	Bands    []int // of Partition.Bands, ascending
	Value    float64
	Interval metrics.Interval
	// Ceiled is Value over the explainable variance of the same neuroids.
	Ceiled   float64
	Neuroids []float64
}

// Partition divides the variance that layers explain. Each layer is read once, and a second
// time if rounding of its inner products matters.
func (r *Runner) Partition(ctx context.Context, request PartitionRequest) (*Partition, error) {
	p, err := r.planPartition(request)
	if err != nil {
		return nil, err
	}
	p.scored = request.Score
	_, estimate, err := p.estimate()
	if err != nil {
		return nil, err
	}
	if r.Hold != nil {
		r.Hold(estimate.peak)
	}
	if err := p.refuse(estimate.peak, ""); err != nil {
		return nil, err
	}
	rec, err := r.loader.loadRecordings(ctx, p.definition, nil)
	if err != nil {
		return nil, err
	}
	grams := make([][]*stream.Gram, len(rec.groups)) // by group and band
	for _, band := range p.bands {
		source, own, err := p.read(ctx, band, rec)
		if source != nil {
			defer source.Close()
		}
		if err != nil {
			return nil, err
		}
		for i, gram := range own {
			gram.Rare = func() error {
				if r.Hold != nil {
					r.Hold(estimate.atMost)
				}
				return p.refuse(estimate.atMost, " where rounding of inner products matters")
			}
			grams[i] = append(grams[i], gram)
		}
	}
	out := &Partition{Benchmark: p.definition.Identifier, Version: p.definition.Version, Metric: p.metric.Info(), Options: p.options,
		Kernel: metrics.Kernel(), Stimuli: rec.counts(p.definition).Stimuli, NeuroidIDs: rec.neuroidIDs}
	var parts []metrics.Partition
	var scores []metrics.Score
	for i, g := range rec.groups {
		splits, err := rec.splitsOf(p.definition, g)
		if err != nil {
			return nil, err
		}
		in := rec.input(g, splits, r.Workers)
		in.Gram = stream.JoinGrams(grams[i])
		part, err := p.metric.Partition(ctx, in, request.Intervals)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.definition.Identifier, err)
		}
		parts, out.Splits = append(parts, part), len(splits)
		if !request.Score {
			continue
		}
		score, err := p.metric.ScoreNeural(ctx, in)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.definition.Identifier, err)
		}
		scores = append(scores, score)
	}
	if err := r.loader.inputs.add(ctx, rec.inputs()...); err != nil {
		return nil, err
	}
	if err := r.loader.inputs.addDefinition(ctx, p.definition); err != nil {
		return nil, err
	}
	p.report(out, rec, parts)
	if request.Score {
		out.Score = p.score(rec, scores)
		for _, w := range out.Score.Warnings {
			if !slices.Contains(out.Warnings, w) {
				out.Warnings = append(out.Warnings, w)
			}
		}
	}
	out.Inputs = r.inputs.sorted()
	return out, nil
}

// score returns the result of all layers together, of the scores of each group.
func (p *partitionPlan) score(rec *recordings, scores []metrics.Score) *benchmarks.Result {
	features := 0
	var names []string
	for _, band := range p.bands {
		features += band.Features
		names = append(names, band.name())
	}
	e := &binEvaluation{evaluation: &evaluation{definition: p.definition, layer: strings.Join(names, " + ")}}
	out := e.newResult()
	out.Metric, out.Score = p.metric.Info().Name, rec.ofGroups(scores, p.definition)
	out.Counts = rec.counts(p.definition)
	out.Counts.Features = features
	rec.addCeiling(out, p.definition)
	return out
}

// read reads a layer and returns its Gram matrix on the stimuli of each group, and the open
// files, from which it can be read again.
func (p *partitionPlan) read(ctx context.Context, band *plannedLayer, rec *recordings) (*activations, []*stream.Gram, error) {
	source, grams, err := p.readInUnits(ctx, band, rec)
	if far, ok := errors.AsType[*farError](err); ok {
		if source != nil {
			source.Close()
		}
		band.read.exponent = far.exponent
		source, grams, err = p.readInUnits(ctx, band, rec)
	}
	return source, grams, err
}

func (p *partitionPlan) readInUnits(ctx context.Context, band *plannedLayer, rec *recordings) (*activations, []*stream.Gram, error) {
	e := band.read.evaluations[0]
	opened := targets{e: rec}
	if err := band.scorer.checkKnown(band.read, opened); err != nil {
		return nil, nil, err
	}
	if e.err != nil {
		return nil, nil, e.err
	}
	e.notes = nil
	plan, err := band.scorer.openLayer(ctx, band.read, opened)
	if err != nil {
		return nil, nil, err
	}
	plan.needs, plan.bands = stream.Needs{Gram: true}, nil
	var grams []*stream.Gram
	for _, g := range rec.groups {
		of, err := plan.gram(rec.stimuliOf(g))
		if err != nil {
			return plan.source, nil, err
		}
		grams = append(grams, of)
	}
	if err := band.scorer.read(ctx, plan.source, plan.sinks); err != nil {
		return plan.source, nil, err
	}
	band.Features, band.warnings = plan.features, e.notes
	if alike := plan.source.rows.among("", nil); alike != nil {
		band.warnings = append(band.warnings, alike.text(band.Layer))
	}
	return plan.source, grams, nil
}

// report sets the figures of a partition, in which all neuroids count the same, of whichever
// group they are.
func (p *partitionPlan) report(out *Partition, rec *recordings, parts []metrics.Partition) {
	for _, band := range p.bands {
		out.Bands = append(out.Bands, band.ComparedLayer)
		for _, w := range band.warnings {
			out.Warnings = append(out.Warnings, band.name()+": "+w)
		}
	}
	out.Warnings = append(out.Warnings, rec.warnings...)
	for i, g := range rec.groups {
		for _, w := range append(g.warnings, parts[i].Warnings...) {
			if g.subject != "" {
				w = g.subject + ": " + w
			}
			out.Warnings = append(out.Warnings, w)
		}
	}
	out.Warnings = append(out.Warnings, rec.constantWarning()...)
	explainable := p.explainable(out, rec)
	for _, set := range parts[0].Sets() {
		out.Models = append(out.Models, explained(set, rec, explainable, func(i int) (neuroids, draws []float64) { return parts[i].Explained[set-1], parts[i].Draws[set-1] }))
		out.Parts = append(out.Parts, explained(set, rec, explainable, func(i int) (neuroids, draws []float64) { return parts[i].Part(set), parts[i].PartDraws(set) }))
	}
	var own []float64
	for j, v := range out.Models[0].Neuroids {
		if !math.IsNaN(v) {
			own = append(own, explainable[j])
		}
	}
	out.Explainable = metrics.Mean(own)
}

// explained puts the figures of the groups together.
func explained(set metrics.Bands, rec *recordings, explainable []float64, of func(group int) (neuroids, draws []float64)) Explained {
	out := Explained{Neuroids: make([]float64, len(rec.neuroidIDs)), Interval: metrics.NoInterval, Ceiled: math.NaN()}
	for b := 0; set>>b != 0; b++ {
		if set>>b&1 == 1 {
			out.Bands = append(out.Bands, b)
		}
	}
	var draws []float64
	counted := 0.0
	for i, g := range rec.groups {
		neuroids, own := of(i)
		count := 0.0
		for k, j := range g.neuroids {
			if out.Neuroids[j] = neuroids[k]; !math.IsNaN(neuroids[k]) {
				count++
			}
		}
		if draws == nil {
			draws = make([]float64, len(own))
		}
		for k, v := range own {
			if count > 0 {
				draws[k] += float64(count * v)
			}
		}
		counted += count
	}
	for k := range draws {
		draws[k] /= counted
	}
	out.Value = metrics.Mean(out.Neuroids)
	if len(draws) > 0 && counted > 1 {
		out.Interval = metrics.About(out.Value, draws, 1, metrics.Alpha)
	}
	sum, whole := 0.0, 0.0
	for j, v := range out.Neuroids {
		if c := explainable[j]; !math.IsNaN(v) && !math.IsNaN(c) {
			sum, whole = sum+v, whole+c
		}
	}
	if whole > 0 {
		out.Ceiled = sum / whole
	}
	return out
}

// explainable returns, for each neuroid, the variance that a model can explain by the noise
// ceiling: the ceiling of a squared correlation, the square of one of a correlation, NaN if
// there is none, and 0 for one below 0.
func (p *partitionPlan) explainable(out *Partition, rec *recordings) []float64 {
	d := p.definition
	all := make([]float64, len(rec.neuroidIDs))
	own := true
	_, given := d.GivenCeiling()
	for _, g := range rec.groups {
		common := g.ceilingOf(d)
		if len(rec.groups) == 1 && d.SubjectColumn() == "" && !given {
			common = rec.ceiling
		}
		own = own && g.neuroidCeilings != nil
		for k, j := range g.neuroids {
			c := common.Value
			if g.neuroidCeilings != nil {
				c = g.neuroidCeilings[k]
			}
			switch c = max(0, c); metrics.Form(d.Score) {
			case metrics.ExplainedVariance:
			case metrics.Ratio, metrics.RatioSquared:
				c *= c
			default:
				c = math.NaN()
			}
			all[j] = c
		}
	}
	if own {
		out.NeuroidExplainable = all
	}
	return all
}
