package ranking

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// FamilyColumn is the column of metadata that names a model's family.
const FamilyColumn = "family"

// Value is a model's value in a column of metadata.
type Value struct {
	Text   string
	Number float64 // NaN if the text is not a finite number
}

func newValue(text string) Value {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !stats.Finite(v) {
		v = math.NaN()
	}
	return Value{text, v}
}

// equals reports whether two values are the same number or text.
func (v Value) equals(w Value) bool {
	return v.Number == w.Number || strings.TrimSpace(v.Text) == strings.TrimSpace(w.Text)
}

// fact is a value of metadata with the file it came from.
type fact struct {
	Value
	source string
	table  bool
}

// addFacts adds the metadata that results have of a model. All results of a
// model must agree on them.
func (b *Builder) addFacts(m *Model, source string, facts map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		if b.isReserved(name) {
			b.warn("%s: metadata %q of model %q are left out: they have the name of a score", source, name, m.Name)
			continue
		}
		v := newValue(fmt.Sprint(facts[name]))
		if f, ok := facts[name].(float64); ok {
			v.Text = strconv.FormatFloat(f, 'g', -1, 64)
		}
		if v.Text == "" {
			continue
		}
		if f, ok := facts[name].(float64); isFar(v.Number) || ok && !stats.Finite(f) {
			b.warn("%s: %s of model %q is %s, not a number that can be compared, and is left out: correct model.yaml and score it again", source, name, m.Name, v.Text)
			continue
		}
		if first, ok := m.facts[name]; ok {
			switch {
			case first.equals(v):
			case first.table:
				b.addConflict(name, m, first, fact{v, source, false})
			default:
				return errorf("%s of model %q is %s in %s, but %s in %s: correct model.yaml and score it again, or give one of them",
					name, m.Name, first.Text, first.source, v.Text, source)
			}
			continue
		}
		b.setFact(m, name, fact{v, source, false})
	}
	return nil
}

// addMetadata adds a cell of a table. The first table with a value wins. A table
// wins over results, because a user names it on purpose; Build warns if they
// differ.
func (b *Builder) addMetadata(m *Model, source, column, cell string) {
	v := newValue(cell)
	first, ok := m.facts[column]
	if ok && !first.equals(v) {
		used, ignored := fact{v, source, true}, first
		if first.table {
			used, ignored = first, used
		}
		b.addConflict(column, m, used, ignored)
	}
	if !ok || !first.table {
		b.setFact(m, column, fact{v, source, true})
	}
}

// conflict records that two files differ in a column of metadata.
type conflict struct {
	conflictKey
	example string // the first one
	more    int    // models beside the example
}

// conflictKey identifies a conflict; used and ignored are the files.
type conflictKey struct{ column, used, ignored string }

func (b *Builder) addConflict(column string, m *Model, used, ignored fact) {
	key := conflictKey{column, used.source, ignored.source}
	if c, ok := b.conflictOf[key]; ok {
		c.more++
		return
	}
	c := &conflict{conflictKey: key,
		example: fmt.Sprintf("%s of model %q is %s in %s, but %s in %s", column, m.Name, used.Text, used.source, ignored.Text, ignored.source)}
	b.conflicts, b.conflictOf[key] = append(b.conflicts, c), c
}

// warnOfConflicts warns once of each column and pair of files that differ.
func (b *Builder) warnOfConflicts() {
	for _, c := range b.conflicts {
		also := ""
		if c.more > 0 {
			also = fmt.Sprintf(" (and likewise of %d more)", c.more)
		}
		b.warn("%s%s: that of %s is taken", c.example, also, c.used)
	}
}

func (b *Builder) setFact(m *Model, name string, f fact) {
	if !b.hasColumn[name] {
		b.columns, b.hasColumn[name] = append(b.columns, name), true
	}
	m.facts[name] = f
	m.Metadata[name] = f.Value
}

// isReserved reports whether a column of that name holds scores, or the names of
// models, in a table.
func (b *Builder) isReserved(name string) bool {
	_, isPart := b.composite.Node(name)
	_, isUsual := benchmarks.UsualPart(name)
	return isPart || isUsual || strings.EqualFold(name, CompositeScore) || isLabel(name)
}
