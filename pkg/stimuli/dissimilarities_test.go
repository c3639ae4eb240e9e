package stimuli

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// vector is the text of an .npy file with one axis.
func vector(t *testing.T, values ...float64) string {
	t.Helper()
	var b, body bytes.Buffer
	if err := npy.Write(&body, 1, len(values), values); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteHeader(&b, "<f8", len(values)); err != nil {
		t.Fatal(err)
	}
	b.Write(body.Bytes()[body.Len()-8*len(values):])
	return b.String()
}

// TestLayerOfDissimilarities reads a square and a triangle in the dump's order of stimuli.
func TestLayerOfDissimilarities(t *testing.T) {
	f := dumpFolder(t)
	// Stimuli c, a, b.
	f["net/set/square.rdm.npy"] = array(t, 3, 3, 0, 1, 2, 1, 0, -3, 2, -3, 0)
	f["net/set/triangle.rdm.npy"] = vector(t, 1, 2, -3)
	f["net/set/rounded.rdm.npy"] = array(t, 3, 3, 1e-9, 1-1e-8, 2, 1+1e-8, 0, -3, 2, -3, -1e-9)
	d, set := open(t, f)
	c, err := d.Contents("set")
	if err != nil || !slices.Equal(c.Matrices, []string{"rounded", "square", "triangle"}) || slices.Contains(c.Layers, "square.rdm") {
		t.Fatalf("contents %+v, %v", c, err)
	}
	for _, name := range c.Matrices {
		layer, err := d.OpenLayer(set, name, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !layer.Dissimilar() || layer.Cols() != 3 || layer.RowCount() != 3 {
			t.Errorf("%s: %d × %d", name, layer.RowCount(), layer.Cols())
		}
		for _, c := range []struct {
			ids  []string
			want []float64
		}{{[]string{"a", "b", "c"}, []float64{0, -3, 1, -3, 0, 2, 1, 2, 0}}, {[]string{"c", "b"}, []float64{0, 2, 2, 0}}} {
			s, err := layer.Select(c.ids)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float64, len(c.want))
			for j := range c.ids { // column by column
				if err := s.ReadBlock(j, j+1, got[j:], len(c.ids)); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, %v: %v, want %v", name, c.ids, got, c.want)
			}
		}
		layer.Close()
	}
}

// TestDissimilaritiesRefused covers the files and matrices that are none.
func TestDissimilaritiesRefused(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		file string
		want []string
	}{
		{array(t, 3, 2, 0, 1, 1, 0, 2, 2), []string{"[3 2]", "not square", "3 × 3"}},
		{array(t, 2, 2, 0, 1, 1, 0), []string{"of 2 stimuli", "lists 3", "stimulus_ids.csv"}},
		{array(t, 4, 4, make([]float64, 16)...), []string{"of 4 stimuli", "lists 3"}},
		{vector(t, 1, 2), []string{"2 values", "no number of stimuli", "3 values above the diagonal"}},
		{vector(t, 1, 2, 3, 4, 5, 6), []string{"of 4 stimuli", "lists 3"}},
		{cube(t, [3]int{1, 3, 3}, make([]float64, 9)...), []string{"[1 3 3]", "not square"}},
		{array(t, 3, 3, 0, 1, 2, 1.5, 0, 3, 2, 3, 0), []string{"not symmetric", "1 and 1.5", `"c" and "a"`, "row 0, column 1", "average the two halves"}},
		{array(t, 3, 3, 0, 1, 2, 1, .5, 3, 2, 3, 0), []string{"0.5 on its diagonal", `"a"`, "set the diagonal to 0"}},
		{array(t, 3, 3, 1, .2, .3, .2, 1, .4, .3, .4, 1), []string{"1 on its diagonal", "subtract them from 1"}},
		{array(t, 3, 3, 0, nan, 2, nan, 0, 3, 2, 3, 0), []string{"NaN", `"c" and "a"`, "finite number"}},
		{array(t, 3, 3, nan, 1, 2, 1, 0, 3, 2, 3, 0), []string{"NaN", `"c" and "c"`}},
		{vector(t, 1, inf, 2), []string{"+Inf", `"c" and "b"`}},
	} {
		f := dumpFolder(t)
		f["net/set/m.rdm.npy"] = c.file
		d, set := open(t, f)
		layer, err := d.OpenLayer(set, "m", nil)
		if err == nil {
			_, err = layer.Select([]string{"a", "b", "c"})
			layer.Close()
		}
		var bad *FileError
		if !errors.As(err, &bad) || !strings.HasSuffix(bad.Path, "m.rdm.npy") || bad.Remedy == "" {
			t.Errorf("error %v, want one about the file with a remedy", err)
			continue
		}
		for _, w := range c.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("error %v, want %q in it", err, w)
			}
		}
	}
	f := dumpFolder(t)
	f["net/set/top.rdm.npy"] = vector(t, 1, 2, 3)
	d, _ := open(t, f)
	if _, err := d.Contents("set"); err == nil || !strings.Contains(err.Error(), `has the layer "top" twice`) {
		t.Errorf("a layer twice: %v", err)
	}
	delete(f, "net/set/top.npy")
	f["net/model.yaml"] = "commitments: {IT: [top, wide]}\n"
	d, set := open(t, f)
	if _, err := d.OpenLayer(set, "top+wide", nil); err == nil || !strings.Contains(err.Error(), "cannot be joined") {
		t.Errorf("a joined layer: %v", err)
	}
}

func TestTriangles(t *testing.T) {
	for p, want := range map[int]int{1: 2, 3: 3, 6: 4, 4186: 92, 1<<26 - 1<<12: 0, 49995000: 10000} {
		n, ok := StimuliOfTriangle(p)
		if ok != (want > 0) || ok && n != want {
			t.Errorf("%d pairs: %d, %v", p, n, ok)
		}
	}
	for _, p := range []int{0, -1, 2, 4, 5, 7} {
		if n, ok := StimuliOfTriangle(p); ok {
			t.Errorf("%d pairs are of %d stimuli", p, n)
		}
	}
}
