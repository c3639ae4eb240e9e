package scoring

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// Ceilings are the noise ceilings of benchmarks without a model.
type Ceilings struct {
	Results  []benchmarks.Result  // whose raw and ceiled scores are NaN
	Failures []benchmarks.Failure // of benchmarks without data or with bad data
	Inputs   []benchmarks.Input   // the files that the results depend on, by path
}

// Ceilings returns the noise ceilings of benchmarks. No names take every benchmark of the
// home, and the embedded ones whose data are there.
func (r *Runner) Ceilings(ctx context.Context, names []string) (*Ceilings, error) {
	definitions, failures, err := r.planner.definitions(names)
	if err != nil {
		return nil, err
	}
	r.tracker.expect(len(definitions), len(definitions))
	out := &Ceilings{Failures: failures}
	for _, d := range definitions {
		var result *benchmarks.Result
		err := r.tracker.alone(d.Identifier, func() (err error) {
			if err = r.Home.CheckData(d); err == nil {
				result, err = r.ceiling(ctx, d)
			}
			return err
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			out.Failures = append(out.Failures, benchmarks.Failure{Benchmark: d.Identifier, Err: err})
			continue
		}
		out.Results = append(out.Results, *result)
	}
	out.Inputs = r.inputs.sorted()
	return out, nil
}

// ceiling returns the noise ceiling of one benchmark.
func (r *Runner) ceiling(ctx context.Context, d *benchmarks.Definition) (*benchmarks.Result, error) {
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
	if given, ok := d.GivenCeiling(); ok {
		out.Ceiling = given
	}
	return out, r.inputs.addDefinition(ctx, d)
}
