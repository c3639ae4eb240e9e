package choice

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// wantColumn returns an error if the stimulus set, or people's rows, lack a column.
func wantColumn(column metrics.Column, people bool) error {
	if column.Stimulus == nil || people && column.Row == nil {
		return &metrics.ColumnError{Column: column.Name, People: column.Stimulus != nil, Problem: "is missing", Remedy: "add it, or name another column in the options of the metric"}
	}
	return nil
}

// valuesOf lists the values that some rows have.
func valuesOf(column metrics.Column, rows []int) []string {
	found := make([]bool, len(column.Values))
	for _, code := range rows {
		found[code] = true
	}
	var values []string
	for code, value := range column.Values {
		if found[code] {
			values = append(values, value)
		}
	}
	return values
}

// wantNumbers returns an error if a column has values that are not numbers.
func wantNumbers(x metrics.Column) error {
	if x.Numbers != nil {
		return nil
	}
	var others []string
	for _, value := range x.Values {
		if number, err := strconv.ParseFloat(value, 64); err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
			others = append(others, strconv.Quote(value))
		}
	}
	return &metrics.ColumnError{Column: x.Name, Problem: fmt.Sprintf("has values that are not numbers: %s", firstNames(others)),
		Remedy: "name a column of numbers in x, or exclude these values"}
}

// firstNames joins names, only some of many.
func firstNames(names []string) string {
	const most = 5
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// textOption is an option of a metric that names a column or a value.
type textOption struct {
	name string
	to   *string
}

// readTexts sets the texts of options, "" for those that are not given.
func readTexts(o metrics.Options, options ...textOption) (err error) {
	for _, option := range options {
		if *option.to, err = o.Text(option.name); err != nil {
			return err
		}
	}
	return nil
}
