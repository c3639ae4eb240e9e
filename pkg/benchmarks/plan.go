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
	fitted     bool // behaviour from a read-out fitted on the layer
}

// pass is one reading of a layer's files for all tasks that live on it.
type pass struct {
	key   passKey
	tasks []*task
}

// passKey says what has to be read: a layer on a stimulus set, with the
// stimulus set that a read-out is fitted on.
type passKey struct{ layer, set, fitSet string }

// modelPlan is what a request comes to on one model.
type modelPlan struct {
	tasks    []*task // in the order of benchmarks, then layers
	passes   []*pass
	failures []Failure
	notes    []string
}

// planModel chooses the layers for each benchmark and groups the tasks so that
// each layer is read once.
func planModel(dump *stimuli.Dump, definitions []*Definition, request Request) (*modelPlan, error) {
	p := &modelPlan{}
	used := make(map[string]bool)
	for _, d := range definitions {
		named := len(request.Benchmarks) > 0
		if !dump.Has(d.StimulusSet) {
			if named {
				p.fail(d, "", &stimuli.FileError{Path: dump.Dir, What: fmt.Sprintf("has no folder for the stimulus set %q", d.StimulusSet), Remedy: "dump the model's activations to these stimuli there"})
			}
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
			p.add(&task{definition: d, kind: info.Kind, layer: layer,
				fitted: info.Kind == metrics.KindBehavior && layer != stimuli.ProbabilitiesLayer})
		}
	}
	for _, layer := range request.Layers {
		if !used[layer] {
			return nil, missingLayer(dump, layer, definitions)
		}
	}
	return p, nil
}

func (p *modelPlan) fail(d *Definition, layer string, err error) {
	p.failures = append(p.failures, Failure{d.Identifier, layer, err})
}

func (p *modelPlan) add(t *task) {
	p.tasks = append(p.tasks, t)
	key := passKey{layer: t.layer, set: t.definition.StimulusSet}
	if t.fitted {
		key.fitSet = t.definition.FittingStimulusSet
	}
	at := slices.IndexFunc(p.passes, func(q *pass) bool { return q.key == key })
	if at < 0 {
		p.passes = append(p.passes, &pass{key: key})
		at = len(p.passes) - 1
	}
	p.passes[at].tasks = append(p.passes[at].tasks, t)
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
	switch kind {
	case metrics.KindConsistency:
		if c.Responses {
			return []string{stimuli.ResponsesLayer}, nil
		}
		return nil, nil
	case metrics.KindBehavior:
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
