package benchmarks

import (
	"context"
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Runner scores models on benchmarks. Recordings, trials and stimulus sets are
// read once and kept for all models of a run. It is not safe for concurrent
// use; the work inside is spread over Workers goroutines.
type Runner struct {
	Home    Home
	Workers int
	// Progress, if set, is called as a pass over a layer starts; the function
	// that it returns is told the bytes done.
	Progress func(label string, bytes int64) func(done int64)
	// Log, if set, is told what is worth a line but changes no figure.
	Log func(line string)

	sets       map[string]*stimuli.StimulusSet
	recordings map[string]*recordings
	behaviors  map[string]*stimuli.BehavioralAssembly
	inputs     map[string]string // logical path → SHA-256
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
	}
}

func (r *Runner) log(format string, args ...any) {
	if r.Log != nil {
		r.Log(fmt.Sprintf(format, args...))
	}
}

func (r *Runner) stimulusSet(id string) (*stimuli.StimulusSet, error) {
	if set, ok := r.sets[id]; ok {
		return set, nil
	}
	set, err := stimuli.LoadStimulusSet(r.Home.StimulusSetPath(id))
	if err != nil {
		return nil, err
	}
	if err := r.addInput(set.Table.Path); err != nil {
		return nil, err
	}
	r.sets[id] = set
	return set, nil
}

func (r *Runner) behavioral(id string) (*stimuli.BehavioralAssembly, error) {
	if a, ok := r.behaviors[id]; ok {
		return a, nil
	}
	a, err := stimuli.OpenBehavioral(r.Home.AssemblyPath(id))
	if err != nil {
		return nil, err
	}
	if err := r.addInput(a.Files()...); err != nil {
		return nil, err
	}
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
	definitions, unusable, err := r.definitions(request.Benchmarks)
	if err != nil {
		return nil, err
	}
	var dumps []*stimuli.Dump
	for _, dir := range request.Models {
		dump, err := stimuli.OpenDump(dir)
		if err != nil {
			return nil, err
		}
		for _, other := range dumps {
			if other.ID == dump.ID {
				return nil, &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has the identifier %q, as %s has", dump.ID, other.Dir), Remedy: "give each model an identifier of its own in model.yaml"}
			}
		}
		dumps = append(dumps, dump)
	}
	report := &Report{}
	for _, dump := range dumps {
		result, err := r.scoreModel(ctx, dump, definitions, unusable, request)
		if err != nil {
			return nil, err
		}
		report.Models = append(report.Models, *result)
	}
	report.Inputs = r.sortedInputs()
	return report, nil
}

// definitions are the named benchmarks, or all of the home; a file there that
// cannot be used is a failure that does not stop the others.
func (r *Runner) definitions(names []string) (chosen []*Definition, unusable []Failure, err error) {
	if len(names) == 0 {
		all, errs := r.Home.Definitions()
		for _, err := range errs {
			unusable = append(unusable, Failure{Err: err})
		}
		return all, unusable, nil
	}
	for _, name := range names {
		d, err := r.Home.Definition(name)
		if err != nil {
			return nil, nil, err
		}
		if !slices.ContainsFunc(chosen, func(c *Definition) bool { return c.Identifier == d.Identifier }) {
			chosen = append(chosen, d)
		}
	}
	return chosen, nil, nil
}

// scoreModel plans the passes over one model's layers, runs them, and forms the
// composite. Definitions that are unusable are failures of every model.
func (r *Runner) scoreModel(ctx context.Context, dump *stimuli.Dump, definitions []*Definition, unusable []Failure, request Request) (*ModelResult, error) {
	p, err := planModel(dump, definitions, request)
	if err != nil {
		return nil, err
	}
	out := &ModelResult{Model: dump.ID, Notes: p.notes}
	done := make(map[*task]*Result)
	failed := make(map[*task]error)
	for _, pass := range p.passes {
		if err := r.runPass(ctx, dump, pass, done, failed); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	var failedTasks []*task
	for _, t := range p.tasks {
		switch {
		case done[t] != nil:
			out.Scores = append(out.Scores, *done[t])
		case failed[t] != nil:
			failedTasks = append(failedTasks, t)
			out.Failures = append(out.Failures, Failure{t.definition.Identifier, t.layer, failed[t]})
		}
	}
	out.Failures = slices.Concat(out.Failures, p.failures, unusable)
	if len(p.tasks) == 0 && len(out.Failures) == 0 {
		return nil, &stimuli.FileError{Path: dump.Dir, What: "has activations for none of the benchmarks", Remedy: "name its folders after stimulus sets of the data home, or give --benchmark to see what is missing"}
	}
	r.compose(out, dump, failedTasks, request)
	return out, nil
}

// compose forms the composite of a model's scores: of committed layers where
// the model commits a region to one, else of the only layer there is.
func (r *Runner) compose(out *ModelResult, dump *stimuli.Dump, failedTasks []*task, request Request) {
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
	for _, t := range failedTasks {
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
