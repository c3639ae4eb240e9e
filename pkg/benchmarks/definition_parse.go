package benchmarks

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The defaults of cross-validation and ceiling, those of Brain-Score.
const (
	DefaultSplits    = 10
	DefaultSeed      = 1
	DefaultTrainSize = 0.9
	DefaultStratify  = "object_name"
	defaultSubject   = "animal"
)

// ParseDefinition reads a benchmark's definition from the data of a file and
// fills in the defaults. path is for messages, and its name should be the
// identifier with the ending .yaml. The error is a *FileError or several
// joined, one for each mistake, each with its line; where the metric is to
// blame, it wraps the *metrics.UnknownError or *metrics.OptionError.
//
// Defaults: version 1; a mapping without cross_validation takes 10 splits,
// train_size 0.9, stratify object_name, seed 1. A cross_validation that is
// given takes 10 splits, seed 1 and, without a size, train_size 0.9 (for a
// similarity metric test_size 0.9); it stratifies only where it says so.
// Neural benchmarks take the ceiling internal_consistency (10 splits, seed 1)
// and the score explained_variance; the ceiling leave_one_subject_out takes the
// column animal. Behavioral ones take the metric's own
// ceiling and, but for choice patterns, the score ratio.
func ParseDefinition(path string, data []byte) (*Definition, error) {
	d, doc, err := parse(path, data)
	if err != nil {
		return nil, err
	}
	if name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)); name != d.Identifier && path != "-" {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%s:%d: the identifier %q differs from the file's name %q", path, doc.Line("identifier"), d.Identifier, filepath.Base(path)))
	}
	return d, nil
}

// parse reads a definition whose path need not hold its identifier.
func parse(path string, data []byte) (*Definition, *strictyaml.Document, error) {
	d := &Definition{Source: path}
	doc, err := strictyaml.Decode(path, data, d)
	if err != nil {
		return nil, nil, err
	}
	c := &checker{Document: doc}
	if c.Has("mean_over") {
		if err := c.divide(d, path, data); err != nil {
			return nil, nil, err
		}
	}
	c.definition(d)
	if len(c.mistakes) > 0 && d.parts == nil {
		return nil, nil, fileerr.Join(c.mistakes)
	}
	return d, doc, nil
}

// checker collects the mistakes in the meaning of a definition.
type checker struct {
	*strictyaml.Document
	mistakes []*FileError
}

// definition checks a definition and fills in its defaults.
func (c *checker) definition(d *Definition) {
	c.names(d)
	c.sets(d)
	c.metric(d)
	c.expected(d)
}

func (c *checker) fail(key, remedy, format string, args ...any) {
	c.mistakes = append(c.mistakes, c.Errorf(key, remedy, format, args...))
}

// choice checks a word that is one of a few.
func (c *checker) choice(key, got string, known ...string) {
	if slices.Contains(known, got) {
		return
	}
	if near := nearest.To(got, known); near != "" {
		c.fail(key, nearest.Question(near)+" (known: "+strings.Join(known, ", ")+")", "unknown %s %q", key, got)
	} else {
		c.fail(key, "give one of "+strings.Join(known, ", "), "unknown %s %q", key, got)
	}
}

// required checks that the key is given and reports whether it is.
func (c *checker) required(key, example string) bool {
	if !c.Has(key) {
		c.fail(key, "add "+example, "the key %s is missing", key)
		return false
	}
	return true
}

// id checks an identifier that names a file or folder.
func (c *checker) id(key, id string) {
	var e *stimuli.IDError
	if err := stimuli.SafeID(id); errors.As(err, &e) {
		c.fail(key, "name it by letters, digits, dots and hyphens", "%s %q %s", key, id, e.Why)
	}
}

// names checks what the benchmark is called and where it counts.
func (c *checker) names(d *Definition) {
	if c.required("identifier", "identifier: NAME, the file's name without .yaml") {
		c.id("identifier", d.Identifier)
	}
	if !c.Has("version") {
		d.Version = 1
	} else if d.Version < 1 {
		c.fail("version", "count versions from 1", "version is %d", d.Version)
	}
	if c.required("kind", "kind: neural or kind: behavioral") {
		c.choice("kind", d.Kind, KindNeural, KindBehavioral, KindProperty)
	}
	if d.Region == "" && d.Kind == KindBehavioral {
		d.Region = "behavior"
	} else if d.Region == "" {
		if c := d.Select["region"]; len(c.Values) == 1 {
			d.Region = c.Values[0]
		}
	}
}

// sets checks which data the benchmark compares.
func (c *checker) sets(d *Definition) {
	if r, ok := d.rulesOf(); c.Has("assembly") || !ok || !r.SetAlone {
		if c.required("assembly", "assembly: NAME, a folder in assemblies/") {
			c.ids("assembly", d.Assembly)
		}
	}
	if c.required("stimulus_set", "stimulus_set: NAME, a folder in stimuli/") {
		c.ids("stimulus_set", d.StimulusSet)
	}
	c.sources(d)
	set, label := c.Has("fitting_stimulus_set"), c.Has("fitting_label")
	switch {
	case set && !label:
		c.fail("fitting_stimulus_set", "add fitting_label: COLUMN, the column of labels in that set", "fitting_stimulus_set is given without fitting_label")
	case label && !set:
		c.fail("fitting_label", "add fitting_stimulus_set: NAME", "fitting_label is given without fitting_stimulus_set")
	}
	if set {
		c.id("fitting_stimulus_set", d.FittingStimulusSet)
	}
	c.exclude(d)
	c.choices(d)
	if r, ok := d.rulesOf(); c.Has("allow_unknown_choices") && (d.Kind != KindBehavioral || ok && !r.UnknownChoices) {
		c.fail("allow_unknown_choices", "remove it", "allow_unknown_choices is about choices between objects, but the benchmark has none")
	}
	if c.Has("visual_degrees") {
		if err := stimuli.CheckDegrees(d.VisualDegrees); err != nil {
			c.fail("visual_degrees", "give the size at which the stimuli were shown, as 8", "visual_degrees is %v", err)
		}
	}
	if c.Has("time") {
		c.choice("time", d.Time, PerBin, Flat, Spanned)
	}
	c.timeSpans(d)
	if d.Kind == KindNeural {
		c.neuroids(d)
	}
	if d.Kind == KindBehavioral || d.Kind == KindProperty {
		for _, key := range []string{"select", "select_ceiling"} {
			if c.Has(key) {
				c.fail(key, "remove it, or set kind: neural", "%s keeps neuroids, but the benchmark is %s", key, d.Kind)
			}
		}
		for _, key := range []string{"missing", "per", "center"} {
			if c.Has(key) {
				c.fail(key, "remove it, or set kind: neural", "%s is for neuroids, but the benchmark is %s", key, d.Kind)
			}
		}
		for _, key := range []string{"time", "time_bins", "time_window", "time_range"} {
			if c.Has(key) {
				c.fail(key, "remove it, or set kind: neural", "%s is for recordings, but the benchmark is %s", key, d.Kind)
			}
		}
	}
	if d.Kind != KindBehavioral && (set || label) {
		key := "fitting_stimulus_set"
		if !set {
			key = "fitting_label"
		}
		c.fail(key, "remove it, or set kind: behavioral", "%s is for read-outs of choices, but the benchmark is %s", key, d.Kind)
	}
}

// exclude checks which trials are left out.
func (c *checker) exclude(d *Definition) {
	if !c.Has("exclude") {
		return
	}
	if r, ok := d.rulesOf(); d.Kind != KindBehavioral || ok && !r.Exclude {
		c.fail("exclude", "remove it", "exclude leaves out trials, but the benchmark has none")
		return
	}
	if len(d.Exclude) == 0 {
		c.fail("exclude", "write it as {condition: [first, second]}, or remove it", "exclude names no column")
	}
	for _, column := range slices.Sorted(maps.Keys(d.Exclude)) {
		if len(d.Exclude[column]) == 0 {
			c.fail("exclude."+column, "list the values to leave out, or remove the column", "exclude.%s has no values", column)
		}
	}
}

// choices checks where a model's choices and the right ones come from.
func (c *checker) choices(d *Definition) {
	r, ok := d.rulesOf()
	if !ok {
		return // the metric is wrong
	}
	switch {
	case c.Has("truth") && !r.Truth:
		c.fail("truth", "remove it", "truth names a column of right answers, but the metric %s needs none", d.Metric.Name)
	case !c.Has("truth") && r.TruthRequired:
		c.fail("truth", "add truth: COLUMN, the column of the stimulus set with the right answers", "the key truth is missing")
	case c.Has("truth") && d.Truth == "":
		c.fail("truth", "name a column", "truth is empty")
	}
	switch {
	case !c.Has("choices"):
	case !r.Choices:
		c.fail("choices", "remove it", "choices names what logits are choices of, but the metric %s takes none", d.Metric.Name)
	case isListFile(d.Choices):
		if strings.ContainsAny(d.Choices, `/\`) {
			c.fail("choices", "put the file beside the definition and write its name alone", "choices %q is a path", d.Choices)
		}
	default:
		c.choice("choices", d.Choices, choiceLists()...)
	}
}

// expected checks the published figures.
func (c *checker) expected(d *Definition) {
	if c.Has("expected") && len(d.Expected) == 0 {
		c.fail("expected", "write it as [{quantity: ceiling, value: 0.8, tolerance: 0.001}], or remove it", "expected has no figures")
	}
	for i, e := range d.Expected {
		at := fmt.Sprintf("expected.%d", i)
		if e.Quantity == "" {
			c.fail(at, "add quantity: ceiling", "%s names no quantity", at)
		}
		if !c.Has(at+".value") || !stats.Finite(e.Value) {
			c.fail(at+".value", "add value: NUMBER", "%s has no value", at)
		}
		if !(e.Tolerance >= 0) || math.IsInf(e.Tolerance, 0) {
			c.fail(at+".tolerance", "give how far a figure may be off, as 0.001", "%s.tolerance is %v", at, e.Tolerance)
		}
	}
}

// metric checks the metric and what depends on it.
func (c *checker) metric(d *Definition) {
	if !c.required("metric", "metric: {name: NAME}") || !c.required("metric.name", "name: NAME to metric") {
		return
	}
	m, err := metrics.New(d.Metric.Name, d.Metric.Options)
	if err != nil {
		c.metricError(err)
		return
	}
	r, ok := rules[m.Info().Kind]
	if !ok {
		c.fail("metric.name", "", "no rules are registered for metrics of kind %s", m.Info().Kind)
		return
	}
	if want := r.Benchmark; d.Kind != want && slices.Contains([]string{KindNeural, KindBehavioral, KindProperty}, d.Kind) {
		c.fail("metric.name", fmt.Sprintf("set kind: %s, or take one of %s", want, strings.Join(metricsFor(d.Kind), ", ")), "the metric %s is for %s benchmarks, but kind is %s", d.Metric.Name, want, d.Kind)
		return
	}
	c.crossValidation(d, r)
	c.ceiling(d)
	c.score(d, r)
}

// metricError puts an error of package metrics at the line that it is about.
func (c *checker) metricError(err error) {
	key, remedy := "metric", ""
	var unknown *metrics.UnknownError
	var option *metrics.OptionError
	switch {
	case errors.As(err, &unknown) && unknown.What == "metric":
		key = "metric.name"
	case errors.As(err, &unknown):
		key = "metric." + unknown.Name
	case errors.As(err, &option):
		key = "metric." + option.Option
	}
	c.fail(key, remedy, "%v", err)
	c.mistakes[len(c.mistakes)-1].Err = err
}

// metricsFor lists the metrics of a kind of benchmark.
func metricsFor(kind string) (names []string) {
	for _, info := range metrics.List() {
		if rules[info.Kind].Benchmark == kind {
			names = append(names, info.Name)
		}
	}
	return names
}

func (c *checker) score(d *Definition, r Rules) {
	switch {
	case c.Has("score"):
		c.choice("score", d.Score, metrics.Forms()...)
		if info, err := metrics.Lookup(d.Metric.Name); err == nil && d.Score == string(metrics.AboveChance) && info.Chance == 0 {
			c.fail("score", "take another form, as ratio", "above_chance needs the score of a guess, which the metric %s does not have", d.Metric.Name)
		}
	default:
		d.Score = string(r.Score)
		if info, err := metrics.Lookup(d.Metric.Name); err == nil && info.Score != "" {
			d.Score = string(info.Score)
		}
	}
}
