package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/brainscore-go/brainscore/pkg/results"
)

// TestKilledRunsLeaveWholeResults kills runs at random moments: what they leave
// is whole and right, nothing that was there is lost, and those that go on from
// it come to the same document.
func TestKilledRunsLeaveWholeResults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs many processes")
	}
	data, err := filepath.Abs("../../testdata/golden")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	store := filepath.Join(dir, "results")
	request := []string{filepath.Join(data, "models/mini-net"), "--data", filepath.Join(data, "home"), "--all-layers"}
	for _, id := range []string{"IT-pls", "V4-rdm", "V4-ridge", "IT-ridge", "IT-cka", "IT-ridgecv", "V4-ridgecv", "IT-linear"} {
		request = append(request, "--benchmark", "hvm-mini."+id)
	}
	command := func(words ...string) *exec.Cmd {
		c := exec.Command("brainscore", words...)
		c.Dir = dir
		return c
	}
	run := func(words ...string) []byte {
		t.Helper()
		out, err := command(words...).Output()
		if err != nil {
			t.Fatalf("%q: %v", words, err)
		}
		return out
	}
	want := run(append([]string{"score", "--format", "json"}, request...)...)
	run(append([]string{"batch", "plan", "--results", "results", "--output", "plan.json"}, request...)...)
	const scores = 16

	whole := func() int {
		t.Helper()
		s, err := results.Open(store)
		if err != nil {
			t.Fatal(err)
		}
		s.Warn = func(line string) { t.Error(line) }
		n := 0
		if err := s.Each(results.Scores, func(results.Entry) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	started := time.Now()
	run("batch", "run", "plan.json")
	length := time.Since(started)
	if whole() != scores {
		t.Fatalf("%d results of a run that came to its end", whole())
	}

	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d, a run takes %v", seed, length)
	rng := rand.New(rand.NewPCG(seed, 0))
	os.RemoveAll(store)
	before, rounds, part := 0, 0, 0
	for i := range 36 {
		words := []string{"batch", "run", "plan.json", "--quiet"}
		if i%3 == 2 {
			words = append([]string{"score", "--format", "json", "--results", "results", "--quiet"}, request...)
		}
		c := command(words...)
		var out bytes.Buffer
		c.Stderr = &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.Int64N(int64(length))))
		c.Process.Kill()
		c.Wait()
		if out.Len() > 0 && bytes.Contains(out.Bytes(), []byte("cannot be used")) {
			t.Errorf("a run says %s", out.Bytes())
		}
		now := whole()
		if now < before {
			t.Errorf("%d results are left of %d", now, before)
		}
		if 0 < now && now < scores {
			part++
		}
		if before = now; now == scores {
			if got := run("batch", "merge", "plan.json"); !bytes.Equal(got, want) {
				t.Error("the merge differs from one run")
			}
			os.RemoveAll(store)
			before = 0
			rounds++
		}
	}
	t.Logf("%d runs came to the end, %d times a part was there", rounds, part)
	run("batch", "run", "plan.json")
	if got := run("batch", "merge", "plan.json"); !bytes.Equal(got, want) {
		t.Error("the merge differs from one run")
	}
}

// TestRunsAtOnce has 32 processes score into one folder at the same time.
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
	s, err := results.Open(store)
	if err != nil {
		t.Fatal(err)
	}
	s.Warn = func(line string) { t.Error(line) }
	n := 0
	if err := s.Each(results.Scores, func(results.Entry) error { n++; return nil }); err != nil || n != 4 {
		t.Errorf("%d results, %v", n, err)
	}
}
