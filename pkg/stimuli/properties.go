package stimuli

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
)

// kindProperty is the kind of an assembly that holds properties of neurons.
const kindProperty = "property"

// PropertyAssembly is a table of properties of recorded neurons: neuroid.csv, a column for
// each property.
type PropertyAssembly struct {
	AssemblyInfo
	Neuroid    *Table
	NeuroidIDs []string
}

// OpenProperties reads an assembly of kind property.
func OpenProperties(dir string) (*PropertyAssembly, error) {
	info, err := readAssemblyInfo(dir, kindProperty)
	if err != nil {
		return nil, err
	}
	a := &PropertyAssembly{AssemblyInfo: info}
	if a.Neuroid, err = readRows(filepath.Join(dir, "neuroid.csv"), 0); err != nil {
		return nil, err
	}
	a.NeuroidIDs, err = a.Neuroid.distinctIDs("neuroid_id")
	return a, err
}

// Files lists the assembly's files.
func (a *PropertyAssembly) Files() []string { return []string{a.path, a.Neuroid.Path} }

// Values returns a property of the neurons, NaN if the cell is empty. One that no neuron
// has is an error.
func (a *PropertyAssembly) Values(column string) ([]float64, error) {
	values, err := a.Neuroid.Numbers(column)
	if err != nil {
		return nil, err
	}
	if row := slices.IndexFunc(values, func(v float64) bool { return math.IsInf(v, 0) }); row >= 0 {
		return nil, &FileError{Path: a.Neuroid.Path, Line: a.Neuroid.Line(row), What: fmt.Sprintf("has the %s %v", column, values[row]), Remedy: "write a finite number, or nothing if there is none"}
	}
	if slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) }) {
		return values, nil
	}
	return nil, &FileError{Path: a.Neuroid.Path, Line: a.Neuroid.HeaderLine(), What: fmt.Sprintf("has no value of %s for any neuron", column), Remedy: "fill in the column, or name another property"}
}
