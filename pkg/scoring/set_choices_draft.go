package scoring

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// usualMetric returns the metric that is asked for, if it is of the kind; thresholds have
// a usual one.
func (k setChoicesKind) usualMetric(d *drafter) (metric, lacks string, err error) {
	if d.info.Kind != benchmarks.KindBehavioral || k.file != "" && !d.has(k.file) {
		return "", "", nil
	}
	if info, err := metrics.Lookup(d.metric); err == nil && info.Kind == k.metrics {
		return d.metric, "", nil
	}
	if d.metric == "" && k.file == "thresholds.csv" {
		for _, info := range metrics.List() {
			if info.Kind == k.metrics {
				return info.Name, "", nil
			}
		}
	}
	return "", "", nil
}

// draft drafts a benchmark on choices over a stimulus set.
func (k setChoicesKind) draft(d *drafter, _ metrics.Kind) error {
	d.start("behavior")
	if k.file != "" {
		d.line("assembly: "+scalar(d.request.Assembly), "%s", k.file)
	}
	d.line("stimulus_set: "+scalar(d.info.StimulusSet), "%d stimuli", len(d.set.IDs))
	d.line("truth: "+scalar(truthColumn(d.set.Table.Columns)), "column of the stimulus set with the right answers")
	d.option("choices: geirhos16", "what a model's logits are choices of: a list of the program, or a CSV file beside this one (choice,index)")
	table, err := k.peopleTable(d)
	if err != nil {
		return err
	}
	options, named := d.columnOptions(table)
	if condition := conditionsOf(table); k.file == "thresholds.csv" && !named["by"] && len(condition) > 1 {
		d.line("exclude: {condition: ["+strings.Join(condition[1:], ", ")+"]}", "one threshold of each subject is compared")
	} else {
		d.option("exclude: {condition: [VALUE]}", "leaves out stimuli and trials")
	}
	d.line("metric: {name: "+scalar(d.metric)+options+"}", "see brainscore metrics show %s", d.metric)
	d.scoreLine()
	return nil
}

// truthColumn returns the column that most likely holds the right answers.
func truthColumn(columns []string) string {
	for _, name := range []string{"truth", "object", "object_name", "label", "image_label", "category", "synset"} {
		if slices.Contains(columns, name) {
			return name
		}
	}
	for _, name := range columns {
		if name != "stimulus_id" {
			return name
		}
	}
	return "truth"
}

// peopleTable returns the assembly's table, nil if the kind needs none.
func (k setChoicesKind) peopleTable(d *drafter) (*stimuli.Table, error) {
	if k.file == "" {
		return nil, nil
	}
	a, err := stimuli.OpenBehavioralTable(d.info.Dir(), k.file)
	if err != nil {
		return nil, err
	}
	return a.Trials, nil
}

// conditionsOf returns the values of a table's column condition as YAML.
func conditionsOf(t *stimuli.Table) (values []string) {
	if t == nil || !t.Has("condition") {
		return nil
	}
	column, _ := t.Column("condition")
	for _, g := range stimuli.Groups(column) {
		values = append(values, scalar(g.Name))
	}
	return values
}

// columnOptions writes the options that the metric must be given, with columns and values
// of the tables as far as they can be told, and reports which options are named.
func (d *drafter) columnOptions(people *stimuli.Table) (text string, named map[string]bool) {
	info, err := metrics.Lookup(d.metric)
	if err != nil {
		return "", nil
	}
	named = make(map[string]bool)
	var groups []string // of the column by, for the options that are values of it
	for _, o := range info.Options {
		if o.Example == "" {
			continue
		}
		value := o.Example
		switch {
		case o.Type == "columns" || o.Type == "column" && o.Name == "by":
			value, groups = d.groupColumn(people)
		case o.Type == "column":
			value = d.numericColumn()
		case o.Type == "value" && len(groups) > 0:
			value, groups = groups[0], groups[1:]
		}
		named[o.Name] = true
		text += ", " + o.Name + ": " + scalar(value)
	}
	return text, named
}

// groupColumn returns the column that most likely divides people's rows, or else stimuli,
// with its values.
func (d *drafter) groupColumn(people *stimuli.Table) (string, []string) {
	tables := []*stimuli.Table{d.set.Table}
	if people != nil {
		tables = []*stimuli.Table{people, d.set.Table}
	}
	others := []string{"stimulus_id", "subject", "truth", "choice", "correct", "threshold", truthColumn(d.set.Table.Columns)}
	for _, t := range tables {
		names := slices.DeleteFunc(slices.Clone(t.Columns), func(name string) bool { return slices.Contains(others, name) })
		if i := slices.Index(names, "condition"); i > 0 {
			names[0], names[i] = names[i], names[0]
		}
		for _, name := range names {
			column, _ := t.Column(name)
			var values []string
			for _, g := range stimuli.Groups(column) {
				values = append(values, g.Name)
			}
			if len(values) > 1 && len(values) < t.Len() {
				return name, values
			}
		}
	}
	return "condition", nil
}

// numericColumn returns the first column of the stimulus set that holds different numbers.
func (d *drafter) numericColumn() string {
	for _, name := range d.set.Table.Columns {
		values, _ := d.set.Table.Column(name)
		if _, levels, numbers := stimuli.Levels(values); name != "stimulus_id" && numbers != nil && len(levels) > 1 {
			return name
		}
	}
	return "x"
}

// scoreLine adds the usual form of the ceiled score.
func (d *drafter) scoreLine() {
	form := metrics.Ratio
	if info, err := metrics.Lookup(d.metric); err == nil && info.Score != "" {
		form = info.Score
	}
	d.line("score: "+string(form), "%s", map[metrics.Form]string{metrics.Ratio: "raw / ceiling", metrics.RawForm: "the raw score itself"}[form])
}

// validate checks a benchmark on choices over a stimulus set.
func (k setChoicesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	if set == nil {
		c.skip("needs the stimulus set", "answers", "ceiling")
		return
	}
	if !c.d.Assembly.None() {
		if err := c.assembly(); err != nil {
			c.fail("assembly", err)
			c.skip("needs the assembly", "answers", "ceiling")
			return
		}
		c.ok("assembly", "%s", c.d.Assembly)
	}
	loaded, err := k.load(c.runner.loader, c.d)
	if err != nil {
		if e, ok := errors.AsType[*excludeError](err); ok {
			err = c.d.WrapAt("exclude", e.error)
		}
		c.fail("answers", err)
		c.skip("needs the answers", "ceiling")
		return
	}
	c.v.Counts = loaded.counts()
	c.ok("answers", "%d stimuli, %d choices offered", len(loaded.ids), len(loaded.question.names()))
	c.warn("answers", loaded.doubts...)
	c.v.Classes = &Classes{c.d.Truth, stimuli.Groups(loaded.truth)}
	c.balance("truths", c.v.Classes.Groups, "stimuli")
	if c.d.FittingStimulusSet != "" {
		c.readout(loaded.question.asked, len(loaded.ids))
	}
	c.ceiling(ctx)
	c.memory(k)
}
