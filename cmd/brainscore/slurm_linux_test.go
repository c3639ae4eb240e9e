package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slurmVariable enables the test on Slurm, which starts daemons.
const slurmVariable = "BRAINSCORE_TEST_SLURM"

// TestSlurmArray runs the script of submit on a real Slurm, without changes: an array of
// four tasks, of which one is killed and one is queued again while it runs.
func TestSlurmArray(t *testing.T) {
	if os.Getenv(slurmVariable) == "" {
		t.Skipf("set %s=1 to run it on a Slurm of its own", slurmVariable)
	}
	c := startSlurm(t)
	dir := t.TempDir()
	program := builtProgram(t, dir)
	l := smallLab
	l.models = 24
	l.write(t, dir)
	models, err := filepath.Glob(filepath.Join(dir, "models", "*"))
	if err != nil {
		t.Fatal(err)
	}
	want := output(t, dir, program, append([]string{"score", "--data", "home", "--all-layers", "--format", "json"}, models...)...)
	output(t, dir, program, append([]string{"batch", "plan", "--data", "home", "--all-layers", "--results", "results", "--output", "plan.json"}, models...)...)
	script := output(t, dir, program, "batch", "submit", "plan.json", "--slurm", "--shards", "4", "--cpus", "1", "--dry-run")
	if err := os.WriteFile(filepath.Join(dir, "job.sh"), script, 0o666); err != nil {
		t.Fatal(err)
	}
	shards, store := shardTasks(t, filepath.Join(dir, "plan.json"), 4), filepath.Join(dir, "results")

	logs := filepath.Join(dir, "logs")
	if err := os.Mkdir(logs, 0o777); err != nil {
		t.Fatal(err)
	}
	submit := c.command("sbatch", "--parsable", filepath.Join(dir, "job.sh"))
	submit.Dir = logs
	out, err := submit.Output()
	if err != nil {
		t.Fatalf("sbatch: %v\n%s", err, c.logs())
	}
	array := strings.TrimSpace(string(out))

	// Two tasks run concurrently: wait until both have some of their scores.
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if all := kept(t, store); scoresOf(all, shards[0]) > 0 && scoresOf(all, shards[1]) > 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the shards give nothing:\n%s", c.logs())
		}
	}
	pid := c.processOf(t, c.tasks(t, array)["1"].job)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.again(t, array, "2")
	c.awaitTask(t, array, "1", "FAILED")
	results := kept(t, store)
	for shard, tasks := range shards[:2] {
		n := scoresOf(results, tasks)
		if n == 0 || n >= l.scores()/4 {
			t.Errorf("shard %d had %d scores when it was ended, so nothing is tested", shard+1, n)
		}
		t.Logf("shard %d had %d of its scores when it was ended", shard+1, n)
	}
	c.again(t, array, "1")
	for _, task := range []string{"1", "2", "3", "4"} {
		c.awaitTask(t, array, task, "COMPLETED")
	}

	all := kept(t, store)
	untouched(t, results, all)
	if len(all) != l.scores() {
		t.Errorf("%d scores, want %d", len(all), l.scores())
	}
	if got := output(t, dir, program, "batch", "merge", "plan.json"); !bytes.Equal(got, want) {
		t.Error("the merge differs from one run")
	}
	for _, task := range []string{"1", "2"} {
		names, err := filepath.Glob(filepath.Join(logs, "brainscore-*_"+task+".log"))
		if err != nil || len(names) != 1 {
			t.Fatalf("the logs of task %s are %q, %v", task, names, err)
		}
		if said, err := os.ReadFile(names[0]); err != nil || !bytes.Contains(said, []byte("scores are among the results already")) {
			t.Errorf("task %s says %q, %v", task, said, err)
		}
	}

	// If the array is submitted again, there is nothing to do.
	submit = c.command(program, "batch", "submit", "plan.json", "--slurm", "--shards", "4", "--cpus", "1")
	submit.Dir = dir
	if out, err = submit.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	words := strings.Fields(string(out))
	for _, task := range []string{"1", "2", "3", "4"} {
		c.awaitTask(t, words[len(words)-1], task, "COMPLETED")
	}
	untouched(t, all, kept(t, store))
	if n := len(kept(t, store)); n != l.scores() {
		t.Errorf("%d scores after another run, want %d", n, l.scores())
	}
}
