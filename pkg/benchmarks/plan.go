package benchmarks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// task is one benchmark on one layer.
type task struct {
	definition *Definition
	kind       metrics.Kind
	layer      string
	fitted     bool      // behaviour from a read-out fitted on the layer
	parts      []*part   // one, or one for each time bin
	recalled   *recalled // set where the store has the result
	key        *taskKey  // nil without a store
	notes      []string  // of how the layer was read, for the score's warnings
}

// part is a task in one time bin, or a whole task: what one pass serves.
type part struct {
	*task
	bin    *stimuli.TimeBin // nil for a layer without time
	series *series          // shared by the bins of a solution-time benchmark
	result *Result
	err    error
	// content is the hash of a table of choices or probabilities.
	content string
}

// pass is one reading of a layer's files for all parts that live on it.
type pass struct {
	key   passKey
	bin   *stimuli.TimeBin
	parts []*part
}

// passKey says what has to be read: a layer, in one time bin if it has any, on
// a stimulus set, with the stimulus set that a read-out is fitted on.
type passKey struct{ layer, bin, set, fitSet string }

// group is passes that run one after the other: those over the time bins of one
// layer, so that memory is that of one bin.
type group []*pass

// modelPlan is what a request comes to on one model.
type modelPlan struct {
	dump     *stimuli.Dump
	tasks    []*task // in the order of benchmarks, then layers
	groups   []group
	failures []Failure
	notes    []string
}

// planModel chooses the layers for each benchmark and groups the tasks so that
// each layer is read once.
func (r *Runner) planModel(dump *stimuli.Dump, definitions []*Definition, request Request) (*modelPlan, error) {
	p := &modelPlan{dump: dump}
	used := make(map[string]bool)
	for _, d := range definitions {
		named := len(request.Benchmarks) > 0
		if !named && !dump.Has(d.StimulusSet) {
			continue
		}
		err := r.Home.lacking(d)
		if err == nil {
			err = r.Home.misfit(d)
		}
		if err != nil {
			p.fail(d, "", err)
			continue
		}
		if !dump.Has(d.StimulusSet) {
			p.fail(d, "", &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no folder for the stimulus set %q", d.StimulusSet), Remedy: "dump the model's activations to these stimuli there"})
			continue
		}
		info, err := metrics.Lookup(d.Metric.Name)
		if err != nil {
			return nil, err
		}
		layers, err := chooseLayers(dump, d, info.Kind, request)
		if err != nil {
			p.fail(d, "", err)
			continue
		}
		if len(layers) == 0 {
			if named {
				p.fail(d, "", nothingFor(dump, d, info.Kind, request))
			}
			continue
		}
		for _, layer := range layers {
			used[layer] = true
			t := &task{definition: d, kind: info.Kind, layer: layer,
				fitted: info.Kind == metrics.KindBehavior && layer != stimuli.ProbabilitiesLayer}
			if err := r.addParts(t, dump); err != nil {
				p.fail(d, layer, err)
				continue
			}
			p.add(t)
		}
	}
	for _, layer := range request.Layers {
		if used[layer] {
			continue
		}
		err := missingLayer(dump, layer, definitions)
		if len(p.tasks) == 0 && len(p.failures) == 0 {
			return nil, err
		}
		if len(p.tasks) > 0 { // else the benchmarks' failures say it
			p.failures = append(p.failures, Failure{Layer: layer, Err: err})
		}
	}
	return p, nil
}

func (p *modelPlan) fail(d *Definition, layer string, err error) {
	p.failures = append(p.failures, Failure{d.Identifier, layer, err})
}

// add gives each part of a task to the pass that serves it.
func (p *modelPlan) add(t *task) {
	p.tasks = append(p.tasks, t)
	for _, part := range t.parts {
		key := passKey{layer: t.layer, set: t.definition.StimulusSet}
		if t.fitted {
			key.fitSet = t.definition.FittingStimulusSet
		}
		g := p.groupOf(key)
		if part.bin != nil {
			key.bin = part.bin.String()
		}
		at := slices.IndexFunc(*g, func(q *pass) bool { return q.key == key })
		if at < 0 {
			*g = append(*g, &pass{key: key, bin: part.bin})
			at = len(*g) - 1
		}
		(*g)[at].parts = append((*g)[at].parts, part)
	}
}

// groupOf is the group of a key, its bin left aside.
func (p *modelPlan) groupOf(key passKey) *group {
	for i, g := range p.groups {
		first := g[0].key
		first.bin = ""
		if first == key {
			return &p.groups[i]
		}
	}
	p.groups = append(p.groups, nil)
	return &p.groups[len(p.groups)-1]
}

// inTime says whether a benchmark is scored on layers in time.
func inTime(d *Definition, kind metrics.Kind) bool {
	return d.Time == PerBin || kind == metrics.KindSolutionTime
}

// chooseLayers lists the layers that a benchmark is scored on: those asked for,
// else the committed one of its region, else every one found.
func chooseLayers(dump *stimuli.Dump, d *Definition, kind metrics.Kind, request Request) ([]string, error) {
	found, err := candidates(dump, d, kind)
	if err != nil {
		return nil, err
	}
	if len(request.Layers) > 0 {
		return intersect(found, request.Layers), nil
	}
	if request.AllLayers || kind == metrics.KindConsistency {
		return found, nil
	}
	committed, ok := dump.Commitments[d.Region]
	if !ok {
		return found, nil
	}
	if !slices.Contains(found, committed) {
		if len(found) == 0 {
			return nil, nil
		}
		return nil, &stimuli.FileError{Path: dump.Settings(), What: fmt.Sprintf("commits %s to the layer %q, which is not among those that %s can be scored on (%s)", d.Region, committed, d.Identifier, strings.Join(found, ", "))}
	}
	return []string{committed}, nil
}

// candidates lists the layers of a dump that a benchmark can be scored on.
func candidates(dump *stimuli.Dump, d *Definition, kind metrics.Kind) ([]string, error) {
	c, err := dump.Contents(d.StimulusSet)
	if err != nil {
		return nil, err
	}
	switch {
	case kind == metrics.KindConsistency:
		if c.Responses {
			return []string{stimuli.ResponsesLayer}, nil
		}
		return nil, nil
	case kind == metrics.KindBehavior:
		var found []string
		if d.FittingStimulusSet != "" {
			fit, err := dump.Contents(d.FittingStimulusSet)
			if err != nil {
				return nil, err
			}
			found = intersect(c.Layers, fit.Layers)
		}
		if c.Probabilities {
			found = append(found, stimuli.ProbabilitiesLayer)
		}
		return found, nil
	case inTime(d, kind):
		return c.TimeLayers, nil
	default:
		return c.Layers, nil
	}
}

func intersect(a, b []string) []string {
	var out []string
	for _, v := range a {
		if slices.Contains(b, v) {
			out = append(out, v)
		}
	}
	return out
}

// nothingFor says why a named benchmark has no layer to be scored on.
func nothingFor(dump *stimuli.Dump, d *Definition, kind metrics.Kind, request Request) error {
	what := fmt.Sprintf("has no layer for %s", d.Identifier)
	if len(request.Layers) > 0 {
		what = fmt.Sprintf("has no layer %s for %s", strings.Join(request.Layers, " or "), d.Identifier)
	}
	remedy := fmt.Sprintf("dump activations into %s/<layer>.npy", d.StimulusSet)
	switch {
	case kind == metrics.KindConsistency:
		remedy = fmt.Sprintf("write the model's choices into %s/responses.csv", d.StimulusSet)
	case kind == metrics.KindBehavior && d.FittingStimulusSet != "":
		remedy = fmt.Sprintf("dump one layer into both %s and %s, or probabilities into %s/probabilities.npy", d.StimulusSet, d.FittingStimulusSet, d.StimulusSet)
	case kind == metrics.KindBehavior:
		remedy = fmt.Sprintf("write class probabilities into %s/probabilities.npy with choices.csv", d.StimulusSet)
	case inTime(d, kind):
		remedy = fmt.Sprintf("dump activations in time into %s/<layer>/<start>-<end>.npy", d.StimulusSet)
	}
	if there, err := candidates(dump, d, kind); err == nil && len(there) > 0 {
		remedy = "it has " + strings.Join(there, ", ")
	}
	return &stimuli.FileError{Path: dump.Dir, What: what, Remedy: remedy}
}

// missingLayer reports a layer asked for that no benchmark can be scored on.
func missingLayer(dump *stimuli.Dump, layer string, definitions []*Definition) error {
	var there []string
	for _, d := range definitions {
		info, err := metrics.Lookup(d.Metric.Name)
		if err != nil {
			continue
		}
		found, err := candidates(dump, d, info.Kind)
		if err != nil {
			return err
		}
		for _, l := range found {
			if !slices.Contains(there, l) {
				there = append(there, l)
			}
		}
	}
	slices.Sort(there)
	return &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no layer %q for any of the benchmarks", layer), Remedy: "it has " + strings.Join(there, ", ")}
}
