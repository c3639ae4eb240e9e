package scoring

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// A dump that fits no benchmark is refused with its cause.
func TestNoBenchmark(t *testing.T) {
	home := recordingsHome(t, "region", 2, 50, 70, 70, 90)
	write(t, filepath.Join(home.BenchmarksDir(), "lab.yaml"), "identifier: lab\nkind: neural\nassembly: lab\nstimulus_set: set one\ntime_window: [50, 90]\nmetric: {name: ridge}\n")
	write(t, filepath.Join(home.StimulusSetPath("unused"), "stimuli.csv"), "stimulus_id\na\n")
	array := npyText([]int{48, 2}, make([]float64, 96))
	for name, c := range map[string]struct {
		files []string
		model string // below the folder of files
		want  string
	}{
		"empty":                {nil, "", "it holds no folders; write arrays as <stimulus set>/<layer>.npy"},
		"misspelt":             {[]string{"set_one/fc.npy"}, "", `its folder "set_one" is not the name of a stimulus set; did you mean "set one"?`},
		"unknown":              {[]string{"photographs/fc.npy"}, "", `its folder "photographs" is not the name of a stimulus set; name folders after stimulus sets; known are set one, unused`},
		"other files":          {[]string{"set one/fc.pt"}, "", `set one: has activations for none of the benchmarks: it holds no .npy arrays, but "fc.pt"`},
		"only ids":             {[]string{"set one/stimulus_ids.csv", "set one/.fc.npy.part"}, "", "it holds no arrays"},
		"a folder of a set":    {[]string{"m/set one/fc.npy"}, "m/set one", "it holds arrays itself, as the folder of one stimulus set does; name the folder that holds the folders of stimulus sets, such as "},
		"arrays of no set":     {[]string{"fc.npy"}, "", "it holds arrays itself; move them into a folder named after their stimulus set, such as "},
		"a folder of models":   {[]string{"m/set one/fc.npy", "n/set one/fc.npy"}, "", `its folder "m" is a model dump itself; name each model, as in `},
		"models with settings": {[]string{"m/model.yaml", "m/photographs/fc.npy"}, "", `its folder "m" is a model dump itself`},
		"in time":              {[]string{"set one/IT/50-70.npy"}, "", `its layers IT are in time, but no benchmark on "set one" compares in time; set time: per_bin`},
		"no benchmark":         {[]string{"unused/fc.npy"}, "", `no benchmark that can be scored here is on the stimulus set "unused"`},
		"choices alone":        {[]string{"set one/responses.csv"}, "", `none of its files is what the benchmarks on "set one" compare; give --benchmark lab to see what it needs`},
	} {
		dir := t.TempDir()
		for _, file := range c.files {
			text := array
			if strings.HasSuffix(file, ".yaml") {
				text = "identifier: m\n"
			}
			write(t, filepath.Join(dir, filepath.FromSlash(file)), text)
		}
		_, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), Request{Models: []string{filepath.Join(dir, filepath.FromSlash(c.model))}})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// A benchmark that is asked for is refused with the same causes, and all models at once.
func TestNoLayerNamesCause(t *testing.T) {
	home := recordingsHome(t, "region", 2, 50, 70, 70, 90)
	write(t, filepath.Join(home.BenchmarksDir(), "lab.yaml"), "identifier: lab\nkind: neural\nassembly: lab\nstimulus_set: set one\ntime_window: [50, 90]\nmetric: {name: ridge}\n")
	write(t, filepath.Join(home.StimulusSetPath("unused"), "stimuli.csv"), "stimulus_id\na\n")
	array := npyText([]int{48, 2}, make([]float64, 96))
	const dump, there = "dump activations into set one/<layer>.npy", "dump the model's activations to these stimuli there"
	for file, want := range map[string]string{
		"set one/IT/50-70.npy": "has no layer for lab: its layers IT are in time, but no benchmark on \"set one\" compares in time; " + dump + ", or set time: per_bin",
		"set_one/fc.npy":       "has no folder for the stimulus set \"set one\": its folder \"set_one\" is not the name of a stimulus set; " + there + ", or did you mean \"set one\"?",
		"unused/fc.npy":        "has no folder for the stimulus set \"set one\"; " + there,
		"other/fc.npy":         "has no folder for the stimulus set \"set one\"; " + there,
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, filepath.FromSlash(file)), array)
		report, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), Request{Models: []string{dir}, Benchmarks: []string{"lab"}})
		if err != nil || len(report.Models) != 1 || len(report.Models[0].Failures) != 1 || !strings.Contains(report.Models[0].Failures[0].Err.Error(), want) {
			t.Errorf("%s: %+v, %v, want %s", file, report, err, want)
		}
	}
	a, b := t.TempDir(), t.TempDir()
	write(t, filepath.Join(b, "model.yaml"), "commitments: {it: fc}\n")
	_, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), Request{Models: []string{a, b}})
	if err == nil || !strings.Contains(err.Error(), a+": has activations for none") || !strings.Contains(err.Error(), `commits the region "it"`) {
		t.Errorf("two models: %v", err)
	}
}

// Benchmarks on stimuli that a model was shown are named if its dump does not serve them.
func TestUnservedBenchmarksAreNamed(t *testing.T) {
	home := recordingsHome(t, "region", 2, 50, 70, 70, 90)
	const definition = "identifier: %s\nkind: neural\nassembly: lab\nstimulus_set: set one\n%s\nmetric: {name: ridge}\n"
	write(t, filepath.Join(home.BenchmarksDir(), "lab.yaml"), fmt.Sprintf(definition, "lab", "time_window: [50, 90]"))
	for _, id := range []string{"t1", "t2", "t3", "t4"} {
		write(t, filepath.Join(home.BenchmarksDir(), id+".yaml"), fmt.Sprintf(definition, id, "time: per_bin"))
	}
	dir := t.TempDir()
	array := npyText([]int{48, 2}, make([]float64, 96))
	write(t, filepath.Join(dir, "set one", "fc.npy"), array)
	for _, c := range []struct {
		request Request
		want    []string
	}{
		{Request{}, []string{"not scored: t1, t2, t3 and 1 more: dump activations in time into set one/<layer>/<start>-<end>.npy"}},
		{Request{Layers: []string{"fc"}}, nil},
		{Request{Benchmarks: []string{"lab"}}, nil},
	} {
		c.request.Models = []string{dir}
		report, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), c.request)
		if err != nil || !slices.Equal(report.Models[0].Notes, c.want) {
			t.Errorf("%+v: %v, %v, want %q", c.request, report.Models[0].Notes, err, c.want)
		}
	}
}

// Benchmarks that need the same on several stimulus sets are named together.
func TestUnservedOnSeveralSets(t *testing.T) {
	var u unserved
	for _, c := range []struct{ id, set, remedy string }{
		{"a", "one", "write one/logits.npy"},
		{"b", "two", "write two/logits.npy"},
		{"c", "two", "write two/<layer>.npy"},
		{"d", "two", "write two/<layer>.npy"},
	} {
		u.add(&benchmarks.Definition{Identifier: c.id, StimulusSet: benchmarks.Sources{Names: []string{c.set}}}, c.remedy)
	}
	want := []string{"not scored: a, b: write <stimulus set>/logits.npy", "not scored: c, d: write two/<layer>.npy"}
	if got := u.notes(); !slices.Equal(got, want) {
		t.Errorf("notes %q, want %q", got, want)
	}
}

// A commitment to a layer in time is refused with that cause where a benchmark has no time,
// and the other way round.
func TestCommittedLayerOfOtherTime(t *testing.T) {
	home := recordingsHome(t, "region", 2, 50, 70, 70, 90)
	const definition = "identifier: %s\nkind: neural\nregion: IT\nassembly: lab\nstimulus_set: set one\n%s\nmetric: {name: ridge}\n"
	write(t, filepath.Join(home.BenchmarksDir(), "window.yaml"), fmt.Sprintf(definition, "window", "time_window: [50, 90]"))
	write(t, filepath.Join(home.BenchmarksDir(), "bins.yaml"), fmt.Sprintf(definition, "bins", "time: per_bin"))
	dir := t.TempDir()
	array := npyText([]int{48, 2}, make([]float64, 96))
	write(t, filepath.Join(dir, "set one", "fc.npy"), array)
	write(t, filepath.Join(dir, "set one", "rec", "50-70.npy"), array)
	write(t, filepath.Join(dir, "set one", "rec", "70-90.npy"), array)
	for _, c := range []struct{ layer, benchmark, want string }{
		{"rec", "window", "it is in time: set time: per_bin"},
		{"fc", "bins", "it is not in time: dump activations in time into set one/<layer>/<start>-<end>.npy"},
		{"fd", "window", `did you mean "fc"?`},
	} {
		write(t, filepath.Join(dir, "model.yaml"), "commitments: {IT: "+c.layer+"}\n")
		report, err := NewRunner(home, Options{Workers: 1}).Score(context.Background(), Request{Models: []string{dir}, Benchmarks: []string{c.benchmark}})
		if err != nil || len(report.Models[0].Failures) != 1 || !strings.Contains(report.Models[0].Failures[0].Err.Error(), c.want) {
			t.Errorf("%+v: %+v, %v", c, report, err)
		}
	}
}
