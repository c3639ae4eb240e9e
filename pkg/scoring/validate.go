package scoring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Validate checks a definition against the data of the home: that they are
// there and fit, that splits can be drawn and the ceiling computed, and what a
// reviewer would ask of them. What is wrong is in the checks; the error
// is the error of a context that has ended.
func (r *Runner) Validate(ctx context.Context, d *benchmarks.Definition) (*Validation, error) {
	c := &validator{runner: r, d: d, v: &Validation{Definition: d, Ceiling: metrics.None()}}
	c.definition()
	data, _, err := kindOf(d)
	if err != nil {
		c.fail("metric", c.d.WrapAt("metric.name", err))
		return c.v, nil
	}
	set := c.stimulusSets()
	if names := d.PartNames(); names != nil {
		for i, part := range d.Parts() {
			c.part(ctx, names[i], part, data, set)
		}
		c.ceiling(ctx)
	} else {
		data.validate(ctx, c, set)
	}
	return c.v, ctx.Err()
}

// part makes the checks of one part of a definition, under its name.
func (c *validator) part(ctx context.Context, name string, part *benchmarks.Definition, data dataKind, set *stimuli.StimulusSet) {
	unpublished := *part
	unpublished.Expected = nil // figures are of the mean
	own := &validator{runner: c.runner, d: &unpublished, v: &Validation{Definition: part, Ceiling: metrics.None()}}
	data.validate(ctx, own, set)
	for _, check := range own.v.Checks {
		check.Name = name + ": " + check.Name
		c.v.Checks = append(c.v.Checks, check)
	}
	c.v.Classes, c.v.Memory = own.v.Classes, max(c.v.Memory, own.v.Memory)
}

// validator makes the checks of one definition.
type validator struct {
	runner *Runner
	d      *benchmarks.Definition
	v      *Validation
}

func (c *validator) add(name string, status Status, format string, args ...any) {
	c.v.Checks = append(c.v.Checks, Check{Name: name, Status: status, Finding: fmt.Sprintf(format, args...)})
}

func (c *validator) ok(name, format string, args ...any) { c.add(name, StatusOK, format, args...) }

// warn adds warnings, each a line of its own.
func (c *validator) warn(name string, warnings ...string) {
	for _, w := range warnings {
		c.add(name, StatusWarning, "%s", w)
	}
}

func (c *validator) fail(name string, err error) {
	c.v.Checks = append(c.v.Checks, Check{name, StatusFailed, err.Error(), err})
}

// skip adds checks that cannot be made.
func (c *validator) skip(why string, names ...string) {
	for _, name := range names {
		c.add(name, StatusSkipped, "%s", why)
	}
}

// definition summarises the definition.
func (c *validator) definition() {
	d := c.d
	c.ok("definition", "version %d, %s, metric %s, region %s, parent %s", d.Version, d.Kind, d.Metric.Name, orNone(d.Region), orNone(d.Parent))
	c.warn("definition", d.Warnings...)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// stimulusSet loads a stimulus set; nil where that fails.
func (c *validator) stimulusSet(name, key, id string) *stimuli.StimulusSet {
	if err := c.runner.Home.CheckFolder(c.d, key, "stimulus set", id, c.runner.Home.StimulusSets); err != nil {
		c.fail(name, err)
		return nil
	}
	set, err := c.runner.loader.stimulusSet(id)
	if err != nil {
		c.fail(name, err)
		return nil
	}
	c.ok(name, "%s: %d stimuli, columns %s", id, len(set.IDs), strings.Join(set.Table.Columns, ", "))
	return set
}

// stimulusSets loads the stimulus sets and returns the first; nil where one fails.
func (c *validator) stimulusSets() (first *stimuli.StimulusSet) {
	failed := false
	for i, id := range c.d.StimulusSet.Names {
		set := c.stimulusSet("stimulus set", "stimulus_set", id)
		if failed = failed || set == nil; i == 0 {
			first = set
		}
	}
	if failed {
		return nil
	}
	return first
}

// cover checks that the stimulus set has all stimuli of the data.
func (c *validator) cover(set *stimuli.StimulusSet, path string, ids []string) {
	if set == nil {
		c.skip("needs the stimulus set", "stimuli")
		return
	}
	if err := set.Check(path, ids); err != nil {
		c.fail("stimuli", err)
		return
	}
	if rest := len(set.IDs) - len(ids); rest > 0 {
		c.ok("stimuli", "%d, all in the stimulus set, which has %d more", len(ids), rest)
		return
	}
	c.ok("stimuli", "%d, all of the stimulus set", len(ids))
}

// assembly checks that the assembly is there and of the benchmark's kind.
func (c *validator) assembly() error {
	for _, assembly := range c.d.Assembly.Names {
		if err := c.runner.Home.CheckFolder(c.d, "assembly", "assembly", assembly, c.runner.Home.Assemblies); err != nil {
			return err
		}
		if info, err := stimuli.ReadAssemblyInfo(c.runner.Home.AssemblyPath(assembly)); err == nil && info.Kind != c.d.Kind {
			return c.runner.Home.CheckAssembly(c.d)
		}
	}
	return nil
}

// sameSet checks that the assembly is of the stimulus set that the definition
// names.
func (c *validator) sameSet(info stimuli.AssemblyInfo) {
	if err := c.d.CheckStimulusSet(0, info); err != nil {
		c.fail("assembly", err)
	}
}

// ceiling computes the noise ceiling as a score has it.
func (c *validator) ceiling(ctx context.Context) *benchmarks.Result {
	if !c.v.Valid() {
		c.skip("needs what failed above", "ceiling")
		return nil
	}
	result, err := c.runner.ceiling(ctx, c.d)
	if err != nil {
		if ctx.Err() == nil {
			c.fail("ceiling", err)
		}
		return nil
	}
	c.v.Ceiling, c.v.Counts = result.Ceiling, result.Counts
	from := "of the metric itself"
	if def := c.d.Ceiling; def != nil && def.Value != nil {
		from = "given as a value"
	} else if def != nil {
		from = def.Source()
	}
	figure := fmt.Sprintf("%.4f", result.Ceiling.Value)
	if e := result.Ceiling.Error; e == e {
		figure += fmt.Sprintf(" ± %.4f", e)
	}
	defer c.expected(benchmarks.ExpectedCeiling, result.Ceiling.Value)
	if !(result.Ceiling.Value > 0) {
		c.warn("ceiling", fmt.Sprintf("%s %s: scores cannot be normalised by it", figure, from))
		return result
	}
	c.ok("ceiling", "%s %s", figure, from)
	return result
}

// doubtOne warns of a ceiling of 1 that is given for recordings.
func (c *validator) doubtOne() {
	if given, ok := c.d.GivenCeiling(); ok && given.Value == 1 && c.d.Score != string(metrics.RawForm) {
		c.warn("ceiling", "a ceiling of 1 is that of recordings without noise: give a known one, or write score: raw")
	}
}

// expected compares a figure of the benchmark with the published one, if any.
func (c *validator) expected(quantity string, figure float64) {
	for _, e := range c.d.Expected {
		if e.Quantity != quantity {
			continue
		}
		if e.Meets(figure) {
			c.ok("expected", "%s %.6g: the published one is %v ± %v", quantity, figure, e.Value, e.Tolerance)
			continue
		}
		note := ""
		if e.Note != "" {
			note = " (" + e.Note + ")"
		}
		c.warn("expected", fmt.Sprintf("%s %.6g, but the published one is %v ± %v%s: are these the same data?", quantity, figure, e.Value, e.Tolerance, note))
	}
}

// expectedSelf compares the score of the recordings as their own model with the
// published one, if any.
func (c *validator) expectedSelf(ctx context.Context) {
	if !slices.ContainsFunc(c.d.Expected, func(e benchmarks.Expectation) bool { return e.Quantity == benchmarks.ExpectedSelf }) || c.d.Time == benchmarks.PerBin {
		return
	}
	raw, err := c.runner.loader.scoreThemselves(ctx, c.d)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		c.warn("expected", fmt.Sprintf("%s cannot be compared: %v", benchmarks.ExpectedSelf, err))
		return
	}
	c.expected(benchmarks.ExpectedSelf, raw)
}

// unknown reports unknown names in a file, as an error if there are many.
func (c *validator) unknown(check string, u *unknownNames, path string) {
	if warnings, err := u.check(path, c.d); err != nil {
		c.fail(check, err)
	} else if len(warnings) > 0 {
		c.warn(check, strings.Join(warnings, "; "))
	}
}

// labels checks the label column that a read-out is fitted to, for two-way choices.
func (c *validator) labels(trials *stimuli.ChoiceTrials) {
	switch {
	case c.d.FittingStimulusSet == "":
		c.warn("fitting set", "none is named, so only dumps with probabilities can be scored")
	case trials == nil:
		c.readout(nil, 0)
	default:
		c.readout(trials.Objects, len(trials.StimulusIDs))
	}
}

// readout checks that a read-out can be fitted that knows all objects of some stimuli; no
// stimuli stand for those that are not known.
func (c *validator) readout(objects []string, stimulusCount int) {
	d := c.d
	set := c.stimulusSet("fitting set", "fitting_stimulus_set", d.FittingStimulusSet)
	if set == nil {
		c.skip("needs the fitting set", "labels")
		return
	}
	values, err := set.Table.Column(d.FittingLabel)
	if err != nil {
		c.fail("labels", c.d.WrapAt("fitting_label", err))
		return
	}
	groups := stimuli.Groups(values)
	c.v.Classes = &Classes{d.FittingLabel, groups}
	if len(groups) < 2 {
		c.fail("labels", c.d.WrapAt("fitting_label", &stimuli.FileError{Path: set.Table.Path, What: fmt.Sprintf("has one value alone in %q (%q)", d.FittingLabel, groups[0].Name), Remedy: "a read-out needs two classes at least"}))
		return
	}
	if stimulusCount > 0 {
		if err := benchmarks.CheckLabels(set.Table.Path, objects, groupNames(groups)); err != nil {
			c.fail("labels", c.d.WrapAt("fitting_label", err))
			return
		}
	}
	c.unknown("labels", misspeltLabels(values, objects), set.Table.Path)
	c.balance("labels", groups, "stimuli")
}

func groupNames(groups []stimuli.Group) []string {
	var names []string
	for _, g := range groups {
		names = append(names, g.Name)
	}
	return names
}

// balance warns of classes of very different sizes.
func (c *validator) balance(name string, groups []stimuli.Group, what string) {
	s := stimuli.SpreadOfGroups(groups)
	const uneven = 5
	finding := fmt.Sprintf("%d of %q with %s %s each", len(groups), c.v.Classes.Column, spreadText(s), what)
	if s.Max > uneven*s.Min {
		c.warn(name, finding+": uneven")
		return
	}
	c.ok(name, "%s", finding)
}

// spreadText returns "7", where all are the same, or "2 to 9 (median 4)".
func spreadText(s stimuli.Spread) string {
	if s.Min == s.Max {
		return fmt.Sprint(s.Min)
	}
	return fmt.Sprintf("%d to %d (median %g)", s.Min, s.Max, s.Median)
}

// memory adds what a score of one layer needs, as a dry run reports it, but for a layer of
// any width.
func (c *validator) memory(data dataKind) {
	d, l := c.d, c.runner.loader
	e := &binEvaluation{evaluation: &evaluation{definition: d, data: data, reading: data.reads(d, "")}, definition: d}
	var size ReadSize
	sets := d.StimulusSet.Names
	switch {
	case e.reading != readsFitting:
	case d.FittingStimulusSet == "":
		e.reading = readsTable // no layer can be read
	default:
		sets = append(slices.Clip(sets), d.FittingStimulusSet)
	}
	for _, id := range sets {
		set, err := l.stimulusSet(id)
		if err != nil {
			return // its own check reports it
		}
		if size.Rows += len(set.IDs); id == d.FittingStimulusSet {
			size.Fit = len(set.IDs)
		}
	}
	for _, size.Features = range []int{size.Rows, wideLayer} {
		held := l.heldBy([]*binEvaluation{e}, size)
		c.v.Memory = max(c.v.Memory, withGarbage(held.total()))
	}
	c.ok("memory", "up to %s for a score of one layer", humanize.IBytes(uint64(c.v.Memory)))
}

// trials opens the trials of a behavioural benchmark; nil where that fails.
func (c *validator) trials(needed ...string) *stimuli.BehavioralAssembly {
	err := c.assembly()
	var a *stimuli.BehavioralAssembly
	if err == nil {
		a, err = c.runner.loader.behavioral(c.d)
	}
	if err != nil {
		if e, ok := errors.AsType[*excludeError](err); ok {
			err = c.d.WrapAt("exclude", e.error)
		}
		c.fail("assembly", err)
		c.skip("needs the assembly", needed...)
		return nil
	}
	without := ""
	if len(c.d.Exclude) > 0 {
		without = ", without " + c.d.ExcludedText()
	}
	c.ok("assembly", "%s: %d trials%s", a.ID, a.Trials.Len(), without)
	c.sameSet(a.AssemblyInfo)
	return a
}
