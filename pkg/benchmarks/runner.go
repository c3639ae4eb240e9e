package benchmarks

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Runner scores models on benchmarks. Recordings, trials and stimulus sets are
// read once and kept for all models of a run. Several passes run at a time and
// share the processors.
type Runner struct {
	Home    Home
	Workers int
	// Progress, if set, is called as a pass over a layer starts; the function
	// that it returns is told the bytes done.
	Progress func(label string, bytes int64) func(done int64)
	// Log, if set, is told what is worth a line but changes no figure; calls may
	// run at the same time.
	Log func(line string)

	// Store, if set, keeps results and gives those that it has.
	Store Store
	// StopAtFailure ends a run at the first score that fails.
	StopAtFailure bool

	// Intervals, if it asks for samples, has scores on behaviour come with
	// intervals, which their metrics compute.
	Intervals metrics.Resampling

	// Cluster is the column of neuroid.csv that names what neuroids are of that
	// are not independent of each other, for intervals; empty for none.
	Cluster string

	// Memory, if above zero, bounds in bytes what passes hold together.
	Memory int64

	once       bool       // recordings of a time bin serve one pass
	loading    sync.Mutex // guards recordings; held while one is opened
	reading    sync.Mutex // held while responses are read
	mu         sync.Mutex // guards what follows
	sets       map[string]*stimuli.StimulusSet
	recordings map[string]*recordings
	behaviors  map[string]*stimuli.BehavioralAssembly
	inputs     map[string]string   // logical path → SHA-256
	assemblies map[string][]string // files, by folder
	canonicals map[*Definition]string
}

// NewRunner makes a runner on a data home.
func NewRunner(home Home, workers int) *Runner {
	return &Runner{
		Home:       home,
		Workers:    max(1, workers),
		sets:       make(map[string]*stimuli.StimulusSet),
		recordings: make(map[string]*recordings),
		behaviors:  make(map[string]*stimuli.BehavioralAssembly),
		inputs:     make(map[string]string),
		assemblies: make(map[string][]string),
		canonicals: make(map[*Definition]string),
	}
}

func (r *Runner) log(format string, args ...any) {
	if r.Log != nil {
		r.Log(fmt.Sprintf(format, args...))
	}
}

func (r *Runner) stimulusSet(id string) (*stimuli.StimulusSet, error) {
	r.mu.Lock()
	set, ok := r.sets[id]
	r.mu.Unlock()
	if ok {
		return set, nil
	}
	set, err := stimuli.LoadStimulusSet(r.Home.StimulusSetPath(id))
	if err != nil {
		return nil, err
	}
	if err := r.addInput(set.Table.Path); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sets[id] = set
	return set, nil
}

// excludeError tells that an error is due to what a benchmark excludes.
type excludeError struct{ error }

func (e *excludeError) Error() string { return "exclude: " + e.error.Error() }
func (e *excludeError) Unwrap() error { return e.error }

// behavioral gives the trials of a benchmark, without those that it excludes.
func (r *Runner) behavioral(d *Definition) (*stimuli.BehavioralAssembly, error) {
	id := d.Assembly
	if len(d.Exclude) > 0 {
		id = fmt.Sprintf("%q %q", d.Assembly, d.Exclude) // maps are printed in order
	}
	r.mu.Lock()
	a, ok := r.behaviors[id]
	r.mu.Unlock()
	if ok {
		return a, nil
	}
	a, err := stimuli.OpenBehavioral(r.Home.AssemblyPath(d.Assembly))
	if err != nil {
		return nil, err
	}
	if err := r.addInput(a.Files()...); err != nil {
		return nil, err
	}
	if len(d.Exclude) > 0 {
		all, excluded := a.Trials.Len(), 0
		if a, excluded, err = a.Exclude(d.Exclude); err != nil {
			return nil, &excludeError{err}
		}
		if excluded > 0 {
			r.log("%s: %d of %d trials are excluded (%s)", d.Identifier, excluded, all, d.excludeText())
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.behaviors[id] = a
	return a, nil
}

// Request says what to score.
type Request struct {
	Models []string // dump folders
	// Benchmarks are identifiers; none takes every benchmark of the home that
	// a dump has activations for.
	Benchmarks []string
	// Layers overrides commitments; AllLayers takes every layer found.
	Layers    []string
	AllLayers bool
	// Composite is formed of the results; nil forms none.
	Composite    *Composite
	AllowPartial bool
}

// Score runs a request. The error reports what kept the run from starting or
// stopped it as a whole; failures of single scores are in the report.
func (r *Runner) Score(ctx context.Context, request Request) (*Report, error) {
	plans, unusable, err := r.plans(request)
	if err != nil {
		return nil, err
	}
	clusters, err := r.clustersOf(plans)
	if err != nil {
		return nil, err
	}
	if err := r.recallAll(ctx, plans); err != nil {
		return nil, err
	}
	if err := r.runPlans(ctx, plans); err != nil {
		return nil, err
	}
	report := r.report(request, plans, unusable)
	for i := range report.Models {
		addClusters(report.Models[i].Scores, clusters)
	}
	return report, nil
}

// report puts the outcome of plans together.
func (r *Runner) report(request Request, plans []*modelPlan, unusable []Failure) *Report {
	report := &Report{}
	for _, p := range plans {
		result := p.gather(request)
		r.warnOfChoices(p, result)
		// Definitions that cannot be used concern no model in particular: the
		// first one tells.
		result.Failures = append(result.Failures, unusable...)
		unusable = nil
		report.Models = append(report.Models, *result)
	}
	report.Inputs = r.sortedInputs()
	return report
}

// plans opens the dumps and plans what to read of each.
func (r *Runner) plans(request Request) (plans []*modelPlan, unusable []Failure, err error) {
	definitions, unusable, err := r.definitions(request.Benchmarks)
	if err != nil {
		return nil, nil, err
	}
	var dumps []*stimuli.Dump
	for _, dir := range request.Models {
		dump, err := stimuli.OpenDump(dir)
		if err != nil {
			return nil, nil, err
		}
		for _, other := range dumps {
			if other.ID == dump.ID {
				return nil, nil, &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has the identifier %q, as %s has", dump.ID, other.Dir), Remedy: "give each model an identifier of its own in model.yaml"}
			}
		}
		dumps = append(dumps, dump)
	}
	for _, dump := range dumps {
		p, err := r.planModel(dump, definitions, request)
		if err != nil {
			return nil, nil, err
		}
		if len(p.tasks) == 0 && len(p.failures) == 0 && len(unusable) == 0 {
			return nil, nil, &stimuli.FileError{Path: dump.Dir, What: "has activations for none of the benchmarks", Remedy: "name its folders after stimulus sets of the data home, or give --benchmark to see what is missing"}
		}
		plans = append(plans, p)
	}
	return plans, unusable, nil
}

// definitions are the named benchmarks, or all of the home and those embedded
// ones whose data are there; a file of the home that cannot be used is a
// failure that does not stop the others.
func (r *Runner) definitions(names []string) (chosen []*Definition, unusable []Failure, err error) {
	if len(names) == 0 {
		all, errs := r.Home.Definitions()
		for _, err := range errs {
			unusable = append(unusable, Failure{Err: err})
		}
		for _, d := range all {
			if d.Source != Embedded || !r.Home.absent(d) {
				chosen = append(chosen, d)
			}
		}
		return chosen, unusable, nil
	}
	all := r.Home.catalogue()
	for _, name := range names {
		d, err := all.definition(name)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(chosen, func(c *Definition) bool { return c.Identifier == d.Identifier }) {
			chosen = append(chosen, d)
		}
	}
	return chosen, nil, nil
}

// gather puts a model's results in order and forms the composite.
func (p *modelPlan) gather(request Request) *ModelResult {
	out := &ModelResult{Model: p.dump.ID, Metadata: p.dump.Metadata, Reduction: p.dump.Reduction, Notes: p.notes}
	var failed []*task
	for _, t := range p.tasks {
		result, err := t.outcome()
		if err != nil {
			failed = append(failed, t)
			out.Failures = append(out.Failures, Failure{t.definition.Identifier, t.layer, err})
			continue
		}
		out.Scores = append(out.Scores, *result)
	}
	out.Failures = append(out.Failures, p.failures...)
	compose(out, p.dump, failed, request)
	return out
}

// compose forms the composite of a model's scores: of committed layers where
// the model commits a region to one, else of the only layer there is.
func compose(out *ModelResult, dump *stimuli.Dump, failed []*task, request Request) {
	if request.Composite == nil {
		return
	}
	var counted []Result
	for _, s := range out.Scores {
		committed, ok := dump.Commitments[s.Region]
		if ok && len(request.Layers) == 0 && s.Layer != committed && s.Layer != stimuli.ResponsesLayer {
			continue
		}
		counted = append(counted, s)
	}
	// What failed leaves its part without a value, not with the mean of the
	// other benchmarks.
	for _, t := range failed {
		d := t.definition
		counted = append(counted, Result{Benchmark: d.Identifier, Region: d.Region, Parent: d.Parent, Layer: t.layer, Score: metrics.Score{Raw: metrics.None(), Ceiled: metrics.None()}})
	}
	composite, err := request.Composite.Form(counted, request.AllowPartial)
	if err != nil {
		out.Notes = append(out.Notes, err.Error())
		return
	}
	out.Composite = composite
}
