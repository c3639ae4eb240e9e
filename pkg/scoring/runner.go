package scoring

import (
	"context"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Runner scores models on the benchmarks of a data home. Recordings, trials and
// stimulus sets are read once and kept for all models of a run. Several layers are
// read at a time and share the processors.
type Runner struct {
	Home benchmarks.Home
	Options

	inputs  *inputLog
	loader  *loader
	planner *planner
	keeper  *keeper
	tracker *tracker
}

// maxWorkers is more than the processors of any machine. Each worker takes some memory.
const maxWorkers = 1024

// NewRunner returns a Runner on a data home.
func NewRunner(home benchmarks.Home, options Options) *Runner {
	r := &Runner{Home: home, Options: options}
	r.Workers = min(max(1, r.Workers), maxWorkers)
	r.inputs = &inputLog{home: home, options: &r.Options, hashes: make(map[string]string)}
	r.loader = newLoader(home, &r.Options, r.inputs)
	r.planner = &planner{home: home, loader: r.loader}
	r.keeper = newKeeper(r.loader)
	r.tracker = &tracker{options: &r.Options}
	return r
}

// Request names what to score.
type Request struct {
	Models []string // dump folders
	// Benchmarks are identifiers; none takes every benchmark of the home that
	// a dump has activations for.
	Benchmarks []string
	// Present skips, of these, the benchmarks on stimulus sets that a dump has no folder
	// for, as is done if none are named.
	Present bool
	// Layers overrides commitments; AllLayers takes every layer found.
	Layers    []string
	AllLayers bool
	// Selecting scores layers on the principal components that a dump asks for where
	// layers are chosen (stimuli.Dump.Selection).
	Selecting bool
	// Composite is formed of the results; nil forms none.
	Composite    *benchmarks.Composite
	AllowPartial bool
}

// Score runs a request. The error is what kept the run from starting or stopped it
// as a whole; failures of single scores are in the report.
func (r *Runner) Score(ctx context.Context, request Request) (*benchmarks.Report, error) {
	preparing := r.tracker.step(0, "reading the data home")
	plans, unusable, err := r.planner.plan(request)
	if err != nil {
		return nil, err
	}
	addUnusable(plans, unusable)
	clusters, err := r.clustersOf(plans)
	if err != nil {
		return nil, err
	}
	preparing.say("looking for kept scores")
	if err := r.keeper.recallAll(ctx, plans); err != nil {
		return nil, err
	}
	preparing.end()
	err = r.run(ctx, plans, func(p *modelPlan) *benchmarks.ModelResult { return r.resultOf(p, request, clusters) })
	if err != nil {
		return nil, err
	}
	return r.report(request, plans, clusters)
}

// addUnusable adds the definitions that cannot be used to the failures of the first model:
// they concern none in particular.
func addUnusable(plans []*modelPlan, unusable []benchmarks.Failure) {
	if len(plans) > 0 {
		plans[0].failures = append(plans[0].failures, unusable...)
	}
}

// resultOf returns the outcome of a plan, which is complete.
func (r *Runner) resultOf(p *modelPlan, request Request, clusters map[string]map[string]string) *benchmarks.ModelResult {
	if p.result == nil {
		p.result = p.gather(request)
		warnOfLayerChoice(r.Home, p, p.result)
		warnOfDegrees(p, p.result)
		addClusters(p.result.Scores, clusters)
	}
	return p.result
}

// report puts the outcome of plans together.
func (r *Runner) report(request Request, plans []*modelPlan, clusters map[string]map[string]string) (*benchmarks.Report, error) {
	report := &benchmarks.Report{}
	for _, p := range plans {
		report.Models = append(report.Models, *r.resultOf(p, request, clusters))
	}
	report.Inputs = r.inputs.sorted()
	var err error
	report.Bases, err = basesOf(plans, report.Inputs)
	return report, err
}

// gather puts a model's results in order and forms the composite.
func (p *modelPlan) gather(request Request) *benchmarks.ModelResult {
	out := &benchmarks.ModelResult{Model: p.dump.ID, Metadata: p.dump.Metadata, Layers: p.dump.Layers, Reduction: p.dump.Reduction, Notes: p.notes}
	var failed []*evaluation
	for _, e := range p.evaluations {
		result, err := e.outcome()
		if err != nil {
			failed = append(failed, e)
			out.Failures = addFailure(out.Failures, e, err)
			continue
		}
		out.Scores = append(out.Scores, *result)
	}
	out.Failures = append(out.Failures, p.failures...)
	compose(out, p.dump, p.direct, failed, request)
	return out
}

// compose forms the composite of a model's scores: of committed layers where
// the model commits a region to one, or of the most direct table of its choices, else of
// the only layer there is.
func compose(out *benchmarks.ModelResult, dump *stimuli.Dump, direct map[string]string, failed []*evaluation, request Request) {
	if request.Composite == nil {
		return
	}
	var counted []benchmarks.Result
	for _, s := range out.Scores {
		committed, ok := dump.Commitments[s.Region]
		if ok && len(request.Layers) == 0 && s.Layer != committed && s.Layer != direct[s.Benchmark] {
			continue
		}
		counted = append(counted, s)
	}
	// What failed leaves its part without a value, not with the mean of the
	// other benchmarks.
	for _, e := range failed {
		d := e.definition
		counted = append(counted, benchmarks.Result{Benchmark: d.Identifier, Region: d.Region, Parent: d.Parent, Layer: e.layer, Score: metrics.Score{Raw: metrics.None(), Ceiled: metrics.None()}})
	}
	composite, err := request.Composite.Form(counted, request.AllowPartial)
	if err != nil {
		out.Notes = append(out.Notes, err.Error())
		return
	}
	out.Composite = composite
	for _, n := range composite.Notes {
		out.Notes = append(out.Notes, "composite "+composite.Name+": "+n)
	}
}
