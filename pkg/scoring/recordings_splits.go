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

// splitter draws splits of the stimuli of an assembly.
type splitter struct {
	set    *stimuli.StimulusSet
	design *stimuli.Design
	rows   []int // the stimuli that are split, as indices of the design's; nil for all
}

// splitsOf draws the benchmark's splits over the stimuli of a group and returns them as
// indices of its rows.
func (rec *recordings) splitsOf(d *benchmarks.Definition, g *group) ([]metrics.Split, error) {
	if rec.fixed {
		n := len(rec.parts[0].rowsOf(g))
		var split metrics.Split
		for i := range g.rows {
			if i < n {
				split.Train = append(split.Train, i)
			} else {
				split.Test = append(split.Test, i)
			}
		}
		return []metrics.Split{split}, nil
	}
	p := rec.parts[0]
	s := splitter{set: p.set, design: p.design}
	if len(g.rows) < len(p.design.Stimuli) {
		s.rows = p.rowsOf(g)
	}
	return s.splits(d)
}

// splits draws the benchmark's splits over the averaged assembly's order and
// returns them as positions in ascending order of stimuli.
func (s splitter) splits(d *benchmarks.Definition) ([]metrics.Split, error) {
	splits, err := s.draw(d)
	if err != nil {
		return nil, d.WrapSplitsError(err)
	}
	return splits, nil
}

// draw returns splits without the place in the definition in its errors.
func (s splitter) draw(d *benchmarks.Definition) ([]metrics.Split, error) {
	cv := d.CrossValidation
	if cv == nil {
		return nil, nil
	}
	splits, err := s.drawAll(d)
	if err != nil {
		return nil, err
	}
	if cv.Apart != "" {
		if err := s.keepApart(d, splits); err != nil {
			return nil, err
		}
	}
	if s.rows == nil {
		return splits, nil
	}
	own := make(map[int]int, len(s.rows))
	for i, row := range s.rows {
		own[row] = i
	}
	for _, split := range splits {
		for _, side := range [][]int{split.Train, split.Test} {
			for i, row := range side {
				side[i] = own[row]
			}
		}
	}
	return splits, nil
}

// drawAll returns splits as indices of the design's stimuli.
func (s splitter) drawAll(d *benchmarks.Definition) ([]metrics.Split, error) {
	cv := d.CrossValidation
	if cv.Train != nil {
		return s.fixedSplit(d)
	}
	order := s.order(cv)
	plan := cv.Plan()
	var splits []metrics.Split
	var err error
	if cv.Stratify == "" {
		splits, err = metrics.ShuffleSplits(len(order), plan)
	} else {
		splits, err = s.stratified(cv.Stratify, order, plan)
	}
	if err != nil {
		return nil, err
	}
	for _, split := range splits {
		for _, side := range [][]int{split.Train, split.Test} {
			for i, row := range side {
				side[i] = order[row]
			}
		}
	}
	return splits, nil
}

// order lists the stimuli that are split in the order that splits are drawn over.
func (s splitter) order(cv *benchmarks.CrossValidation) []int {
	order := slices.Clone(s.design.Order)
	if cv.Order == benchmarks.StimulusSetOrder {
		at := make(map[string]int, len(s.set.IDs))
		for i, id := range s.set.IDs {
			at[id] = i
		}
		slices.SortFunc(order, func(a, b int) int { return at[s.design.Stimuli[a]] - at[s.design.Stimuli[b]] })
	}
	return slices.DeleteFunc(order, func(i int) bool { return !s.has(i) })
}

// has reports whether a stimulus of the design is one of those that are split.
func (s splitter) has(i int) bool {
	if s.rows == nil {
		return true
	}
	_, found := slices.BinarySearch(s.rows, i)
	return found
}

// keepApart leaves out train stimuli that share a value of a column with a test stimulus.
func (s splitter) keepApart(d *benchmarks.Definition, splits []metrics.Split) error {
	cv := d.CrossValidation
	values, err := s.design.Values(cv.Apart, s.set)
	if err != nil {
		return d.WrapAt("cross_validation.apart", err)
	}
	for k, split := range splits {
		tested := make(map[string]bool)
		for _, i := range split.Test {
			tested[values[i]] = cv.Except == nil || !slices.Contains(cv.Except.Values, values[i])
		}
		splits[k].Train = slices.DeleteFunc(split.Train, func(i int) bool { return tested[values[i]] })
		if len(splits[k].Train) == 0 {
			return d.WrapAt("cross_validation.apart", &stimuli.FileError{Path: s.set.Table.Path, What: fmt.Sprintf("leaves split %d without train stimuli: all share their %s with a test stimulus", k+1, cv.Apart), Remedy: "name the values that they may share by except"})
		}
	}
	return nil
}

// fixedSplit returns the one split whose sides are the stimuli whose columns have the
// values that the definition states. Stimuli on neither side take no part.
func (s splitter) fixedSplit(d *benchmarks.Definition) ([]metrics.Split, error) {
	train, err := s.where(d, "train", d.CrossValidation.Train)
	if err != nil {
		return nil, err
	}
	test, err := s.where(d, "test", d.CrossValidation.Test)
	if err != nil {
		return nil, err
	}
	for _, i := range train {
		if _, both := slices.BinarySearch(test, i); both {
			return nil, &stimuli.FileError{Path: d.Source, What: fmt.Sprintf("has the stimulus %q both in train %s and in test %s", s.design.Stimuli[i], pairs(d.CrossValidation.Train), pairs(d.CrossValidation.Test)), Remedy: "give one column two different values"}
		}
	}
	return []metrics.Split{{Train: train, Test: test}}, nil
}

// where lists the stimuli whose columns equal the given values, in order.
func (s splitter) where(d *benchmarks.Definition, side string, equal map[string]string) ([]int, error) {
	rows := slices.DeleteFunc(successive(0, len(s.design.Stimuli)), func(i int) bool { return !s.has(i) })
	var exist []string
	for _, column := range slices.Sorted(maps.Keys(equal)) {
		values, err := s.design.Values(column, s.set)
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

func (s splitter) stratified(column string, order []int, plan metrics.SplitPlan) ([]metrics.Split, error) {
	values, err := s.design.Values(column, s.set)
	if err != nil {
		return nil, err
	}
	ordered := make([]string, len(order))
	for i, row := range order {
		ordered[i] = values[row]
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
