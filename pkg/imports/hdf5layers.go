package imports

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/brainscore-go/brainscore/internal/hdf5"
)

// expectedHDF5 is what a file of layers should be, in messages.
const expectedHDF5 = "an HDF5 file of features"

// fromHDF5 reads each array of two or more dimensions as a layer, named by its
// path.
func (q DumpRequest) fromHDF5(ctx context.Context, r *Result) (*dumpFiles, func(), error) {
	f, err := hdf5.Open(ctx, q.Path)
	if err != nil {
		return nil, nil, unreadable(q.Path, expectedHDF5, err)
	}
	out, err := q.hdf5Layers(ctx, f, r)
	if err != nil {
		f.Close()
		if isReader(err) {
			err = unreadable(q.Path, expectedHDF5, err)
		}
		return nil, nil, err
	}
	return out, func() { f.Close() }, nil
}

// hdf5Contents are the parts of an HDF5 file by their roles.
type hdf5Contents struct {
	q      DumpRequest
	matlab bool // written by MATLAB's save -v7.3
	arrays map[string]*array
	layers []string
	sparse []string // groups that are sparse arrays of MATLAB

	candidates []*rowNames
	ignored    []string
	classes    map[string]string // of ignored variables of MATLAB
}

func (q DumpRequest) hdf5Layers(ctx context.Context, f *hdf5.File, r *Result) (*dumpFiles, error) {
	c := &hdf5Contents{q: q, matlab: f.IsMATLAB(), arrays: map[string]*array{}, classes: map[string]string{}}
	if err := f.Walk(c.visit); err != nil {
		return nil, err
	}
	_, flag := q.selector()
	for _, name := range c.sparse {
		if q.Layer == "" || q.Layer == name {
			return nil, sparseMATLAB(q.Path, name, flag)
		}
	}
	for _, name := range c.ignored {
		if c.classes[name] == complexClass && (q.Layer == "" || q.Layer == name) {
			return nil, complexMATLAB(q.Path, name, flag)
		}
	}
	layers := c.layers
	if len(layers) == 0 {
		if c.matlab && len(c.ignored) > 0 {
			return nil, noMATLABArray(q.Path, c.ignored, c.classes)
		}
		return nil, c.noLayers()
	}
	out := &dumpFiles{rows: -1, candidates: c.candidates, ignored: c.ignored, partName: "dataset"}
	chosen, bytes, err := q.chooseLayers(out, layers, r, func(layer string) (int, int64, error) {
		a := c.arrays[layer]
		out.transposed = int(a.lengths[len(a.lengths)-1])
		return a.rows(), a.bytes(), checkWritten(q.Path, layer, a)
	})
	if err != nil {
		return nil, err
	}
	out.write = func(s *staging) error {
		progress := q.Progress.start(q.Path, bytes)
		var before int64
		for i, l := range chosen {
			a := c.arrays[l]
			err := s.write(out.names[i], func(to *os.File) error {
				file, err := newNPY(to, a.descr, a.size, a.shapeOf(len(a.lengths))...)
				if err != nil {
					return err
				}
				return a.slabs(ctx, func(n int64) { progress(before + n) }, func(p slab) error { return file.put(p.row, p.data) })
			})
			if err != nil {
				if isReader(err) {
					err = unreadable(q.Path, expectedHDF5, err)
				}
				return err
			}
			before += a.bytes()
		}
		return nil
	}
	return out, nil
}

// noLayers returns the error of a file without arrays.
func (c *hdf5Contents) noLayers() error {
	const spikes = "units/spike_times" // in the tables of NWB
	what, content, remedy := "holds no datasets", "features", "write one dataset stimuli × features for each layer"
	if c.q.recordings {
		content, remedy = "recordings", "write one dataset stimuli × repetitions × neuroids, stimuli × neuroids or trials × neuroids"
	}
	switch {
	case c.q.recordings && slices.Contains(c.ignored, spikes):
		what = "holds the times of spikes (" + spikes + ") and no array of recordings"
		remedy = "count the spikes of each unit in a window after each stimulus, and save trials × units"
	case len(c.ignored) > 0:
		what = "holds no array of " + content + ", only " + few(c.ignored)
	}
	return bad(c.q.Path, what, remedy)
}

// visit records an object by its role.
func (c *hdf5Contents) visit(o hdf5.Object) error {
	name := strings.Trim(o.Path(), "/")
	// These groups hold the elements of cells and objects, not variables.
	if c.matlab && (name == "#refs#" || name == "#subsystem#" || strings.HasPrefix(name, "#refs#/") || strings.HasPrefix(name, "#subsystem#/")) {
		return nil
	}
	if err := c.attributeNames(o, name); err != nil {
		return err
	}
	switch o := o.(type) {
	case *hdf5.Group:
		sparse, err := o.MATLABSparse()
		if sparse {
			c.sparse = append(c.sparse, name)
		}
		return err
	case *hdf5.Dataset:
		if slices.ContainsFunc(c.sparse, func(s string) bool { return strings.HasPrefix(name, s+"/") }) {
			return nil
		}
		class, err := o.MATLABClass()
		if err != nil {
			return err
		}
		if c.matlab || class != "" {
			return c.visitMATLAB(o, name, class)
		}
		return c.visitDataset(o, name)
	}
	return nil
}

// visitDataset records a dataset that is not MATLAB's.
func (c *hdf5Contents) visitDataset(d *hdf5.Dataset, name string) error {
	shape := d.Shape()
	if candidates := c.datasetNames(d, name); candidates != nil {
		c.candidates = append(c.candidates, candidates...)
		c.ignored = append(c.ignored, name)
		return nil
	}
	if !d.Type().IsNumeric() || len(shape) < 2 || d.Len() == 0 {
		c.ignored = append(c.ignored, name)
		return nil
	}
	axes := make([]int, len(shape))
	for i := range axes {
		axes[i] = i
	}
	if c.q.recordings && strings.EqualFold(filepath.Ext(c.q.Path), ".nwb") && strings.HasPrefix(name, "units/") {
		// A table of NWB has a row for each unit.
		axes = append(axes[1:], 0)
	}
	return c.addLayer(d, name, axes)
}

// addLayer adds an array of features, its dimensions in the order of axes.
func (c *hdf5Contents) addLayer(d *hdf5.Dataset, name string, axes []int) error {
	a, err := newArray(d, axes, nil)
	if err != nil {
		return bad(c.q.Path, name+" "+err.Error(), "features are numbers")
	}
	c.arrays[name] = a
	c.layers = append(c.layers, name)
	return nil
}

// visitMATLAB records a dataset that MATLAB wrote, whose dimensions HDF5 has in
// reverse order. All arrays of MATLAB have two dimensions or more: one with a
// single element, row or column is a layer only if the request names it.
func (c *hdf5Contents) visitMATLAB(d *hdf5.Dataset, name, class string) error {
	shape := d.Shape()
	numeric := d.Type().IsNumeric() && (class == "double" || class == "single" || class == "logical" || strings.HasPrefix(class, "int") || strings.HasPrefix(class, "uint"))
	empty, err := d.MATLABEmpty()
	if err != nil {
		return err
	}
	long := 0
	for _, l := range shape {
		if l != 1 {
			long++
		}
	}
	if numeric && !empty && d.Len() > 0 && len(shape) >= 2 && (long >= 2 || c.q.Layer == name) {
		axes := make([]int, len(shape))
		for i := range axes {
			axes[i] = len(shape) - 1 - i
		}
		return c.addLayer(d, name, axes)
	}
	c.ignored = append(c.ignored, name)
	n := &rowNames{array: name, length: int(d.Len()), number: numeric, field: class == "" && d.Type().ObjectRef}
	switch {
	case d.Type().Class == hdf5.ClassCompound && (class == "double" || class == "single"):
		c.classes[name] = complexClass
	case n.field && d.Len() > 1:
		c.classes[name] = "field of a struct array"
	default:
		c.classes[name] = class
	}
	switch {
	case empty || d.Len() == 0 || long > 1 && class != "char":
		return nil
	case class == "char" && len(shape) == 2:
		n.length = int(shape[1])
	case class == "string":
		n.length = -1
		n.read = func(int64) ([]string, error) {
			return nil, errors.New("a string array, in a format of MATLAB alone: save it as cellstr(" + name + ")")
		}
	case class == "cell", n.field:
	case numeric && (d.Type().Class == hdf5.ClassInteger || n.known() || class == "double"):
		n.read = func(limit int64) ([]string, error) { return datasetText(d, limit) }
	default:
		return nil
	}
	if n.read == nil {
		n.read = func(limit int64) ([]string, error) {
			const unitBytes = 8 // of a character while it is decoded
			texts, ok, err := d.ReadMATLABText(uint64(limit) / unitBytes)
			if err == nil && !ok {
				err = errNoText
			}
			return texts, err
		}
	}
	c.candidates = append(c.candidates, n)
	return nil
}
