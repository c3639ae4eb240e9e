package benchmarks

import (
	"math"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// ceilingKeys lists the keys that a form of the ceiling may have.
func ceilingKeys(def *CeilingDef) (form string, keys []string) {
	switch {
	case def.Value != nil:
		return "with a value", []string{"value"}
	case def.Name == metrics.PropertyCeiling:
		return def.Name, []string{"name", "seed"}
	case def.OfSubjects():
		keys = []string{"name", "column"}
		if def.Name == LeaveOneSubjectOut {
			keys = append(keys, "bound", "average")
		}
		return def.Name, keys
	case def.OfColumn():
		return "of a column", []string{"column", "percent", "root", "average"}
	}
	return def.Name, []string{"name", "splits", "seed", "of"}
}

// ceiling checks where the noise ceiling comes from, and fills in its defaults.
func (c *checker) ceiling(d *Definition) {
	def := d.Ceiling
	if def == nil {
		if d.Kind == KindNeural {
			d.Ceiling = c.usualCeiling(d)
		}
		return
	}
	switch {
	case c.Has("ceiling.name"):
		before := len(c.mistakes)
		known := []string{InternalConsistency, PredictorConsistency, LeaveOneSubjectOut, BetweenSubjects}
		if r, ok := d.rulesOf(); ok && r.Ceiling != "" {
			known = []string{r.Ceiling}
		}
		c.choice("ceiling.name", def.Name, known...)
		if len(c.mistakes) > before {
			return
		}
	case def.Value == nil && !def.OfColumn() && (c.Has("ceiling.splits") || c.Has("ceiling.seed") || c.Has("ceiling.of")):
		def.Name = InternalConsistency
	case def.Value == nil && !def.OfColumn():
		c.fail("ceiling", "write {name: internal_consistency}, {column: COLUMN} or {value: 0.79}, or remove it", "the ceiling has neither a name nor a column nor a value")
		return
	}
	form, keys := ceilingKeys(def)
	if def.Value != nil && slices.ContainsFunc([]string{"name", "column", "splits", "seed", "of"}, func(key string) bool { return c.Has("ceiling." + key) }) {
		c.fail("ceiling.value", "keep one of them", "the ceiling has a value, but also a name, column, splits or seed")
		return
	}
	for _, key := range []string{"name", "value", "column", "splits", "seed", "of", "percent", "root", "bound", "average"} {
		if drawn := key == "splits" || key == "seed"; drawn && def.OfSubjects() && c.Has("ceiling."+key) {
			c.fail("ceiling."+key, "remove it", "%s draws nothing at random", def.Name)
			return
		}
		if c.Has("ceiling."+key) && !slices.Contains(keys, key) {
			c.fail("ceiling."+key, "remove it; a ceiling "+form+" has "+strings.Join(keys, ", "), "a ceiling %s has no %s", form, key)
			return
		}
	}
	if v := def.Value; v != nil {
		if !(*v > 0) || math.IsInf(*v, 0) {
			c.fail("ceiling.value", "give a ceiling such as 0.79", "the ceiling's value is %v, but must be a number above 0", *v)
		}
		return
	}
	if r, ok := d.rulesOf(); ok && r.Ceiling != "" {
		if def.Name != r.Ceiling {
			c.fail("ceiling", "write {name: "+r.Ceiling+"} or {value: 0.95}", "%s is a ceiling of recordings, but the benchmark is %s", orColumn(def), d.Kind)
		}
		return
	}
	if d.Kind == KindBehavioral || d.Kind == KindProperty {
		c.fail("ceiling", "remove it for the metric's own ceiling, or give {value: 0.79}", "%s is a ceiling of recordings, but the benchmark is %s", orColumn(def), d.Kind)
		return
	}
	switch {
	case def.OfSubjects():
		c.subjects(d)
	case def.OfColumn():
		if def.Average == "" {
			def.Average = MedianAverage
		}
		c.choice("ceiling.average", def.Average, MedianAverage, MeanAverage)
	default:
		c.halves(d)
	}
}

func orColumn(def *CeilingDef) string {
	if def.Name == "" {
		return "a column"
	}
	return def.Name
}

// usualCeiling returns the ceiling of a definition of recordings that names none.
func (c *checker) usualCeiling(d *Definition) *CeilingDef {
	def := &CeilingDef{Name: InternalConsistency, Splits: DefaultSplits, Seed: DefaultSeed}
	if d.Assembly.Fixed {
		def.From = OfTest
	}
	return def
}

// halves checks a ceiling from halves of the repetitions.
func (c *checker) halves(d *Definition) {
	def := d.Ceiling
	if !c.Has("ceiling.splits") {
		def.Splits = DefaultSplits
	}
	if !c.Has("ceiling.seed") {
		if def.Seed = DefaultSeed; def.Name == PredictorConsistency {
			def.Seed = 0
		}
	}
	c.splits("ceiling.splits", def.Splits)
	switch {
	case c.Has("ceiling.of") && def.From != OfTest:
		c.choice("ceiling.of", def.From, OfTest)
	case c.Has("ceiling.of") && !d.Assembly.Fixed:
		c.fail("ceiling.of", "remove it, or write assembly: {train: NAME, test: NAME}", "the ceiling is of the test stimuli, but the assembly has no test stimuli of its own")
	case d.Assembly.Fixed:
		def.From = OfTest
	case len(d.Assembly.Names) > 1:
		c.fail("ceiling.name", "take a ceiling between subjects, of a column, or a value", "%s needs the repetitions of one assembly, but the benchmark joins %d", def.Name, len(d.Assembly.Names))
	}
}

// subjects checks a ceiling of single subjects.
func (c *checker) subjects(d *Definition) {
	def := d.Ceiling
	if info, err := metrics.Lookup(d.Metric.Name); err == nil && !slices.Contains(info.Ceilings, def.Name) {
		c.fail("ceiling.name", "take internal_consistency, or a metric that has this ceiling: "+strings.Join(metricsWith(def.Name), ", "), "%s compares subjects with each other, but the metric is %s", def.Name, d.Metric.Name)
	}
	switch {
	case c.Has("ceiling.column") && c.Has("per") && def.Column != d.Per:
		c.fail("ceiling.column", "remove it", "the ceiling's column is %s, but subjects are told apart by per: %s", def.Column, d.Per)
	case d.Per != "":
		def.Column = ""
	case !c.Has("ceiling.column"):
		def.Column = defaultSubject
	}
	if def.Name == BetweenSubjects {
		return
	}
	if def.Bound == "" {
		def.Bound = LowerBound
	}
	if def.Average == "" {
		def.Average = MatchedAverage
	}
	c.choice("ceiling.bound", def.Bound, LowerBound, UpperBound)
	c.choice("ceiling.average", def.Average, MatchedAverage, PlainAverage)
}

// metricsWith lists the metrics that can take a ceiling.
func metricsWith(ceiling string) (names []string) {
	for _, info := range metrics.List() {
		if slices.Contains(info.Ceilings, ceiling) {
			names = append(names, info.Name)
		}
	}
	return names
}
