package stimuli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// BehavioralAssembly is a set of choices by humans.
type BehavioralAssembly struct {
	AssemblyInfo
	Trials *Table

	choices func() (*ChoiceTrials, error)
}

func newBehavioral(info AssemblyInfo, trials *Table) *BehavioralAssembly {
	a := &BehavioralAssembly{AssemblyInfo: info, Trials: trials}
	a.choices = sync.OnceValues(a.readChoices)
	return a
}

// OpenBehavioral reads the trials in a folder.
func OpenBehavioral(dir string) (*BehavioralAssembly, error) {
	return OpenBehavioralTable(dir, "trials.csv")
}

// OpenBehavioralTable reads an assembly's table of another name in the place of trials.
func OpenBehavioralTable(dir, name string) (*BehavioralAssembly, error) {
	info, err := readAssemblyInfo(dir, "behavioral")
	if err != nil {
		return nil, err
	}
	trials, err := ReadTable(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	if trials.Len() == 0 {
		return nil, &FileError{Path: trials.Path, What: "has no rows"}
	}
	return newBehavioral(info, trials), nil
}

// Files lists the files that figures depend on.
func (a *BehavioralAssembly) Files() []string { return []string{a.path, a.Trials.Path} }

// Exclude returns the assembly without the trials whose columns have one of the
// values, and the number of excluded trials. Numbers compare as numbers, and true
// and false in any case. A value that no trial has excludes none.
func (a *BehavioralAssembly) Exclude(values map[string][]string) (*BehavioralAssembly, int, error) {
	remaining, excluded, err := a.Trials.Without(values)
	if err != nil {
		return nil, 0, err
	}
	if remaining.Len() == 0 {
		return nil, 0, &FileError{Path: a.Trials.Path, What: "has only trials that are excluded"}
	}
	if excluded == 0 {
		return a, 0, nil
	}
	return newBehavioral(a.AssemblyInfo, remaining), excluded, nil
}

// With returns the assembly with a column appended to its trials.
func (a *BehavioralAssembly) With(column string, values []string) *BehavioralAssembly {
	return newBehavioral(a.AssemblyInfo, a.Trials.With(column, values))
}

// Without returns the table without the rows whose columns have one of the values, and
// the number of excluded rows. Values compare as those of Exclude.
func (t *Table) Without(values map[string][]string) (*Table, int, error) {
	excluded := make([]bool, t.Len())
	for _, name := range slices.Sorted(maps.Keys(values)) {
		column, err := t.Column(name)
		if err != nil {
			return nil, 0, err
		}
		for row, v := range column {
			excluded[row] = excluded[row] || slices.ContainsFunc(values[name], func(w string) bool { return sameValue(v, w) })
		}
	}
	if !slices.Contains(excluded, true) {
		return t, 0, nil
	}
	remaining := t.without(excluded)
	return remaining, t.Len() - remaining.Len(), nil
}

// With returns the table with a column appended.
func (t *Table) With(column string, values []string) *Table {
	return &Table{Path: t.Path, Columns: append(slices.Clip(t.Columns), column), cells: append(slices.Clip(t.cells), values), lines: t.lines, size: t.size}
}

// sameValue reports whether two cells hold the same number, truth value or text.
func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x == y
	}
	return strings.EqualFold(a, b) && (strings.EqualFold(a, "true") || strings.EqualFold(a, "false"))
}

// ChoiceTrials are two-way choices in codes, in file order.
type ChoiceTrials struct {
	StimulusIDs []string // ascending; Stimulus indexes it
	Objects     []string // ascending; the other codes index it
	Stimulus    []int
	Truth       []int
	Sample      []int
	Distractor  []int
	Choice      []int
	// ObjectOf is the object of each stimulus.
	ObjectOf []int
	// Dropped are the choices that are neither of the two objects of their trials.
	Dropped []string
}

// ChoiceTrials returns the trials as choices between two objects, without trials whose
// choice is neither of them, which it counts. They are read once and shared.
func (a *BehavioralAssembly) ChoiceTrials() (*ChoiceTrials, error) { return a.choices() }

func (a *BehavioralAssembly) readChoices() (*ChoiceTrials, error) {
	t := a.Trials
	var columns [5][]string
	for i, name := range []string{"stimulus_id", "truth", "sample_obj", "dist_obj", "choice"} {
		values, err := t.Names(name)
		if err != nil {
			return nil, err
		}
		columns[i] = values
	}
	choices, samples, distractors := columns[4], columns[2], columns[3]
	valid := make([]int, 0, t.Len())
	var dropped []string
	for row, choice := range choices {
		if choice == samples[row] || choice == distractors[row] {
			valid = append(valid, row)
		} else {
			dropped = append(dropped, choice)
		}
	}
	if len(valid) == 0 {
		return nil, &FileError{Path: t.Path, What: "has no trial whose choice is one of its two objects", Remedy: "choice holds the name as in sample_obj or dist_obj"}
	}
	c := &ChoiceTrials{Dropped: dropped}
	var codes [][]int
	codes, c.StimulusIDs = CodesOf(valid, columns[0])
	c.Stimulus = codes[0]
	codes, c.Objects = CodesOf(valid, columns[1:]...)
	c.Truth, c.Sample, c.Distractor, c.Choice = codes[0], codes[1], codes[2], codes[3]
	c.ObjectOf = slices.Repeat([]int{-1}, len(c.StimulusIDs))
	for i, s := range c.Stimulus {
		if former := c.ObjectOf[s]; former >= 0 && former != c.Truth[i] {
			return nil, &FileError{Path: t.Path, Line: t.Line(valid[i]), What: fmt.Sprintf("has the truth %q for stimulus %q, but an earlier line has %q", c.Objects[c.Truth[i]], c.StimulusIDs[s], c.Objects[former])}
		}
		c.ObjectOf[s] = c.Truth[i]
	}
	return c, nil
}
