package stimuli

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/internal/strictyaml"
)

// Condition is what a value has to meet: to be one of some values, or a number within
// bounds. A missing value (empty, or NaN) meets no bound.
type Condition struct {
	Values []string
	Bounds *Bounds
}

// Bounds are limits of a number; nil where there is none.
type Bounds struct {
	Above   *float64 `yaml:"above,omitempty"`
	AtLeast *float64 `yaml:"at_least,omitempty"`
	Below   *float64 `yaml:"below,omitempty"`
	AtMost  *float64 `yaml:"at_most,omitempty"`
}

// Is returns the condition to be one of some values.
func Is(values ...string) Condition { return Condition{Values: values} }

// Alternative implements strictyaml.Alternatives.
func (c *Condition) Alternative(form strictyaml.Form) (into any, done func()) {
	switch form {
	case strictyaml.List:
		return &c.Values, nil
	case strictyaml.Group:
		c.Bounds = &Bounds{}
		return c.Bounds, nil
	}
	c.Values = make([]string, 1)
	return &c.Values[0], nil
}

// Forms implements strictyaml.Alternatives.
func (*Condition) Forms() string { return "VALUE, [FIRST, SECOND] or {above: 30}" }

// MarshalYAML writes the form that the condition was read from.
func (c Condition) MarshalYAML() (any, error) {
	switch {
	case c.Bounds != nil:
		return *c.Bounds, nil
	case len(c.Values) == 1:
		return c.Values[0], nil
	}
	return c.Values, nil
}

// String returns the condition as YAML writes it.
func (c Condition) String() string {
	switch {
	case c.Bounds != nil:
		var parts []string
		for _, limit := range c.Bounds.Limits() {
			if limit.Value != nil {
				parts = append(parts, limit.Key+": "+strconv.FormatFloat(*limit.Value, 'g', -1, 64))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case len(c.Values) == 1:
		return c.Values[0]
	}
	return "[" + strings.Join(c.Values, ", ") + "]"
}

// Limit is one bound by its key, nil if there is none.
type Limit struct {
	Key   string
	Value *float64
	meets func(v, limit float64) bool
}

// Limits lists all bounds.
func (b *Bounds) Limits() []Limit {
	return []Limit{
		{"above", b.Above, func(v, limit float64) bool { return v > limit }},
		{"at_least", b.AtLeast, func(v, limit float64) bool { return v >= limit }},
		{"below", b.Below, func(v, limit float64) bool { return v < limit }},
		{"at_most", b.AtMost, func(v, limit float64) bool { return v <= limit }},
	}
}

// Meets reports whether a number is within all bounds; NaN is within none.
func (b *Bounds) Meets(v float64) bool {
	for _, limit := range b.Limits() {
		if limit.Value != nil && !limit.meets(v, *limit.Value) {
			return false
		}
	}
	return v == v
}

// Possible reports whether a number can be within all bounds.
func (b *Bounds) Possible() bool {
	low, high := math.Inf(-1), math.Inf(1)
	for _, v := range []*float64{b.AtLeast, b.Above} {
		if v != nil {
			low = max(low, *v)
		}
	}
	for _, v := range []*float64{b.AtMost, b.Below} {
		if v != nil {
			high = min(high, *v)
		}
	}
	open := b.Above != nil && *b.Above == low || b.Below != nil && *b.Below == high
	return low < high || low == high && !open
}

// Keep returns the rows of a table that meet all conditions on its columns, in order. A
// column of text under a bound, and conditions that no row meets, are errors with the
// values that exist.
func (t *Table) Keep(conditions map[string]Condition) ([]int, error) {
	rows := make([]int, t.Len())
	for i := range rows {
		rows[i] = i
	}
	var wanted, exist []string
	for _, column := range slices.Sorted(maps.Keys(conditions)) {
		values, err := t.Column(column)
		if err != nil {
			return nil, err
		}
		c := conditions[column]
		meets, err := c.on(t, column, values)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(i int) bool { return !meets[i] })
		wanted, exist = append(wanted, c.wanted(column)), append(exist, c.existing(column, values))
	}
	if len(rows) == 0 {
		return nil, &FileError{Path: t.Path, What: "has no neuroids with " + strings.Join(wanted, " and "), Remedy: strings.Join(exist, "; ")}
	}
	return rows, nil
}

// on reports of each value of a column whether it meets the condition.
func (c Condition) on(t *Table, column string, values []string) ([]bool, error) {
	meets := make([]bool, len(values))
	for i, v := range values {
		if c.Bounds == nil {
			meets[i] = slices.Contains(c.Values, v)
			continue
		}
		number, err := t.number(column, i, v)
		if err != nil {
			return nil, err
		}
		meets[i] = c.Bounds.Meets(number)
	}
	return meets, nil
}

// Numbers returns a column of numbers, NaN where one is missing (empty, or NaN). A text is
// an error.
func (t *Table) Numbers(column string) ([]float64, error) {
	values, err := t.Column(column)
	if err != nil {
		return nil, err
	}
	numbers := make([]float64, len(values))
	for i, v := range values {
		if numbers[i], err = t.number(column, i, v); err != nil {
			return nil, err
		}
	}
	return numbers, nil
}

func (t *Table) number(column string, row int, value string) (float64, error) {
	if strings.TrimSpace(value) == "" {
		return math.NaN(), nil
	}
	f, ok := number(value)
	if !ok {
		return 0, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has %q in the column %q, where numbers are needed", value, column), Remedy: "write numbers, nothing where one is missing, or name another column"}
	}
	return f, nil
}

func (c Condition) wanted(column string) string {
	if c.Bounds == nil && len(c.Values) == 1 {
		return fmt.Sprintf("%s %q", column, c.Values[0])
	}
	return column + " " + c.String()
}

// existing describes the values of a column.
func (c Condition) existing(column string, values []string) string {
	_, names := Codes(values)
	if c.Bounds != nil {
		names = slices.DeleteFunc(names, func(name string) bool { v, ok := number(name); return !ok || v != v })
		if len(names) == 0 {
			return column + " is empty throughout"
		}
		return fmt.Sprintf("%s is from %s to %s", column, names[0], names[len(names)-1])
	}
	text := fmt.Sprintf("%s is one of %s", column, strings.Join(names, ", "))
	for _, v := range c.Values {
		if question := nearest.Suggest(v, names); question != "" {
			return text + " (" + question + ")"
		}
	}
	return text
}

// ConditionsText writes conditions by column as YAML does, "" if there are none.
func ConditionsText(conditions map[string]Condition) string {
	var parts []string
	for _, column := range slices.Sorted(maps.Keys(conditions)) {
		parts = append(parts, column+": "+conditions[column].String())
	}
	return strings.Join(parts, ", ")
}
