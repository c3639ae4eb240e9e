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
	layer, choices, path, err := d.openProbabilities(set)
	if err != nil {
		return nil, err
	}
	defer layer.Close()
	columns, err := columnsOf(path, choices, objects)
	if err != nil {
		return nil, err
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
		for k, o := range objects {
			p := all[i*len(choices)+columns[k]]
			if !validProbability(p) {
				return nil, badProbability(layer.File.Path(), p, id, o)
			}
			values = append(values, p)
		}
	}
	return values, nil
}

func validProbability(p float64) bool { return p >= 0 && !math.IsInf(p, 0) }

func badProbability(path string, p float64, stimulus, choice string) error {
	return &FileError{Path: path, What: fmt.Sprintf("has the probability %v for stimulus %q, choice %q", p, stimulus, choice), Remedy: "probabilities are numbers from 0 to 1"}
}

// openProbabilities opens probabilities.npy with the names of its columns and the path of
// choices.csv.
func (d *Dump) openProbabilities(set *StimulusSet) (layer *Layer, choices []string, path string, err error) {
	dir := filepath.Join(d.Dir, set.ID)
	if layer, err = d.openArray(set, ProbabilitiesLayer, filepath.Join(dir, "probabilities.npy")); err != nil {
		return nil, nil, "", err
	}
	path = filepath.Join(dir, "choices.csv")
	if choices, err = readColumns(path, "choice", layer.File); err != nil {
		layer.Close()
		return nil, nil, "", err
	}
	return layer, choices, path, nil
}

// columnsOf returns the column of each object, or an error about the table at path if it
// lacks some.
func columnsOf(path string, choices, objects []string) ([]int, error) {
	column := make(map[string]int, len(choices))
	for i, c := range choices {
		column[c] = i
	}
	var missing []string
	columns := make([]int, len(objects))
	for k, o := range objects {
		i, ok := column[o]
		if !ok {
			missing = append(missing, o)
		}
		columns[k] = i
	}
	if len(missing) > 0 {
		return nil, &FileError{Path: path, What: fmt.Sprintf("lacks %d object(s) that the trials offer (%s)", len(missing), few(missing)), Remedy: nearest.Remedy(missing[0], choices, "write a probability for every object")}
	}
	return columns, nil
}

// Responses returns the model's choices for the given stimuli, in their order,
// and the path of their file. A stimulus may be unanswered, its choice empty; it needs a
// row all the same.
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
		choices = append(choices, all[row])
	}
	if len(missing) > 0 {
		return nil, "", &AlignmentError{Path: table.Path, What: "has no choice for", IDs: missing, Remedy: "write the model's choice for every stimulus of the trials", Known: rowIDs}
	}
	return choices, table.Path, nil
}
