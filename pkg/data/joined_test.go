package data

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

const joinedHeader = "package,registry,name,identifier,bucket,sha1,version_id,csv_sha1,csv_version_id,zip_sha1,zip_version_id,stimulus_set,assembly_class,access,parts\n"

func joinedRegistry(t *testing.T) *Registry {
	t.Helper()
	a, b := strings.Repeat("a", 40), strings.Repeat("b", 40)
	r, err := ParseRegistry("r.csv", strings.NewReader(joinedHeader+
		"p,data_registry,L,L,,,,,,,,L,PropertyAssembly,,L.x;L.y\n"+
		"p,stimulus_set_registry,L,L,,,,,,,,,,,L.x;L.y\n"+
		"p,data_registry,L.x,L.x,b/c,"+a+",,,,,,L.x,PropertyAssembly,,\n"+
		"p,data_registry,L.y,L.y,b/c,"+b+",,,,,,L.y,PropertyAssembly,private,\n"+
		"p,stimulus_set_registry,L.x,L.x,b/c,,,"+a+",,,,,,,\n"+
		"p,stimulus_set_registry,L.y,L.y,b/c,,,"+b+",,,,,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What an object joins is fetched before it, stimulus sets first.
func TestNeedOfJoined(t *testing.T) {
	r := joinedRegistry(t)
	o, _ := r.Find(Assembly, "L")
	need, err := r.Need(o)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range need {
		got = append(got, string(o.Kind)+" "+o.ID)
	}
	if want := "stimulus set L.x, stimulus set L.y, stimulus set L, assembly L.x, assembly L.y, assembly L"; strings.Join(got, ", ") != want {
		t.Errorf("needs %s, want %s", strings.Join(got, ", "), want)
	}
	if set, _ := r.Find(StimulusSet, "L"); !o.Private || set.Private || o.DataKind() != "behavioral" || len(o.Table.SHA1) != 40 {
		t.Errorf("%+v, %+v", o, set)
	}
}

func TestJoinedMistakes(t *testing.T) {
	sum := strings.Repeat("a", 40)
	for rows, want := range map[string]string{
		"p,stimulus_set_registry,L,L,,,,,,,,,,,M\n":                                              `r.csv: the part "M" of the stimulus set L is not listed with a file`,
		"p,stimulus_set_registry,L,L,,,,,,,,,,,L\n":                                              `the part "L" of`,
		"p,data_registry,L,L,,,,,,,,..,,,M\n":                                                    "is not a valid name of a folder",
		"p,data_registry,L,L,,,,,,,,L,,,M\np,stimulus_set_registry,M,M,b,,," + sum + ",,,,,,,\n": `the part "M" of the assembly L`,
	} {
		if _, err := ParseRegistry("r.csv", strings.NewReader(joinedHeader+rows)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", rows, err, want)
		}
	}
}

func TestFetchJoined(t *testing.T) {
	home := t.TempDir()
	for path, text := range map[string]string{
		"stimuli/L.x/stimuli.csv":       "stimulus_id,offset,only\n0,1.5,a\n1,2.5,b\n",
		"stimuli/L.y/stimuli.csv":       "offset,stimulus_id\n9,0\n",
		"assemblies/L.x/thresholds.csv": "subject,condition,threshold\n1,x,52\n",
		"assemblies/L.y/thresholds.csv": "subject,condition,threshold\n1,y,\n2,y,7\n",
	} {
		path = filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := &Store{Dir: home, Registry: joinedRegistry(t), Importer: &fake{}, Images: true}
	for kind, want := range map[Kind][2]string{
		StimulusSet: {"stimuli.csv", "stimulus_id,offset,condition\nx/0,1.5,x\nx/1,2.5,x\ny/0,9,y\n"},
		Assembly:    {"thresholds.csv", "subject,condition,threshold\n1,x,52\n1,y,\n2,y,7\n"},
	} {
		o, _ := s.Registry.Find(kind, "L")
		if state := s.State(o); state != StateAbsent {
			t.Errorf("%s: %s before", kind, state)
		}
		for range 2 {
			if err := s.Fetch(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(filepath.Join(s.installed(o), want[0]))
		if err != nil || string(text) != want[1] {
			t.Errorf("%s: %q, %v, want %q", kind, text, err, want[1])
		}
		if n, err := s.Verify(t.Context(), o); err != nil || n == 0 || s.State(o) != StateInstalled {
			t.Errorf("%s: verified %d, %v, %s", kind, n, err, s.State(o))
		}
		if found, err := s.Remove(t.Context(), o, false); !found || err != nil || s.State(o) != StateAbsent {
			t.Errorf("%s: removed %v, %v", kind, found, err)
		}
	}
	// A part that is missing is named.
	if err := os.RemoveAll(filepath.Join(home, "stimuli", "L.y")); err != nil {
		t.Fatal(err)
	}
	o, _ := s.Registry.Find(StimulusSet, "L")
	if err := s.Fetch(t.Context(), o); err == nil || !strings.Contains(err.Error(), "L.y: has no stimuli.csv; fetch or import it first") {
		t.Errorf("error %v", err)
	}
}

// Recordings of several subjects are joined by neuroid, by the stimulus set of their own.
func TestFetchJoinedRecordings(t *testing.T) {
	a := strings.Repeat("a", 40)
	r, err := ParseRegistry("r.csv", strings.NewReader(joinedHeader+
		"p,data_registry,R,R,,,,,,,,S,NeuroidAssembly,,R_sub-1;R_sub-2\n"+
		"p,data_registry,R_sub-1,R_sub-1,b/c,"+a+",,,,,,S,NeuroidAssembly,private,\n"+
		"p,data_registry,R_sub-2,R_sub-2,b/c,"+a+",,,,,,S,NeuroidAssembly,private,\n"+
		"p,stimulus_set_registry,S,S,,,,,,,,,,needs the images of a lab,\n"))
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	s := &Store{Dir: home, Registry: r, Importer: &fake{}}
	set, _ := r.Find(StimulusSet, "S")
	if !set.Private || set.Needs != "the images of a lab" || len(set.files()) > 0 || s.State(set) != StateAbsent {
		t.Errorf("%+v", set)
	}
	const want = "S: cannot be fetched: it needs the images of a lab; import it by brainscore import stimuli FILE.csv --id S"
	if err := s.Fetch(t.Context(), set); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if n, err := s.Verify(t.Context(), set); n != 0 || err != nil {
		t.Errorf("verified %d, %v", n, err)
	}
	var values bytes.Buffer
	if err := npy.Write(&values, 2, 1, []float32{1, 2}); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"stimuli/S/stimuli.csv": "stimulus_id\nx\ny\nz\n"}
	for id, shown := range map[string]string{"R_sub-1": "x\ny\n", "R_sub-2": "y\nz\n"} {
		files["assemblies/"+id+"/assembly.yaml"] = "identifier: " + id + "\nkind: neural\nstimulus_set: S\n"
		files["assemblies/"+id+"/presentation.csv"] = "stimulus_id\n" + shown
		files["assemblies/"+id+"/neuroid.csv"] = "neuroid_id\n1\n"
		files["assemblies/"+id+"/values.npy"] = values.String()
	}
	for path, text := range files {
		path = filepath.Join(home, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	o, _ := r.Find(Assembly, "R")
	need, err := r.Need(o)
	if err != nil || !o.Private {
		t.Fatalf("private %v, %v", o.Private, err)
	}
	for _, one := range need { // the set that was imported counts as there
		if err := s.Fetch(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{"neuroid.csv": "neuroid_id,subject\n1,sub-1\n1,sub-2\n", "presentation.csv": "stimulus_id\nx\ny\nz\n"} {
		if text, err := os.ReadFile(filepath.Join(s.installed(o), file)); string(text) != want {
			t.Errorf("%s: %q, %v, want %q", file, text, err, want)
		}
	}
	if n, err := s.Verify(t.Context(), o); err != nil || n == 0 {
		t.Errorf("verified %d, %v", n, err)
	}
}
