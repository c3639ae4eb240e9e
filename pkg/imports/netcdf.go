package imports

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/brainscore-go/brainscore/internal/hdf5"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// The dimensions of BrainIO files.
const (
	presentation = "presentation"
	neuroid      = "neuroid"
	timeBin      = "time_bin"
	choiceDim    = "choice"
)

// dataset is an xarray DataArray in a netCDF-4 file.
type dataset struct {
	path string
	file *hdf5.NetCDF
	data *hdf5.Variable
	text textLimit
}

// unreadable returns an error about a file that the HDF5 reader cannot read: what
// the file is, and what it should be.
func unreadable(path, expected string, err error) error {
	if e, ok := errors.AsType[*stimuli.FileError](err); ok {
		return e
	}
	text := strings.TrimPrefix(err.Error(), path+": ")
	e := &stimuli.FileError{Path: path, What: "cannot be read: " + text, Err: err}
	var not *hdf5.NotHDF5Error
	switch {
	case errors.As(err, &not):
		e.What, e.Remedy = "is "+not.Kind+", not "+expected, not.Hint
	case errors.Is(err, hdf5.ErrTruncated):
		e.What, e.Remedy = "is only a part of "+expected, "download it again ("+text+")"
	case errors.Is(err, hdf5.ErrCorrupt):
		e.What, e.Remedy = "is damaged, or its download is incomplete", "download it again ("+text+")"
	}
	return e
}

const expectedNetCDF = "a netCDF-4 file of BrainIO or xarray"

// openDataset opens a file and finds its data variable. maxText is the number of bytes
// that its coordinates may take, 0 for the usual.
func openDataset(ctx context.Context, path string, maxText int64) (*dataset, error) {
	f, err := hdf5.OpenNetCDF(ctx, path)
	if err != nil {
		return nil, unreadable(path, expectedNetCDF, err)
	}
	d := &dataset{path: path, file: f, text: newTextLimit(f.File().Size(), maxText)}
	if err := d.findData(); err != nil {
		f.Close()
		return nil, err
	}
	return d, nil
}

func (d *dataset) close() { d.file.Close() }

// shape returns a variable's name and dimensions for messages.
func shape(v *hdf5.Variable) string {
	var dims []string
	for i, n := range v.Shape() {
		dims = append(dims, fmt.Sprintf("%s: %d", v.Dims[i].Name, n))
	}
	return v.Name + "(" + strings.Join(dims, ", ") + ")"
}

func (d *dataset) contents() string {
	var names []string
	for _, v := range d.file.Vars {
		names = append(names, shape(v))
	}
	switch {
	case len(names) == 0 && len(d.file.Groups) > 0:
		return fmt.Sprintf("no variables, only %d group(s), such as %s", len(d.file.Groups), d.file.Groups[0].Name)
	case len(names) == 0:
		return "no variables"
	case len(names) > 12:
		return strings.Join(names[:12], ", ") + fmt.Sprintf(" and %d more", len(names)-12)
	}
	return strings.Join(names, ", ")
}

// isIndex reports whether a variable is a dimension's own coordinate.
func isIndex(v *hdf5.Variable) bool { return len(v.Dims) == 1 && v.Dims[0].Name == v.Name }

// findData finds the one variable that is not a coordinate.
func (d *dataset) findData() error {
	for name, err := range d.file.Unreadable {
		return unreadable(d.path, expectedNetCDF, fmt.Errorf("variable %s: %w", name, err))
	}
	coordinate := map[string]bool{}
	for _, v := range d.file.Vars {
		names, err := v.Coordinates()
		if err != nil {
			return unreadable(d.path, expectedNetCDF, err)
		}
		for _, n := range names {
			coordinate[n] = true
		}
	}
	if a, err := d.file.Attribute("coordinates"); err == nil {
		if names, err := a.Text(); err == nil {
			for _, n := range strings.Fields(names) {
				coordinate[n] = true
			}
		}
	}
	var candidates []*hdf5.Variable
	rank := 0
	for _, v := range d.file.Vars {
		if !coordinate[v.Name] && !isIndex(v) {
			candidates = append(candidates, v)
			rank = max(rank, len(v.Dims))
		}
	}
	if len(candidates) > 1 {
		// Without the attribute, coordinates are those along fewer dimensions.
		candidates = slices.DeleteFunc(candidates, func(v *hdf5.Variable) bool { return len(v.Dims) < rank })
	}
	if len(candidates) > 1 {
		for _, v := range candidates {
			if v.Name == "data" || v.Name == "__xarray_dataarray_variable__" {
				candidates = []*hdf5.Variable{v}
				break
			}
		}
	}
	if len(candidates) != 1 {
		what := "has no data variable"
		if len(candidates) > 1 {
			what = fmt.Sprintf("has %d variables that could be the data", len(candidates))
		}
		return bad(d.path, what+"; it holds "+d.contents(), "expected is "+expectedNetCDF+": one array along presentation and neuroid, with coordinates")
	}
	d.data = candidates[0]
	return nil
}

// wrongDims returns the error about unexpected dimensions.
func (d *dataset) wrongDims(expected string) error {
	return bad(d.path, "has the data "+shape(d.data), "expected are the dimensions "+expected)
}

// columns reads the coordinates along a dimension.
func (d *dataset) columns(dim string, r *Result) (table, error) {
	var t table
	for _, v := range d.file.Vars {
		if v == d.data || len(v.Dims) == 0 || v.Dims[0].Name != dim {
			continue
		}
		text := v.Type().Class == hdf5.ClassString && v.Type().Size == 1 && !v.Type().VlenString
		if len(v.Dims) > 1 && !(text && len(v.Dims) == 2) {
			r.note("%s: ignores the coordinate %s, which has several dimensions", d.path, shape(v))
			continue
		}
		values, err := d.coordinate(v, text && len(v.Dims) == 2)
		if err != nil {
			return nil, err
		}
		if isIndex(v) && counts(values) {
			continue
		}
		t = append(t, column{v.Name, values})
	}
	// A dimension without a variable can be unlimited, and some coordinates shorter.
	for i := range t {
		axis, err := d.data.Axis(dim)
		if err != nil {
			return nil, err
		}
		if n := int(d.data.Shape()[axis]); len(t[i].values) != n {
			return nil, bad(d.path, fmt.Sprintf("has %d values of the coordinate %s, but its dimension %[4]s has %[3]d", len(t[i].values), t[i].name, n, dim), "write it again")
		}
	}
	for _, c := range slices.Clone(t) {
		if bare, ok := strings.CutSuffix(c.name, "_"); ok && bare != "" {
			t.rename(c.name, bare)
		}
	}
	return t, nil
}

// formatFloat formats a number as Python does, and NaN as an empty text.
func formatFloat(x float64, bits int) string {
	switch {
	case math.IsNaN(x):
		return ""
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	if a := math.Abs(x); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(x, 'e', -1, bits)
	}
	s := strconv.FormatFloat(x, 'f', -1, bits)
	if !strings.ContainsRune(s, '.') {
		s += ".0"
	}
	return s
}

// isReader reports whether an error is one of the HDF5 reader.
func isReader(err error) bool {
	for _, e := range []error{hdf5.ErrNotHDF5, hdf5.ErrTruncated, hdf5.ErrCorrupt, hdf5.ErrUnsupported, hdf5.ErrNotFound, hdf5.ErrType, hdf5.ErrLimit} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
