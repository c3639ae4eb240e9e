package stimuli

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/nearest"
)

// StimulusSet is a set of stimuli with their metadata.
type StimulusSet struct {
	ID    string
	Table *Table
	IDs   []string // in the order of stimuli.csv
	index map[string]int
}

// LoadStimulusSet reads <dir>/stimuli.csv.
func LoadStimulusSet(dir string) (*StimulusSet, error) {
	table, err := readRows(filepath.Join(dir, "stimuli.csv"), maxRows(0))
	if e, ok := errors.AsType[*FileError](err); ok && errors.Is(err, fs.ErrNotExist) {
		remedy := "fetch the stimulus set by brainscore data fetch, or import it by brainscore import stimuli"
		e.Remedy = nearest.Remedy(filepath.Base(dir), setsIn(filepath.Dir(dir)), remedy)
	}
	if err != nil {
		return nil, err
	}
	ids, err := table.uniqueIDs("stimulus_id")
	if err != nil {
		return nil, err
	}
	s := &StimulusSet{ID: filepath.Base(dir), Table: table, IDs: ids, index: make(map[string]int, len(ids))}
	for row, id := range ids {
		s.index[id] = row
	}
	return s, nil
}

// Values returns a metadata column for the given stimuli, in their order.
func (s *StimulusSet) Values(column string, ids []string) ([]string, error) {
	all, err := s.Table.Column(column)
	if err != nil {
		return nil, err
	}
	values := make([]string, len(ids))
	var missing []string
	for i, id := range ids {
		row, ok := s.index[id]
		if !ok {
			missing = append(missing, id)
			continue
		}
		values[i] = all[row]
	}
	if len(missing) > 0 {
		return nil, &AlignmentError{Path: s.Table.Path, What: "has no rows for", IDs: missing, Remedy: "add their rows", Known: s.IDs}
	}
	return values, nil
}

// Check returns an error about the file at path, which has the ids, if the set
// does not have all of them.
func (s *StimulusSet) Check(path string, ids []string) error {
	missing := s.Missing(ids)
	if len(missing) == 0 {
		return nil
	}
	return &AlignmentError{Path: path, What: "names", IDs: missing, Where: "not in " + s.Table.Path,
		Remedy: "name stimuli alike in both, and list them all in stimuli.csv", Known: s.IDs}
}
