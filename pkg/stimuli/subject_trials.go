package stimuli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// SubjectTrials are choices by subject and condition in codes, in file order.
type SubjectTrials struct {
	StimulusIDs []string
	Subjects    []string
	Conditions  []string
	Stimulus    []int
	Subject     []int
	Condition   []int
	Truth       []string
	Choice      []string // nil if the trials hold only whether the choice was right
	Correct     []bool
	// TruthOf is the object of each stimulus.
	TruthOf []string
}

// Objects returns the objects of the stimuli, ascending.
func (s *SubjectTrials) Objects() []string {
	_, objects := Codes(s.TruthOf)
	return objects
}

// SubjectTrials reads the trials as choices by subject and condition. Without a
// condition column all trials are of one condition.
func (a *BehavioralAssembly) SubjectTrials() (*SubjectTrials, error) {
	if a.Trials.Has("condition") {
		return a.SubjectTrialsBy("truth", []string{"condition"})
	}
	return a.SubjectTrialsBy("truth", nil)
}

// SubjectTrialsBy reads the trials as choices by subject and combination of values of
// columns. truth names the column of right answers. A column correct (1 or 0, true or
// false), if there is one, decides whether a choice was right, and choice may be missing.
func (a *BehavioralAssembly) SubjectTrialsBy(truth string, conditions []string) (*SubjectTrials, error) {
	t := a.Trials
	ids, err := t.Names("stimulus_id")
	if err != nil {
		return nil, err
	}
	s := &SubjectTrials{}
	subjects, err := t.Names("subject")
	if err != nil {
		return nil, err
	}
	if row := slices.Index(subjects, ""); row >= 0 {
		return nil, &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty subject", Remedy: "name the subject of every trial"}
	}
	if s.Condition, s.Conditions, err = t.combinations(conditions); err != nil {
		return nil, err
	}
	if s.Truth, err = t.Names(truth); err != nil {
		return nil, err
	}
	if s.Choice, s.Correct, err = t.answers(s.Truth); err != nil {
		return nil, err
	}
	s.Stimulus, s.StimulusIDs = Codes(ids)
	s.Subject, s.Subjects = Codes(subjects)
	s.TruthOf = make([]string, len(s.StimulusIDs))
	for row, stimulus := range s.Stimulus {
		value := s.Truth[row]
		if value == "" {
			return nil, &FileError{Path: t.Path, Line: t.Line(row), What: "has an empty " + truth}
		}
		if former := s.TruthOf[stimulus]; former != "" && former != value {
			return nil, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has the truth %q for stimulus %q, but an earlier line has %q", value, ids[row], former)}
		}
		s.TruthOf[stimulus] = value
	}
	return s, nil
}

// answers returns the choices and whether they were right.
func (t *Table) answers(truths []string) (choices []string, correct []bool, err error) {
	if !t.Has("correct") || t.Has("choice") {
		if choices, err = t.Names("choice"); err != nil {
			return nil, nil, err
		}
	}
	correct = make([]bool, t.Len())
	if !t.Has("correct") {
		for row, choice := range choices {
			correct[row] = choice == truths[row]
		}
		return choices, correct, nil
	}
	values, err := t.Column("correct")
	if err != nil {
		return nil, nil, err
	}
	for row, v := range values {
		n, isNumber := number(v)
		switch {
		case strings.EqualFold(v, "true"), isNumber && n == 1:
			correct[row] = true
		case strings.EqualFold(v, "false"), isNumber && n == 0:
		default:
			return nil, nil, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has %q in correct", v), Remedy: "write 1 or 0, or true or false"}
		}
	}
	return choices, correct, nil
}

// combinations numbers the combinations of values of columns, in the order of the first
// column, then of the second and so on. Without columns all rows are of one.
func (t *Table) combinations(columns []string) (codes []int, names []string, err error) {
	codes, names = make([]int, t.Len()), []string{""}
	for k, column := range columns {
		of, values, err := t.Groups(column)
		if err != nil {
			return nil, nil, err
		}
		if k == 0 {
			codes, names = of, values
			continue
		}
		used := make(map[int]bool)
		for row := range codes {
			codes[row] = codes[row]*len(values) + of[row]
			used[codes[row]] = true
		}
		var all []string
		place := make(map[int]int)
		for _, code := range slices.Sorted(maps.Keys(used)) {
			place[code] = len(all)
			all = append(all, names[code/len(values)]+", "+values[code%len(values)])
		}
		for row := range codes {
			codes[row] = place[codes[row]]
		}
		names = all
	}
	return codes, names, nil
}

// Groups numbers the values of a column that divides rows into groups. Each row has one:
// an empty value, or NaN, belongs to no group.
func (t *Table) Groups(column string) (codes []int, names []string, err error) {
	values, err := t.Names(column)
	if err != nil {
		return nil, nil, err
	}
	for row, v := range values {
		if v == "" || strings.EqualFold(v, "nan") {
			return nil, nil, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has %q in %s", v, column), Remedy: "write the value of each row, or exclude these rows by another column"}
		}
	}
	codes, names = Codes(values)
	return codes, names, nil
}
