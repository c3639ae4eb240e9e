package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/thorough"
)

// The variables that set the size of TestManyModels.
const (
	labVariable       = "BRAINSCORE_TEST_LAB" // an empty folder for it
	labModelsVariable = "BRAINSCORE_TEST_LAB_MODELS"
)

// fullLab is what a laboratory scores: 4,000 scores on 10 GB of activations.
var fullLab = lab{models: 200, layers: 5, stimuli: 2560, features: 1000, v4: 88, it: 168, repetitions: 4}

// TestManyModels runs a batch in four concurrent shards, of which one is killed and
// started again: they write the same bytes as one run, no score is computed twice,
// and a second run has nothing to do. Full size takes about an hour on two
// processors:
//
//	BRAINSCORE_TEST_LAB=/folder/with/room go test -v -timeout 6h -run TestManyModels ./cmd/brainscore
func TestManyModels(t *testing.T) {
	if !thorough.Asked() && os.Getenv(labVariable) == "" {
		t.Skipf("runs many processes: %s asks for it", thorough.Variable)
	}
	dir, l := os.Getenv(labVariable), fullLab
	if dir == "" {
		dir, l = t.TempDir(), smallLab
		l.models, l.stimuli, l.features = 12, 128, 64 // enough to kill a shard while it runs
	}
	if text := os.Getenv(labModelsVariable); text != "" {
		var err error
		if l.models, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", labModelsVariable, err)
		}
	}
	if there, err := os.ReadDir(dir); err != nil || len(there) > 0 {
		t.Fatalf("%s is not an empty folder (%v)", dir, err)
	}
	program := builtProgram(t, t.TempDir())
	step := stopwatch(t)
	l.write(t, dir)
	step("%d models × %d layers × 4 benchmarks written", l.models, l.layers)
	var models []string
	for i := range l.models {
		models = append(models, l.model(i))
	}
	request := append([]string{"--data", "home", "--all-layers"}, models...)
	one := output(t, dir, program, append([]string{"score", "--format", "json", "--quiet"}, request...)...)
	step("one run of %d scores", l.scores())
	output(t, dir, program, append([]string{"batch", "plan", "--results", "results", "--output", "plan.json"}, request...)...)
	step("planned")

	store, shards := filepath.Join(dir, "results"), shardTasks(t, filepath.Join(dir, "plan.json"), 4)
	var logs [4]bytes.Buffer
	shard := func(i int, words ...string) *exec.Cmd {
		c := exec.Command(program, append([]string{"batch", "run", "plan.json", "--shard", fmt.Sprintf("%d/4", i+1)}, words...)...)
		logs[i].Reset()
		c.Dir, c.Stderr = dir, &logs[i]
		return c
	}
	var running [4]*exec.Cmd
	for i := range running {
		running[i] = shard(i, "--jobs", "1")
		if err := running[i].Start(); err != nil {
			t.Fatal(err)
		}
		defer running[i].Process.Kill()
	}
	const killed = 1
	for started := time.Now(); scoresOf(kept(t, store), shards[killed]) < l.scores()/4/3; started = time.Now() {
		time.Sleep(min(time.Second, 5*time.Since(started))) // reading the folder costs time too
	}
	if err := running[killed].Process.Kill(); err != nil {
		t.Fatal(err)
	}
	running[killed].Wait()
	results := kept(t, store)
	had := scoresOf(results, shards[killed])
	if had >= l.scores()/4 {
		t.Fatalf("the shard came to its end before it was killed")
	}
	step("one of four shards killed with %d of its %d scores", had, l.scores()/4)
	for i, c := range running {
		if err := c.Wait(); i != killed && err != nil {
			t.Errorf("shard %d: %v\n%s", i+1, err, &logs[i])
		}
	}
	step("the others at their end")
	again := shard(killed)
	if err := again.Run(); err != nil {
		t.Errorf("the shard again: %v\n%s", err, &logs[killed])
	}
	step("the killed shard at its end")
	if said := fmt.Sprintf("%d of %d scores are among the results already", had, l.scores()/4); !bytes.Contains(logs[killed].Bytes(), []byte(said)) {
		t.Errorf("the shard again does not say %q:\n%s", said, &logs[killed])
	}
	all := kept(t, store)
	untouched(t, results, all)
	if len(all) != l.scores() {
		t.Errorf("%d results, want %d", len(all), l.scores())
	}
	if merged := output(t, dir, program, "batch", "merge", "plan.json"); !bytes.Equal(merged, one) {
		t.Error("the merge differs from one run")
	}
	step("merged, %d bytes", len(one))

	second := exec.Command(program, "batch", "run", "plan.json")
	second.Dir = dir
	started := time.Now()
	out, err := second.CombinedOutput()
	took := time.Since(started)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if said := fmt.Sprintf("%d of %[1]d scores are among the results already", l.scores()); !bytes.Contains(out, []byte(said)) {
		t.Errorf("the second run does not say %q:\n%s", said, out)
	}
	if took > 5*time.Second {
		t.Errorf("a second run took %v", took)
	}
	t.Logf("a second run takes %v, %v of processors", took, second.ProcessState.UserTime()+second.ProcessState.SystemTime())
	after := kept(t, store)
	untouched(t, all, after)
	if len(after) != len(all) {
		t.Errorf("%d results after a second run, %d before", len(after), len(all))
	}
}

// stopwatch returns a function that logs a step and how long it took.
func stopwatch(t *testing.T) func(format string, args ...any) {
	last := time.Now()
	return func(format string, args ...any) {
		t.Logf("%v on %d processors: %s", time.Since(last).Round(time.Millisecond), runtime.NumCPU(), fmt.Sprintf(format, args...))
		last = time.Now()
	}
}
