package ranking

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Value is a model's value of a column of metadata.
type Value struct {
	Text   string
	Number float64 // NaN where the text is no number
}

func newValue(text string) Value {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !finite(v) {
		v = math.NaN()
	}
	return Value{text, v}
}

// says tells whether two values are the same number or text.
func (v Value) says(w Value) bool {
	return v.Number == w.Number || strings.TrimSpace(v.Text) == strings.TrimSpace(w.Text)
}

// fact is a value of metadata and where it comes from.
type fact struct {
	Value
	source string
	table  bool
}

// addFacts adds the metadata that results have of a model. All results of a
// model must agree on them.
func (d *Data) addFacts(m *Model, source string, facts map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		if d.isScore(name) {
			d.warn("%s: metadata %q of model %q are left out: they have the name of a score", source, name, m.Name)
			continue
		}
		v := newValue(fmt.Sprint(facts[name]))
		if f, ok := facts[name].(float64); ok {
			v.Text = strconv.FormatFloat(f, 'g', -1, 64)
		}
		if v.Text == "" {
			continue
		}
		if f, ok := facts[name].(float64); isFar(v.Number) || ok && !finite(f) {
			d.warn("%s: %s of model %q is %s, not a number that can be compared, and is left out: correct model.yaml and score it again", source, name, m.Name, v.Text)
			continue
		}
		if first, ok := m.facts[name]; ok {
			switch {
			case first.says(v):
			case first.table:
				d.contradicts(name, m, first, fact{v, source, false})
			default:
				return errorf("%s of model %q is %s in %s, but %s in %s: correct model.yaml and score it again, or give one of them",
					name, m.Name, first.Text, first.source, v.Text, source)
			}
			continue
		}
		d.setFact(m, name, fact{v, source, false})
	}
	return nil
}

// addMetadata adds a cell of a table. The first table that has a value says it;
// it wins over results, as it is given on purpose, and where they differ, a
// warning tells so.
func (d *Data) addMetadata(m *Model, source, column, cell string) {
	v := newValue(cell)
	first, ok := m.facts[column]
	if ok && !first.says(v) {
		kept, other := fact{v, source, true}, first
		if first.table {
			kept, other = first, kept
		}
		d.contradicts(column, m, kept, other)
	}
	if !ok || !first.table {
		d.setFact(m, column, fact{v, source, true})
	}
}

// contradiction is what two sources tell differently of some models.
type contradiction struct {
	column, kept, other string
	example             string // the first
	more                int
}

// contradicts notes a contradiction.
func (d *Data) contradicts(column string, m *Model, kept, other fact) {
	for _, c := range d.contradictions {
		if c.column == column && c.kept == kept.source && c.other == other.source {
			c.more++
			return
		}
	}
	d.contradictions = append(d.contradictions, &contradiction{column, kept.source, other.source,
		fmt.Sprintf("%s of model %q is %s in %s, but %s in %s", column, m.Name, kept.Text, kept.source, other.Text, other.source), 0})
}

// warnOfContradictions tells each once.
func (d *Data) warnOfContradictions() {
	for _, c := range d.contradictions {
		also := ""
		if c.more > 0 {
			also = fmt.Sprintf(" (and likewise of %d more)", c.more)
		}
		d.warn("%s%s: that of %s is taken", c.example, also, c.kept)
	}
	d.contradictions = nil
}

func (d *Data) setFact(m *Model, name string, f fact) {
	if !slices.Contains(d.columns, name) {
		d.columns = append(d.columns, name)
	}
	m.facts[name] = f
	m.Metadata[name] = f.Value
}

func (d *Data) warn(format string, args ...any) {
	d.Warnings = append(d.Warnings, fmt.Sprintf(format, args...))
}

// isScore says whether a column of that name would hold scores in a table, or
// models.
func (d *Data) isScore(name string) bool {
	_, part := d.Composite.Part(name)
	return part || strings.EqualFold(name, CompositeScore) || strings.EqualFold(name, "model") ||
		slices.ContainsFunc(anatomy, func(p string) bool { return strings.EqualFold(p, name) })
}
