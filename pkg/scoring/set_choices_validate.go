package scoring

import (
	"context"
	"errors"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// validate checks a benchmark on choices over a stimulus set.
func (k setChoicesKind) validate(ctx context.Context, c *validator, set *stimuli.StimulusSet) {
	if set == nil {
		c.skip("needs the stimulus set", "answers", "ceiling")
		return
	}
	if c.d.Assembly != "" {
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
	c.ceiling(ctx)
	const row = 64 // bytes
	c.v.Memory = row*int64(len(loaded.ids)+len(loaded.in.People.Subject)) + processBytes
	c.memory()
}

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
	d.option("exclude: {condition: [VALUE]}", "leaves out stimuli and trials")
	d.line("metric: {name: "+scalar(d.metric)+requiredOptions(d.metric)+"}", "see brainscore metrics show %s", d.metric)
	d.line("score: ratio", "raw / ceiling")
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

// requiredOptions writes examples of the options that a metric must be given.
func requiredOptions(metric string) string {
	info, err := metrics.Lookup(metric)
	if err != nil {
		return ""
	}
	text := ""
	for _, o := range info.Options {
		if o.Example != "" {
			text += ", " + o.Name + ": " + scalar(o.Example)
		}
	}
	return text
}
