package stimuli

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		counts []int
		want   Spread
	}{
		{nil, Spread{}},
		{[]int{3}, Spread{3, 3, 3}},
		{[]int{4, 1}, Spread{1, 2.5, 4}},
		{[]int{9, 1, 2}, Spread{1, 2, 9}},
	} {
		if got := SpreadOf(c.counts); got != c.want {
			t.Errorf("spread of %v is %v, want %v", c.counts, got, c.want)
		}
	}
	groups := Groups([]string{"10", "9", "10"})
	if want := []Group{{"9", 1}, {"10", 2}}; !reflect.DeepEqual(groups, want) || SpreadOfGroups(groups) != (Spread{1, 1.5, 2}) {
		t.Errorf("groups %v, want %v", groups, want)
	}
}

func TestDescribeArray(t *testing.T) {
	for name, want := range map[string]string{
		"f2":                "float16 little-endian",
		"f8_big_fortran_3d": "float64 big-endian",
		"u2_big":            "uint16 big-endian",
		"i1_fortran":        "int8 ",
		"bool":              "bool ",
	} {
		a, err := DescribeArray(filepath.Join("npy", "testdata", name+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		if got := a.DType + " " + a.ByteOrder; got != want || a.Fortran != strings.Contains(name, "fortran") {
			t.Errorf("%s is %q, Fortran %v, want %q", name, got, a.Fortran, want)
		}
	}
	if a, err := DescribeArray(filepath.Join("npy", "testdata", "f4_v3.npy")); err != nil || a.Version != "3.0" {
		t.Errorf("got %+v, %v", a, err)
	}
}

// TestDescribeLarge describes an array larger than memory: its file has holes
// instead of values.
func TestDescribeLarge(t *testing.T) {
	const rows, features = 1 << 16, 1 << 20
	path := filepath.Join(t.TempDir(), "large.npy")
	header := fmt.Sprintf("{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }", rows, features)
	header += strings.Repeat(" ", 117-len(header)) + "\n"
	if err := os.WriteFile(path, []byte("\x93NUMPY\x01\x00\x76\x00"+header), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 128+4*rows*features); err != nil {
		t.Skip("no file with holes here: ", err)
	}
	a, err := DescribeArray(path)
	if err != nil || a.Rows != rows || a.Features != features || a.Bytes != 4*rows*features {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestMatch(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "stimuli.csv"), []byte("stimulus_id\na\nb\nc\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	set, err := LoadStimulusSet(dir)
	if err != nil {
		t.Fatal(err)
	}
	got := set.Match([]string{"b", "x", "b", "y", "x"})
	want := &Match{StimulusSet: set.Table.Path, Matching: 1, Missing: 2, Extra: 2, MissingIDs: []string{"a", "c"}, ExtraIDs: []string{"x", "y"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestFinite(t *testing.T) {
	got := finite(map[string]any{"a": math.NaN(), "b": []any{math.Inf(1), 1.5, "x"}, "c": 2})
	if want := any(map[string]any{"a": nil, "b": []any{nil, 1.5, "x"}, "c": 2}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestDescribeDumpProblems(t *testing.T) {
	unknown := func(string) (*StimulusSet, error) { return nil, nil }
	array, err := os.ReadFile(filepath.Join("npy", "testdata", "f2.npy"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string // in a problem; "" for an error
	}{
		"time bin":   {map[string]string{"s/it/early.npy": string(array)}, "early.npy: is not named after a time bin"},
		"choices":    {map[string]string{"s/probabilities.npy": string(array)}, "choices.csv: is missing"},
		"widths":     {map[string]string{"s/probabilities.npy": string(array), "s/choices.csv": "choice\na\n"}, "columns, but"},
		"responses":  {map[string]string{"s/responses.csv": "stimulus_id,chosen\na,b\n"}, `responses.csv:1: has no column "choice"`},
		"twice":      {map[string]string{"s/responses.csv": "stimulus_id,choice\na,b\na,b\n"}, "responses.csv: repeats 1 stimulus id"},
		"ids":        {map[string]string{"s/l.npy": string(array), "s/stimulus_ids.csv": "id\na\n"}, `stimulus_ids.csv:1: has no column "stimulus_id"`},
		"rows":       {map[string]string{"s/l.npy": string(array), "s/stimulus_ids.csv": "stimulus_id\na\n"}, "lists 1 stimuli"},
		"truncated":  {map[string]string{"s/l.npy": string(array[:len(array)-1])}, "l.npy: is truncated"},
		"commitment": {map[string]string{"s/l.npy": string(array), "model.yaml": "commitments: {IT: m}\n"}, `model.yaml: commits IT to the layer "m"`},
		"nothing":    {map[string]string{"s/notes.txt": "x"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range c.files {
				path := filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			dump, err := OpenDump(dir)
			if err != nil {
				t.Fatal(err)
			}
			info, err := dump.Describe(unknown)
			if c.want == "" {
				if err == nil {
					t.Errorf("got %+v, want an error", info)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := errors.Join(info.Problems...); got == nil || !strings.Contains(got.Error(), c.want) {
				t.Errorf("problems %v, want %q", got, c.want)
			}
		})
	}
}

// A behavioural assembly is described by the first table that is there with its columns.
func TestDescribeBehavior(t *testing.T) {
	pairs := BehaviorTable{"trials.csv", []string{"left", "right"}}
	times := BehaviorTable{"times.csv", []string{"stimulus_id"}}
	for name, c := range map[string]struct {
		files  folder
		tables []BehaviorTable
		ids    string // the stimuli described, or a part of the error
	}{
		"trials":            {folder{"trials.csv": "stimulus_id\nb\na\nb\n"}, nil, "a b"},
		"another file":      {folder{"times.csv": "stimulus_id\nc\n"}, []BehaviorTable{pairs, times}, "c"},
		"several columns":   {folder{"trials.csv": "left,right\nb,a\na,c\n"}, []BehaviorTable{times, pairs}, "a b c"},
		"the first":         {folder{"trials.csv": "left,right,stimulus_id\nb,a,x\n"}, []BehaviorTable{pairs, {"trials.csv", []string{"stimulus_id"}}}, "a b"},
		"other columns":     {folder{"trials.csv": "left,stimulus_id\nb,x\n"}, []BehaviorTable{pairs}, "x"},
		"an empty id":       {folder{"trials.csv": "left,right\nb,a\na,\n"}, []BehaviorTable{pairs}, "trials.csv:3: has an empty right"},
		"no column of them": {folder{"trials.csv": "id\nb\n"}, []BehaviorTable{times, pairs}, `has no column "left"`},
		"no table":          {folder{}, []BehaviorTable{times, pairs}, "times.csv: is missing"},
	} {
		c.files["assembly.yaml"] = "kind: behavioral\nstimulus_set: set\n"
		a, err := DescribeAssembly(c.files.write(t), c.tables...)
		switch {
		case err != nil && !strings.Contains(err.Error(), c.ids), err == nil && strings.Join(a.StimulusIDs, " ") != c.ids:
			t.Errorf("%s: %+v, %v, want %s", name, a, err, c.ids)
		case err == nil && a.Table.Stimuli != a.Stimuli:
			t.Errorf("%s: the table has %d stimuli of %d", name, a.Table.Stimuli, a.Stimuli)
		}
	}
}
