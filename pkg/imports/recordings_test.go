package imports

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

const (
	idsTable      = "stimulus_id\nim3\nim0\nim5\nim1\nim4\nim2\n"
	trialsTable   = "stimulus_id\nim3\nim3\nim3\nim0\nim0\nim0\nim5\nim5\nim1\nim1\nim1\nim4\nim4\nim4\nim2\nim2\nim2\n"
	neuroidsTable = "neuroid_id,region\na,V4\nb,IT\nc,IT\nd,IT\n"
)

// importRecordings imports a file of testdata/recordings.zip with tables of the given
// content.
func importRecordings(t *testing.T, home stimuli.Home, dir, name, ids, units string, change func(*RecordingsRequest)) (*Result, error) {
	t.Helper()
	q := RecordingsRequest{Home: home, Path: filepath.Join(dir, name+"_", name), ID: "lab", StimulusSet: "small"}
	for content, to := range map[string]*string{ids: &q.Stimuli, units: &q.Neuroids} {
		if content != "" {
			*to = filepath.Join(t.TempDir(), "table.csv")
			writeFile(t, *to, content)
		}
	}
	if change != nil {
		change(&q)
	}
	return Recordings(t.Context(), q)
}

// TestRecordings imports the same recordings from every format, by a table and by the
// names that the file has.
func TestRecordings(t *testing.T) {
	dir, _ := extract(t, "testdata/recordings.zip")
	array := func(name string) func(*RecordingsRequest) { return func(q *RecordingsRequest) { q.Array = name } }
	for _, c := range []struct {
		name, ids string
		change    func(*RecordingsRequest)
	}{
		{"reps.npy", idsTable, nil},
		{"reps_fortran.npy", idsTable, nil},
		{"reps_single.npy", idsTable, nil},
		{"reps_half.npy", idsTable, nil},
		{"reps_big.npy", idsTable, nil},
		{"reps.npz", "", nil},
		{"reps.npz", idsTable, array("rates")},
		{"reps_compressed.npz", "", nil},
		{"silent.npz", idsTable, nil},
		{"trials.npy", trialsTable, nil},
		{"trials.npz", "", nil},
		{"reps.h5", "", nil},
		{"reps.h5", idsTable, array("session/rates")},
		{"reps.mat", "", nil},
		{"chars.mat", "", nil},
		{"five.mat", "", nil},
		{"five.mat", idsTable, array("rates")},
		{"five_compressed.mat", "", nil},
		{"five_chars.mat", "", nil},
		{"five_single.mat", "", nil},
		{"five_struct.mat", "", nil},
		{"five_trials.mat", "", nil},
		{"five_silent.mat", idsTable, nil},
		{"trials.nwb", "", nil},
		{"trials.nwb", trialsTable, array("intervals/trials/spike_counts")},
		{"units.nwb", "", nil},
	} {
		home := newHome(t)
		if _, err := importRecordings(t, home, dir, c.name, c.ids, neuroidsTable, c.change); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		at := home.AssemblyPath("lab")
		if got := read(t, at, "neuroid.csv"); got != neuroidsTable {
			t.Errorf("%s: neuroids %q", c.name, got)
		}
		want := "stimulus_id,repetition\n"
		_, values := readArray(t, filepath.Join(at, "values.npy"))
		next := 0
		for i, id := range []string{"im3", "im0", "im5", "im1", "im4", "im2"} {
			for rep := range 3 {
				if i == 2 && rep == 2 {
					continue
				}
				want += id + "," + string(rune('0'+rep)) + "\n"
				for u := range 4 {
					if x := float64(10*i+rep) + float64(u)/8; next >= len(values) || values[next] != x {
						t.Fatalf("%s: value %d of %d is not %v", c.name, next, len(values), x)
					}
					next++
				}
			}
		}
		if got := read(t, at, "presentation.csv"); got != want || next != len(values) {
			t.Errorf("%s: %d values, presentations %s", c.name, len(values), got)
		}
		entries, err := os.ReadDir(at)
		if err != nil || len(entries) != 4 {
			t.Errorf("%s: %v %v", c.name, entries, err)
		}
	}
}

// TestRecordingsNarrow reads doubles that MATLAB stores as a narrower type, in either
// byte order.
func TestRecordingsNarrow(t *testing.T) {
	dir, _ := extract(t, "testdata/recordings.zip")
	for _, name := range []string{"five_narrow.mat", "five_narrow_big.mat"} {
		home := newHome(t)
		if _, err := importRecordings(t, home, dir, name, "", "", nil); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, values := readArray(t, filepath.Join(home.AssemblyPath("lab"), "values.npy"))
		for n, x := range values {
			want := float64(80*(n/12) + 8*(n/4%3) + n%4)
			if n/4 == 8 {
				want = 0
			}
			if x != want {
				t.Fatalf("%s: value %d is %v, want %v", name, n, x, want)
			}
		}
	}
}

// TestActivationsMATLAB5 reads the same layer from MATLAB 5 as from an archive.
func TestActivationsMATLAB5(t *testing.T) {
	dir, _ := extract(t, "testdata/recordings.zip")
	home := newHome(t)
	var want []float64
	for i, name := range []string{"reps.npz", "five.mat", "five_compressed.mat", "five_chars.mat", "five_single.mat"} {
		model := filepath.Join(t.TempDir(), "net")
		if _, err := Activations(t.Context(), DumpRequest{Home: home, Path: filepath.Join(dir, name+"_", name), Model: model, StimulusSet: "small"}); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := read(t, model, "small", "stimulus_ids.csv"); got != idsTable {
			t.Errorf("%s: %s", name, got)
		}
		_, values := readArray(t, filepath.Join(model, "small", "rates.npy"))
		if i == 0 {
			want = values
		}
		if !slices.EqualFunc(values, want, func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }) {
			t.Errorf("%s: other values", name)
		}
	}
}

// TestRecordingsByPosition reads averages in the order of the stimulus set.
func TestRecordingsByPosition(t *testing.T) {
	dir, _ := extract(t, "testdata/recordings.zip")
	home := newHome(t)
	r, err := importRecordings(t, home, dir, "mean.npy", "", "", func(q *RecordingsRequest) { q.ByPosition = true })
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, home.AssemblyPath("lab"), "presentation.csv"); got != "stimulus_id\nim0\nim1\nim2\nim3\nim4\nim5\n" {
		t.Error(got)
	}
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "by position") || !strings.Contains(notes, "numbered from 0") {
		t.Error(notes)
	}
}

// TestRecordingsRefused covers the arrays and tables whose rows and columns do not fit,
// and leaves nothing behind.
func TestRecordingsRefused(t *testing.T) {
	dir, _ := extract(t, "testdata/recordings.zip")
	for _, name := range []string{"five_header.mat", "five.h5", "reps.csv"} {
		if err := os.Mkdir(filepath.Join(dir, name+"_"), 0o777); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name+"_", name), "MATLAB 5.0 MAT-file"+strings.Repeat(" ", 109))
	}
	array := func(name string) func(*RecordingsRequest) { return func(q *RecordingsRequest) { q.Array = name } }
	for _, c := range []struct {
		name, ids, units string
		change           func(*RecordingsRequest)
		want             string
	}{
		{"reps.npy", "", "", nil, "does not name the stimuli of its 6 rows"},
		{"reps.npy", trialsTable, "", nil, "has 17 rows"},
		{"reps.npy", "stimulus_id\nim0\nim0\nim1\nim2\nim3\nim4\n", "", nil, "repeats 1 stimulus_id"},
		{"reps.npy", "stimulus_id\nim0\nim9\nim1\nim2\nim3\nim4\n", "", nil, "im9"},
		{"reps.npy", "stimulus_id,x\nim0,1\n,1\nim1,1\nim2,1\nim3,1\nim4,1\n", "", nil, "empty"},
		{"reps.npy", "stimulus_id\nim0.png\nim5.png\nim1.png\nim2.png\nim3.png\nim4.png\n", "", nil, `match without extensions ("im0.png" and "im0")`},
		{"reps.npy", "stimulus_id\nIM0\nIM5\nIM1\nIM2\nIM3\nIM4\n", "", nil, `match without regard to case ("IM0" and "im0")`},
		{"reps.npy", "picture\nim0\nim5\nim1\nim2\nim3\nim4\n", "", nil, "has no column stimulus_id"},
		{"reps.npy", "stimulus_id,repetition\nim0,0\nim5,0\nim1,0\nim2,0\nim3,0\nim4,0\n", "", nil, "axis of repetitions"},
		{"reps.npy", idsTable, "neuroid_id\na\n", nil, "has 1 rows"},
		{"reps.npy", idsTable, "neuroid_id\na\na\nb\nc\n", nil, "repeats 1 neuroid_id"},
		{"reps.npy", idsTable, "unit\na\nb\nc\nd\n", nil, "has no column neuroid_id"},
		{"reps.npy", idsTable, "", array("rates"), "which has no name"},
		{"units_first.npy", idsTable, "", nil, "numpy.transpose"},
		{"nothing.npy", idsTable, "", nil, "only NaN"},
		{"four.npy", idsTable, "", nil, "the shape [1 6 3 4]"},
		{"two.npz", "", "", nil, "choose one with --array"},
		{"reps.npz", "", "", array("rate"), `has no array "rate"`},
		{"reps.npz", "stimulus_id\nim0\nim1\nim2\nim3\nim4\nim5\n", "", nil, "names its rows by pictures"},
		{"silent.npz", "", "", nil, "does not name the stimuli"},
		{"unwritten.h5", "", "", nil, "never written"},
		{"five_sparse.mat", "", "", nil, "rates is a sparse array; save full(rates)"},
		{"five_complex.mat", "", "", nil, "rates is a complex array"},
		{"five_only_struct.mat", "", "", nil, `only "data" (struct); save arrays as variables of their own, not within a struct`},
		{"five_silent.mat", "", "", nil, "does not name the stimuli"},
		{"five_ids.mat", "", "", nil, "stimulus_ids"},
		{"five_cut.mat", "", "", nil, "damaged"},
		{"five_changed.mat", "", "", nil, "damaged"},
		{"five_header.mat", "", "", nil, "does not state the order of bytes"},
		{"five.h5", "", "", nil, "is a MATLAB 5 file, not an HDF5 file of features; name it .mat"},
		{"four.mat", "", "", nil, "is a MATLAB 4 file, which is not read; save it with save -v7"},
		{"octave.mat", "", "", nil, "is a text file of Octave, which is not read; save it with save -v7"},
		{"spikes.nwb", "", "", nil, "holds the times of spikes (units/spike_times) and no array of recordings; count the spikes of each unit in a window after each stimulus"},
		{"reps.csv", "", "", nil, "name a file .npy, .npz, .mat, .h5 or .nwb"},
	} {
		home := newHome(t)
		_, err := importRecordings(t, home, dir, c.name, c.ids, c.units, c.change)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
		if entries, _ := os.ReadDir(home.AssembliesDir()); len(entries) > 0 {
			t.Errorf("%s: left %v", c.name, entries)
		}
	}
}

// TestRecordingsBlocks reads arrays wider than a block, in rows and in repetitions.
func TestRecordingsBlocks(t *testing.T) {
	for _, shape := range [][]int{{6, 3, 100_000}, {6, 300, 1000}, {6, 1, 300_000}} {
		path := filepath.Join(t.TempDir(), "values.npy")
		err := createFile(path, func(f *os.File) error {
			out, err := newNPY(f, "|u1", 1, shape...)
			if err != nil {
				return err
			}
			width := shape[1] * shape[2]
			for i := range shape[0] {
				row := make([]byte, width)
				for k := range row {
					row[k] = byte(i + 7*(k/shape[2]) + 3*(k%shape[2]))
				}
				if err := out.put(i, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		home := newHome(t)
		if _, err := Recordings(t.Context(), RecordingsRequest{Home: home, Path: path, ID: "lab", StimulusSet: "small", ByPosition: true}); err != nil {
			t.Fatal(err)
		}
		_, values := readArray(t, filepath.Join(home.AssemblyPath("lab"), "values.npy"))
		for n, x := range values {
			i, k := n/shape[2]/shape[1], n%(shape[1]*shape[2])
			if x != float64(byte(i+7*(k/shape[2])+3*(k%shape[2]))) || math.IsNaN(x) {
				t.Fatalf("%v: value %d is %v", shape, n, x)
			}
		}
	}
}
