package imports

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// recordedText is an assembly of recordings by its tables; its values are 1, 2, 3, …
type recordedText struct {
	presentation, neuroid, bins string
	double                      bool
}

// recordingsHome returns a home with a stimulus set of the stimuli a to f and assemblies.
func recordingsHome(t *testing.T, parts map[string]recordedText) stimuli.Home {
	t.Helper()
	home := stimuli.Home{Dir: t.TempDir()}
	write := func(dir, name, text string) {
		t.Helper()
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write(home.StimulusSetPath("set"), "stimuli.csv", "stimulus_id\na\nb\nc\nd\ne\nf\n")
	for id, p := range parts {
		dir := home.AssemblyPath(id)
		if p.neuroid == "" {
			write(dir, "trials.csv", "subject,stimulus_id,truth,choice\n1,a,x,x\n")
			continue
		}
		shape := []int{strings.Count(p.presentation, "\n") - 1, strings.Count(p.neuroid, "\n") - 1}
		write(dir, "assembly.yaml", "identifier: "+id+"\nkind: neural\nstimulus_set: set\n")
		write(dir, "presentation.csv", p.presentation)
		write(dir, "neuroid.csv", p.neuroid)
		count := shape[0] * shape[1]
		if p.bins != "" {
			write(dir, "time_bin.csv", p.bins)
			shape = append(shape, strings.Count(p.bins, "\n")-1)
			count *= shape[2]
		}
		var b bytes.Buffer
		descr := "<f4"
		if p.double {
			descr = "<f8"
		}
		if err := npy.WriteHeader(&b, descr, shape...); err != nil {
			t.Fatal(err)
		}
		for i := range count {
			x := make([]byte, 8)
			if p.double {
				for k := range x {
					x[k] = byte(math.Float64bits(float64(i+1)) >> (8 * k))
				}
			} else {
				x = x[:4]
				for k := range x {
					x[k] = byte(math.Float32bits(float32(i+1)) >> (8 * k))
				}
			}
			b.Write(x)
		}
		write(dir, "values.npy", b.String())
	}
	return home
}

func TestJoinRecordings(t *testing.T) {
	for name, x := range map[string]struct {
		parts                         map[string]recordedText
		presentation, neuroid, values string
		notes                         []string
		subjects, double              bool
	}{
		"the same presentations, and subjects by the names": {
			parts: map[string]recordedText{
				"r_s-1": {presentation: "stimulus_id,repetition\na,0\na,1\nb,0\n", neuroid: "neuroid_id,region\n1,V1\n2,V4\n"},
				"r_s-2": {presentation: "stimulus_id,repetition\na,0\na,1\nb,0\n", neuroid: "neuroid_id,region\n1,V1\n"},
			},
			subjects:     true,
			presentation: "stimulus_id,repetition\na,0\na,1\nb,0\n",
			neuroid:      "neuroid_id,subject,region\n1,s-1,V1\n2,s-1,V4\n1,s-2,V1\n",
			values:       "1 2 1|3 4 2|5 6 3",
		},
		"other order, and another number of repetitions": {
			parts: map[string]recordedText{
				"A": {presentation: "stimulus_id,repetition\na,0\na,1\nb,0\n", neuroid: "subject,neuroid_id\nA,1\n"},
				"B": {presentation: "repetition,stimulus_id\n0,b\n2,a\n1,a\n0,a\n", neuroid: "subject,neuroid_id\nB,1\n"},
			},
			presentation: "stimulus_id,repetition\na,0\na,1\nb,0\na,2\n",
			neuroid:      "neuroid_id,subject\n1,A\n1,B\n",
			values:       "1 4|2 3|3 1|NaN 2",
		},
		"stimuli of their own, with other columns and precision": {
			parts: map[string]recordedText{
				"A": {presentation: "stimulus_id,session,run\na,1,1\nb,1,2\n", neuroid: "subject,neuroid_id,nc\nA,1,40\nA,2,50\n"},
				"B": {presentation: "stimulus_id,session\na,3\nc,3\nc,3\n", neuroid: "subject,neuroid_id,noise\nB,1,0.5\n", double: true},
			},
			double:       true,
			presentation: "stimulus_id\na\nb\nc\nc\n",
			neuroid:      "neuroid_id,subject,nc,noise\n1,A,40,\n2,A,50,\n1,B,,0.5\n",
			values:       "1 2 1|3 4 NaN|NaN NaN 2|NaN NaN 3",
			notes: []string{`leaves out the column session, in which A and B differ, first for the stimulus "a" ("1" and "3")`,
				"leaves out the column run, which B does not have", "B has no column nc", "A has no column noise"},
		},
		"time bins": {
			parts: map[string]recordedText{
				"A": {presentation: "stimulus_id\na\nb\n", neuroid: "subject,neuroid_id\nA,1\n", bins: "time_bin_start,time_bin_end\n0,10\n10,20\n"},
				"B": {presentation: "stimulus_id\nb\n", neuroid: "subject,neuroid_id\nB,1\n", bins: "time_bin_start,time_bin_end\n0,10\n10,20\n"},
			},
			presentation: "stimulus_id\na\nb\n",
			neuroid:      "neuroid_id,subject\n1,A\n1,B\n",
			values:       "1 2 NaN NaN|3 4 1 2",
		},
	} {
		t.Run(name, func(t *testing.T) {
			home := recordingsHome(t, x.parts)
			var ids []string
			for _, id := range []string{"A", "B", "r_s-1", "r_s-2"} {
				if _, ok := x.parts[id]; ok {
					ids = append(ids, id)
				}
			}
			r, err := Join(t.Context(), JoinRequest{Home: home, Parts: ids, ID: "all", StimulusSet: "set", To: home, Subjects: x.subjects})
			if err != nil {
				t.Fatal(err)
			}
			for file, want := range map[string]string{"presentation.csv": x.presentation, "neuroid.csv": x.neuroid} {
				if got, err := os.ReadFile(filepath.Join(r.Path, file)); string(got) != want {
					t.Errorf("%s: %q, %v, want %q", file, got, err, want)
				}
			}
			f, err := npy.Open(filepath.Join(r.Path, "values.npy"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			values, err := f.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			var rows []string
			for i := range f.Rows() {
				rows = append(rows, strings.Trim(fmt.Sprint(values[i*f.Cols():(i+1)*f.Cols()]), "[]"))
			}
			if got := strings.Join(rows, "|"); got != x.values || f.Single() == x.double {
				t.Errorf("values %s (single %v), want %s", got, f.Single(), x.values)
			}
			notes := strings.Join(r.Notes, "\n")
			for _, want := range x.notes {
				if !strings.Contains(notes, want) {
					t.Errorf("notes %s, want %s", notes, want)
				}
			}
			if len(r.Notes) != len(x.notes) {
				t.Errorf("%d notes, want %d", len(r.Notes), len(x.notes))
			}
		})
	}
}

func TestJoinRecordingsMistakes(t *testing.T) {
	const shown, bins = "stimulus_id\na\nb\n", "time_bin_start,time_bin_end\n0,10\n10,20\n"
	a := recordedText{presentation: shown, neuroid: "subject,neuroid_id\nA,1\nA,2\n"}
	for name, x := range map[string]struct {
		a, b recordedText
		want string
	}{
		"a neuroid of both":              {a, recordedText{presentation: shown, neuroid: "subject,neuroid_id\nB,1\nA,2\n"}, `neuroid.csv: has the neuroid "2" of the subject "A", as A has; name neuroids uniquely within a subject`},
		"a neuroid of both, no subjects": {recordedText{presentation: shown, neuroid: "neuroid_id\n1\n"}, recordedText{presentation: shown, neuroid: "neuroid_id\n1\n"}, `has the neuroid "1", as A has`},
		"a neuroid twice":                {a, recordedText{presentation: shown, neuroid: "subject,neuroid_id,x\nB,1,1\nB,1,2\n"}, `has the neuroid "1" of the subject "B" twice`},
		"no subject":                     {a, recordedText{presentation: shown, neuroid: "neuroid_id\n1\n"}, "neuroid.csv: has no column subject, but others that are joined have"},
		"no repetitions":                 {a, recordedText{presentation: "stimulus_id,repetition\na,1\n", neuroid: "subject,neuroid_id\nB,1\n"}, "do not both have a column repetition"},
		"other time bins":                {recordedText{presentation: shown, neuroid: a.neuroid, bins: bins}, recordedText{presentation: shown, neuroid: "subject,neuroid_id\nB,1\n", bins: strings.ReplaceAll(bins, "20", "30")}, "B: has other time bins than A"},
		"time bins in one":               {a, recordedText{presentation: shown, neuroid: "subject,neuroid_id\nB,1\n", bins: bins}, "B: has other time bins than A"},
		"a stimulus of no set":           {a, recordedText{presentation: "stimulus_id\nz\n", neuroid: "subject,neuroid_id\nB,1\n"}, "not in the stimulus set set"},
		"trials":                         {a, recordedText{}, "B: has no values.npy"},
	} {
		t.Run(name, func(t *testing.T) {
			home := recordingsHome(t, map[string]recordedText{"A": x.a, "B": x.b})
			_, err := Join(t.Context(), JoinRequest{Home: home, Parts: []string{"A", "B"}, ID: "all", StimulusSet: "set", To: home})
			if err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("error %v, want %s", err, x.want)
			}
			if _, err := os.Stat(home.AssemblyPath("all")); err == nil {
				t.Error("it is written")
			}
		})
	}
}

func TestJoinRecordingsParts(t *testing.T) {
	home := recordingsHome(t, map[string]recordedText{"A": {presentation: "stimulus_id\na\n", neuroid: "neuroid_id\n1\n"}})
	for want, parts := range map[string][]string{
		"is to be joined of no assembly": nil,
		"A: is named twice":              {"A", "A"},
		"B: has no values.npy":           {"A", "B"},
		`"../A"`:                         {"../A"},
	} {
		_, err := JoinRecordings(t.Context(), JoinRequest{Home: home, Parts: parts, ID: "all", StimulusSet: "set", To: home})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %s", parts, err, want)
		}
	}
}

// Ids of neuroids may repeat from subject to subject, not within one.
func TestCheckNeuroids(t *testing.T) {
	for name, x := range map[string]struct {
		t    table
		want string
	}{
		"two subjects":       {table{{"neuroid_id", []string{"1", "2", "1"}}, {"subject", []string{"a", "a", "b"}}}, ""},
		"within one subject": {table{{"neuroid_id", []string{"1", "2", "1"}}, {"subject", []string{"a", "b", "a"}}}, `t.csv: repeats 1 neuroid_id(s) within one subject ("1"); name those of each uniquely`},
		"without subjects":   {table{{"neuroid_id", []string{"1", "2", "1"}}, {"region", []string{"a", "a", "b"}}}, `t.csv: repeats 1 neuroid_id(s) ("1"); write one row for each`},
		"an empty id":        {table{{"neuroid_id", []string{"1", ""}}, {"subject", []string{"a", "b"}}}, "t.csv: has an empty neuroid_id in row 2; every row needs an id"},
	} {
		got := ""
		if err := checkNeuroids("t.csv", x.t); err != nil {
			got = err.Error()
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestSubjectsOf(t *testing.T) {
	for want, parts := range map[string][]string{
		"sub-01 sub-03": {"Zerbe2026_fmri_full_sub-01", "Zerbe2026_fmri_full_sub-03"},
		"anna anne":     {"anna", "anne"},
		"lab_ ann":      {"lab_", "lab_ann"},
		"a.x b.x":       {"lab.a.x", "lab.b.x"},
		"one":           {"lab.one"},
	} {
		if got := strings.Join(subjectsOf(parts), " "); got != want {
			t.Errorf("%v: %s, want %s", parts, got, want)
		}
	}
}
