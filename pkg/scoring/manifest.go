package scoring

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/metrics/stream"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Manifest returns what models have to provide to be scored on benchmarks of a data home. It
// opens the data, since which stimuli are compared depends on them, and joins a reading of a
// layer that is never read.
func Manifest(ctx context.Context, home benchmarks.Home, options Options, names []string) (*benchmarks.Manifest, error) {
	r := NewRunner(home, options)
	definitions, _, err := r.planner.definitions(names)
	if err != nil {
		return nil, err
	}
	m := &manifest{benchmarks.NewManifest(metrics.Kernel()), r}
	problem := r.planner.problems()
	for _, d := range definitions {
		err := problem(d)
		if err == nil {
			err = m.describe(ctx, d)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Identifier, err)
		}
	}
	if n := len(m.Encode()); n > stimuli.MaxManifest {
		return nil, fmt.Errorf("the manifest has %d bytes, and may have %d; write one for fewer benchmarks", n, stimuli.MaxManifest)
	}
	return m.Manifest, nil
}

// manifest is a manifest that is being made.
type manifest struct {
	*benchmarks.Manifest
	runner *Runner
}

// describe adds a benchmark.
func (m *manifest) describe(ctx context.Context, d *benchmarks.Definition) error {
	data, kind, err := kindOf(d)
	if err != nil {
		return err
	}
	needs, err := needsOf(d)
	if err != nil {
		return err
	}
	for _, id := range append(slices.Clone(d.StimulusSet.Names), d.FittingSets()...) {
		set, err := m.runner.loader.stimulusSet(id)
		if err != nil {
			return err
		}
		m.AddSet(id, set.IDs, d.VisualDegrees)
	}
	b := benchmarks.ManifestBenchmark{Identifier: d.Identifier, Version: d.Version, Region: d.Region, Metric: d.Metric.Name, StimulusSets: d.StimulusSet.Names,
		Choices:    slices.ContainsFunc(stimuli.ChoiceTables, func(table string) bool { return data.reads(d, table) == readsTable }),
		ChoiceList: d.Choices}
	_, inTime := data.(interface{ takesTime() })
	switch {
	case needs.OfColumns():
		b.Needs = benchmarks.NeedsColumns
	case inTime || d.Time == benchmarks.PerBin:
		b.Needs = benchmarks.NeedsTime
	case b.Choices && len(d.FittingSets()) == 0:
		b.Needs = benchmarks.NeedsChoices
	default:
		b.Needs = benchmarks.NeedsProducts
		e := &evaluation{definition: d, data: data, metricKind: kind, reading: readsLayer}
		if len(d.FittingSets()) > 0 {
			e.reading = readsFitting
		}
		for _, part := range d.Parts() {
			p, err := m.describePart(ctx, &binEvaluation{evaluation: e, definition: part})
			if err != nil {
				return err
			}
			b.Parts = append(b.Parts, p)
		}
	}
	m.Benchmarks = append(m.Benchmarks, b)
	return nil
}

// describePart adds the lists of stimuli of one comparison.
func (m *manifest) describePart(ctx context.Context, e *binEvaluation) (benchmarks.ManifestPart, error) {
	var part benchmarks.ManifestPart
	t, err := e.data.open(ctx, m.runner.loader, e)
	if err != nil {
		return part, err
	}
	defer t.wait()
	var rows []rowsOf
	for _, id := range e.definition.StimulusSet.Names {
		set, err := m.runner.loader.stimulusSet(id)
		if err != nil {
			return part, err
		}
		rows = append(rows, rowsOf{set: set})
	}
	ids := t.stimuli()
	plan := newLayerPlan(m.runner.scorerOf(&stimuli.Dump{}), ids)
	plan.source, plan.features, plan.needs, plan.collects = &activations{}, 1, stream.Needs{Gram: true}, true
	if err := t.join(plan, e); err != nil {
		return part, err
	}
	part.Read = m.AddList(listOf(rows, ids))
	for _, g := range plan.grams {
		part.Products = append(part.Products, m.AddList(listOf(rows, g.stimuli)))
	}
	if e.reading == readsFitting {
		part.FittingSet, part.FittingLabel = e.definition.FittingStimulusSet, e.definition.FittingLabel
	}
	return part, t.wait()
}
