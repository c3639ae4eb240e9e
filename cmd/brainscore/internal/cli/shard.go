package cli

import (
	"fmt"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// shardsVariable holds the number of shards if the engine only names which one to run.
const shardsVariable = "BRAINSCORE_SHARDS"

// The variables by which engines name a task of an array.
const (
	slurmID         = "SLURM_ARRAY_TASK_ID"
	slurmCount      = "SLURM_ARRAY_TASK_COUNT"
	slurmMin        = "SLURM_ARRAY_TASK_MIN"
	slurmMax        = "SLURM_ARRAY_TASK_MAX"
	slurmStep       = "SLURM_ARRAY_TASK_STEP"
	kubernetesIndex = "JOB_COMPLETION_INDEX"
)

// chooseShard returns the shard that a flag, or else the engine, names. If the engine's
// variables do not describe one whole array, every task is refused: with a guessed
// shard, the array could end as done while shards were never run.
func chooseShard(flag string, getenv func(string) string) (i, n int, err error) {
	if flag != "" {
		i, n, err := scoring.ParseShard(flag)
		if err != nil {
			return 0, 0, usagef("--shard: %v", err)
		}
		return i, n, nil
	}
	env := environment{getenv: getenv}
	slurm, kubernetes := env.has(slurmID), env.has(kubernetesIndex)
	switch {
	case slurm && kubernetes:
		env.refuse("both Slurm and Kubernetes name a shard")
	case slurm:
		i, n = env.slurm()
	case kubernetes:
		i, n = env.kubernetes()
	default:
		return 1, 1, nil
	}
	return i, n, env.err
}

// environment reads the variables of an engine, up to the first contradiction.
type environment struct {
	getenv func(string) string
	err    error
}

func (e *environment) has(name string) bool { return e.getenv(name) != "" }

// refuse records the first contradiction.
func (e *environment) refuse(format string, args ...any) {
	if e.err == nil {
		e.err = usagef("%s; name the shard by --shard I/N", fmt.Sprintf(format, args...))
	}
}

// number returns the whole number in a variable, which must be at least min.
func (e *environment) number(name string, min int) int {
	text := e.getenv(name)
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		e.refuse("$%s is %q, which is not a whole number", name, text)
	case n < min:
		e.refuse("$%s is %d, but must be at least %d", name, n, min)
	}
	return n
}

// numberOr returns the number in a variable, or fallback if it is not set.
func (e *environment) numberOr(name string, min, fallback int) int {
	if !e.has(name) {
		return fallback
	}
	return e.number(name, min)
}

// slurm returns the shard of a task of a Slurm array: the position of its id between the
// smallest and the largest. An array of selected ids, such as --array=2,5, has fewer
// tasks than this range has ids.
func (e *environment) slurm() (i, n int) {
	n = e.number(slurmCount, 1)
	id, first, step := e.number(slurmID, 0), e.numberOr(slurmMin, 0, 0), e.numberOr(slurmStep, 1, 1)
	last := e.numberOr(slurmMax, 0, first+(n-1)*step)
	if e.err != nil {
		return 0, 0
	}
	switch {
	case last < first:
		e.refuse("the ids of the Slurm array run from %d to %d", first, last)
	case (last-first)/step+1 != n:
		e.refuse("the Slurm array has %d tasks, but its ids from %d to %d by %d are %d: it is part of another array", n, first, last, step, (last-first)/step+1)
	case id < first || id > last:
		e.refuse("task %d is not in its Slurm array of %d to %d", id, first, last)
	case (id-first)%step != 0:
		e.refuse("task %d is not in its Slurm array of %d to %d by %d", id, first, last, step)
	case e.has(shardsVariable) && e.number(shardsVariable, 1) != n:
		e.refuse("the Slurm array has %d tasks, but $%s is %s", n, shardsVariable, e.getenv(shardsVariable))
	}
	return (id-first)/step + 1, n
}

// kubernetes returns the shard of a pod of an Indexed Job.
func (e *environment) kubernetes() (i, n int) {
	i, n = e.number(kubernetesIndex, 0), e.number(shardsVariable, 1)
	if e.err == nil && i >= n {
		e.refuse("Kubernetes names shard %d of %d", i+1, n)
	}
	return i + 1, n
}
