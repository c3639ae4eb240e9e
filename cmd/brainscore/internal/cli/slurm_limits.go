package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
)

// defaultMaxArraySize is Slurm's MaxArraySize where the configuration does not set
// it. The ids of an array stay below it.
const defaultMaxArraySize = 1001

// errArraySize is what sbatch says of an array beyond MaxArraySize.
const errArraySize = "Invalid job array specification"

// warnOfEmptyShards warns where shards would have nothing to do.
func warnOfEmptyShards(reporter *progress.Reporter, shards, tasks int) {
	if empty := shards - tasks; empty > 0 {
		reporter.Warn("%d of %d shards would have nothing to do, as the plan has %d tasks: --shards %d is enough", empty, shards, tasks, max(1, tasks))
	}
}

// checkArraySize refuses an array that the Slurm at hand would refuse. Where no
// Slurm is at hand, or its script is only printed and may be meant for another
// one, it warns.
func checkArraySize(ctx context.Context, reporter *progress.Reporter, o batchSubmitOptions, tasks int) error {
	size, known := maxArraySize(ctx)
	if !known {
		size = defaultMaxArraySize
	}
	if o.shards < size {
		return nil
	}
	remedy := fewerShards(size, tasks)
	switch {
	case !known:
		reporter.Warn("Slurm takes arrays of at most %d tasks unless its MaxArraySize is raised: %s", size-1, remedy)
	case o.dryRun:
		reporter.Warn("the Slurm here takes arrays of at most %d tasks (MaxArraySize is %d): %s", size-1, size, remedy)
	default:
		return usagef("the Slurm here takes arrays of at most %d tasks (MaxArraySize is %d): %s", size-1, size, remedy)
	}
	return nil
}

// fewerShards says how many shards to give.
func fewerShards(size, tasks int) string {
	most := size - 1
	if most < 1 {
		return "run the plan without an array, by batch run"
	}
	return fmt.Sprintf("give --shards %d or fewer", min(most, max(1, tasks)))
}

// maxArraySize asks Slurm for its MaxArraySize; false where it does not tell.
func maxArraySize(ctx context.Context) (int, bool) {
	program, err := exec.LookPath("scontrol")
	if err != nil {
		return 0, false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, program, "show", "config")
	command.WaitDelay = time.Second
	out, err := command.Output()
	if err != nil {
		return 0, false
	}
	return parseMaxArraySize(string(out))
}

// parseMaxArraySize reads the line "MaxArraySize = 1001" of a configuration.
func parseMaxArraySize(config string) (int, bool) {
	for line := range strings.Lines(config) {
		name, value, _ := strings.Cut(line, "=")
		if strings.TrimSpace(name) == "MaxArraySize" {
			n, err := strconv.Atoi(strings.TrimSpace(value))
			return n, err == nil && n >= 0
		}
	}
	return 0, false
}

// sbatch submits the script of so many shards of so many tasks.
func sbatch(ctx context.Context, script string, shards, tasks int, streams Streams) error {
	var said bytes.Buffer
	command := exec.CommandContext(ctx, "sbatch")
	command.Stdin = strings.NewReader(script)
	command.Stdout, command.Stderr = streams.Out, io.MultiWriter(streams.Err, &said)
	err := command.Run()
	if err == nil {
		return nil
	}
	err = fmt.Errorf("submitting to Slurm by sbatch: %w", err)
	if strings.Contains(said.String(), errArraySize) {
		return fmt.Errorf("%w: the array is larger than MaxArraySize allows, which scontrol show config tells (%d tasks unless it is set): %s", err, defaultMaxArraySize-1,
			fewerShards(min(defaultMaxArraySize, shards), tasks))
	}
	return err
}
