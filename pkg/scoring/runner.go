package scoring

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Runner scores models on the benchmarks of a data home. Recordings, trials and
// stimulus sets are read once and kept for all models of a run. Several layers are
// read concurrently and share the processors.
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

// Options set how a Runner works. The zero value scores with one worker and keeps
// nothing.
type Options struct {
	Workers int // processors to use; below one counts as one
	// Progress, if set, is called as the reading of a layer starts; the function
	// that it returns is called with the bytes read so far.
	Progress func(label string, bytes int64) func(done int64)
	// Watch, if set, is called with each change of how far a run is, one call at a time. It
	// must return soon.
	Watch func(RunStatus)
	// Finished, if set, is called by Score with the results of each model, in the order of the
	// request, once they and those of the models before it are complete.
	Finished func(benchmarks.ModelResult)
	// Log, if set, receives lines that are worth reading but change no figure;
	// calls may run at the same time.
	Log func(line string)

	// Store, if set, keeps results; what it has is not computed again.
	Store Store
	// Kernel, if set, is the kernel that figures must be computed by: results of others
	// are not taken from the store. The caller makes it that of package metrics.
	Kernel string
	// StopAtFailure ends a run at the first score that fails.
	StopAtFailure bool

	// Intervals, if it asks for samples, adds intervals to scores whose metrics
	// compute them.
	Intervals metrics.Resampling

	// Cluster is the column of neuroid.csv that names what neuroids belong to that
	// are not independent of each other, for intervals; empty for none.
	Cluster string

	// Memory, if above zero, bounds in bytes what the process holds.
	Memory int64
	// Hold, if set, is called with the bytes that the process holds at most, before a run
	// reads layers: whoever owns the process has the garbage collector keep to it.
	Hold func(bytes int64)
}

func (o *Options) log(format string, args ...any) {
	if o.Log != nil {
		o.Log(fmt.Sprintf(format, args...))
	}
}

// basesOf returns what the benchmarks of the plans' scores were, by identifier, with those of
// the inputs that they depend on.
func basesOf(plans []*modelPlan, inputs []benchmarks.Input) ([]benchmarks.Basis, error) {
	definitions := map[string]*benchmarks.Definition{}
	for _, p := range plans {
		for _, e := range p.evaluations {
			if result, err := e.outcome(); err == nil && result != nil {
				definitions[e.definition.Identifier] = e.definition
			}
		}
	}
	var bases []benchmarks.Basis
	for _, id := range slices.Sorted(maps.Keys(definitions)) {
		d := definitions[id]
		hash, err := d.FigureHash()
		if err != nil {
			return nil, err
		}
		b := benchmarks.Basis{Benchmark: id, Definition: hash}
		var folders []string
		for _, assembly := range d.Assembly.Names {
			folders = append(folders, "assemblies/"+assembly+"/")
		}
		for _, set := range slices.Concat(d.StimulusSet.Names, d.FittingSets()) {
			folders = append(folders, "stimuli/"+set+"/")
		}
		for _, in := range inputs {
			if slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(in.Path, folder) }) {
				b.Inputs = append(b.Inputs, in.Path)
			}
		}
		bases = append(bases, b)
	}
	return bases, nil
}
