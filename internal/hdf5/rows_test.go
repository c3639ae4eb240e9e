package hdf5

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"testing"
)

// rowFile opens one of the files that pkg/imports/testdata/make.py writes.
func rowFile(t *testing.T, name string) *File {
	t.Helper()
	return openBytes(t, archived(t, "rows.zip", name))
}

// archived returns a file of an archive that is made for package imports.
func archived(t testing.TB, archive, name string) []byte {
	t.Helper()
	z, err := zip.OpenReader("../../pkg/imports/testdata/" + archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	m, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(m)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What no writer put anything into is told for every kind of chunk index.
func TestUnwritten(t *testing.T) {
	for _, c := range []struct {
		kind           string
		missing, parts uint64
		ranges         string
	}{
		{"rows", 2, 6, "[[[4 6]] [[0 4]]]"},
		{"columns", 3, 6, "[[[0 6]] [[2 4]]]"},
		{"corner", 1, 6, "[[[4 6]] [[2 4]]]"},
		{"holes", 4, 6, "[[[0 2] [4 6]] [[0 4]]]"},
		{"growing", 2, 6, "[[[4 6]] [[0 4]]]"},
		{"growing_both", 2, 6, "[[[4 6]] [[0 4]]]"},
		{"all", 6, 6, "[[[0 6]] [[0 4]]]"},
		{"one_chunk", 1, 1, "[[[0 6]] [[0 4]]]"},
		{"contiguous", 1, 1, "[[[0 6]] [[0 4]]]"},
	} {
		for _, version := range []string{"earliest", "v110"} {
			d, err := rowFile(t, "killed_"+c.kind+"_"+version+".h5").Dataset("/features")
			if err != nil {
				t.Fatal(err)
			}
			u, err := d.Unwritten()
			if err != nil || u.Missing != c.missing || u.Parts != c.parts || fmt.Sprint(u.Ranges) != c.ranges {
				t.Errorf("%s %s: %+v, %v, want %d of %d, %s", c.kind, version, u, err, c.missing, c.parts, c.ranges)
			}
		}
	}
	for _, name := range []string{"whole_earliest.h5", "whole_v110.h5", "whole_odd_earliest.h5", "whole_odd_v110.h5", "vlen.h5", "cell.mat"} {
		err := rowFile(t, name).Walk(func(o Object) error {
			d, ok := o.(*Dataset)
			if !ok {
				return nil
			}
			u, err := d.Unwritten()
			if u.Missing > 0 {
				t.Errorf("%s: %s is %+v", name, d.Path(), u)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestMATLAB(t *testing.T) {
	for name, want := range map[string]bool{"cell.mat": true, "user_block_stripped.h5": false, "vlen.h5": false} {
		if got := rowFile(t, name).IsMATLAB(); got != want {
			t.Errorf("%s: IsMATLAB is %v", name, got)
		}
	}
	ids := []string{"im3", "im1", "im5", "im0", "im2", "im4"}
	for _, c := range []struct {
		file, path, class string
		texts             []string
		ok                bool
	}{
		{"cell.mat", "/images", "cell", ids, true},
		{"char.mat", "/images", "char", ids, true},
		{"user_block_stripped.h5", "/images", "cell", ids, true},
		{"cell.mat", "/fc", "single", nil, false},
		{"string.mat", "/images", "string", nil, false},
		{"vlen.h5", "/images", "", nil, false},
	} {
		d, err := rowFile(t, c.file).Dataset(c.path)
		if err != nil {
			t.Fatal(err)
		}
		class, err := d.MATLABClass()
		if err != nil || class != c.class {
			t.Errorf("%s %s: class %q, %v", c.file, c.path, class, err)
		}
		texts, ok, err := d.ReadMATLABText(1 << 20)
		if err != nil || ok != c.ok || !slices.Equal(texts, c.texts) {
			t.Errorf("%s %s: %q, %v, %v", c.file, c.path, texts, ok, err)
		}
	}
	g, err := rowFile(t, "sparse.mat").Group("/thin")
	if err != nil {
		t.Fatal(err)
	}
	if sparse, err := g.MATLABSparse(); err != nil || !sparse {
		t.Errorf("thin is sparse: %v, %v", sparse, err)
	}
	d, err := rowFile(t, "structs.mat").Dataset("/net/none")
	if err != nil {
		t.Fatal(err)
	}
	if empty, err := d.MATLABEmpty(); err != nil || !empty {
		t.Errorf("none is empty: %v, %v", empty, err)
	}
}
