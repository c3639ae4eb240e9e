package cli

import (
	"fmt"
	"strconv"

	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// shardsVariable tells how many shards there are where the engine tells only
// which one is to run.
const shardsVariable = "BRAINSCORE_SHARDS"

// The variables in which engines tell a task of an array which one it is.
const (
	slurmID         = "SLURM_ARRAY_TASK_ID"
	slurmCount      = "SLURM_ARRAY_TASK_COUNT"
	slurmMin        = "SLURM_ARRAY_TASK_MIN"
	slurmMax        = "SLURM_ARRAY_TASK_MAX"
	slurmStep       = "SLURM_ARRAY_TASK_STEP"
	kubernetesIndex = "JOB_COMPLETION_INDEX"
)

// chooseShard is the shard that a flag, or else the engine, names. Where what the
// engine says is not of one whole array, no task can know its shard, and each is
// refused: else some would end as done without having done what was meant.
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

// environment reads what an engine says, up to the first contradiction.
type environment struct {
	getenv func(string) string
	err    error
}

func (e *environment) has(name string) bool { return e.getenv(name) != "" }

// refuse notes a contradiction.
func (e *environment) refuse(format string, args ...any) {
	if e.err == nil {
		e.err = usagef("%s; name the shard by --shard I/N", fmt.Sprintf(format, args...))
	}
}

// number is the whole number in a variable, not below a least one.
func (e *environment) number(name string, least int) int {
	text := e.getenv(name)
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		e.refuse("$%s is %q, which is no number", name, text)
	case n < least:
		e.refuse("$%s is %d, below %d", name, n, least)
	}
	return n
}

// numberOr is the number in a variable, or another where it is not set.
func (e *environment) numberOr(name string, least, otherwise int) int {
	if !e.has(name) {
		return otherwise
	}
	return e.number(name, least)
}

// slurm is the shard of a task of a Slurm array: its place among the ids from the
// least to the largest. An array of some ids, as --array=2,5 is, has fewer tasks
// than there are such ids.
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
		e.refuse("the Slurm array has %d tasks, but its ids from %d to %d by %d are %d: it is a part of another array", n, first, last, step, (last-first)/step+1)
	case id < first || id > last:
		e.refuse("task %d is not in its Slurm array of %d to %d", id, first, last)
	case (id-first)%step != 0:
		e.refuse("task %d is not in its Slurm array of %d to %d by %d", id, first, last, step)
	case e.has(shardsVariable) && e.number(shardsVariable, 1) != n:
		e.refuse("the Slurm array has %d tasks, but $%s is %s", n, shardsVariable, e.getenv(shardsVariable))
	}
	return (id-first)/step + 1, n
}

// kubernetes is the shard of a pod of an Indexed Job.
func (e *environment) kubernetes() (i, n int) {
	i, n = e.number(kubernetesIndex, 0), e.number(shardsVariable, 1)
	if e.err == nil && i >= n {
		e.refuse("Kubernetes names shard %d of %d", i+1, n)
	}
	return i + 1, n
}
