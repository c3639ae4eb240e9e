package benchmarks

import (
	"context"
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Ceilings gives the noise ceilings of benchmarks without a model: results
// whose raw and ceiled scores are NaN. No names take every benchmark of the
// home. Benchmarks without data or with bad data are failures.
func (r *Runner) Ceilings(ctx context.Context, names []string) ([]Result, []Failure, error) {
	definitions, failures, err := r.definitions(names)
	if err != nil {
		return nil, nil, err
	}
	var results []Result
	for _, d := range definitions {
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
		rec, err := r.loadRecordings(ctx, d, nil)
		if err != nil {
			return nil, err
		}
		if _, err := rec.splits(d); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Identifier, err)
		}
		addCeiling(out, d, rec)
		out.Counts = Counts{Stimuli: len(rec.design.Stimuli), Neuroids: len(rec.neuroidIDs)}
		out.Warnings = append(out.Warnings, rec.constantWarning()...)
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
	}
	if d.Ceiling != nil && d.Ceiling.Value != nil {
		out.Ceiling = metrics.Exact(*d.Ceiling.Value)
	}
	return out, nil
}
