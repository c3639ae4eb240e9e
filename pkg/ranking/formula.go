package ranking

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// formulaText describes a form of ceiled scores in messages.
func formulaText(f metrics.Form) string {
	if f == metrics.RatioSquared {
		return "(r/c)²"
	}
	return "r²/c"
}

var generatedOn = regexp.MustCompile(`^#\s*Generated on ([0-9]{4}-[0-9]{2}-[0-9]{2})`)

// formulaOf returns the formula of a table's scores on benchmarks whose formula changed,
// and how that is known: by the versions of its columns, the date of its export, or as
// the user states; "" if it is unknown.
func (t scoreTable) formulaOf(stated metrics.Form) (f metrics.Form, how string) {
	for _, node := range slices.Sorted(maps.Keys(t.versions)) {
		if change, ok := benchmarks.FormulaChanges()[node]; ok {
			how = fmt.Sprintf("by version %d of %s", t.versions[node], node)
			if t.versions[node] < change.Version {
				return metrics.RatioSquared, how
			}
			return metrics.ExplainedVariance, how
		}
	}
	for _, line := range t.comments {
		m := generatedOn.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		if day, err := time.Parse(time.DateOnly, m[1]); err == nil {
			how = "by its date " + m[1]
			if day.Before(benchmarks.FormulaChanged) {
				return metrics.RatioSquared, how
			}
			return metrics.ExplainedVariance, how
		}
	}
	if stated != "" {
		return stated, "as stated"
	}
	return "", ""
}

// formulaOfResult returns the formula by which the score of a benchmark follows from its
// raw score and ceiling, "" if it is neither.
func formulaOfResult(r benchmarks.Result) metrics.Form {
	raw, c := r.Raw.Value, r.Ceiling.Value
	for _, f := range []metrics.Form{metrics.ExplainedVariance, metrics.RatioSquared} {
		value := raw * raw / c
		if f == metrics.RatioSquared {
			value /= c
		}
		if stats.Finite(value) && nearby(value, r.Ceiled.Value, ceilingTolerance) {
			return f
		}
	}
	return ""
}

// UniteFormulas makes sure that scores on the published benchmarks whose formula changed
// are of one: r²/c, or (r/c)² as tables had it until 2026. stated is the formula of
// tables that do not say it, "" if that is unknown. If both occur, or one beside tables
// whose formula is unknown, UniteFormulas returns an error, unless convert asks to
// multiply scores as (r/c)² by the published ceiling. It is called after all scores were
// added.
func (b *Builder) UniteFormulas(stated metrics.Form, convert bool) error {
	if b.composite.Of != benchmarks.OfCeiled {
		return nil
	}
	sources := map[metrics.Form][]string{} // files; of an unknown formula under ""
	concerned := map[string]bool{}
	add := func(f metrics.Form, path, node string) {
		if !slices.Contains(sources[f], path) {
			sources[f] = append(sources[f], path)
		}
		concerned[node] = true
	}
	for _, t := range b.tables {
		f, how := t.formulaOf(stated)
		nodes := t.changed()
		for _, node := range nodes {
			add(f, t.path, node)
		}
		if len(nodes) > 0 && f != "" {
			b.warn("%s: its scores on %s are taken as %s, %s", t.path, joinFirst(nodes, ", "), formulaText(f), how)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.models)) {
		m := b.models[name]
		for _, r := range m.results {
			if _, ok := benchmarks.FormulaChanges()[r.Benchmark]; !ok {
				continue
			}
			if f := formulaOfResult(r); f != "" {
				add(f, m.Source(r), r.Benchmark)
			}
		}
	}
	names := slices.Sorted(maps.Keys(concerned))
	switch {
	case len(sources[""]) > 0 && len(sources) > 1:
		return errorf("%s does not say whether its scores on %s are (r/c)² or r²/c, and those of other inputs are known: state it by --formula ratio_squared (brain-score.org until 2026-01-13) or --formula explained_variance (since then)",
			joinFirst(sources[""], ", "), joinFirst(names, ", "))
	case len(sources[metrics.RatioSquared]) == 0:
	case convert:
		b.convert(stated)
	case len(sources[metrics.ExplainedVariance]) > 0:
		return errorf("scores on %s are (r/c)² in %s, but r²/c in %s, and are not comparable: --convert makes all of them r²/c",
			joinFirst(names, ", "), joinFirst(sources[metrics.RatioSquared], ", "), joinFirst(sources[metrics.ExplainedVariance], ", "))
	}
	return nil
}

// changed lists the table's benchmarks whose formula changed.
func (t scoreTable) changed() []string {
	var nodes []string
	for _, node := range t.nodes {
		if _, ok := benchmarks.FormulaChanges()[node]; ok {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// convert makes all scores on the benchmarks whose formula changed r²/c. The values that
// tables have of groups around them are dropped, since these are of the old scores.
func (b *Builder) convert(stated metrics.Form) {
	around := b.composite.GroupsAround(slices.Collect(maps.Keys(benchmarks.FormulaChanges())))
	for _, t := range b.tables {
		if f, _ := t.formulaOf(stated); f != metrics.RatioSquared {
			continue
		}
		n := 0
		for _, name := range t.models {
			m := b.models[name]
			for _, node := range t.changed() {
				if v, ok := m.nodes[node]; ok && stats.Finite(v) {
					m.nodes[node] = v * benchmarks.FormulaChanges()[node].Ceiling
					n++
				}
			}
			for _, group := range around {
				delete(m.nodes, group)
			}
		}
		b.warn("%s: %d scores as (r/c)² are converted to r²/c by the published ceilings", t.path, n)
	}
	for _, m := range b.models {
		for i, r := range m.results {
			if _, ok := benchmarks.FormulaChanges()[r.Benchmark]; ok && formulaOfResult(r) == metrics.RatioSquared {
				m.results[i].Ceiled, _ = metrics.Ceil(r.Raw, r.Ceiling, metrics.ExplainedVariance)
			}
		}
	}
}
