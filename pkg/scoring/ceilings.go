package scoring

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// Ceilings returns the noise ceilings of benchmarks without a model: results
// whose raw and ceiled scores are NaN. No names take every benchmark of the
// home, and the embedded ones whose data are there. Benchmarks without data or
// with bad data are failures.
func (r *Runner) Ceilings(ctx context.Context, names []string) ([]benchmarks.Result, []benchmarks.Failure, error) {
	definitions, failures, err := r.planner.definitions(names)
	if err != nil {
		return nil, nil, err
	}
	r.tracker.expect(len(definitions), len(definitions))
	var results []benchmarks.Result
	for _, d := range definitions {
		var result *benchmarks.Result
		err := r.tracker.alone(d.Identifier, func() (err error) {
			if err = r.Home.CheckData(d); err == nil {
				result, err = r.Ceiling(ctx, d)
			}
			return err
		})
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		if err != nil {
			failures = append(failures, benchmarks.Failure{Benchmark: d.Identifier, Err: err})
			continue
		}
		results = append(results, *result)
	}
	return results, failures, nil
}

// Ceiling returns the noise ceiling of one benchmark.
func (r *Runner) Ceiling(ctx context.Context, d *benchmarks.Definition) (*benchmarks.Result, error) {
	data, _, err := kindOf(d)
	if err != nil {
		return nil, err
	}
	var parts []*benchmarks.Result
	for _, part := range d.Parts() {
		result, err := data.ceil(ctx, r.loader, part)
		if err != nil {
			return nil, err
		}
		parts = append(parts, result)
	}
	out := meanOfParts(d.PartNames(), parts)
	if d.Ceiling != nil && d.Ceiling.Value != nil {
		out.Ceiling = metrics.Exact(*d.Ceiling.Value)
	}
	return out, r.inputs.addDefinition(ctx, d)
}
