package cli

import (
	"fmt"
	"strings"
	"testing"
)

// env writes what an engine says as words of variables without their common start.
func env(words string) map[string]string {
	out := map[string]string{}
	for _, word := range strings.Fields(words) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "INDEX":
			name = kubernetesIndex
		case "SHARDS":
			name = shardsVariable
		default:
			name = "SLURM_ARRAY_TASK_" + name
		}
		out[name] = value
	}
	return out
}

func TestChooseShard(t *testing.T) {
	for _, c := range []struct{ flag, env, want string }{
		// Without the name of a shard, the whole plan is run.
		{"", "", "1/1"},
		{"", "SHARDS=4", "1/1"},
		{"", "COUNT=4 MIN=1", "1/1"},
		// The flag wins, whatever the engine says.
		{"2/4", "ID=0 COUNT=9", "2/4"},
		{"2/4", "ID=2 COUNT=2 MIN=2 MAX=5 STEP=1", "2/4"},
		{"2/4", "ID=2 COUNT=2 INDEX=3", "2/4"},
		{"0/4", "", ""}, {"5/4", "", ""}, {"1", "", ""}, {"1/4x", "", ""}, {"1/0", "", ""}, {"01/4", "", ""},
		// Whole arrays.
		{"", "ID=0 COUNT=4", "1/4"},
		{"", "ID=3 COUNT=4", "4/4"},
		{"", "ID=1 COUNT=4 MIN=1 MAX=4 STEP=1", "1/4"},
		{"", "ID=4 COUNT=4 MIN=1 MAX=4 STEP=1", "4/4"},
		{"", "ID=7 COUNT=4 MIN=1 STEP=2", "4/4"},
		{"", "ID=5 COUNT=3 MIN=1 MAX=5 STEP=2", "3/3"},
		{"", "ID=4 COUNT=2 MIN=1 MAX=6 STEP=3", "2/2"}, // --array=1-6:3
		{"", "ID=9 COUNT=1 MIN=9 MAX=9 STEP=1", "1/1"},
		{"", "ID=2 COUNT=4 MIN=1 MAX=4 STEP=1 SHARDS=4", "2/4"},
		{"", "INDEX=0 SHARDS=4", "1/4"},
		{"", "INDEX=3 SHARDS=4", "4/4"},
		// Parts of arrays: each task is refused.
		{"", "ID=2 COUNT=2 MIN=2 MAX=5 STEP=1", "array has 2 tasks, but its ids from 2 to 5 by 1 are 4"},
		{"", "ID=5 COUNT=2 MIN=2 MAX=5 STEP=1", "array has 2 tasks, but its ids from 2 to 5 by 1 are 4"},
		{"", "ID=1 COUNT=3 MIN=1 MAX=7 STEP=1", "array has 3 tasks"},
		{"", "ID=4 COUNT=3 MIN=1 MAX=7 STEP=1", "array has 3 tasks"},
		{"", "ID=7 COUNT=3 MIN=1 MAX=7 STEP=1", "array has 3 tasks"},
		{"", "ID=1 COUNT=9 MIN=1 MAX=4 STEP=1", "array has 9 tasks"},
		{"", "ID=1 COUNT=2 MIN=1 MAX=5 STEP=2", "array has 2 tasks"},
		// Ids that are not of the array.
		{"", "ID=4 COUNT=4", "task 4 is not in its Slurm array of 0 to 3"},
		{"", "ID=0 COUNT=4 MIN=1 MAX=4 STEP=1", "task 0 is not in"},
		{"", "ID=5 COUNT=4 MIN=1 MAX=4 STEP=1", "task 5 is not in"},
		{"", "ID=2 COUNT=3 MIN=1 MAX=5 STEP=2", "task 2 is not in its Slurm array of 1 to 5 by 2"},
		{"", "ID=1 COUNT=4 MIN=4 MAX=1 STEP=1", "run from 4 to 1"},
		{"", "INDEX=4 SHARDS=4", "names shard 5 of 4"},
		// What is missing or no number.
		{"", "ID=1", "$SLURM_ARRAY_TASK_COUNT is \"\", which is not a whole number"},
		{"", "ID=1 COUNT=0", "$SLURM_ARRAY_TASK_COUNT is 0, but must be at least 1"},
		{"", "ID=-1 COUNT=4", "$SLURM_ARRAY_TASK_ID is -1, but must be at least 0"},
		{"", "ID=1 COUNT=4 STEP=0", "$SLURM_ARRAY_TASK_STEP is 0, but must be at least 1"},
		{"", "ID=1 COUNT=4 STEP=x", "$SLURM_ARRAY_TASK_STEP is \"x\", which is not a whole number"},
		{"", "ID=1 COUNT=4 MAX=1e3", "which is not a whole number"},
		{"", "INDEX=1", "$BRAINSCORE_SHARDS is \"\", which is not a whole number"},
		{"", "INDEX=1 SHARDS=many", "$BRAINSCORE_SHARDS is \"many\", which is not a whole number"},
		{"", "INDEX=-1 SHARDS=4", "must be at least 0"},
		{"", "INDEX=0 SHARDS=0", "must be at least 1"},
		// Two that contradict each other.
		{"", "ID=1 COUNT=4 INDEX=1 SHARDS=4", "both Slurm and Kubernetes"},
		{"", "ID=1 COUNT=4 MIN=1 MAX=4 STEP=1 SHARDS=5", "array has 4 tasks, but $BRAINSCORE_SHARDS is 5"},
	} {
		variables := env(c.env)
		i, n, err := chooseShard(c.flag, func(name string) string { return variables[name] })
		got := fmt.Sprintf("%d/%d", i, n)
		switch {
		case err == nil && got != c.want:
			t.Errorf("%q with %s: shard %s, want %q", c.flag, c.env, got, c.want)
		case err != nil && (strings.Contains(c.want, "/") || !strings.Contains(err.Error(), c.want) || exitCode(err) != exitUsage):
			t.Errorf("%q with %s: %v (exit code %d), want %q", c.flag, c.env, err, exitCode(err), c.want)
		case err != nil && c.flag == "" && !strings.HasSuffix(err.Error(), "; name the shard by --shard I/N"):
			t.Errorf("%q with %s: %v has no remedy", c.flag, c.env, err)
		}
	}
}
