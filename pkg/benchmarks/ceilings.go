package benchmarks

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Ceilings gives the noise ceilings of benchmarks without a model: results
// whose raw and ceiled scores are NaN. No names take every benchmark of the
// home, and the embedded ones whose data are there. Benchmarks without data or
// with bad data are failures.
func (r *Runner) Ceilings(ctx context.Context, names []string) ([]Result, []Failure, error) {
	definitions, failures, err := r.definitions(names)
	if err != nil {
		return nil, nil, err
	}
	var results []Result
	for _, d := range definitions {
		if err := r.Home.lacking(d); err != nil {
			failures = append(failures, Failure{Benchmark: d.Identifier, Err: err})
			continue
		}
		result, err := r.Ceiling(ctx, d)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			failures = append(failures, Failure{Benchmark: d.Identifier, Err: err})
			continue
		}
		results = append(results, *result)
	}
	return results, failures, nil
}

// Ceiling gives the noise ceiling of one benchmark.
func (r *Runner) Ceiling(ctx context.Context, d *Definition) (*Result, error) {
	metric, err := d.NewMetric()
	if err != nil {
		return nil, err
	}
	t := &task{definition: d, kind: metric.Info().Kind}
	out := t.newResult()
	out.Raw, out.Ceiled = metrics.None(), metrics.None()
	switch metric := metric.(type) {
	case metrics.Neural:
		if out, err = r.neuralCeiling(ctx, t); err != nil {
			return nil, err
		}
	case metrics.Behavioral:
		c, err := r.choices(d)
		if err != nil {
			return nil, err
		}
		if out.Ceiling, err = metric.BehavioralCeiling(ctx, c.human); err != nil {
			return nil, c.named(err)
		}
		out.Counts = Counts{Stimuli: len(c.StimulusIDs), Trials: c.human.Len()}
		out.Warnings = append(out.Warnings, c.warnings()...)
	case metrics.Consistency:
		_, in, err := r.consistency(d)
		if err != nil {
			return nil, err
		}
		if out.Ceiling, err = metric.ConsistencyCeiling(ctx, *in); err != nil {
			return nil, err
		}
		out.Counts = Counts{Stimuli: in.Stimuli, Trials: len(in.Trials), Subjects: in.Subjects}
	case metrics.SolutionTimes:
		times, err := stimuli.OpenSolutionTimes(r.Home.AssemblyPath(d.Assembly))
		if err != nil {
			return nil, err
		}
		if err := r.addInput(times.Files()...); err != nil {
			return nil, err
		}
		out.Counts = Counts{Stimuli: len(times.StimulusIDs)}
	}
	if d.Ceiling != nil && d.Ceiling.Value != nil {
		out.Ceiling = metrics.Exact(*d.Ceiling.Value)
	}
	return out, r.addDefinition(d)
}

// selfRaw is the raw score of recordings as their own model.
func (r *Runner) selfRaw(ctx context.Context, d *Definition) (float64, error) {
	info, err := metrics.Lookup(d.Metric.Name)
	if err != nil {
		return 0, err
	}
	rec, err := r.loadRecordings(ctx, d, nil)
	if err != nil {
		return 0, err
	}
	t := &part{task: &task{definition: d, kind: info.Kind}}
	stimuli, neuroids := len(rec.design.Stimuli), len(rec.neuroidIDs)
	c := r.newComparisons(rec.design.Stimuli, neuroids, info.Needs)
	read := func(ctx context.Context, sinks ...metrics.Sink) error {
		return metrics.RunPass(ctx, metrics.InMemory(rec.responses, stimuli, neuroids), sinks, metrics.PassOptions{})
	}
	c.again = func(ctx context.Context, sink metrics.Sink) error { return read(ctx, sink) }
	if err := rec.join(c, t); err != nil {
		return 0, err
	}
	if !c.complete([]*part{t}) {
		return 0, t.err
	}
	if err := read(ctx, c.sinks...); err != nil {
		return 0, err
	}
	score, err := c.of[t](ctx)
	return score.Raw.Value, err
}

// neuralCeiling gives the noise ceiling of recordings: over time bins, as a
// score has it, the mean of the bins' ceilings.
func (r *Runner) neuralCeiling(ctx context.Context, t *task) (*Result, error) {
	d := t.definition
	spans := []*stimuli.TimeBin{nil}
	if d.Time == PerBin {
		bins, err := r.timeBins(d)
		if err != nil {
			return nil, err
		}
		spans = nil
		for _, bin := range bins {
			spans = append(spans, &bin)
		}
	}
	t.parts = nil
	for _, bin := range spans {
		rec, err := r.loadRecordings(ctx, d, bin)
		if err != nil {
			return nil, err
		}
		if _, err := rec.splits(d); err != nil {
			return nil, err
		}
		if err := r.addInput(rec.files...); err != nil {
			return nil, err
		}
		out := t.newResult()
		out.Raw, out.Ceiled = metrics.None(), metrics.None()
		addCeiling(out, d, rec)
		out.Counts = Counts{Stimuli: len(rec.design.Stimuli), Neuroids: len(rec.neuroidIDs)}
		out.Warnings = append(out.Warnings, rec.constantWarning()...)
		t.parts = append(t.parts, &part{task: t, bin: bin, result: out})
	}
	return t.outcome()
}
