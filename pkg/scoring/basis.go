package scoring

import (
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

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
