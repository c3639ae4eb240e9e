package ranking

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Condition selects the rows of a table in which a column equals a value.
type Condition struct{ Column, Value string }

// ParseCondition reads COLUMN=VALUE.
func ParseCondition(s string) (Condition, error) {
	column, value, ok := strings.Cut(s, "=")
	if !ok || column == "" {
		return Condition{}, fmt.Errorf("%q is not COLUMN=VALUE", s)
	}
	return Condition{column, value}, nil
}

// scaleColumn is the column that states whether a row's scores are raw or ceiled.
const scaleColumn = "of"

// AddTables adds models from tables with one row per model: a column model,
// columns named as groups, benchmarks and parts of composites in any case, and all
// others as metadata. Empty cells are missing; X marks a benchmark that failed. The
// exports of brain-score.org are such tables. AddTables reads the rows of each table that meet the
// conditions on its columns; each condition's column must be in some table.
func (b *Builder) AddTables(tables []*stimuli.Table, where []Condition) error {
	for _, c := range where {
		if err := checkColumn(tables, c.Column); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := b.addTable(t, where); err != nil {
			return err
		}
	}
	return nil
}

func checkColumn(tables []*stimuli.Table, column string) error {
	for _, t := range tables {
		if t.Has(column) {
			return nil
		}
	}
	if len(tables) == 0 {
		return errorf("no table has a column %q, because no table is given", column)
	}
	_, err := tables[0].Column(column)
	return err
}

func (b *Builder) addTable(t *stimuli.Table, where []Condition) error {
	rows, err := selectRows(t, where)
	if err != nil {
		return err
	}
	names, err := b.modelNames(t, rows)
	if err != nil {
		return err
	}
	parts, err := b.partColumns(t)
	if err != nil {
		return err
	}
	lines := map[string]int{}
	for _, row := range rows {
		name := names[row]
		if name == "" {
			return &stimuli.FileError{Path: t.Path, Line: t.Line(row), What: "the name of the model is missing"}
		}
		if first, ok := lines[name]; ok {
			return &stimuli.FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has a second row of model %q, first on line %d", name, first),
				Remedy: "each may have one; --where COLUMN=VALUE keeps the rows of one kind"}
		}
		lines[name] = t.Line(row)
		if m := b.model(name); len(parts) > 0 {
			m.listed = true
		}
	}
	for _, column := range t.Columns {
		cells, err := t.Column(column)
		if err != nil {
			return err
		}
		if isLabel(column) {
			continue
		}
		add := b.addMetadataCell
		if part, ok := parts[column]; ok {
			add = func(t *stimuli.Table, m *Model, column, cell string, line int) error {
				return b.addPartCell(t, m, part, column, cell, line)
			}
		} else if err := checkNumbers(t, column, cells, rows); err != nil {
			return err
		}
		for _, row := range rows {
			if strings.TrimSpace(cells[row]) == "" {
				continue
			}
			if err := add(t, b.model(names[row]), column, cells[row], t.Line(row)); err != nil {
				return err
			}
		}
	}
	b.warnOfOtherScale(t, rows)
	b.tables = append(b.tables, newScoreTable(t, parts, names, rows))
	return nil
}

func (b *Builder) addMetadataCell(t *stimuli.Table, m *Model, column, cell string, line int) error {
	if isFar(newValue(cell).Number) {
		b.warn("%s:%d: %s is %q, too far from 0 to be compared, and is left out", t.Path, line, column, cell)
		return nil
	}
	b.addMetadata(m, t.Path, column, cell)
	return nil
}

func (b *Builder) addPartCell(t *stimuli.Table, m *Model, part, column, cell string, line int) error {
	v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
	if failed := strings.EqualFold(strings.TrimSpace(cell), "X"); failed {
		v = math.NaN()
	} else if err != nil || !stats.Finite(v) {
		return &stimuli.FileError{Path: t.Path, Line: line, What: fmt.Sprintf("%s is %q, not a number", column, cell), Remedy: "leave it empty where it is missing, or write X where it failed"}
	}
	if m.source != "" {
		return errorf("scores of model %q are both in %s and in %s: give one of them, or leave rows out by --where", m.Name, m.source, t.Path)
	}
	if _, twice := m.nodes[part]; twice {
		return errorf("%s of model %q is both in %s and in %s: give one of them", part, m.Name, m.table, t.Path)
	}
	if isFar(v) {
		b.warn("%s:%d: %s is %q, too far from 0 for a score, and is left out", t.Path, line, column, cell)
		return nil
	}
	m.table = t.Path
	m.nodes[part] = v
	return nil
}

// selectRows returns the indices of the rows that meet the conditions.
func selectRows(t *stimuli.Table, where []Condition) ([]int, error) {
	rows := make([]int, t.Len())
	for i := range rows {
		rows[i] = i
	}
	for _, c := range where {
		if !t.Has(c.Column) {
			continue
		}
		cells, err := t.Column(c.Column)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(row int) bool { return cells[row] != c.Value })
		if len(rows) == 0 {
			return nil, noRow(t, c, cells)
		}
	}
	if len(rows) == 0 {
		return nil, &stimuli.FileError{Path: t.Path, What: "has no rows"}
	}
	return rows, nil
}

func noRow(t *stimuli.Table, c Condition, cells []string) error {
	e := &stimuli.FileError{Path: t.Path, What: fmt.Sprintf("no remaining row has %s=%s", c.Column, c.Value)}
	known := slices.Compact(slices.Sorted(slices.Values(cells)))
	if near := nearest.To(c.Value, known); near != "" && near != c.Value {
		e.Remedy = nearest.Question(near)
	} else if len(known) <= 10 {
		e.Remedy = "the column has " + strings.Join(known, ", ")
	}
	return e
}

// partColumns returns the part of each column that holds scores.
func (b *Builder) partColumns(t *stimuli.Table) (map[string]string, error) {
	parts, columns := map[string]string{}, map[string]string{}
	for _, column := range t.Columns {
		name, _ := withoutVersion(column)
		part, ok := b.composite.Node(name)
		if !ok {
			if part, ok = benchmarks.UsualPart(name); !ok {
				continue
			}
		}
		if first, twice := columns[part]; twice {
			return nil, &stimuli.FileError{Path: t.Path, Line: t.HeaderLine(), What: fmt.Sprintf("has two columns of %s: %q and %q", part, first, column), Remedy: "name columns uniquely"}
		}
		parts[column], columns[part] = part, column
	}
	return parts, nil
}

// warnOfOtherScale warns of rows whose scores are raw where the composite is of
// ceiled ones, or the reverse.
func (b *Builder) warnOfOtherScale(t *stimuli.Table, rows []int) {
	if !t.Has(scaleColumn) {
		return
	}
	cells, err := t.Column(scaleColumn)
	if err != nil {
		return
	}
	other := 0
	for _, row := range rows {
		if scale := cells[row]; scale != b.composite.Of && (scale == benchmarks.OfRaw || scale == benchmarks.OfCeiled) {
			other++
		}
	}
	if other > 0 {
		b.warn("%s: %d row(s) hold scores that are not %s, as composite %s is", t.Path, other, b.composite.Of, b.composite.Identifier)
	}
}
