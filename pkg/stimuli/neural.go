package stimuli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// NeuralAssembly is a set of recordings: presentation × neuroid, or
// presentation × neuroid × time bin. Values stay on disk until they are read.
type NeuralAssembly struct {
	AssemblyInfo
	Presentation, Neuroid *Table
	NeuroidIDs            []string
	TimeBins              TimeBins // nil without a time axis
	values                *npy.File
}

// OpenNeural opens the recordings in a folder and checks that the tables fit
// the values.
func OpenNeural(dir string) (*NeuralAssembly, error) {
	info, err := readAssemblyInfo(dir, "neural")
	if err != nil {
		return nil, err
	}
	a := &NeuralAssembly{AssemblyInfo: info}
	if a.values, err = npy.Open(filepath.Join(dir, "values.npy")); err != nil {
		return nil, err
	}
	if err := a.readTables(dir); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

// readTables reads the tables of the axes of values.
func (a *NeuralAssembly) readTables(dir string) (err error) {
	if a.Presentation, err = a.axisTable(dir, "presentation.csv", 0); err != nil {
		return err
	}
	if a.Neuroid, err = a.axisTable(dir, "neuroid.csv", 1); err != nil {
		return err
	}
	if a.NeuroidIDs, err = a.Neuroid.distinctIDs("neuroid_id"); err != nil {
		return err
	}
	return a.checkShape(dir)
}

// axisTable reads the table of an axis of values, which has a row for each index.
func (a *NeuralAssembly) axisTable(dir, name string, axis int) (*Table, error) {
	expected := 0
	if shape := a.values.Shape(); axis < len(shape) {
		expected = shape[axis]
	}
	return readRows(filepath.Join(dir, name), expected)
}

// Precision returns the relative precision of the values.
func (a *NeuralAssembly) Precision() float64 { return a.values.DType().Precision() }

// Close releases the values.
func (a *NeuralAssembly) Close() error { return a.values.Close() }

// Files lists the files that figures depend on.
func (a *NeuralAssembly) Files() []string {
	files := []string{a.path, a.Presentation.Path, a.Neuroid.Path, a.values.Path()}
	if a.TimeBins != nil {
		files = append(files, filepath.Join(filepath.Dir(a.path), "time_bin.csv"))
	}
	return files
}

func (a *NeuralAssembly) checkShape(dir string) error {
	shape := a.values.Shape()
	want := []int{a.Presentation.Len(), a.Neuroid.Len()}
	axes := "presentation.csv and neuroid.csv"
	if len(shape) == 3 {
		table, err := a.axisTable(dir, "time_bin.csv", 2)
		if errors.Is(err, fs.ErrNotExist) {
			return &FileError{Path: a.values.Path(), What: fmt.Sprintf("has shape %v, whose last axis is time bins, but there is no time_bin.csv", shape),
				Remedy: "write it, a row for each time bin; or read stimuli × repetitions × neuroids by brainscore import recordings", Err: err}
		}
		if err != nil {
			return err
		}
		if a.TimeBins, err = readTimeBins(table); err != nil {
			return err
		}
		want = append(want, len(a.TimeBins))
		axes = "presentation.csv, neuroid.csv and time_bin.csv"
	}
	if !slices.Equal(shape, want) {
		return &FileError{Path: a.values.Path(), What: fmt.Sprintf("has shape %v, but %s have %v rows", shape, axes, want), Remedy: "values are presentation × neuroid (× time bin), one table row each"}
	}
	return nil
}

// SelectNeuroids lists the neuroids whose columns meet the conditions, in file order. If
// there are none, the error lists the values that exist.
func (a *NeuralAssembly) SelectNeuroids(conditions map[string]Condition) ([]int, error) {
	return a.Neuroid.Keep(conditions)
}

// CheckNeuroids returns an error if two of the given neuroids have the same id, unless they
// differ in the column, if one is named: ids may repeat from subject to subject.
func (a *NeuralAssembly) CheckNeuroids(neuroids []int, column string) error {
	var of []string
	if column != "" {
		var err error
		if of, err = a.Neuroid.Column(column); err != nil {
			return err
		}
	}
	found := make(map[[2]string]bool, len(neuroids))
	var repeated []string
	for _, i := range neuroids {
		key := [2]string{a.NeuroidIDs[i], ""}
		if of != nil {
			key[1] = of[i]
		}
		if found[key] && !slices.Contains(repeated, key[0]) {
			repeated = append(repeated, key[0])
		}
		found[key] = true
	}
	if len(repeated) == 0 {
		return nil
	}
	e := &FileError{Path: a.Neuroid.Path, What: fmt.Sprintf("repeats %d neuroid_id(s) (%s)", len(repeated), few(repeated)), Remedy: "name neuroids uniquely, or score them per subject by per: COLUMN"}
	if column != "" {
		e.What, e.Remedy = e.What+fmt.Sprintf(" within one %s", column), "name the neuroids of each uniquely"
	}
	return e
}

// EachPresentation calls yield with the responses of the given neuroids to each
// presentation, in file order. Of recordings in time it averages the time bins by each of
// the given weights, so that a neuroid has as many responses, which follow each other; an
// average is NaN if a bin with a weight is NaN. No weights take the first bin. Values are
// read in blocks; the slice is reused.
func (a *NeuralAssembly) EachPresentation(ctx context.Context, neuroids []int, weights [][]float64, yield func(presentation int, responses []float64) error) error {
	bins := max(1, len(a.TimeBins))
	first, last := columnRange(neuroids, bins)
	cols := last - first
	if weights == nil {
		weights = [][]float64{make([]float64, bins)}
		weights[0][0] = 1
	}
	const blockBytes = 1 << 20 // stays in the cache until it is averaged
	block := min(a.values.Rows(), max(1, blockBytes/(8*max(1, cols))))
	buffer := make([]float64, block*cols)
	responses := make([]float64, len(neuroids)*len(weights))
	plain := bins == 1 && len(weights) == 1 && weights[0][0] == 1
	rows := make([]int, 0, block)
	var scratch npy.Scratch
	for lo := 0; lo < a.values.Rows(); lo += block {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows = rows[:0]
		for row := lo; row < min(lo+block, a.values.Rows()); row++ {
			rows = append(rows, row)
		}
		if err := a.values.ReadBlock(rows, first, last, buffer, cols, &scratch); err != nil {
			return err
		}
		for i, row := range rows {
			for j, neuroid := range neuroids {
				if plain {
					responses[j] = buffer[i*cols+neuroid-first]
					continue
				}
				of := buffer[i*cols+neuroid*bins-first:][:bins]
				for k, w := range weights {
					responses[j*len(weights)+k] = weighted(of, w)
				}
			}
			if err := yield(row, responses); err != nil {
				return err
			}
		}
	}
	return a.values.Unchanged()
}

// columnRange returns the range of columns that hold the time bins of neuroids.
func columnRange(neuroids []int, bins int) (first, last int) {
	if len(neuroids) == 0 {
		return 0, 0
	}
	return slices.Min(neuroids) * bins, (slices.Max(neuroids) + 1) * bins
}

// weighted returns the weighted sum of the values whose weight is not 0.
func weighted(values, weights []float64) float64 {
	sum := 0.0
	for i, w := range weights {
		switch {
		case w == 1:
			return values[i]
		case w > 0:
			sum += float64(w * values[i])
		}
	}
	return sum
}
