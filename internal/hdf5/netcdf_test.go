package hdf5

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestNetCDF(t *testing.T) {
	files := samples(t)
	for name, w := range loadExpected(t).NetCDF {
		t.Run(name, func(t *testing.T) {
			n, err := NewNetCDF(openBytes(t, files[name]))
			if err != nil {
				t.Fatal(err)
			}
			checkNCGroup(t, n.NCGroup, w)
		})
	}
}

func checkNCGroup(t *testing.T, g *NCGroup, w wantGroup) {
	t.Helper()
	if len(g.Dims) != len(w.Dims) || len(g.Vars) != len(w.Vars) || len(g.Groups) != len(w.Groups) {
		t.Errorf("%s: %d dimensions, %d variables, %d groups; want %d, %d, %d", g.Path(),
			len(g.Dims), len(g.Vars), len(g.Groups), len(w.Dims), len(w.Vars), len(w.Groups))
	}
	for _, d := range g.Dims {
		got, want := fmt.Sprint([2]any{d.Len, d.Unlimited}), fmt.Sprint(w.Dims[d.Name])
		if got != want {
			t.Errorf("%s: dimension %s is %s, want %s", g.Path(), d.Name, got, want)
		}
	}
	for _, v := range g.Vars {
		if got, want := v.DimNames(), w.Vars[v.Name].Dims; !slices.Equal(got, want) {
			t.Errorf("%s: variable %s lies along %v, want %v", g.Path(), v.Name, got, want)
		}
	}
	for _, s := range g.Groups {
		checkNCGroup(t, s, w.Groups[s.Name])
	}
}

func TestNetCDFValues(t *testing.T) {
	n, err := NewNetCDF(openBytes(t, samples(t)["netcdf.nc"]))
	if err != nil {
		t.Fatal(err)
	}
	v, err := n.Variable("values")
	if err != nil {
		t.Fatal(err)
	}
	if m, ok, err := v.Missing(); m != -99 || !ok || err != nil {
		t.Errorf("missing value is %v, %v, %v", m, ok, err)
	}
	x, err := v.ReadFloat32s()
	if err != nil || len(x) != 24 || x[22] != 22 || x[23] != -99 {
		t.Errorf("values are %v, %v", x, err)
	}
	if i, err := v.Axis("neuroid"); i != 1 || err != nil {
		t.Errorf("axis is %d, %v", i, err)
	}
	if _, err := v.Axis("time"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "presentation, neuroid") {
		t.Errorf("axis that is not there: %v", err)
	}
	if _, err := n.Variable("value"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "neuroid_id") {
		t.Errorf("variable that is not there: %v", err)
	}
	c, err := n.Variable("chars")
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.ReadCharStrings(1 << 20)
	if want := []string{"abc", "hello", "", "x"}; !slices.Equal(s, want) || err != nil {
		t.Errorf("characters are %q, %v", s, err)
	}
	b, err := n.Variable("has_site")
	if err != nil {
		t.Fatal(err)
	}
	bools, err := b.ReadBools()
	if !b.IsBool() || !slices.Equal(bools, []bool{true, false, true, true}) || err != nil {
		t.Errorf("booleans are %v, %v, %v", b.IsBool(), bools, err)
	}
	// The order is that of creation, not of names.
	if n.Vars[0].Name != "values" || n.Vars[1].Name != "growing" {
		t.Errorf("variables begin with %s, %s", n.Vars[0].Name, n.Vars[1].Name)
	}
}

func TestUnsupportedVariable(t *testing.T) {
	n, err := NewNetCDF(openBytes(t, samples(t)["virtual.h5"]))
	if err != nil {
		t.Fatal(err)
	}
	if len(n.Vars) != 1 || n.Vars[0].Name != "x" {
		t.Errorf("%d variables", len(n.Vars))
	}
	for name, want := range map[string]string{"unsupported": "virtual", "external": "external files"} {
		if _, err := n.Variable(name); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDimensionOfAnotherSize(t *testing.T) {
	n, err := NewNetCDF(openBytes(t, samples(t)["mismatch.h5"]))
	if err != nil {
		t.Fatal(err)
	}
	if len(n.Vars) != 2 || n.Vars[0].Name != "fits" || n.Vars[0].DimNames()[0] != "x" {
		t.Errorf("%d variables, the first %s along %v", len(n.Vars), n.Vars[0].Name, n.Vars[0].DimNames())
	}
	if _, err := n.Variable("long"); err == nil || !strings.Contains(err.Error(), "axis 0 has 4 elements, its dimension x has 3") {
		t.Errorf("an axis that does not fit: %v", err)
	}
}

func TestProbabilities(t *testing.T) {
	n, err := OpenNetCDF(t.Context(), "testdata/alexnet-probabilities.nc")
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	v, err := n.Variable("__xarray_dataarray_variable__")
	if err != nil {
		t.Fatal(err)
	}
	if got := v.DimNames(); !slices.Equal(got, []string{"presentation", "choice"}) {
		t.Errorf("dimensions are %v", got)
	}
	coords, err := v.Coordinates()
	if want := []string{"image_id", "choice_", "stimulus_path"}; !slices.Equal(coords, want) || err != nil {
		t.Errorf("coordinates are %v, %v", coords, err)
	}
	p, err := v.ReadFloat64s()
	if err != nil {
		t.Fatal(err)
	}
	for row := 0; row < len(p); row += 24 {
		var sum float64
		for _, x := range p[row : row+24] {
			sum += x
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Fatalf("row %d sums to %v", row/24, sum)
		}
	}
}
