package imports

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/internal/hdf5"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

const (
	testdata = "../../testdata"
	files    = testdata + "/brainio/"
	golden   = testdata + "/golden"
)

// newHome is an empty home with a stimulus set of im0 to im5.
func newHome(t *testing.T) stimuli.Home {
	t.Helper()
	home := stimuli.Home{Dir: filepath.Join(t.TempDir(), "home")}
	addSet(t, home, "small", "image_id,object_name\nim0,a\nim1,b\nim2,a\nim3,b\nim4,a\nim5,b\n")
	return home
}

func addSet(t *testing.T, home stimuli.Home, id, content string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "set.csv")
	writeFile(t, path, content)
	if _, err := Stimuli(t.Context(), StimuliRequest{Home: home, Path: path, ID: id, Force: false}); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, elem ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func readArray(t *testing.T, path string) (*npy.File, []float64) {
	t.Helper()
	f, err := npy.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	values, err := f.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return f, values
}

func TestBigEndian(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	if _, err := Stimuli(t.Context(), StimuliRequest{Home: home, Path: golden + "/home/stimuli/hvm-mini/stimuli.csv", ID: "hvm-mini", Force: false}); err != nil {
		t.Fatal(err)
	}
	r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + "assy_plain_bigendian.nc", ID: "plain", StimulusSet: "hvm-mini"})
	if err != nil {
		t.Fatal(err)
	}
	f, values := readArray(t, r.Path+"/values.npy")
	if f.DType().Kind != 'f' || f.DType().Size != 8 || f.DType().Order != binary.LittleEndian {
		t.Errorf("dtype %v", f.DType())
	}
	nc, err := hdf5.OpenNetCDF(t.Context(), files+"assy_plain_bigendian.nc")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	v, err := nc.Variable("data")
	if err != nil {
		t.Fatal(err)
	}
	want, err := v.ReadFloat64s()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(values, want, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
		t.Error("values differ from the file's")
	}
	if got := read(t, r.Path, "presentation.csv"); !strings.HasPrefix(got, "stimulus_id,object_name\nstim_00181,object_5\n") {
		t.Errorf("presentation.csv begins %.60q", got)
	}
}

// Axes in another order, packed values and coordinates of every type.
func TestTransposed(t *testing.T) {
	home := newHome(t)
	r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + "assy_transposed.nc", ID: "t", StimulusSet: "small", Merge: true})
	if err != nil {
		t.Fatal(err)
	}
	f, got := readArray(t, r.Path+"/values.npy")
	if !reflect.DeepEqual(f.Shape(), []int{12, 3, 2}) || f.DType().String() != "float64" {
		t.Fatalf("shape %v of %v", f.Shape(), f.DType())
	}
	for p := range 12 {
		for n := range 3 {
			for b := range 2 {
				want := 0.5 * float64(b*36+n*12+p)
				if x := got[p*6+n*2+b]; x != want && !(p == 1 && n == 0 && b == 0 && math.IsNaN(x)) {
					t.Errorf("value %d %d %d is %v, want %v", p, n, b, x, want)
				}
			}
		}
	}
	want := "stimulus_id,repetition,presentation_,shown,rate,object_name\n" +
		"im0,0,p0,False,0.1,a\nim1,0,p1,True,,b\nim2,0,p2,False,2.0,a\nim3,0,p3,True,1e-05,b\nim4,0,p4,False,1e+20,a\nim5,0,p5,True,-3.25,b\nim0,1,p6,"
	// The dimension's count from 0 is no column, so its name is free.
	want = strings.Replace(want, "presentation_", "presentation", 1)
	if have := read(t, r.Path, "presentation.csv"); !strings.HasPrefix(have, want) {
		t.Errorf("presentation.csv is\n%s, want\n%s", have, want)
	}
	if have := read(t, r.Path, "time_bin.csv"); have != "time_bin_start,time_bin_end\n70,90\n90,110\n" {
		t.Errorf("time_bin.csv is %q", have)
	}
	if have := read(t, r.Path, "neuroid.csv"); have != "neuroid_id,region\na,V4\nb,IT\nc,IT\n" {
		t.Errorf("neuroid.csv is %q", have)
	}
}

func TestProbabilities(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	model := filepath.Join(t.TempDir(), "alexnet")
	r, err := Activations(t.Context(), DumpRequest{Home: home, Path: files + "alexnet-probabilities.nc", Model: model, StimulusSet: "objectome"})
	if err != nil {
		t.Fatal(err)
	}
	nc, err := hdf5.OpenNetCDF(t.Context(), files+"alexnet-probabilities.nc")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	v, err := nc.Variable("__xarray_dataarray_variable__")
	if err != nil {
		t.Fatal(err)
	}
	b, err := v.Read()
	if err != nil {
		t.Fatal(err)
	}
	if got := []byte(read(t, r.Path, "probabilities.npy")); !bytes.HasSuffix(got, b.Data) || len(got) != len(b.Data)+128 {
		t.Error("the bytes of probabilities differ from the file's")
	}
	if got := read(t, r.Path, "choices.csv"); strings.Count(got, "\n") != 25 || !strings.HasPrefix(got, "choice\ninterior_details_130_2\n") {
		t.Errorf("choices.csv is %q", got)
	}
	if got := read(t, r.Path, "stimulus_ids.csv"); strings.Count(got, "\n") != 241 {
		t.Errorf("stimulus_ids.csv is %q", got)
	}
}

func TestLayers(t *testing.T) {
	home := newHome(t)
	want := read(t, files, "features_fc.npy")
	_, fc := readArray(t, files+"features_fc.npy")
	for _, name := range []string{"features.nc", "features.npz", "features.h5"} {
		model := filepath.Join(t.TempDir(), "net")
		r, err := Activations(t.Context(), DumpRequest{Home: home, Path: files + name, Model: model, StimulusSet: "small"})
		if err != nil {
			t.Fatal(err)
		}
		f, got := readArray(t, r.Path+"/fc.npy")
		if !slices.Equal(got, fc) || f.DType().String() != "float32" {
			t.Errorf("%s: fc is %v of %v", name, got, f.DType())
		}
		if name == "features.npz" && read(t, r.Path, "fc.npy") != want {
			t.Errorf("%s: fc.npy has other bytes", name)
		}
		if ids := read(t, r.Path, "stimulus_ids.csv"); ids != "stimulus_id\nim0\nim1\nim2\nim3\nim4\nim5\n" {
			t.Errorf("%s: stimulus_ids.csv is %q", name, ids)
		}
		d, err := stimuli.OpenDump(model)
		if err != nil {
			t.Fatal(err)
		}
		c, err := d.Contents("small")
		if err != nil || len(c.Layers) != 2 {
			t.Errorf("%s: %v, %v", name, c, err)
		}
		// One layer again is refused, by force it is replaced, beside the others.
		q := DumpRequest{Home: home, Path: files + name, Model: model, StimulusSet: "small", Layer: "fc"}
		var exists *ExistsError
		if _, err := Activations(t.Context(), q); !errors.As(err, &exists) {
			t.Errorf("%s: %v", name, err)
		}
		q.Force = true
		if _, err := Activations(t.Context(), q); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		noneHidden(t, model)
	}
}

// A layer in time is a folder with a file for each bin.
func TestTimeLayers(t *testing.T) {
	home := newHome(t)
	model := filepath.Join(t.TempDir(), "net")
	q := DumpRequest{Home: home, Path: files + "features_time.nc", Model: model, StimulusSet: "small"}
	for range 2 {
		if _, err := Activations(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		q.Force = true
	}
	noneHidden(t, model)
	d, err := stimuli.OpenDump(model)
	if err != nil {
		t.Fatal(err)
	}
	bins, names, err := d.TimeBins("small", "a")
	if err != nil || bins.String() != "70-90, 90-110" {
		t.Fatalf("%v, %v", bins, err)
	}
	for b, name := range names {
		_, got := readArray(t, filepath.Join(model, "small", "a", name))
		for i, x := range got {
			if want := float64(i/2*6 + b*3 + i%2*2); x != want {
				t.Errorf("%s: value %d is %v, want %v", name, i, x, want)
			}
		}
	}
}

func TestThingsvision(t *testing.T) {
	home := newHome(t)
	dir := t.TempDir()
	writeFile(t, dir+"/features.npy", read(t, files, "features_fc.npy"))
	writeFile(t, dir+"/file_names.txt", "a/im5.png\na/im4.png\na/im3.png\na/im2.png\na/im1.png\na/im0.png\n")
	q := DumpRequest{Home: home, Path: dir + "/features.npy", Model: dir + "/net", StimulusSet: "small", Layer: "visual"}
	r, err := Activations(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if ids := read(t, r.Path, "stimulus_ids.csv"); !strings.HasPrefix(ids, "stimulus_id\nim5\nim4\n") {
		t.Errorf("stimulus_ids.csv is %q", ids)
	}
	if read(t, r.Path, "visual.npy") != read(t, files, "features_fc.npy") {
		t.Error("visual.npy has other bytes")
	}
	// Rows in another order than the dump's do not go beside it.
	if err := os.Remove(dir + "/file_names.txt"); err != nil {
		t.Fatal(err)
	}
	q.Layer = "other"
	if _, err := Activations(t.Context(), q); err == nil || !strings.Contains(err.Error(), "another order") {
		t.Errorf("error %v", err)
	}
	q.Model += "2"
	if r, err = Activations(t.Context(), q); err != nil || len(r.Notes) != 1 {
		t.Errorf("%v, %v", r, err)
	}
}

func TestStimulusOf(t *testing.T) {
	for _, c := range []struct{ image, condition, category, want string }{
		{"0001_cop_s01_c30_knife_10_n03041632_7380.png", "c30", "knife", "c30/n03041632_7380"},
		{"0001_cop_dnn_c30_knife_10_n03041632_7380.png", "c30", "knife", "c30/n03041632_7380"},
		{"1271_eid_s01_32-10-10_bear_10_n02134418_409.png", "32-10-10", "bear", "32-10-10/n02134418_409"},
		{"0451_ske_s01_0_airplane_00_airplane-0036-sketch-40.png", "0", "airplane", "airplane-0036-sketch-40"},
		{"0542_sty_dnn_0_dog_00_dog-4443-ILSVRC2012-val-00045160.png", "0", "dog", "dog-4443-ILSVRC2012-val-00045160"},
		{"airplane1-bicycle2.png", "0", "airplane", "airplane1-bicycle2"},
		{"oven/oven10.JPG", "0", "oven", "oven10"},
		{"v1.2_image", "0", "oven", "v1.2_image"},
	} {
		if got := stimulusOf(c.image, c.condition, c.category); got != c.want {
			t.Errorf("%s is %s, want %s", c.image, got, c.want)
		}
	}
}

// The published ids come out of the published names.
func TestChoicesIDs(t *testing.T) {
	home := stimuli.Home{Dir: t.TempDir()}
	dir := t.TempDir()
	head := "subj,Session,trial,rt,object_response,category,condition,imagename\n"
	writeFile(t, dir+"/a.csv", head+
		"subject-01,1,1,1.05363798141479,knife,knife,c30,0001_cop_s01_c30_knife_10_n03041632_7380.png\n"+
		"subject-01,1,2,0.825402021408081,bicycle,bicycle,c100,0002_cop_s01_c100_bicycle_10_n03792782_5966.png\n"+
		"subject-01,1,4,NaN,na,airplane,c05,0004_cop_s01_c05_airplane_10_n02690373_9759.png\n")
	q := ChoicesRequest{Home: home, Paths: []string{dir + "/a.csv"}, ID: "c", StimulusSet: "c", Exclude: []Exclusion{{"condition", "c100"}}}
	r, err := Choices(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, r.Path, "trials.csv"), "subject,condition,stimulus_id,truth,choice\nsubject-01,c30,c30/n03041632_7380,knife,knife\nsubject-01,c05,c05/n02690373_9759,airplane,na\n"; got != want {
		t.Errorf("trials.csv is %q", got)
	}
	if got, want := read(t, home.StimulusSetPath("c"), "stimuli.csv"), "stimulus_id,truth,condition\nc05/n02690373_9759,airplane,c05\nc30/n03041632_7380,knife,c30\n"; got != want {
		t.Errorf("stimuli.csv is %q", got)
	}
	a, err := stimuli.OpenBehavioral(r.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.SubjectTrials(); err != nil {
		t.Error(err)
	}
	published := read(t, testdata, "geirhos2021/home/assemblies/Geirhos2021contrast/trials.csv")
	for _, line := range []string{"subject-01,c30,c30/n03041632_7380,knife,knife\n", "subject-01,c05,c05/n02690373_9759,airplane,cat\n"} {
		if !strings.Contains(published, line) {
			t.Errorf("the published trials lack %q", line)
		}
	}
	// The same file twice, and an exclusion that excludes nothing.
	q.ID, q.Paths = "d", []string{dir + "/a.csv", dir + "/a.csv"}
	if _, err := Choices(t.Context(), q); err == nil || !strings.Contains(err.Error(), "is given twice") {
		t.Errorf("error %v", err)
	}
	q.Paths, q.Exclude = q.Paths[:1], []Exclusion{{"condition", "c1"}}
	if _, err := Choices(t.Context(), q); err == nil || !strings.Contains(err.Error(), "c1 to exclude") {
		t.Errorf("error %v", err)
	}
	if !same("0.0", "0") || !same("True", "true") || same("c1", "c01") || same("inf", "0") || !same("1e1", "10") {
		t.Error("values compare wrongly")
	}
}

func TestFormatFloat(t *testing.T) {
	for x, want := range map[float64]string{1: "1.0", 0.1: "0.1", 1e16: "1e+16", 1e15: "1000000000000000.0", 1e-4: "0.0001", 1e-5: "1e-05", 0: "0.0", math.Inf(-1): "-inf"} {
		if got := formatFloat(x, 64); got != want {
			t.Errorf("%v is written %s, want %s", x, got, want)
		}
	}
	if got := formatFloat(float64(float32(0.1)), 32); got != "0.1" {
		t.Errorf("float32 0.1 is written %s", got)
	}
}

// noneHidden wants nothing under construction in a folder.
func noneHidden(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasPrefix(filepath.Base(path), ".") {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Until commit there is no folder of the name; what was there stays whole.
func TestInstall(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "new", "stimuli")
	s, err := stage(parent, "x", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.writeTable("stimuli.csv", table{{stimulusID, []string{"a"}}}); err != nil {
		t.Fatal(err)
	}
	// As after a kill: built, and not committed.
	if _, err := os.Stat(filepath.Join(parent, "x")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("half an install is there")
	}
	if names := (stimuli.Home{Dir: filepath.Dir(parent)}).StimulusSets(); len(names) != 0 {
		t.Errorf("half an install is listed: %v", names)
	}
	again, err := stage(parent, "x", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.writeTable("stimuli.csv", table{{stimulusID, []string{"b"}}}); err != nil {
		t.Fatal(err)
	}
	if err := again.commit(); err != nil {
		t.Fatal(err)
	}
	var exists *ExistsError
	if err := s.commit(); !errors.As(err, &exists) {
		t.Errorf("the second commit gives %v", err)
	}
	s.discard()
	if _, err := stage(parent, "x", false); !errors.As(err, &exists) {
		t.Errorf("stage gives %v", err)
	}
	forced, err := stage(parent, "x", true)
	if err != nil {
		t.Fatal(err)
	}
	if err := forced.writeTable("other.csv", table{{stimulusID, []string{"c"}}}); err != nil {
		t.Fatal(err)
	}
	if err := forced.commit(); err != nil {
		t.Fatal(err)
	}
	forced.discard()
	again.discard()
	entries, err := os.ReadDir(filepath.Join(parent, "x"))
	if err != nil || len(entries) != 1 || entries[0].Name() != "other.csv" {
		t.Errorf("%v, %v", entries, err)
	}
	noneHidden(t, parent)
}

// An import that fails or is interrupted leaves the home as it was.
func TestNothingHalf(t *testing.T) {
	home := newHome(t)
	cut := filepath.Join(t.TempDir(), "cut.nc")
	whole := read(t, files, "assy_transposed.nc")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, n := range []int{0, 4, 100, len(whole) / 2, len(whole) - 1} {
		writeFile(t, cut, whole[:n])
		_, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: cut, ID: "cut", StimulusSet: "small"})
		var file *stimuli.FileError
		if !errors.As(err, &file) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	if _, err := Assembly(stopped, AssemblyRequest{Home: home, Path: files + "assy_transposed.nc", ID: "cut", StimulusSet: "small"}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	for _, id := range []string{"../x", ".x", "a/b", ""} {
		var bad *stimuli.IDError
		if _, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + "assy_transposed.nc", ID: id, StimulusSet: "small"}); !errors.As(err, &bad) {
			t.Errorf("id %q: %v", id, err)
		}
		if _, err := Stimuli(t.Context(), StimuliRequest{Home: home, Path: "x.csv", ID: id, Force: true}); !errors.As(err, &bad) {
			t.Errorf("id %q: %v", id, err)
		}
		if _, err := Activations(t.Context(), DumpRequest{Home: home, Path: files + "features.nc", Model: t.TempDir(), StimulusSet: id}); !errors.As(err, &bad) {
			t.Errorf("id %q: %v", id, err)
		}
	}
	entries, err := os.ReadDir(home.AssembliesDir())
	if len(entries) > 0 {
		t.Errorf("%v, %v are left", entries, err)
	}
	noneHidden(t, home.Dir)
}

// Identifiers stay text in YAML.
func TestScalar(t *testing.T) {
	for s, want := range map[string]string{"hvm-mini": "hvm-mini", "a.b": "a.b", "12": "'12'", "1e3": "'1e3'", "true": "'true'", "it's": "'it''s'", "a: b": "'a: b'", "-x": "'-x'", "2020-01-01": "'2020-01-01'"} {
		if got := scalar(s); got != want {
			t.Errorf("%s is written %s, want %s", s, got, want)
		}
	}
}

// What export writes holds the assembly's files and reads back as arrays.
func TestExport(t *testing.T) {
	home := newHome(t)
	r, err := Assembly(t.Context(), AssemblyRequest{Home: home, Path: files + "assy_transposed.nc", ID: "t", StimulusSet: "small"})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "t.npz")
	writeFile(t, path, "old")
	if err := ExportFile(t.Context(), home, "t", path); err != nil {
		t.Fatal(err)
	}
	noneHidden(t, filepath.Dir(path))
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	descr := map[string]string{}
	for _, m := range z.File {
		f, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(m.Name, "/") {
			if string(data) != read(t, r.Path, m.Name) {
				t.Errorf("%s differs", m.Name)
			}
			continue
		}
		h, err := npyHeader(bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
		descr[m.Name] = h.Descr
		if len(h.Shape) != 1 {
			t.Errorf("%s has shape %v", m.Name, h.Shape)
		}
		if m.Name == "presentation/stimulus_id.npy" {
			ids, err := readNPYText(m, 1, 1<<20)
			if err != nil || !slices.Equal(ids[:6], []string{"im0", "im1", "im2", "im3", "im4", "im5"}) {
				t.Errorf("%v, %v", ids, err)
			}
		}
	}
	want := map[string]string{
		"presentation/stimulus_id.npy": "<U3", "presentation/repetition.npy": "<i8", "presentation/presentation.npy": "<U3",
		"presentation/shown.npy": "|b1", "presentation/rate.npy": "<f8", "neuroid/neuroid_id.npy": "<U1", "neuroid/region.npy": "<U2",
		"time_bin/time_bin_start.npy": "<i8", "time_bin/time_bin_end.npy": "<i8",
	}
	if !reflect.DeepEqual(descr, want) {
		t.Errorf("types %v, want %v", descr, want)
	}
	for text, want := range map[string]string{"007": "<U3", "-0.5": "<f8", "1e5": "<f8", "05.5": "<U4", "": "<U1", "é": "<U1", "-": "<U1", "1-2": "<U3", "12": "<i8", "99999999999999999999": "<f8"} {
		if got, _ := columnArray(column{"c", []string{text}}); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// However an array's chunks and slabs cut it, its values come out in order.
func TestSlabs(t *testing.T) {
	f, err := hdf5.Open(t.Context(), files+"assy_dicarlo_HvmMini.nc")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := f.Dataset("/data")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := d.ReadFloat32s()
	if err != nil {
		t.Fatal(err)
	}
	for _, axes := range [][]int{{0, 1, 2}, {1, 0, 2}, {2, 1, 0}, {1, 2, 0}} {
		a, err := newArray(d, axes, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, a.bytes())
		err = a.slabs(t.Context(), func(int64) {}, func(s slab) error {
			copy(got[s.row*a.cols()*a.size:], s.data)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		shape := d.Shape()
		at := make([]int, 3)
		for i := 0; i < len(got); i += 4 {
			rest := i / 4
			for k := 2; k >= 0; k-- {
				n := int(shape[axes[k]])
				at[axes[k]] = rest % n
				rest /= n
			}
			from := (at[0]*int(shape[1])+at[1])*int(shape[2]) + at[2]
			if binary.LittleEndian.Uint32(got[i:]) != math.Float32bits(whole[from]) {
				t.Fatalf("axes %v: element %d differs", axes, i/4)
			}
		}
	}
}

// A hostile file gives an error, or an assembly that opens; never a panic or
// half an install.
func FuzzAssembly(f *testing.F) {
	for _, name := range []string{"assy_transposed.nc", "twice.nc", "wrong_dims.nc", "features.nc", "netcdf3.nc"} {
		data, err := os.ReadFile(files + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, archive := range []string{"testdata/limits.zip", "testdata/trials.zip"} {
		dir, names := extract(f, archive)
		for _, name := range names {
			if strings.HasSuffix(name, ".nc") && name != "many_numbers.nc" {
				data, err := os.ReadFile(filepath.Join(dir, name+"_", name))
				if err != nil {
					f.Fatal(err)
				}
				f.Add(data)
			}
		}
	}
	home := stimuli.Home{Dir: f.TempDir()}
	set := filepath.Join(f.TempDir(), "set.csv")
	if err := os.WriteFile(set, []byte("image_id\nim0\nim1\nim2\nim3\nim4\nim5\n"), 0o666); err != nil {
		f.Fatal(err)
	}
	if _, err := Stimuli(context.Background(), StimuliRequest{Home: home, Path: set, ID: "small", Force: false}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "f.nc")
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
		h := stimuli.Home{Dir: filepath.Join(t.TempDir(), "home")}
		if err := os.CopyFS(h.Dir, os.DirFS(home.Dir)); err != nil {
			t.Fatal(err)
		}
		r, err := Assembly(t.Context(), AssemblyRequest{Home: h, Path: path, ID: "f", StimulusSet: "small"})
		if err == nil {
			if _, err := os.Stat(filepath.Join(r.Path, "assembly.yaml")); err != nil {
				t.Error(err)
			}
		} else if _, err := os.Stat(h.AssemblyPath("f")); err == nil {
			t.Error("half an install is there")
		}
		noneHidden(t, h.Dir)
		_, _ = Activations(t.Context(), DumpRequest{Home: h, Path: path, Model: filepath.Join(h.Dir, "net"), StimulusSet: "small"})
		noneHidden(t, h.Dir)
	})
}
