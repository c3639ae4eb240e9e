package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/internal/thorough"
)

// killsVariable holds how often runs are killed.
const killsVariable = "BRAINSCORE_TEST_KILLS"

// TestKilledRunsLeaveWholeResults kills runs at random moments: kept results are whole
// and correct, none is lost or written again, and later runs write the same document.
func TestKilledRunsLeaveWholeResults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	kills := 4
	if thorough.Asked() {
		kills = 36
	}
	if text := os.Getenv(killsVariable); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatalf("%s: %v", killsVariable, err)
		}
	}
	data, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program := builtProgram(t, dir)
	store := filepath.Join(dir, "results")
	request := []string{filepath.Join(data, "models/mini-net"), "--data", filepath.Join(data, "home"), "--all-layers"}
	for _, id := range []string{"IT-pls", "V4-rdm", "V4-ridge", "IT-ridge", "IT-cka", "IT-ridgecv", "V4-ridgecv", "IT-linear"} {
		request = append(request, "--benchmark", "hvm-mini."+id)
	}
	want := output(t, dir, program, append([]string{"score", "--format", "json"}, request...)...)
	output(t, dir, program, append([]string{"batch", "plan", "--results", "results", "--output", "plan.json"}, request...)...)
	const scores = 16
	started := time.Now()
	output(t, dir, program, "batch", "run", "plan.json")
	length := time.Since(started)
	if n := len(kept(t, store)); n != scores {
		t.Fatalf("%d results of a run that came to its end", n)
	}
	merged := func() {
		t.Helper()
		if got := output(t, dir, program, "batch", "merge", "plan.json"); !bytes.Equal(got, want) {
			t.Error("the merge differs from one run")
		}
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, a run takes %v", seed, length)
	rng := rand.New(rand.NewPCG(seed, 0))
	os.RemoveAll(store)
	var before map[string]keptScore
	rounds, part := 0, 0
	for i := range kills {
		words := []string{"batch", "run", "plan.json", "--quiet"}
		if i%2 == 1 {
			words = append([]string{"score", "--format", "json", "--results", "results", "--quiet"}, request...)
		}
		var stderr bytes.Buffer
		c := exec.Command(program, words...)
		c.Dir, c.Stderr = dir, &stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(int64(length))))
		c.Process.Kill()
		c.Wait()
		if strings.Contains(stderr.String(), "cannot be used") {
			t.Errorf("%s says %s", words[0], &stderr)
		}
		now := kept(t, store)
		untouched(t, before, now)
		if 0 < len(now) && len(now) < scores {
			part++
		}
		if before = now; len(now) == scores {
			merged()
			os.RemoveAll(store)
			before = nil
			rounds++
		}
	}
	t.Logf("killed %d times: %d times a part was there, %d runs came to the end", kills, part, rounds)
	output(t, dir, program, "batch", "run", "plan.json")
	merged()
}

// TestRunsAtOnce runs 32 processes that score into one folder concurrently.
func TestRunsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	data, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	store := t.TempDir()
	score := func(words ...string) ([]byte, error) {
		words = append([]string{"score", filepath.Join(data, "models/mini-net"), "--data", filepath.Join(data, "home"), "--format", "json", "--quiet", "--jobs", "1"}, words...)
		return exec.Command("brainscore", words...).Output()
	}
	layers := []string{"conv", "fc"}
	var want [2][]byte
	for i, layer := range layers {
		if want[i], err = score("--benchmark", "hvm-mini.V4-rdm", "--benchmark", "hvm-mini.IT-cka", "--layer", layer); err != nil {
			t.Fatal(err)
		}
	}
	var running sync.WaitGroup
	for i := range 32 {
		running.Go(func() {
			got, err := score("--benchmark", "hvm-mini.V4-rdm", "--benchmark", "hvm-mini.IT-cka", "--layer", layers[i%2], "--results", store)
			if err != nil || !bytes.Equal(got, want[i%2]) {
				t.Errorf("%s: %v, or another document", layers[i%2], err)
			}
		})
	}
	running.Wait()
	if n := len(kept(t, store)); n != 4 {
		t.Errorf("%d results, want 4", n)
	}
}
