package benchmarks

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// bases are what the benchmarks of plans' scores were, by identifier.
func (r *Runner) bases(plans []*modelPlan) ([]Basis, error) {
	definitions := map[string]*Definition{}
	for _, p := range plans {
		for _, t := range p.tasks {
			if result, err := t.outcome(); err == nil && result != nil {
				definitions[t.definition.Identifier] = t.definition
			}
		}
	}
	inputs := r.sortedInputs()
	var bases []Basis
	for _, id := range slices.Sorted(maps.Keys(definitions)) {
		d := definitions[id]
		hash, err := d.hash()
		if err != nil {
			return nil, err
		}
		b := Basis{Benchmark: id, Definition: hash}
		folders := []string{"assemblies/" + d.Assembly + "/", "stimuli/" + d.StimulusSet + "/"}
		if d.FittingStimulusSet != "" {
			folders = append(folders, "stimuli/"+d.FittingStimulusSet+"/")
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

// hash is the SHA-256 of what the definition says of figures, with the defaults
// that reading it fills in: neither its composite's part nor what it cites and
// expects.
func (d *Definition) hash() (string, error) {
	figures := *d
	figures.Parent, figures.Reference, figures.Expected = "", nil, nil
	text, err := figures.MarshalJSON()
	if err != nil {
		return "", fmt.Errorf("hash the definition of %s: %w", d.Identifier, err)
	}
	return fmt.Sprintf("sha256:%x", sha256.Sum256(text)), nil
}
