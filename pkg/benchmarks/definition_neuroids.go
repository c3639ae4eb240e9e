package benchmarks

import (
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// ids checks the identifiers of sources.
func (c *checker) ids(key string, s Sources) {
	if s.Fixed && s.Roles == nil {
		for i, side := range []string{"train", "test"} {
			if s.Names[i] == "" {
				c.fail(key, "write it as {train: NAME, test: NAME}", "%s names no %s", key, side)
			} else {
				c.id(key, s.Names[i])
			}
		}
		return
	}
	if s.None() {
		c.fail(key, "name one", "%s is an empty list", key)
	}
	for _, name := range s.Names {
		c.id(key, name)
	}
}

// sources checks that assemblies and stimulus sets go together.
func (c *checker) sources(d *Definition) {
	a, s := d.Assembly, d.StimulusSet
	several := len(a.Names) > 1 || len(s.Names) > 1
	r, known := d.rulesOf()
	if c.roles(d, r, known) {
		return
	}
	switch {
	case !several:
	case d.Kind != KindNeural:
		c.fail("assembly", "name one, or set kind: neural", "several assemblies are for recordings, but the benchmark is %s", d.Kind)
	case a.Fixed != s.Fixed || len(a.Names) != len(s.Names):
		c.fail("stimulus_set", "name a stimulus set for each assembly, in the same form", "stimulus_set is not of the form of assembly")
	case a.Fixed && known && !r.Trains:
		c.fail("assembly", "name one, or join several by a list", "the metric %s has nothing to train", d.Metric.Name)
	case !a.Fixed && r.Trains:
		c.fail("assembly", "write it as {train: NAME, test: NAME}, or name one", "a list joins assemblies for metrics of similarity, but the metric %s is a mapping", d.Metric.Name)
	case !a.Fixed && hasRepeats(a.Names):
		c.fail("assembly", "name each assembly once", "assembly names one twice")
	}
}

// roles checks stimulus sets that differ by their role, and reports whether they do, or
// should.
func (c *checker) roles(d *Definition, r Rules, known bool) bool {
	a, s := d.Assembly, d.StimulusSet
	switch {
	case a.Roles != nil:
		c.fail("assembly", "name one", "assembly has the roles of stimulus sets")
	case !known || len(r.Roles) == 0 && s.Roles == nil:
		return false
	case len(r.Roles) == 0:
		c.fail("stimulus_set", "name a stimulus set", "stimulus_set has roles, but the metric %s takes stimuli without a role", d.Metric.Name)
	case len(a.Names) > 1:
		c.fail("assembly", "name one", "several assemblies are for recordings, but the benchmark is %s", d.Kind)
	default:
		form := "write it as {" + strings.Join(r.Roles, ": NAME, ") + ": NAME}"
		if s.Fixed {
			c.fail("stimulus_set", form, "the metric %s has nothing to train", d.Metric.Name)
		}
		for _, role := range r.Roles {
			if s.Roles[role] == "" {
				c.fail("stimulus_set", form, "stimulus_set names no set of the role %s, which the metric %s needs", role, d.Metric.Name)
			}
		}
	}
	return true
}

func hasRepeats(names []string) bool {
	return len(slices.Compact(slices.Sorted(slices.Values(names)))) < len(names)
}

// neuroids checks which neuroids are compared, and how.
func (c *checker) neuroids(d *Definition) {
	for _, column := range slices.Sorted(maps.Keys(d.Select)) {
		c.condition("select."+column, d.Select[column])
	}
	if s := d.SelectCeiling; s != nil {
		c.condition("select_ceiling", *s)
		if s.Bounds == nil {
			c.fail("select_ceiling", "write it as {above: 0.7}", "select_ceiling is %s, but a ceiling is a number", s)
		}
		if def := d.Ceiling; def != nil && (def.Value != nil || def.Name != InternalConsistency) && c.Has("ceiling") {
			c.fail("select_ceiling", "take the ceiling internal_consistency, or select by a column", "select_ceiling needs a ceiling of each neuroid from its trials")
		}
	}
	if c.Has("missing") {
		c.choice("missing", d.Missing, Drop)
	}
	if c.Has("per") && d.Per == "" {
		c.fail("per", "name a column of neuroid.csv, as subject", "per is empty")
	}
	if r, ok := d.rulesOf(); ok && d.Center && !r.Centers {
		c.fail("center", "remove it, or take a metric of similarity, as rdm", "center subtracts the neuroids' means, which the metric %s does not depend on", d.Metric.Name)
	}
	if d.Time == Spanned {
		c.spanned(d)
	}
}

// spanned checks what one mapping for all time bins allows.
func (c *checker) spanned(d *Definition) {
	if m, err := d.NewMetric(); err == nil {
		if _, ok := m.(metrics.Spanning); !ok {
			c.fail("time", "take another mapping, as pls or ridge, or time: per_bin", "time: spanned is one mapping for all time bins, which the metric %s cannot be", d.Metric.Name)
		}
	}
	for key, given := range map[string]bool{"per": d.Per != "", "missing": d.Missing != "", "assembly": len(d.Assembly.Names) > 1, "select_ceiling": d.SelectCeiling != nil} {
		if given {
			c.fail(key, "remove one of them", "%s and time: spanned cannot be combined", key)
		}
	}
}

// condition checks that a condition can be met.
func (c *checker) condition(key string, of stimuli.Condition) {
	const example = "write VALUE, [FIRST, SECOND] or bounds, as {above: 30}"
	if of.Bounds == nil {
		if len(of.Values) == 0 {
			c.fail(key, example, "%s lists no value", key)
		}
		return
	}
	given := 0
	for _, limit := range of.Bounds.Limits() {
		if limit.Value == nil {
			continue
		}
		if given++; !stats.Finite(*limit.Value) {
			c.fail(key+"."+limit.Key, "give a number", "%s.%s is %v", key, limit.Key, *limit.Value)
		}
	}
	if given == 0 {
		c.fail(key, example, "%s has no bound", key)
	}
	if given > 0 && !of.Bounds.Possible() {
		c.fail(key, "give the lower bound first", "no number meets %s", of)
	}
}

// timeSpans checks the bins or the window that recordings are averaged into.
func (c *checker) timeSpans(d *Definition) {
	span := func(key string, b []float64) bool {
		if len(b) != 2 || !(b[0] < b[1]) {
			c.fail(key, "write [start, end] in milliseconds, as [70, 90]", "%s holds %v", key, b)
			return false
		}
		return true
	}
	switch {
	case c.Has("time_bins") && d.Time != PerBin && d.Time != Spanned:
		c.fail("time_bins", "add time: per_bin", "time_bins is given without time: per_bin")
		return
	case c.Has("time_window") && c.Has("time"):
		c.fail("time_window", "keep one of them", "time_window averages over time, but time: %s keeps it", d.Time)
		return
	case c.Has("time_range") && d.Time != Flat:
		c.fail("time_range", "add time: flat, or write time_window for the mean over a span", "time_range is given without time: flat")
		return
	}
	if c.Has("time_window") {
		span("time_window", d.TimeWindow)
	}
	if c.Has("time_range") {
		span("time_range", d.TimeRange)
	}
	for _, b := range d.TimeBins {
		if !span("time_bins", b) {
			return
		}
	}
	if err := d.Bins().Check(d.Source); err != nil {
		c.fail("time_bins", "each moment belongs to one bin", "time_bins overlap: %s", d.Bins())
	}
}
