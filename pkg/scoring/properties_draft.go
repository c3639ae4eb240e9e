package scoring

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// validate checks a benchmark on properties.
func (k propertiesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	err := c.assembly()
	var p *properties
	var a *stimuli.PropertyAssembly
	if err == nil {
		p, a, err = c.runner.loader.recordedProperties(c.d)
	}
	if err != nil {
		c.fail("assembly", err)
		c.skip("needs the assembly", "stimuli", "ceiling")
		return
	}
	without := 0
	for _, v := range p.recorded {
		if math.IsNaN(v) {
			without++
		}
	}
	c.ok("assembly", "%s: %d neurons, %d of them without a %s", a.ID, len(p.recorded), without, p.metric.Column())
	if set == nil {
		c.skip("needs the stimulus sets", "stimuli")
	} else if err := c.runner.loader.addGrids(p, c.d); err != nil {
		c.fail("stimuli", err)
	} else {
		for _, role := range propertyRoles {
			var sizes []string
			for _, values := range p.grids[role].Axes {
				sizes = append(sizes, fmt.Sprint(len(values)))
			}
			c.ok("stimuli", "%s: %d, a grid of %s", role, len(p.grids[role].ids), orNone(strings.Join(sizes, " × ")))
		}
	}
	c.ceiling(ctx)
	if len(p.ids) > 0 {
		c.memory(k)
	}
}

// usualMetric returns property for a table of properties.
func (propertiesKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if d.info.Kind != benchmarks.KindProperty {
		return "", "", nil
	}
	return "property", "", nil
}

// draft drafts a benchmark on the first property that the table has and for which the
// assembly's stimulus set serves.
func (propertiesKind) draft(d *drafter, _ metrics.Kind) error {
	a, err := stimuli.OpenProperties(d.info.Dir())
	if err != nil {
		return err
	}
	name, err := d.property(a)
	if err != nil {
		return err
	}
	if d.region == "" {
		d.region = "V1"
	}
	d.identifier = d.request.Assembly + "-" + name
	d.line("region: "+scalar(d.region), "the key of a model's layer commitment")
	d.option("parent: "+scalar(d.region), "the part of a composite that it counts in")
	d.line("assembly: "+scalar(d.request.Assembly), "%d neurons", len(a.NeuroidIDs))
	own := d.info.StimulusSet
	family := strings.TrimSuffix(own, metrics.RoleOrientation)
	d.line(fmt.Sprintf("stimulus_set: {stimuli: %s, blank: %s, receptive_field: %s, orientation: %s}", scalar(own), scalar(family+metrics.RoleBlank), scalar(family+metrics.RoleReceptiveField), scalar(own)),
		"of the property, and to place and drive the neurons")
	d.line("metric: {name: "+scalar(d.metric)+", property: "+scalar(name)+"}", "see brainscore metrics show %s", d.metric)
	d.line("ceiling: {name: "+metrics.PropertyCeiling+", seed: 0}", "the recorded neurons against samples of themselves")
	d.line("score: ratio", "raw / ceiling")
	return nil
}

// property returns the first column of the table that is a property measured by the
// assembly's stimulus set.
func (d *drafter) property(a *stimuli.PropertyAssembly) (string, error) {
	for _, column := range a.Neuroid.Columns {
		metric, err := metrics.New(d.metric, metrics.Options{metrics.PropertyOption: column})
		if err != nil {
			continue
		}
		p, ok := metric.(metrics.Property)
		if !ok {
			continue
		}
		if _, err := newGrid(d.set, p.Designs()[metrics.RoleStimuli]); err == nil {
			return column, nil
		}
	}
	return "", &stimuli.FileError{Path: a.Neuroid.Path, Line: a.Neuroid.HeaderLine(), What: fmt.Sprintf("has no column of a property that the stimulus set %s is for (%s)", d.set.ID, strings.Join(slices.Sorted(slices.Values(a.Neuroid.Columns)), ", ")), Remedy: "brainscore metrics show property lists the properties; name the stimulus set of the gratings in assembly.yaml"}
}
