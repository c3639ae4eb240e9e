package stimuli

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
)

// SolutionTimes holds the difficulty of each image, and the time at which the
// recordings solve it.
type SolutionTimes struct {
	AssemblyInfo
	StimulusIDs []string  // ascending
	Objects     []string  // ascending
	Truth       []int     // code of each image's object
	I1          []float64 // level of i1 at which the image is solved; NaN if it is unknown
	Times       []float64 // ms after onset; NaN if it is never solved
	table       *Table
}

// OpenSolutionTimes reads osts.csv in a folder.
func OpenSolutionTimes(dir string) (*SolutionTimes, error) {
	info, err := readAssemblyInfo(dir, "behavioral")
	if err != nil {
		return nil, err
	}
	t, err := readRows(filepath.Join(dir, "osts.csv"), maxRows(0))
	if err != nil {
		return nil, err
	}
	ids, err := t.uniqueIDs("stimulus_id")
	if err != nil {
		return nil, err
	}
	columns := make(map[string][]string)
	for _, name := range []string{"truth", "i1", "ost"} {
		if columns[name], err = t.Names(name); err != nil {
			return nil, err
		}
	}
	s := &SolutionTimes{AssemblyInfo: info, table: t}
	codes, sorted := Codes(ids)
	s.StimulusIDs = sorted
	truth := make([]string, len(ids))
	s.I1, s.Times = make([]float64, len(ids)), make([]float64, len(ids))
	for row, code := range codes {
		truth[code] = columns["truth"][row]
		if s.I1[code], err = parseCell(t, row, "i1", columns["i1"][row]); err != nil {
			return nil, err
		}
		if s.Times[code], err = parseCell(t, row, "ost", columns["ost"][row]); err != nil {
			return nil, err
		}
	}
	if code := slices.Index(truth, ""); code >= 0 {
		return nil, &FileError{Path: t.Path, What: fmt.Sprintf("has an empty truth for stimulus %q", sorted[code])}
	}
	s.Truth, s.Objects = Codes(truth)
	return s, nil
}

// parseCell parses a cell that holds a number. It returns NaN for an empty cell
// and for nan.
func parseCell(t *Table, row int, column, text string) (float64, error) {
	if text == "" {
		return math.NaN(), nil
	}
	v, ok := number(text)
	if !ok || math.IsInf(v, 0) {
		return 0, &FileError{Path: t.Path, Line: t.Line(row), What: fmt.Sprintf("has %q in %s", text, column), Remedy: "write a number, or leave the cell empty"}
	}
	return v, nil
}

// Table returns the path of the table of solution times.
func (s *SolutionTimes) Table() string { return s.table.Path }

// Files lists the files that figures depend on.
func (s *SolutionTimes) Files() []string { return []string{s.path, s.table.Path} }
