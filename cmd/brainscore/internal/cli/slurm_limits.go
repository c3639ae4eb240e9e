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

// defaultMaxArraySize is Slurm's MaxArraySize if the configuration does not set it. The
// ids of an array are below it.
const defaultMaxArraySize = 1001

// errArraySize is the message of sbatch about an array above MaxArraySize.
const errArraySize = "Invalid job array specification"

// warnOfEmptyShards warns if shards would have nothing to do.
func warnOfEmptyShards(reporter *progress.Reporter, shards, tasks int) {
	if empty := shards - tasks; empty > 0 {
		reporter.Warn("%d of %d shards would have nothing to do, as the plan has %d tasks: --shards %d is enough", empty, shards, tasks, max(1, tasks))
	}
}

// checkArraySize returns an error for an array that the installed Slurm would refuse. If
// none is installed, or the script is only printed and may be for another one, it warns.
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
		reporter.Warn("Slurm accepts arrays of at most %d tasks unless its MaxArraySize is raised: %s", size-1, remedy)
	case o.dryRun:
		reporter.Warn("this Slurm accepts arrays of at most %d tasks (MaxArraySize is %d): %s", size-1, size, remedy)
	default:
		return usagef("this Slurm accepts arrays of at most %d tasks (MaxArraySize is %d): %s", size-1, size, remedy)
	}
	return nil
}

// fewerShards returns the remedy for too many shards.
func fewerShards(size, tasks int) string {
	limit := size - 1
	if limit < 1 {
		return "run the plan without an array, by batch run"
	}
	return fmt.Sprintf("use --shards %d or fewer", min(limit, max(1, tasks)))
}

// maxArraySize returns Slurm's MaxArraySize and whether it is known.
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

// sbatch submits the script of an array of shards.
func sbatch(ctx context.Context, script string, shards, tasks int, streams Streams) error {
	var messages bytes.Buffer
	command := exec.CommandContext(ctx, "sbatch")
	command.Stdin = strings.NewReader(script)
	command.Stdout, command.Stderr = streams.Out, io.MultiWriter(streams.Err, &messages)
	err := command.Run()
	if err == nil {
		return nil
	}
	err = fmt.Errorf("submitting to Slurm by sbatch: %w", err)
	if strings.Contains(messages.String(), errArraySize) {
		return fmt.Errorf("%w: the array is larger than MaxArraySize allows (%d tasks unless it is set; scontrol show config prints it): %s", err, defaultMaxArraySize-1,
			fewerShards(min(defaultMaxArraySize, shards), tasks))
	}
	return err
}
