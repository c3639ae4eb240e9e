package ranking

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// Condition keeps the rows of a table whose column equals a value.
type Condition struct{ Column, Value string }

// ParseCondition reads COLUMN=VALUE.
func ParseCondition(s string) (Condition, error) {
	column, value, ok := strings.Cut(s, "=")
	if !ok || column == "" {
		return Condition{}, fmt.Errorf("%q is not COLUMN=VALUE", s)
	}
	return Condition{column, value}, nil
}

// ofColumn is the column that says whether a row's scores are raw or ceiled.
const ofColumn = "of"

// AddTables adds models from tables of one row a model: a column model, parts
// of composites in any case, and all others as metadata. Empty cells are
// missing. Of each table, the rows are kept that meet the conditions on
// columns that it has; one of the tables must have each.
func (d *Data) AddTables(tables []*stimuli.Table, where []Condition) error {
	for _, c := range where {
		if err := checkColumn(tables, c.Column); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := d.addTable(t, where); err != nil {
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
		return errorf("no table has a column %q, as there is no table", column)
	}
	_, err := tables[0].Column(column)
	return err
}

func (d *Data) addTable(t *stimuli.Table, where []Condition) error {
	names, err := modelColumn(t)
	if err != nil {
		return err
	}
	rows, err := keep(t, where)
	if err != nil {
		return err
	}
	parts, err := d.partColumns(t)
	if err != nil {
		return err
	}
	lines := map[string]int{}
	for _, row := range rows {
		name := names[row]
		if name == "" {
			return &stimuli.FileError{Path: t.Path, Line: t.Line(row), What: "names no model"}
		}
		if first, ok := lines[name]; ok {
			return &stimuli.FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has a second row of model %q, first on line %d", name, first),
				Remedy: "each may have one; --where COLUMN=VALUE keeps the rows of one kind"}
		}
		lines[name] = t.Line(row)
		if m := d.model(name); len(parts) > 0 {
			m.listed = true
		}
	}
	for _, column := range t.Columns {
		cells, err := t.Column(column)
		if err != nil {
			return err
		}
		if strings.EqualFold(column, "model") {
			continue
		}
		part, isPart := parts[column]
		if !isPart {
			if err := checkNumbers(t, column, cells, rows); err != nil {
				return err
			}
		}
		for _, row := range rows {
			if strings.TrimSpace(cells[row]) == "" {
				continue
			}
			m := d.model(names[row])
			if !isPart {
				if isFar(newValue(cells[row]).Number) {
					d.warn("%s:%d: %s is %q, too far from 0 to be compared, and is left out", t.Path, t.Line(row), column, cells[row])
					continue
				}
				d.addMetadata(m, t.Path, column, cells[row])
				continue
			}
			v, err := strconv.ParseFloat(strings.TrimSpace(cells[row]), 64)
			if err != nil || !finite(v) {
				return &stimuli.FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("%s is %q, not a number", column, cells[row]), Remedy: "leave it empty where it is missing"}
			}
			if m.source != "" {
				return errorf("scores of model %q are both in %s and in %s: give one of them, or leave rows out by --where", m.Name, m.source, t.Path)
			}
			if _, twice := m.Parts[part]; twice {
				return errorf("%s of model %q is both in %s and in %s: give one of them", part, m.Name, m.table, t.Path)
			}
			if isFar(v) {
				d.warn("%s:%d: %s is %q, too far from 0 for a score, and is left out", t.Path, t.Line(row), column, cells[row])
				continue
			}
			m.table = t.Path
			m.Parts[part] = v
		}
	}
	d.warnOf(t, rows)
	return nil
}

func modelColumn(t *stimuli.Table) ([]string, error) {
	for _, c := range t.Columns {
		if strings.EqualFold(c, "model") {
			return t.Column(c)
		}
	}
	return t.Column("model") // the error that says what it has
}

// keep lists the rows that meet the conditions.
func keep(t *stimuli.Table, where []Condition) ([]int, error) {
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
	e := &stimuli.FileError{Path: t.Path, What: fmt.Sprintf("no row is left by %s=%s", c.Column, c.Value)}
	known := slices.Compact(slices.Sorted(slices.Values(cells)))
	if near := nearest.To(c.Value, known); near != "" && near != c.Value {
		e.Remedy = nearest.Question(near)
	} else if len(known) <= 10 {
		e.Remedy = "the column has " + strings.Join(known, ", ")
	}
	return e
}

// partColumns gives the part that each column of scores holds.
func (d *Data) partColumns(t *stimuli.Table) (map[string]string, error) {
	parts, columns := map[string]string{}, map[string]string{}
	for _, column := range t.Columns {
		part, ok := d.Composite.Part(column)
		if !ok {
			i := slices.IndexFunc(anatomy, func(p string) bool { return strings.EqualFold(p, column) })
			if i < 0 {
				continue
			}
			part = anatomy[i]
		}
		if first, twice := columns[part]; twice {
			return nil, &stimuli.FileError{Path: t.Path, Line: 1, What: fmt.Sprintf("has two columns of %s: %q and %q", part, first, column), Remedy: "name columns uniquely"}
		}
		parts[column], columns[part] = part, column
	}
	return parts, nil
}

// warnOf warns where a table says that its scores are of another kind than
// the composite takes.
func (d *Data) warnOf(t *stimuli.Table, rows []int) {
	if !t.Has(ofColumn) {
		return
	}
	cells, err := t.Column(ofColumn)
	if err != nil {
		return
	}
	other := 0
	for _, row := range rows {
		if of := cells[row]; of != d.Composite.Of && (of == benchmarks.OfRaw || of == benchmarks.OfCeiled) {
			other++
		}
	}
	if other > 0 {
		d.Warnings = append(d.Warnings, fmt.Sprintf("%s: %d row(s) hold scores that are not %s, as composite %s is", t.Path, other, d.Composite.Of, d.Composite.Identifier))
	}
}
