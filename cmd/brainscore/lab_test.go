package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli/npy"
)

// lab is a data home with recordings in V4 and IT and four benchmarks on them,
// and models whose layers all differ. The signal of objects is the same in all, so
// that scores are neither perfect nor noise.
type lab struct {
	models, layers, stimuli, features int
	v4, it, repetitions               int
}

// smallLab is a lab that is scored in seconds.
var smallLab = lab{models: 8, layers: 3, stimuli: 256, features: 200, v4: 20, it: 30, repetitions: 4}

// scores returns the number of scores of the lab.
func (l lab) scores() int { return l.models * l.layers * 4 }

// model returns the folder of a model.
func (l lab) model(i int) string { return fmt.Sprintf("models/net-%03d", i) }

// write writes the lab into a folder.
func (l lab) write(t testing.TB, dir string) {
	t.Helper()
	l.writeHome(t, filepath.Join(dir, "home"))
	var stimuli []string
	for i := range l.stimuli {
		stimuli = append(stimuli, fmt.Sprintf("s%05d", i))
	}
	ids := []byte("stimulus_id\n" + strings.Join(stimuli, "\n") + "\n")
	values := make([]float32, l.stimuli*l.features)
	for m := range l.models {
		folder := filepath.Join(dir, l.model(m), "set")
		put(t, filepath.Join(folder, "stimulus_ids.csv"), ids)
		for layer := range l.layers {
			r := rand.New(rand.NewPCG(uint64(m), uint64(layer)))
			for i := range values {
				object, column := i/l.features%8, i%l.features
				values[i] = max(0, float32(r.NormFloat64())+float32(object*(column%5))/float32(5+m%7))
			}
			putArray(t, filepath.Join(folder, fmt.Sprintf("layer%d.npy", layer)), l.stimuli, l.features, values)
		}
	}
}

func (l lab) writeHome(t testing.TB, home string) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var stimuli, presentation, neuroids strings.Builder
	stimuli.WriteString("stimulus_id,object_name\n")
	presentation.WriteString("stimulus_id,object_name,repetition\n")
	neuroids.WriteString("neuroid_id,region\n")
	for i := range l.stimuli {
		fmt.Fprintf(&stimuli, "s%05d,o%d\n", i, i%8)
	}
	for j := range l.v4 + l.it {
		region := "IT"
		if j < l.v4 {
			region = "V4"
		}
		fmt.Fprintf(&neuroids, "n%03d,%s\n", j, region)
	}
	rows, cols := l.stimuli*l.repetitions, l.v4+l.it
	responses := make([]float32, 0, rows*cols)
	for row := range rows {
		object := row % l.stimuli % 8
		fmt.Fprintf(&presentation, "s%05d,o%d,%d\n", row%l.stimuli, object, row/l.stimuli)
		for j := range cols {
			responses = append(responses, float32(object*(j%7))+2*float32(r.NormFloat64()))
		}
	}
	put(t, filepath.Join(home, "stimuli/set/stimuli.csv"), []byte(stimuli.String()))
	put(t, filepath.Join(home, "assemblies/rec/presentation.csv"), []byte(presentation.String()))
	put(t, filepath.Join(home, "assemblies/rec/neuroid.csv"), []byte(neuroids.String()))
	put(t, filepath.Join(home, "assemblies/rec/assembly.yaml"), []byte("identifier: rec\nkind: neural\nstimulus_set: set\n"))
	putArray(t, filepath.Join(home, "assemblies/rec/values.npy"), rows, cols, responses)
	for _, region := range []string{"V4", "IT"} {
		for _, metric := range []string{"pls", "ridge"} {
			put(t, filepath.Join(home, "benchmarks", region+"-"+metric+".yaml"), fmt.Appendf(nil, `identifier: %s-%s
version: 1
kind: neural
region: %s
assembly: rec
select: {region: %s}
stimulus_set: set
metric: {name: %s}
cross_validation: {splits: 10, train_size: 0.9, stratify: object_name, seed: 1}
ceiling: {name: internal_consistency, splits: 10, seed: 1}
score: explained_variance
`, region, metric, region, region, metric))
		}
	}
}

func put(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

func putArray(t testing.TB, path string, rows, cols int, values []float32) {
	t.Helper()
	var b bytes.Buffer
	if err := npy.Write(&b, rows, cols, values); err != nil {
		t.Fatal(err)
	}
	put(t, path, b.Bytes())
}

// builtProgram puts the program into a folder, as a job script holds the path of the
// program, which in test scripts is the test binary. It is built once for all tests.
func builtProgram(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "brainscore")
	program, err := builtOnce()
	if err == nil {
		err = os.WriteFile(path, program, 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// builtOnce returns the content of the program.
var builtOnce = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "brainscore-built-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "brainscore")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return os.ReadFile(path)
})

// output runs a program in a folder and returns its standard output.
func output(t testing.TB, dir, program string, words ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	c := exec.Command(program, words...)
	c.Dir, c.Stderr = dir, &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", program, words, err, &stderr)
	}
	return out
}

// shardTasks returns the tasks of each of n shards of a plan.
func shardTasks(t testing.TB, plan string, n int) []map[scoring.TaskID]bool {
	t.Helper()
	content, err := os.ReadFile(plan)
	if err != nil {
		t.Fatal(err)
	}
	var p struct{ Tasks []scoring.BatchTask }
	if err := json.Unmarshal(content, &p); err != nil {
		t.Fatal(err)
	}
	var shards []map[scoring.TaskID]bool
	for _, indices := range scoring.Shards(p.Tasks, n) {
		tasks := make(map[scoring.TaskID]bool)
		for _, i := range indices {
			tasks[p.Tasks[i].ID()] = true
		}
		shards = append(shards, tasks)
	}
	return shards
}

// kept returns the scores in a folder of results by their paths; a file that is not
// whole fails the test.
func kept(t testing.TB, dir string) map[string]keptScore {
	t.Helper()
	s, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s.Warn = func(line string) { t.Error(line) }
	all := make(map[string]keptScore)
	err = s.Each(results.Scores, func(e results.Entry) error {
		info, err := os.Stat(e.Path)
		if err != nil {
			return err
		}
		all[e.Path] = keptScore{info, e.Key.Model, e.Key.Layer}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// keptScore is the file of a score, with its model, benchmark and layer.
type keptScore struct {
	os.FileInfo
	model, layer string
}

// of returns the number of scores of a shard.
func scoresOf(all map[string]keptScore, shard map[scoring.TaskID]bool) int {
	n := 0
	for _, k := range all {
		if shard[scoring.TaskID{Model: k.model, StimulusSet: "set", Layer: k.layer}] {
			n++
		}
	}
	return n
}

// untouched fails the test if earlier scores are missing or were written again: each
// writing makes a new file.
func untouched(t testing.TB, before, after map[string]keptScore) {
	t.Helper()
	for path, was := range before {
		switch is, ok := after[path]; {
		case !ok:
			t.Errorf("%s is gone", path)
		case !os.SameFile(was.FileInfo, is.FileInfo) || !was.ModTime().Equal(is.ModTime()):
			t.Errorf("%s was written again", path)
		}
	}
}
