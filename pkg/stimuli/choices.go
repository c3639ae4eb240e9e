package stimuli

import (
	"fmt"
	"math"
	"path/filepath"

	"github.com/brainscore-go/brainscore/internal/nearest"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// Probabilities returns a model's class probabilities for the given stimuli and
// objects: stimuli × objects, row-major, in their orders.
func (d *Dump) Probabilities(set *StimulusSet, ids, objects []string) ([]float64, error) {
	dir := filepath.Join(d.Dir, set.ID)
	layer, err := d.openArray(set, ProbabilitiesLayer, filepath.Join(dir, "probabilities.npy"))
	if err != nil {
		return nil, err
	}
	defer layer.Close()
	table, err := readRows(filepath.Join(dir, "choices.csv"), layer.File.Cols())
	if err != nil {
		return nil, err
	}
	choices, err := table.uniqueIDs("choice")
	if err != nil {
		return nil, err
	}
	if cols := layer.File.Cols(); cols != len(choices) {
		return nil, &FileError{Path: layer.File.Path(), What: fmt.Sprintf("has %d columns, but %s lists %d choices", cols, table.Path, len(choices))}
	}
	column := make(map[string]int)
	for i, c := range choices {
		column[c] = i
	}
	var missing []string
	for _, o := range objects {
		if _, ok := column[o]; !ok {
			missing = append(missing, o)
		}
	}
	if len(missing) > 0 {
		return nil, &FileError{Path: table.Path, What: fmt.Sprintf("lacks %d object(s) that the trials offer (%s)", len(missing), few(missing)), Remedy: nearest.Remedy(missing[0], choices, "write a probability for every object")}
	}
	rows, err := layer.Rows(ids)
	if err != nil {
		return nil, err
	}
	all := make([]float64, len(rows)*len(choices))
	var scratch npy.Scratch
	if err := layer.File.ReadBlock(rows, 0, len(choices), all, len(choices), &scratch); err != nil {
		return nil, err
	}
	if err := layer.File.Unchanged(); err != nil {
		return nil, err
	}
	values := make([]float64, 0, len(ids)*len(objects))
	for i, id := range ids {
		for _, o := range objects {
			p := all[i*len(choices)+column[o]]
			if !(p >= 0) || math.IsInf(p, 0) {
				return nil, &FileError{Path: layer.File.Path(), What: fmt.Sprintf("has the probability %v for stimulus %q, choice %q", p, id, o), Remedy: "probabilities are numbers from 0 to 1"}
			}
			values = append(values, p)
		}
	}
	return values, nil
}

// Responses returns the model's choices for the given stimuli, in their order,
// and the path of their file.
func (d *Dump) Responses(set string, ids []string) (choices []string, path string, err error) {
	table, err := readRows(d.ResponsesFile(set), maxRows(len(ids)))
	if err != nil {
		return nil, "", err
	}
	rowIDs, err := table.uniqueIDs("stimulus_id")
	if err != nil {
		return nil, "", err
	}
	all, err := table.Names("choice")
	if err != nil {
		return nil, "", err
	}
	index := make(map[string]int, len(rowIDs))
	for row, id := range rowIDs {
		index[id] = row
	}
	var missing []string
	for _, id := range ids {
		row, ok := index[id]
		if !ok {
			missing = append(missing, id)
			continue
		}
		if all[row] == "" {
			return nil, "", &FileError{Path: table.Path, Line: table.Line(row), What: "has an empty choice"}
		}
		choices = append(choices, all[row])
	}
	if len(missing) > 0 {
		return nil, "", &AlignmentError{Path: table.Path, What: "has no choice for", IDs: missing, Remedy: "write the model's choice for every stimulus of the trials"}
	}
	return choices, table.Path, nil
}
