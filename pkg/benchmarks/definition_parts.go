package benchmarks

import (
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Parts returns the definitions whose mean the benchmark is, each with a value of MeanOver
// in place of its name; without MeanOver, the definition itself.
func (d *Definition) Parts() []*Definition {
	if d.parts == nil {
		return []*Definition{d}
	}
	return d.parts
}

// PartNames returns the values of MeanOver, in the order of Parts; none without it.
func (d *Definition) PartNames() []string {
	for _, values := range d.MeanOver {
		return values
	}
	return nil
}

// FittingSets lists the stimulus sets that read-outs are fitted on, each once.
func (d *Definition) FittingSets() []string {
	var sets []string
	for _, part := range d.Parts() {
		if set := part.FittingStimulusSet; set != "" && !slices.Contains(sets, set) {
			sets = append(sets, set)
		}
	}
	return sets
}

// setSource sets where the definition, and each part of it, comes from.
func (d *Definition) setSource(source string) {
	d.Source = source
	for _, part := range d.parts {
		part.Source = source
	}
}

// maxParts bounds what a definition can ask for.
const maxParts = 100

// divide parses the parts of a definition with mean_over, with their own values. The
// error is about the first part with mistakes. The definition itself has names in place
// of values, so its own values are not to be checked.
func (c *checker) divide(d *Definition, path string, data []byte) error {
	const example = "write it as {condition: [first, second]}, and {condition} where these differ"
	names := slices.Sorted(maps.Keys(d.MeanOver))
	if len(names) != 1 {
		return c.Errorf("mean_over", example, "mean_over has %d names, but must have one", len(names))
	}
	if d.Kind == KindNeural {
		return c.Errorf("mean_over", "write a benchmark for each part", "mean_over is for behavioral benchmarks, but kind is %s", d.Kind)
	}
	values, at := d.PartNames(), "mean_over."+names[0]
	placeholder := "{" + names[0] + "}"
	if len(values) < 2 || len(values) > maxParts {
		c.fail(at, example, "%s has %d values, but must have 2 to %d", at, len(values), maxParts)
	}
	if !strings.Contains(string(data), placeholder) {
		c.fail(at, example, "%s stands in no value, so that all parts are the same", placeholder)
	}
	for i, value := range values {
		c.id(at, value)
		if slices.Contains(values[:i], value) {
			c.fail(at, "remove one of them", "%s has the value %q twice", at, value)
		}
	}
	if len(c.mistakes) > 0 {
		return fileerr.Join(c.mistakes)
	}
	for _, value := range values {
		part := &Definition{Source: path}
		doc, err := strictyaml.Decode(path, []byte(strings.ReplaceAll(string(data), placeholder, value)), part)
		if err != nil {
			return err
		}
		if part.Identifier != d.Identifier || !part.StimulusSet.Equal(d.StimulusSet) || part.Metric.Name != d.Metric.Name || part.Region != d.Region {
			return c.Errorf(at, "write parts as benchmarks of their own, or keep these the same", "%s stands in the identifier, the stimulus set, the region or the name of the metric, which all parts share", placeholder)
		}
		checked := &checker{Document: doc}
		checked.definition(part)
		if len(checked.mistakes) > 0 {
			return fileerr.Join(checked.mistakes)
		}
		part.MeanOver = nil
		d.parts = append(d.parts, part)
	}
	return nil
}
