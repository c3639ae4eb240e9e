package imports

import (
	"errors"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/hdf5"
)

// errRecords is the reason why records cannot name rows.
var errRecords = errors.New("an array of Python objects or records: save names as text, numpy.array(names, dtype=str)")

// datasetNames returns a dataset, or its columns, as candidates that may name rows:
// text or whole numbers along one dimension, columns of text, or a matrix of
// characters. It returns nil for others.
func (c *hdf5Contents) datasetNames(d *hdf5.Dataset, name string) []*rowNames {
	shape, t := d.Shape(), d.Type()
	n := &rowNames{array: name, length: int(d.Len()), number: !t.IsString(), read: func(limit int64) ([]string, error) { return datasetText(d, limit) }}
	long := 0
	for _, l := range shape {
		if l != 1 {
			long++
		}
	}
	switch {
	case len(shape) == 0 || d.Len() == 0:
		return nil
	case t.Class == hdf5.ClassString && t.Size == 1 && len(shape) == 2:
		n.length, n.read = int(shape[0]), d.ReadCharStrings
	case t.IsString() && long == 2 && len(shape) == 2:
		return textColumns(n, int(shape[1]), false)
	case long > 1:
		return nil
	case t.Class == hdf5.ClassCompound && slices.ContainsFunc(t.Members, func(m hdf5.Member) bool { return m.Type.IsString() }):
		n.number, n.read = false, func(int64) ([]string, error) { return nil, errRecords }
	case t.IsString():
	case t.Class != hdf5.ClassInteger && t.Class != hdf5.ClassFloat:
		return nil
	case len(shape) > 1:
		// A layer can have one feature, but not a usual name of ids.
		if !n.known() || c.q.Layer == name {
			return nil
		}
	case t.Class == hdf5.ClassFloat && !n.known():
		return nil
	}
	return []*rowNames{n}
}

// textColumns returns the columns of a matrix of text, one of which may name the
// rows.
func textColumns(n *rowNames, cols int, fortran bool) []*rowNames {
	const maxCols = 32 // of a table of names and labels
	if cols > maxCols {
		return nil
	}
	var columns []*rowNames
	rows := n.length / cols
	for j := range cols {
		columns = append(columns, &rowNames{array: n.array + "[:, " + strconv.Itoa(j) + "]", length: rows, read: func(limit int64) ([]string, error) {
			all, err := n.read(limit * int64(cols))
			if err != nil {
				return nil, err
			}
			column := make([]string, rows)
			for i := range column {
				index := i*cols + j
				if fortran {
					index = j*rows + i
				}
				column[i] = all[index]
			}
			return column, nil
		}})
	}
	return columns
}

// attributeNames records attributes of an object that may name rows: lists of
// text. They are named object@attribute.
func (c *hdf5Contents) attributeNames(o hdf5.Object, name string) error {
	attrs, err := o.Attributes()
	if err != nil {
		return err
	}
	for _, a := range attrs {
		if !a.Type.IsString() || len(a.Shape()) != 1 || strings.HasPrefix(a.Name, "MATLAB_") || a.Name == "DIMENSION_LABELS" {
			continue
		}
		c.candidates = append(c.candidates, &rowNames{array: path.Join(name, "@"+a.Name), length: a.Len(), read: func(int64) ([]string, error) { return a.Strings() }})
	}
	return nil
}

// datasetText reads text, or whole numbers as text.
func datasetText(d *hdf5.Dataset, limit int64) ([]string, error) {
	t := d.Type()
	if t.IsString() {
		return d.ReadText(limit)
	}
	b, err := d.Read()
	if err != nil {
		return nil, err
	}
	var texts []string
	if t.Class == hdf5.ClassInteger && !t.Signed {
		values, err := b.Uints(nil)
		for _, v := range values {
			texts = append(texts, strconv.FormatUint(v, 10))
		}
		return texts, err
	}
	if t.Class == hdf5.ClassInteger {
		values, err := b.Ints(nil)
		for _, v := range values {
			texts = append(texts, strconv.FormatInt(v, 10))
		}
		return texts, err
	}
	values, err := b.Float64s(nil)
	for _, v := range values {
		text, err := wholeNumber(v)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	return texts, err
}
