package imports

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// neuronalProperty is the axis of a file of properties of neurons beside neuroid.
const neuronalProperty = "neuronal_property"

func isProperties(dims []string) bool { return slices.Contains(dims, neuronalProperty) }

// properties installs properties of neurons: a table of them, a column for each property.
func (q AssemblyRequest) properties(ctx context.Context, d *dataset) (*Result, error) {
	r := &Result{}
	axes, err := d.order("neuroid × "+neuronalProperty+" of properties", neuroid, neuronalProperty)
	if err != nil {
		return nil, err
	}
	a, err := newArray(d.data.Dataset, axes, d.data)
	if err != nil {
		return nil, bad(d.path, fmt.Sprintf("the data %s %v", d.data.Name, err), "properties are numbers")
	}
	if a.descr != "<f8" && a.descr != "<f4" {
		return nil, bad(d.path, fmt.Sprintf("holds properties as %s", a.descr), "write them as floating-point numbers")
	}
	names, err := d.columns(neuronalProperty, r)
	if err != nil {
		return nil, err
	}
	if !names.has(neuronalProperty) {
		return nil, bad(d.path, "has no coordinate "+neuronalProperty, "it has "+names.names())
	}
	properties := names.find(neuronalProperty)
	if err := checkUnique(d.path, neuronalProperty, properties); err != nil {
		return nil, err
	}
	t, err := neuroids(d, r)
	if err != nil {
		return nil, err
	}
	values, err := a.cells(ctx, len(t.find(neuroidID)), len(properties))
	if err != nil {
		return nil, d.explain(ctx, err)
	}
	for k, name := range properties {
		if t.has(name) {
			return nil, bad(d.path, fmt.Sprintf("has the property %q, as a coordinate of the neurons is called", name), "rename one of the two")
		}
		t = append(t, column{name, values[k]})
	}
	s, err := stage(q.Home.AssembliesDir(), q.ID, q.Force)
	if err != nil {
		return nil, err
	}
	defer s.discard()
	if err := s.writeTable("neuroid.csv", t.first(neuroidID)); err != nil {
		return nil, err
	}
	if err := s.writeInfo(q.ID, "property", q.StimulusSet); err != nil {
		return nil, err
	}
	if _, err := stimuli.OpenProperties(s.dir); err != nil {
		return nil, err
	}
	r.Path, r.What = s.target, fmt.Sprintf("%d properties of %d neurons", len(properties), len(t.find(neuroidID)))
	return r, s.commit()
}

// cells returns the columns of a matrix of floating-point numbers as text; NaN is "".
func (a *array) cells(ctx context.Context, rows, cols int) ([][]string, error) {
	columns := make([][]string, cols)
	for k := range columns {
		columns[k] = make([]string, rows)
	}
	// Slabs are of rows of their own, so no two write to one cell.
	err := a.slabs(ctx, func(int64) {}, func(p slab) error {
		for i := range p.rows * cols {
			var v float64
			if a.size == 8 {
				v = math.Float64frombits(binary.LittleEndian.Uint64(p.data[8*i:]))
			} else {
				v = float64(math.Float32frombits(binary.LittleEndian.Uint32(p.data[4*i:])))
			}
			if !math.IsNaN(v) {
				columns[i%cols][p.row+i/cols] = strconv.FormatFloat(v, 'g', -1, 64)
			}
		}
		return nil
	})
	return columns, err
}
