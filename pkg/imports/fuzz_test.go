package imports

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// seeds returns the files of testdata whose names end in ext.
func seeds(f *testing.F, ext string) (all [][]byte) {
	f.Helper()
	paths, err := filepath.Glob(files + "*" + ext)
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(data) < 1<<15 {
			all = append(all, data)
		}
	}
	var members []*zip.File
	for _, name := range []string{"testdata/rows.zip", "testdata/recordings.zip"} {
		z, err := zip.OpenReader(name)
		if err != nil {
			f.Fatal(err)
		}
		defer z.Close()
		members = append(members, z.File...)
	}
	for _, m := range members {
		from, err := m.Open()
		if err != nil {
			f.Fatal(err)
		}
		data, err := io.ReadAll(from)
		if err != nil {
			f.Fatal(err)
		}
		if filepath.Ext(m.Name) == ext && len(data) < 1<<14 {
			all = append(all, data)
		}
	}
	if len(all) == 0 {
		f.Fatalf("there are no seeds %s", ext)
	}
	return all
}

// fuzzHome returns a home with a set of six stimuli in a folder of its own.
func fuzzHome(t *testing.T) stimuli.Home {
	t.Helper()
	home := stimuli.Home{Dir: filepath.Join(t.TempDir(), "home")}
	if err := os.MkdirAll(home.StimulusSetPath("small"), 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(home.StimulusSetPath("small"), "stimuli.csv"), "stimulus_id,truth\nim0,x\nim1,y\nim2,x\nim3,y\nim4,x\nim5,y\n")
	return home
}

// aboutData fails if an error does not state that the data are to blame.
func aboutData(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if _, ok := errors.AsType[*ExistsError](err); ok {
		return
	}
	classified, ok := errors.AsType[interface {
		error
		DataError() bool
	}](err)
	if !ok || !classified.DataError() || err.Error() == "" {
		t.Errorf("%T: %v", err, err)
	}
}

// fuzzActivations imports a file of activations: an error about the data leaves
// nothing, and success leaves layers that can be opened.
func fuzzActivations(f *testing.F, ext string, hostile ...[]byte) {
	for _, data := range hostile {
		f.Add(data, "")
	}
	for _, data := range seeds(f, ext) {
		f.Add(data, "im3\nim1\nim0\nim2\nim5\nim4\n")
	}
	f.Fuzz(func(t *testing.T, data []byte, names string) {
		home := fuzzHome(t)
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "f"+ext), string(data))
		writeFile(t, filepath.Join(dir, "file_names.txt"), names)
		model := filepath.Join(t.TempDir(), "net")
		_, err := Activations(t.Context(), DumpRequest{Home: home, Path: filepath.Join(dir, "f"+ext), Model: model, StimulusSet: "small"})
		aboutData(t, err)
		if err != nil {
			if found, _ := filepath.Glob(filepath.Join(model, "small", "*.npy")); len(found) > 0 {
				t.Errorf("%v is left after %v", found, err)
			}
			return
		}
		noneHidden(t, model)
		dump, err := stimuli.OpenDump(model)
		if err != nil {
			t.Fatal(err)
		}
		set, err := stimuli.LoadStimulusSet(home.StimulusSetPath("small"))
		if err != nil {
			t.Fatal(err)
		}
		contents, err := dump.Contents("small")
		if err != nil || len(contents.Layers)+len(contents.TimeLayers) == 0 && !contents.Probabilities {
			t.Fatalf("%+v, %v", contents, err)
		}
		for _, name := range contents.Layers {
			layer, err := dump.OpenLayer(set, name, nil)
			if err != nil {
				t.Fatal(err)
			}
			layer.Close()
		}
	})
}

// FuzzNPZ begins with archives whose ids unpack to much more than the archive holds,
// or were changed since their checksum was taken.
func FuzzNPZ(f *testing.F) {
	var bomb, changed bytes.Buffer
	for out, ids := range map[*bytes.Buffer]string{&bomb: npyOf("|S1", "(100000,)", strings.Repeat("\x00", 100000)), &changed: npyOf("|S3", "(6,)", "im0im1im2im3im4im5")} {
		w := zip.NewWriter(out)
		for name, text := range map[string]string{"stimulus_ids.npy": ids, "fc.npy": npyOf("<f4", "(6, 2)", strings.Repeat("\x00", 48))} {
			method := zip.Deflate
			if out == &changed {
				method = zip.Store
			}
			to, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
			if err == nil {
				_, err = io.WriteString(to, text)
			}
			if err != nil {
				f.Fatal(err)
			}
		}
		w.Close()
	}
	fuzzActivations(f, ".npz", bomb.Bytes(), bytes.Replace(changed.Bytes(), []byte("im0im1"), []byte("im1im0"), 1))
}

// npyOf returns an array as numpy writes it.
func npyOf(descr, shape, elements string) string {
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr, shape)
	header += strings.Repeat(" ", 117-len(header)) + "\n"
	return "\x93NUMPY\x01\x00" + string([]byte{byte(len(header)), 0}) + header + elements
}

func FuzzNPY(f *testing.F)    { fuzzActivations(f, ".npy") }
func FuzzHDF5(f *testing.F)   { fuzzActivations(f, ".h5") }
func FuzzMATLAB(f *testing.F) { fuzzActivations(f, ".mat") }
func FuzzNetCDF(f *testing.F) { fuzzActivations(f, ".nc") }

// FuzzMatrices imports a table and an array as dissimilarities of the stimuli in their order.
func FuzzMatrices(f *testing.F) {
	square := "0,1,1,1,1,1\n1,0,1,1,1,1\n1,1,0,1,1,1\n1,1,1,0,1,1\n1,1,1,1,0,1\n1,1,1,1,1,0\n"
	for _, seed := range []string{square, square + square, "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n", strings.Replace(square, "1", "nan", 1), "0,1e308\n1e308,0\n", "\ufeff0;1\n"} {
		f.Add(seed, []byte(npyOf("<f8", "(15,)", strings.Repeat("\x00", 120))), false)
	}
	f.Add("", []byte(npyOf("<f4", "(2, 6, 6)", strings.Repeat("\x00", 288))), true)
	f.Fuzz(func(t *testing.T, table string, array []byte, similarities bool) {
		home := fuzzHome(t)
		for name, data := range map[string]string{"m.csv": table, "m.npy": string(array)} {
			path := filepath.Join(t.TempDir(), name)
			writeFile(t, path, data)
			_, err := Dissimilarities(t.Context(), DissimilaritiesRequest{Home: home, Paths: []string{path}, ID: "m", StimulusSet: "small", ByPosition: true, Similarities: similarities, Force: true})
			aboutData(t, err)
			noneHidden(t, home.Dir)
			if err != nil {
				continue
			}
			a, err := stimuli.OpenNeural(home.AssemblyPath("m"))
			if err != nil {
				t.Fatal(err)
			}
			a.Close()
		}
	})
}

// FuzzTables imports a table as a stimulus set, as trials of humans and as a
// model's choices.
func FuzzTables(f *testing.F) {
	for _, seed := range []string{
		"subj,session,trial,rt,object_response,category,condition,imagename\ns1,1,1,.5,x,x,0,im0.png\ns1,1,2,NaN,na,y,1.0,im1.png\n",
		"subject,stimulus_id,truth,choice\nm,im0,x,x\nm,im1,y,x\nm,im2,x,x\nm,im3,y,y\nm,im4,x,x\nm,im5,y,y\n",
		"image_id,object_name\nim0,x\nim0,y\n", "\ufeffstimulus_id\n\"a\nb\"\n", "stimulus_id,image_id\na,\n", "imagename\n/a/b.png\n",
	} {
		f.Add(seed, "condition=0")
	}
	f.Fuzz(func(t *testing.T, text, exclude string) {
		home := fuzzHome(t)
		path := filepath.Join(t.TempDir(), "t.csv")
		writeFile(t, path, text)
		_, err := Stimuli(t.Context(), StimuliRequest{Home: home, Path: path, ID: "set", FirstOnly: true})
		aboutData(t, err)
		if err == nil {
			if _, err := stimuli.LoadStimulusSet(home.StimulusSetPath("set")); err != nil {
				t.Error(err)
			}
		}
		var exclusions []Exclusion
		if e, err := ParseExclusion(exclude); err == nil {
			exclusions = []Exclusion{e}
		}
		_, err = Choices(t.Context(), ChoicesRequest{Home: home, Paths: []string{path}, ID: "humans", StimulusSet: "seen", Exclude: exclusions})
		aboutData(t, err)
		if err == nil {
			a, err := stimuli.OpenBehavioral(home.AssemblyPath("humans"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := a.SubjectTrials(); err != nil {
				t.Error(err)
			}
			if err := Export(t.Context(), home, "humans", io.Discard); err != nil {
				t.Error(err)
			}
		}
		_, err = Responses(t.Context(), DumpRequest{Home: home, Path: path, Model: filepath.Join(home.Dir, "net"), StimulusSet: "small"})
		aboutData(t, err)
		noneHidden(t, home.Dir)
	})
}

// FuzzExport exports trials, whose columns become arrays of types of their own.
func FuzzExport(f *testing.F) {
	for _, seed := range []string{"stimulus_id,truth,choice\n1,x,y\n2,,z\n", "a,b,c\n1,1.5,True\n,nan,False\n", "n\n99999999999999999999\n-0\n", "a/b,..,\n1,2,3\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		home := fuzzHome(t)
		dir := home.AssemblyPath("a")
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, "assembly.yaml"), "kind: behavioral\nstimulus_set: small\n")
		writeFile(t, filepath.Join(dir, "trials.csv"), text)
		var out bytes.Buffer
		err := Export(t.Context(), home, "a", &out)
		aboutData(t, err)
		if err != nil {
			return
		}
		z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range z.File {
			from, err := m.Open()
			if err == nil {
				_, err = io.Copy(io.Discard, from)
			}
			if err != nil {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
	})
}
