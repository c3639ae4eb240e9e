package choice

import (
	"fmt"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// condition is the one whose thresholds are compared, and another in which subjects must
// have a threshold to be compared. The zero value compares all rows.
type condition struct{ by, only, with string }

var conditionOptions = []metrics.Option{
	{Name: "by", Type: "column", Doc: "the column of stimuli and thresholds that names their condition; without it all are compared"},
	{Name: "only", Type: "value", Doc: "the value of by that is compared; rows with other values are ignored"},
	{Name: "subjects_with", Type: "value", Doc: "a value of by in which subjects must have a threshold too, else they are left out"},
}

func newCondition(o metrics.Options) (c condition, err error) {
	if err := readTexts(o, textOption{"by", &c.by}, textOption{"only", &c.only}, textOption{"subjects_with", &c.with}); err != nil {
		return c, err
	}
	switch {
	case c.by != "" && c.only == "":
		return c, &metrics.OptionError{Option: "by", Value: c.by, Want: "only: VALUE beside it, which names the condition"}
	case c.by == "" && (c.only != "" || c.with != ""):
		return c, &metrics.OptionError{Option: "by", Value: "", Want: "the column that names the condition, beside only and subjects_with"}
	case c.with == c.only && c.with != "":
		return c, &metrics.OptionError{Option: "subjects_with", Value: c.with, Want: "another value than that of only"}
	}
	return c, nil
}

// What a row of people's thresholds is for.
const (
	comparedRole = iota
	withRole
	conditionRoles
)

// stimuli returns the codes of x, the first column, −1 where the condition is another.
func (c condition) stimuli(columns []metrics.Column) ([]int, error) {
	codes := slices.Clone(columns[0].Stimulus)
	if c.by == "" {
		return codes, nil
	}
	column := columns[1]
	if err := wantColumn(column, true); err != nil {
		return nil, err
	}
	only, found := column.Code(c.only), false
	for i, code := range column.Stimulus {
		if code != only {
			codes[i] = -1
		}
		found = found || code == only
	}
	if !found {
		return nil, c.lacks(column, "stimulus", c.only, false)
	}
	return codes, nil
}

// people returns what each row of people's thresholds is for.
func (c condition) people(in metrics.ChoicesInput) ([]int, error) {
	roles := make([]int, len(in.People.Subject))
	if c.by == "" {
		return roles, nil
	}
	column := in.Columns[1]
	if err := wantColumn(column, true); err != nil {
		return nil, err
	}
	codes := [conditionRoles]int{column.Code(c.only), -1}
	if c.with != "" {
		codes[withRole] = column.Code(c.with)
	}
	for i, code := range column.Row {
		roles[i] = slices.Index(codes[:], code)
	}
	for role, value := range [conditionRoles]string{c.only, c.with} {
		if value != "" && !slices.Contains(roles, role) {
			return nil, c.lacks(column, "row", value, true)
		}
	}
	return roles, nil
}

// lacks returns the error of a column without a value.
func (c condition) lacks(column metrics.Column, what, value string, people bool) error {
	rows := column.Stimulus
	if people {
		rows = column.Row
	}
	return &metrics.ColumnError{Column: c.by, People: people, Problem: fmt.Sprintf("has no %s of %q, which the metric compares", what, value),
		Remedy: "name one of its values: " + firstNames(valuesOf(column, rows))}
}
