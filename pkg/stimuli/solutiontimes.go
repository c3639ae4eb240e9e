package stimuli

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
)

// SolutionTimes say for each image how hard it is and when the recordings
// solve it.
type SolutionTimes struct {
	AssemblyInfo
	StimulusIDs []string  // ascending
	Objects     []string  // ascending
	Truth       []int     // code of each image's object
	I1          []float64 // level of i1 at which the image counts as solved; NaN where it is not known
	Times       []float64 // ms after onset; NaN where it is never solved
	table       *Table
}

// OpenSolutionTimes reads osts.csv in a folder.
func OpenSolutionTimes(dir string) (*SolutionTimes, error) {
	info, err := readAssemblyInfo(dir, "behavioral")
	if err != nil {
		return nil, err
	}
	t, err := ReadTable(filepath.Join(dir, "osts.csv"))
	if err != nil {
		return nil, err
	}
	ids, err := t.uniqueIDs("stimulus_id")
	if err != nil {
		return nil, err
	}
	columns := make(map[string][]string)
	for _, name := range []string{"truth", "i1", "ost"} {
		if columns[name], err = t.Column(name); err != nil {
			return nil, err
		}
	}
	s := &SolutionTimes{AssemblyInfo: info, table: t}
	codes, sorted := Codes(ids)
	s.StimulusIDs = sorted
	truth := make([]string, len(ids))
	s.I1, s.Times = make([]float64, len(ids)), make([]float64, len(ids))
	for row, at := range codes {
		truth[at] = columns["truth"][row]
		if s.I1[at], err = numberAt(t, row, "i1", columns["i1"][row]); err != nil {
			return nil, err
		}
		if s.Times[at], err = numberAt(t, row, "ost", columns["ost"][row]); err != nil {
			return nil, err
		}
	}
	if at := slices.Index(truth, ""); at >= 0 {
		return nil, &FileError{Path: t.Path, What: fmt.Sprintf("has an empty truth for stimulus %q", sorted[at])}
	}
	s.Truth, s.Objects = Codes(truth)
	return s, nil
}

// numberAt parses a cell that holds a number; empty, or nan, it has none.
func numberAt(t *Table, row int, column, text string) (float64, error) {
	if text == "" {
		return math.NaN(), nil
	}
	v, ok := number(text)
	if !ok || math.IsInf(v, 0) {
		return 0, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has %q in %s", text, column), Remedy: "write a number, or nothing where there is none"}
	}
	return v, nil
}

// Table is the path of the table of solution times.
func (s *SolutionTimes) Table() string { return s.table.Path }

// Files lists the files that figures depend on.
func (s *SolutionTimes) Files() []string { return []string{s.path, s.table.Path} }
