package scoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// splits draws the benchmark's splits over the averaged assembly's order and
// returns them as positions in ascending order of stimuli.
func (rec *recordings) splits(d *benchmarks.Definition) ([]metrics.Split, error) {
	splits, err := rec.drawSplits(d)
	if err != nil {
		return nil, d.WrapSplitsError(err)
	}
	return splits, nil
}

// drawSplits returns splits without the place in the definition in its errors.
func (rec *recordings) drawSplits(d *benchmarks.Definition) ([]metrics.Split, error) {
	cv := d.CrossValidation
	if cv == nil {
		return nil, nil
	}
	if cv.Train != nil {
		return rec.fixedSplit(d)
	}
	plan := cv.Plan()
	var splits []metrics.Split
	var err error
	if cv.Stratify == "" {
		splits, err = metrics.ShuffleSplits(len(rec.design.Order), plan)
	} else {
		splits, err = rec.stratified(cv.Stratify, plan)
	}
	if err != nil {
		return nil, err
	}
	for _, s := range splits {
		for _, side := range [][]int{s.Train, s.Test} {
			for i, row := range side {
				side[i] = rec.design.Order[row]
			}
		}
	}
	return splits, nil
}

// fixedSplit returns the one split whose sides are the stimuli whose columns have the
// values that the definition states. Stimuli on neither side take no part.
func (rec *recordings) fixedSplit(d *benchmarks.Definition) ([]metrics.Split, error) {
	train, err := rec.where(d, "train", d.CrossValidation.Train)
	if err != nil {
		return nil, err
	}
	test, err := rec.where(d, "test", d.CrossValidation.Test)
	if err != nil {
		return nil, err
	}
	for _, i := range train {
		if _, both := slices.BinarySearch(test, i); both {
			return nil, &stimuli.FileError{Path: d.Source, What: fmt.Sprintf("has the stimulus %q both in train %s and in test %s", rec.design.Stimuli[i], pairs(d.CrossValidation.Train), pairs(d.CrossValidation.Test)), Remedy: "give one column two different values"}
		}
	}
	return []metrics.Split{{Train: train, Test: test}}, nil
}

// where lists the stimuli whose columns equal the given values, in order.
func (rec *recordings) where(d *benchmarks.Definition, side string, equal map[string]string) ([]int, error) {
	rows := make([]int, len(rec.design.Stimuli))
	for i := range rows {
		rows[i] = i
	}
	var exist []string
	for _, column := range slices.Sorted(maps.Keys(equal)) {
		values, err := rec.design.Values(column, rec.set)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(i int) bool { return values[i] != equal[column] })
		_, names := stimuli.Codes(values)
		if len(names) > 8 {
			names = append(names[:8], "…")
		}
		exist = append(exist, fmt.Sprintf("%s: %s", column, strings.Join(names, ", ")))
	}
	if len(rows) == 0 {
		return nil, &stimuli.FileError{Path: d.Source, What: fmt.Sprintf("keeps no stimulus for %s %s", side, pairs(equal)), Remedy: "the values that exist are " + strings.Join(exist, "; ")}
	}
	return rows, nil
}

// pairs writes columns and values as YAML does.
func pairs(equal map[string]string) string {
	var out []string
	for _, column := range slices.Sorted(maps.Keys(equal)) {
		out = append(out, column+": "+equal[column])
	}
	return "{" + strings.Join(out, ", ") + "}"
}

func (rec *recordings) stratified(column string, plan metrics.SplitPlan) ([]metrics.Split, error) {
	values, err := rec.design.Values(column, rec.set)
	if err != nil {
		return nil, err
	}
	ordered := make([]string, len(values))
	for i, s := range rec.design.Order {
		ordered[i] = values[s]
	}
	labels, names := stimuli.Codes(ordered)
	splits, err := metrics.StratifiedSplits(labels, plan)
	var class *metrics.ClassSizeError
	if errors.As(err, &class) {
		return nil, &classError{column, names[class.Class], class}
	}
	return splits, err
}

// classError names the class that is too small to stratify by.
type classError struct {
	column, class string
	err           *metrics.ClassSizeError
}

func (e *classError) Error() string {
	return fmt.Sprintf("%s %q has %d stimulus, but stratified splits need two a class at least; leave it out or stratify by another column", e.column, e.class, e.err.Rows)
}

func (e *classError) Unwrap() error { return e.err }
