package imports

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// rowFiles extracts the files that testdata/make.py writes.
func rowFiles(t *testing.T) (dir string, names []string) {
	t.Helper()
	return extract(t, "testdata/rows.zip")
}

// extract extracts the files of an archive.
func extract(t testing.TB, archive string) (dir string, names []string) {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	dir = t.TempDir()
	for _, m := range z.File {
		from, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		from.Close()
		// Each in a folder of its own, where nothing lies beside it.
		writeFile(t, filepath.Join(dir, m.Name+"_", m.Name), string(data))
		names = append(names, m.Name)
	}
	return dir, names
}

// rowsHome is a home with the stimuli of the files under three kinds of id.
func rowsHome(t *testing.T) stimuli.Home {
	t.Helper()
	home := newHome(t)
	addSet(t, home, "numbers", "stimulus_id\n1\n2\n3\n4\n5\n6\n")
	addSet(t, home, "zeros", "stimulus_id\n0001\n0002\n0003\n0004\n0005\n0006\n")
	return home
}

// fromRows imports a file.
func fromRows(t *testing.T, home stimuli.Home, dir, name string, change func(*DumpRequest)) (*Result, error) {
	t.Helper()
	q := DumpRequest{Home: home, Path: filepath.Join(dir, name+"_", name), Model: filepath.Join(t.TempDir(), "net"), StimulusSet: "small"}
	if change != nil {
		change(&q)
	}
	r, err := Activations(t.Context(), q)
	if err != nil {
		if _, err := os.Stat(q.Model); err == nil {
			noneHidden(t, q.Model)
		}
	}
	return r, err
}

// checkRows wants each row of a layer to be of the stimulus that the dump says it
// is: its values are 10 times the stimulus's number and up.
func checkRows(t *testing.T, home stimuli.Home, set, folder string) {
	t.Helper()
	s, err := stimuli.LoadStimulusSet(home.StimulusSetPath(set))
	if err != nil {
		t.Fatal(err)
	}
	table, err := stimuli.ReadTable(filepath.Join(folder, "stimulus_ids.csv"))
	if err != nil {
		t.Fatal(err)
	}
	ids, err := table.Column(stimulusID)
	if err != nil {
		t.Fatal(err)
	}
	paths, _ := filepath.Glob(filepath.Join(folder, "*.npy"))
	if len(paths) == 0 {
		t.Fatal("no layer")
	}
	for _, path := range paths {
		f, values := readArray(t, path)
		if f.Rows() != len(ids) {
			t.Fatalf("%s has %d rows for %d ids", path, f.Rows(), len(ids))
		}
		for row, id := range ids {
			at := slices.Index(s.IDs, id)
			if at < 0 {
				at = 9 // of another set
			}
			for j, v := range values[row*f.Cols() : (row+1)*f.Cols()] {
				if v != float64(10*at+j) {
					t.Fatalf("%s: %s has %v, want %d and up", path, id, values[row*f.Cols():(row+1)*f.Cols()], 10*at)
				}
			}
		}
	}
}

func TestRowsAreNamed(t *testing.T) {
	dir, _ := rowFiles(t)
	home := rowsHome(t)
	for _, c := range []struct {
		file, set, layer, note string
	}{
		{file: "any_name.npz", note: "rows are named by image_names"},
		{file: "bytes.npz", note: "image_names"},
		{file: "bigendian.npz", note: "image_names"},
		{file: "characters.npz", note: "image_names"},
		{file: "column.npz", note: "image_names"},
		{file: "with_classes.npz", note: `ignores 1 array(s) that are not features ("labels")`},
		{file: "any_name_with_classes.npz", note: "pictures"},
		{file: "agree.npz", note: `that are not features ("image_names")`},
		{file: "objects_beside_ids.npz", note: `that are not features ("names")`},
		{file: "file_names.npz"},
		{file: "more_than_the_set.npz", note: `1 stimuli are not in the stimulus set small ("im9")`},
		{file: "number_ids.npz", set: "numbers"},
		{file: "float_ids.npz", set: "numbers"},
		{file: "any_name.npz", layer: "features", note: "image_names"},
		{file: "columns_of_text.npz", note: "rows are named by table[:, 1]"},
		{file: "columns_of_text_fortran.npz", note: "table[:, 1]"},
		{file: "columns_of_text.h5", note: "table[:, 1]"},
		{file: "attribute.h5", note: "rows are named by features/@images"},
		{file: "attribute_of_file.h5", note: "rows are named by @images"},
		{file: "vlen.h5", note: "rows are named by images"},
		{file: "fixed.h5", note: "images"},
		{file: "characters.h5", note: "images"},
		{file: "column.h5", note: "images"},
		{file: "in_group.h5", note: "meta/images"},
		{file: "number_ids.h5", set: "numbers"},
		{file: "number_ids_column.h5", set: "numbers"},
		{file: "groups.h5", layer: "val/features"},
		{file: "groups.h5", layer: "train/features"},
		{file: "attribute_of_each.h5", layer: "train/features", note: "train/features/@images"},
		{file: "attribute_of_each.h5", layer: "val/features", note: "val/features/@images"},
		{file: "any_name.nc", note: "rows are named by image_names"},
		{file: "characters.nc", note: "image_names"},
		{file: "with_classes.nc"},
		{file: "number_ids.nc", set: "numbers"},
		{file: "cell.mat", note: "rows are named by images"},
		{file: "char.mat", note: "images"},
		{file: "square.mat", note: "images"},
		{file: "three_dimensions.mat", note: "images"},
		{file: "user_block_stripped.h5", note: "images"},
		{file: "structs.mat", note: `ignores 4 dataset(s) that are not features ("net/bias", "net/labels", "net/none", …)`},
		{file: "sparse.mat", layer: "fc", note: "images"},
		{file: "complex.mat", layer: "fc", note: "images"},
		{file: "struct_array.mat", note: "rows are named by net/of/name"},
		{file: "number_ids.mat", set: "numbers"},
		{file: "number_ids_row.mat", set: "numbers"},
		{file: "records_of_numbers.npz", note: "does not name its stimuli"},
		// These say nothing of their rows, which are in the order of the set.
		{file: "numbers_in_order.npz", set: "numbers", note: "does not name its stimuli; its rows are assumed to be in the order of"},
		{file: "square_says_nothing.mat", note: "does not name its stimuli"},
	} {
		t.Run(c.file+" "+c.layer, func(t *testing.T) {
			set := c.set
			if set == "" {
				set = "small"
			}
			r, err := fromRows(t, home, dir, c.file, func(q *DumpRequest) { q.StimulusSet, q.Layer = set, c.layer })
			if err != nil {
				t.Fatal(err)
			}
			if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, c.note) {
				t.Errorf("notes %q, want %q", notes, c.note)
			}
			checkRows(t, home, set, r.Path)
		})
	}
}

func TestRowsAreRefused(t *testing.T) {
	dir, _ := rowFiles(t)
	home := rowsHome(t)
	const flag = "--by-position"
	for _, c := range []struct {
		file, set, layer string
		want             []string
	}{
		{file: "disagree.npz", want: []string{"names its rows twice, and differently: by stimulus_ids (", " and by image_names ("}},
		{file: "disagree_any_names.npz", want: []string{"by a (", "by b ("}},
		{file: "objects.npz", want: []string{"image_names, an array of Python objects", "dtype=str", flag}},
		{file: "records.npz", want: []string{"table, an array of Python objects or records", flag}},
		{file: "classes.npz", want: []string{`has labels for each row ("dog", "cat", "dog", …)`, `stimuli.csv has other ids ("im0", "im1", "im2", …); name the rows as the stimulus set does`, flag}},
		{file: "extensions.npz", want: []string{`they match without extensions ("im3.png" and "im3")`, flag}},
		{file: "other_ids.npz", want: []string{`stimulus_ids for each row ("x0"`, `"im0"`, flag}},
		{file: "other_ids_twice.npz", want: []string{`has stimulus_ids for each row ("x0", "x1", "x0", …)`, `other ids ("im0"`, flag}},
		{file: "any_name_more.npz", want: []string{"pictures", "call the array stimulus_ids", flag}},
		{file: "twice.npz", want: []string{"image_names", flag}},
		{file: "number_ids.npz", set: "zeros", want: []string{`they match without leading zeros ("4" and "0004")`, flag}},
		{file: "number_ids.nc", set: "zeros", want: []string{`they match without leading zeros ("4" and "0004")`, flag}},
		{file: "number_ids.mat", set: "zeros", want: []string{`they match without leading zeros ("4" and "0004")`, flag}},
		{file: "numbers_any_name.npz", set: "numbers", want: []string{"numbers in trial", "another order", "stimulus_ids", flag}},
		{file: "vector_alone.npz", want: []string{`holds no array of features, only "labels"`}},
		{file: "class_numbers.npz", layer: "labels", want: []string{"has in labels no array stimuli × features", "features"}},
		{file: "records.h5", want: []string{"table, an array of Python objects or records", flag}},
		{file: "attribute_of_classes.h5", want: []string{"has @labels for each row", flag}},
		{file: "classes.h5", want: []string{"labels", "im0", flag}},
		{file: "disagree.h5", want: []string{"by a (", "by b ("}},
		{file: "groups.h5", want: []string{"train/stimulus_ids", "val/stimulus_ids"}},
		{file: "classes.nc", want: []string{"object_name", "im0", flag}},
		{file: "disagree.nc", want: []string{"by stimulus_id (", "by image_names ("}},
		{file: "disagree.mat", want: []string{"by a (", "by b ("}},
		{file: "sparse.mat", want: []string{"thin is a sparse array", "full(thin)"}},
		{file: "sparse.mat", layer: "thin", want: []string{"thin is a sparse array"}},
		{file: "complex.mat", want: []string{"wave is a complex array", "save abs(wave)", "--layer"}},
		{file: "only_struct_array.mat", want: []string{`only "s/fc" (field of a struct array)`, "variables of their own, not within a struct"}},
		{file: "table.mat", want: []string{`only "T" (table)`, "variables of their own, not within a struct, table"}},
		{file: "struct_array_extensions.mat", want: []string{"net/of/name", `they match without extensions ("im3.png" and "im3")`, flag}},
		{file: "string.mat", want: []string{"images, a string array", "cellstr(images)", flag}},
		{file: "five.mat", want: []string{"holds no variables", "save arrays as variables"}},
	} {
		t.Run(c.file+" "+c.layer, func(t *testing.T) {
			_, err := fromRows(t, home, dir, c.file, func(q *DumpRequest) {
				if q.Layer = c.layer; c.set != "" {
					q.StimulusSet = c.set
				}
			})
			wantFileError(t, err, c.file, c.want...)
		})
	}
}

// wantFileError wants an error about a file that says what is wanted.
func wantFileError(t *testing.T, err error, file string, want ...string) {
	t.Helper()
	var bad *stimuli.FileError
	var misaligned *stimuli.AlignmentError
	if !errors.As(err, &bad) && !errors.As(err, &misaligned) {
		t.Fatalf("error %v, want one about %s", err, file)
	}
	for _, w := range append(want, file) {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %v, want %q in it", err, w)
		}
	}
}

// By position, what a file says of its rows is left aside; what is known beside it
// too.
func TestRowsByPosition(t *testing.T) {
	dir, _ := rowFiles(t)
	home := rowsHome(t)
	for _, file := range []string{"classes.npz", "objects.npz", "disagree.npz", "extensions.npz", "classes.h5", "any_name.nc", "string.mat", "any_name.npz"} {
		r, err := fromRows(t, home, dir, file, func(q *DumpRequest) { q.ByPosition = true })
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "in the order of "+home.StimulusSetPath("small")+"/stimuli.csv, by position") {
			t.Errorf("%s: notes %q", file, notes)
		}
		if ids := read(t, r.Path, "stimulus_ids.csv"); ids != "stimulus_id\nim0\nim1\nim2\nim3\nim4\nim5\n" {
			t.Errorf("%s: stimulus_ids.csv is %q", file, ids)
		}
	}
	// As many rows as stimuli are needed all the same.
	_, err := fromRows(t, home, dir, "more_than_the_set.npz", func(q *DumpRequest) { q.ByPosition = true })
	wantFileError(t, err, "more_than_the_set.npz", "has 7 rows")
	_, err = fromRows(t, home, dir, "classes.npz", func(q *DumpRequest) { q.ByPosition, q.StimulusSet = true, "nowhere" })
	wantFileError(t, err, "nowhere")
}

// stimulus_ids.csv beside a file of any kind names the rows of one that does not.
func TestRowsNamedBeside(t *testing.T) {
	dir, _ := rowFiles(t)
	home := rowsHome(t)
	for _, file := range []string{"class_numbers.npz", "classes.npz", "objects.npz", "classes.h5", "says_nothing.nc", "string.mat"} {
		writeFile(t, filepath.Join(dir, file+"_", "stimulus_ids.csv"), "stimulus_id\nim3\nim1\nim5\nim0\nim2\nim4\n")
		r, err := fromRows(t, home, dir, file, nil)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		checkRows(t, home, "small", r.Path)
	}
}

// What a struct array says of other things is no reason to refuse the rows.
func TestRowsBesideStructArray(t *testing.T) {
	dir, _ := rowFiles(t)
	r, err := fromRows(t, rowsHome(t), dir, "struct_array_other.mat", nil)
	if err != nil {
		t.Fatal(err)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "does not name its stimuli") {
		t.Errorf("notes %q", notes)
	}
}

// A transposed array is told from one of other stimuli.
func TestTransposedHint(t *testing.T) {
	dir, _ := rowFiles(t)
	home := rowsHome(t)
	addSet(t, home, "four", "stimulus_id\na\nb\nc\nd\n")
	_, err := fromRows(t, home, dir, "class_numbers.npz", func(q *DumpRequest) { q.StimulusSet = "four" })
	wantFileError(t, err, "class_numbers.npz", "has 6 rows", "save the transpose")
}

func TestNeverWritten(t *testing.T) {
	dir, names := rowFiles(t)
	home := rowsHome(t)
	const remedy = "ended early"
	want := map[string][]string{
		"killed_rows":         {"2 of 6 chunks of features were never written (rows 5–6)", remedy},
		"killed_columns":      {"3 of 6 chunks of features", "rows 1–6; columns 3–4", remedy},
		"killed_corner":       {"1 of 6 chunks of features", "rows 5–6; columns 3–4", remedy},
		"killed_holes":        {"4 of 6 chunks of features", "rows 1–2, 5–6", remedy},
		"killed_growing":      {"2 of 6 chunks of features", "rows 5–6", remedy},
		"killed_growing_both": {"2 of 6 chunks of features", "rows 5–6", remedy},
		"killed_all":          {"6 of 6 chunks of features", "rows 1–6", remedy},
		"killed_one_chunk":    {"features was never written", remedy},
		"killed_contiguous":   {"features was never written", remedy},
		"killed.mat":          {"1 of 3 chunks of fc", "rows 5–6", remedy},
		"killed.nc":           {"1 of 3 chunks of features", "rows 5–6", remedy},
		"whole":               nil,
		"whole_odd":           nil,
	}
	seen := 0
	for _, file := range names {
		kind := strings.TrimSuffix(strings.TrimSuffix(file, "_earliest.h5"), "_v110.h5")
		w, ok := want[kind]
		if !ok {
			continue
		}
		seen++
		t.Run(file, func(t *testing.T) {
			_, err := fromRows(t, home, dir, file, nil)
			if w == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantFileError(t, err, file, w...)
			// By position too: what is not there has no position.
			_, err = fromRows(t, home, dir, file, func(q *DumpRequest) { q.ByPosition = true })
			wantFileError(t, err, file, w...)
		})
	}
	if seen != 2*(len(want)-2)+2 {
		t.Errorf("%d files of %d kinds", seen, len(want))
	}
}

// Recordings that were never written are an error, unless they read as missing.
func TestRecordingsNeverWritten(t *testing.T) {
	dir, _ := rowFiles(t)
	home := rowsHome(t)
	for _, c := range []struct {
		file string
		want []string
	}{
		{"killed.nc", []string{"1 of 3 chunks of features", "rows 5–6"}},
		{"killed_nan.nc", nil},
		{"killed_fill_value.nc", nil},
	} {
		_, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: filepath.Join(dir, c.file+"_", c.file), ID: "a", StimulusSet: "small", Force: true})
		if c.want != nil {
			wantFileError(t, err, c.file, c.want...)
		} else if err != nil {
			t.Errorf("%s: %v", c.file, err)
		}
		_, err = fromRows(t, home, dir, c.file, nil)
		wantFileError(t, err, c.file, "1 of 3 chunks of features")
	}
}

// A file cut short gives an error about itself, or a layer.
func TestRowFilesCutShort(t *testing.T) {
	dir, names := rowFiles(t)
	home := rowsHome(t)
	for _, name := range names {
		whole := read(t, dir, name+"_", name)
		for k := 1; k < 8; k++ {
			cut := fmt.Sprintf("%d%s", k, name)
			writeFile(t, filepath.Join(dir, cut+"_", cut), whole[:len(whole)*k/8])
			if _, err := fromRows(t, home, dir, cut, nil); err != nil {
				wantFileError(t, err, cut)
			}
		}
	}
}
