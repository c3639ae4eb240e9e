package hdf5

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// NetCDF is a file seen as netCDF-4: variables along named dimensions. Its
// root group is embedded.
type NetCDF struct {
	*NCGroup
	file *File
}

// NCGroup is a group of a netCDF-4 file.
type NCGroup struct {
	*Group
	Name   string
	Dims   []*Dimension // those defined here; subgroups can use them too
	Vars   []*Variable
	Groups []*NCGroup

	// Unreadable is the datasets that are not among Vars, by name, and why.
	Unreadable map[string]error
}

// Dimension is a named axis that variables share.
type Dimension struct {
	Name      string
	Len       uint64 // of an unlimited one, the most that a variable has
	Unlimited bool

	id int64 // netCDF's own number, -1 where it has none
}

// Variable is a dataset along dimensions.
type Variable struct {
	*Dataset
	Name string
	Dims []*Dimension
}

// Names and values by which netCDF-4 marks what it stores in HDF5.
const (
	attrClass       = "CLASS"
	classScale      = "DIMENSION_SCALE"
	attrName        = "NAME"
	notVariable     = "This is a netCDF dimension but not a netCDF variable"
	attrDimList     = "DIMENSION_LIST"
	attrDimID       = "_Netcdf4Dimid"
	attrCoordinates = "_Netcdf4Coordinates"
	nonCoordPrefix  = "_nc4_non_coord_"
)

// File is the file of the variables.
func (n *NetCDF) File() *File { return n.file }

// OpenNetCDF opens the netCDF-4 file at path, as Open does.
func OpenNetCDF(ctx context.Context, path string) (*NetCDF, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	n, err := NewNetCDF(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return n, nil
}

// NewNetCDF sees an open HDF5 file as netCDF-4. Datasets without dimension
// scales get dimensions named phony_dim_N, as netCDF itself does.
func NewNetCDF(f *File) (*NetCDF, error) {
	r := &ncReader{dims: map[uint64]*Dimension{}, byID: map[int64]*Dimension{}, seen: map[uint64]bool{}}
	root, err := r.group(f.root, "/", 0)
	if err != nil {
		return nil, err
	}
	// A dimension can be used before the group that defines it is met.
	if err := r.resolve(root); err != nil {
		return nil, err
	}
	return &NetCDF{root, f}, nil
}

// Close closes the file.
func (n *NetCDF) Close() error { return n.file.Close() }

var errDimension = errors.New("dimension of another size")

func (g *NCGroup) unreadable(name string, err error) {
	if g.Unreadable == nil {
		g.Unreadable = map[string]error{}
	}
	g.Unreadable[name] = err
}

type ncReader struct {
	dims   map[uint64]*Dimension // by address of their scale
	byID   map[int64]*Dimension
	seen   map[uint64]bool
	nextID int
}

// group reads the dimensions and variables of g and the groups in it.
func (r *ncReader) group(g *Group, name string, depth int) (*NCGroup, error) {
	if depth > maxDepth {
		return nil, inPath(corruptf(-1, "groups nest deeper than %d", maxDepth), g.path)
	}
	r.seen[g.hdr.addr] = true
	out := &NCGroup{Group: g, Name: name}
	links, err := g.Links()
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		if l.Kind != HardLink {
			continue
		}
		o, err := g.Follow(l)
		if errors.Is(err, ErrUnsupported) {
			// The other datasets can be read without this one.
			out.unreadable(l.Name, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		switch o := o.(type) {
		case *Group:
			if r.seen[o.hdr.addr] {
				continue
			}
			s, err := r.group(o, l.Name, depth+1)
			if err != nil {
				return nil, err
			}
			out.Groups = append(out.Groups, s)
		case *Dataset:
			if err := r.dataset(out, o, l.Name); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(out.Dims, func(a, b *Dimension) int { return cmp.Compare(a.id, b.id) })
	return out, nil
}

// dataset notes a dataset as a dimension, a variable or both.
func (r *ncReader) dataset(g *NCGroup, d *Dataset, name string) error {
	attrs, err := d.Attributes()
	if err != nil {
		return err
	}
	isVariable := true
	if text(attrs, attrClass) == classScale && len(d.space.dims) > 0 {
		dim := &Dimension{Name: name, Len: d.space.dims[0], Unlimited: d.space.max[0] == Unlimited, id: -1}
		if id, ok := integers(attrs, attrDimID); ok && len(id) == 1 {
			dim.id = id[0]
			r.byID[dim.id] = dim
		}
		r.dims[d.hdr.addr] = dim
		g.Dims = append(g.Dims, dim)
		r.nextID++
		isVariable = !strings.HasPrefix(text(attrs, attrName), notVariable)
	}
	if isVariable {
		g.Vars = append(g.Vars, &Variable{Dataset: d, Name: strings.TrimPrefix(name, nonCoordPrefix)})
	}
	return nil
}

func find(attrs []*Attribute, name string) *Attribute {
	for _, a := range attrs {
		if a.Name == name {
			return a
		}
	}
	return nil
}

func text(attrs []*Attribute, name string) string {
	if a := find(attrs, name); a != nil {
		s, _ := a.Text()
		return s
	}
	return ""
}

func integers(attrs []*Attribute, name string) ([]int64, bool) {
	if a := find(attrs, name); a != nil {
		v, err := a.Ints()
		return v, err == nil
	}
	return nil, false
}

// resolve finds the dimensions of every variable.
func (r *ncReader) resolve(g *NCGroup) error {
	all := g.Vars
	g.Vars = nil
	for _, v := range all {
		err := r.variable(g, v)
		if errors.Is(err, errDimension) {
			g.unreadable(v.Name, err)
			continue
		}
		if err != nil {
			return err
		}
		g.Vars = append(g.Vars, v)
	}
	for _, s := range g.Groups {
		if err := r.resolve(s); err != nil {
			return err
		}
	}
	return nil
}

func (r *ncReader) variable(g *NCGroup, v *Variable) error {
	shape := v.space.dims
	v.Dims = make([]*Dimension, len(shape))
	if len(shape) == 0 {
		return nil
	}
	attrs, err := v.Dataset.Attributes()
	if err != nil {
		return err
	}
	own := r.dims[v.hdr.addr]
	ids, _ := integers(attrs, attrCoordinates)
	switch list := find(attrs, attrDimList); {
	case len(ids) == len(shape):
		for i, id := range ids {
			v.Dims[i] = r.byID[id]
		}
	case list != nil:
		refs, err := list.block.ReferenceLists()
		if err != nil {
			return fmt.Errorf("attribute %s: %w", attrDimList, err)
		}
		if len(refs) != len(shape) {
			return inPath(corruptf(-1, "attribute %s has %d elements, expected %d", attrDimList, len(refs), len(shape)), v.path)
		}
		for i, l := range refs {
			if len(l) > 0 {
				v.Dims[i] = r.dims[l[0]]
			}
		}
	}
	if own != nil && v.Dims[0] == nil {
		v.Dims[0] = own
	}
	for i, n := range shape {
		if v.Dims[i] == nil {
			v.Dims[i] = r.phony(g, v, n, v.space.max[i] == Unlimited)
		}
		d := v.Dims[i]
		if d.Unlimited {
			d.Len = max(d.Len, n)
		} else if d.Len != n {
			return fmt.Errorf("%s: %w: axis %d has %d elements, its dimension %s has %d", v.path, errDimension, i, n, d.Name, d.Len)
		}
	}
	return nil
}

// phony finds or makes a dimension for an axis that has no scale: one of its
// size in the group that the variable does not have yet.
func (r *ncReader) phony(g *NCGroup, v *Variable, n uint64, unlimited bool) *Dimension {
	for _, d := range g.Dims {
		if d.Len == n && d.Unlimited == unlimited && !slices.Contains(v.Dims, d) {
			return d
		}
	}
	d := &Dimension{Name: fmt.Sprintf("phony_dim_%d", r.nextID), Len: n, Unlimited: unlimited, id: int64(r.nextID)}
	r.nextID++
	g.Dims = append(g.Dims, d)
	return d
}

// Variable returns the group's variable of a name.
func (g *NCGroup) Variable(name string) (*Variable, error) {
	if err := g.Unreadable[name]; err != nil {
		return nil, err
	}
	var names []string
	for _, v := range g.Vars {
		if v.Name == name {
			return v, nil
		}
		names = append(names, v.Name)
	}
	return nil, fmt.Errorf("variable %q: %w; its variables are %s", name, ErrNotFound, listing(names))
}

func listing(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	if len(names) > 30 {
		return strings.Join(names[:30], ", ") + fmt.Sprintf(" and %d more", len(names)-30)
	}
	return strings.Join(names, ", ")
}

// DimNames is the names of the variable's dimensions.
func (v *Variable) DimNames() []string {
	names := make([]string, len(v.Dims))
	for i, d := range v.Dims {
		names[i] = d.Name
	}
	return names
}

// Axis is the position of a dimension, ErrNotFound where the variable does not
// lie along it.
func (v *Variable) Axis(dim string) (int, error) {
	names := v.DimNames()
	if i := slices.Index(names, dim); i >= 0 {
		return i, nil
	}
	return -1, fmt.Errorf("variable %q along dimension %q: %w; it lies along %s", v.Name, dim, ErrNotFound, listing(names))
}

// Missing is the value that stands for no value: the attribute _FillValue.
func (v *Variable) Missing() (value float64, ok bool, err error) {
	a, err := v.Attribute("_FillValue")
	if errors.Is(err, ErrNotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	x, err := a.Float64s()
	if err != nil || len(x) != 1 {
		return 0, false, err
	}
	return x[0], true, nil
}

// IsBool reports whether the values are booleans: an enum as h5py writes it, or
// bytes that xarray has marked.
func (v *Variable) IsBool() bool {
	if v.typ.IsBool() {
		return true
	}
	a, err := v.Attribute("dtype")
	if err != nil || v.typ.Class != ClassInteger || v.typ.Size != 1 {
		return false
	}
	s, err := a.Text()
	return err == nil && s == "bool"
}

// Coordinates is the variables that the attribute "coordinates" names, as
// xarray writes it.
func (v *Variable) Coordinates() ([]string, error) {
	a, err := v.Attribute("coordinates")
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s, err := a.Text()
	return strings.Fields(s), err
}
