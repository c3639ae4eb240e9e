package choice

import (
	"fmt"

	"github.com/brainscore-go/brainscore/pkg/metrics"
)

// contrast is a comparison of two values of a column, of which other values are ignored.
type contrast struct{ by, baseline, changed string }

// contrastOptions are the options of a contrast.
var contrastOptions = []metrics.Option{
	{Name: "by", Type: "column", Example: "condition", Doc: "the column whose values baseline and changed are compared; rows with other values are ignored"},
	{Name: "baseline", Type: "value", Example: "whole", Doc: "the value that changed is compared with"},
	{Name: "changed", Type: "value", Example: "fragmented", Doc: "the value that is compared with baseline"},
}

func newContrast(o metrics.Options) (c contrast, err error) {
	if err := readTexts(o, textOption{"by", &c.by}, textOption{"baseline", &c.baseline}, textOption{"changed", &c.changed}); err != nil {
		return c, err
	}
	if c.baseline == c.changed {
		return c, &metrics.OptionError{Option: "changed", Value: o["changed"], Want: "another value than that of baseline"}
	}
	return c, nil
}

// The sides of a contrast.
const (
	otherSide = iota - 1
	baselineSide
	changedSide
	sides
)

// sides returns the side of each stimulus and of each row of people. It is an error if
// one of the values has no stimuli or no rows.
func (c contrast) sides(column metrics.Column) (stimuli, people []int, err error) {
	if err := wantColumn(column, true); err != nil {
		return nil, nil, err
	}
	codes := [sides]int{column.Code(c.baseline), column.Code(c.changed)}
	if codes[baselineSide] == codes[changedSide] && codes[baselineSide] >= 0 {
		return nil, nil, &metrics.ColumnError{Column: c.by, Problem: fmt.Sprintf("has one value for baseline %s and changed %s, which are equal numbers", c.baseline, c.changed),
			Remedy: "name two different values"}
	}
	find := func(rows []int, of string, isPeople bool) ([]int, error) {
		result := make([]int, len(rows))
		var counts [sides]int
		for i, code := range rows {
			result[i] = otherSide
			for side, wanted := range codes {
				if code == wanted {
					result[i] = side
					counts[side]++
				}
			}
		}
		for side, value := range [sides]string{c.baseline, c.changed} {
			if counts[side] == 0 {
				return nil, &metrics.ColumnError{Column: c.by, People: isPeople, Problem: fmt.Sprintf("has no %s of %q, which the metric compares", of, value),
					Remedy: "name two of its values in baseline and changed: " + firstNames(valuesOf(column, rows))}
			}
		}
		return result, nil
	}
	if stimuli, err = find(column.Stimulus, "stimulus", false); err != nil {
		return nil, nil, err
	}
	people, err = find(column.Row, "row", true)
	return stimuli, people, err
}
