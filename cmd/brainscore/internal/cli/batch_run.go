package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// batchRunOptions are the flags of `batch run`, which scores one shard.
type batchRunOptions struct {
	shard     string
	workers   int
	memory    int64
	keepGoing bool
	quiet     bool
}

func newBatchRunCommand(streams Streams) *cobra.Command {
	var opts batchRunOptions
	c := &cobra.Command{
		Use:   "run PLAN.json",
		Short: "Run a batch, or one shard of it",
		Long: `Runs the tasks of a plan, or of one shard of it: I/N, from 1/N to N/N. Tasks are
distributed so that all shards read about the same number of bytes. Without --shard,
the shard is that of the Slurm array ($SLURM_ARRAY_TASK_ID of
$SLURM_ARRAY_TASK_COUNT) or of the Kubernetes job ($JOB_COMPLETION_INDEX of
$` + shardsVariable + `) that the command runs in; outside of both, the whole plan is run.

Finished scores are not computed again. The first score that fails ends the run;
with --keep-going the others are still computed.

` + exitCodes(exitData),
		Example: "  brainscore batch run plan.json --shard 2/4 --keep-going",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchRun(c.Context(), args[0], opts, streams)
		},
	}
	c.Flags().StringVar(&opts.shard, "shard", "", "run shard `I/N`")
	c.Flags().BoolVarP(&opts.keepGoing, "keep-going", "k", false, "compute the other scores if one fails")
	addJobsFlag(c, &opts.workers)
	addMemoryFlag(c, &opts.memory)
	addQuietFlag(c, &opts.quiet)
	return c
}

func runBatchRun(ctx context.Context, path string, opts batchRunOptions, streams Streams) error {
	shard, shards, err := chooseShard(opts.shard, os.Getenv)
	if err != nil {
		return err
	}
	plan, err := readPlan(ctx, path)
	if err != nil {
		return err
	}
	r := plan.request()
	r.options.Workers, r.options.Memory, r.options.StopAtFailure = opts.workers, opts.memory, !opts.keepGoing
	r.quiet = opts.quiet
	r.watch(streams)
	defer r.reporter.Close()
	var tasks []scoring.TaskID
	var models []string
	scores := 0
	listed := make(map[string]bool)
	for _, i := range scoring.Shards(plan.Tasks, shards)[shard-1] {
		t := plan.Tasks[i]
		tasks = append(tasks, t.ID())
		scores += len(t.Benchmarks)
		if folder := plan.ModelOf[t.Model]; !listed[t.Model] {
			listed[t.Model] = true
			models = append(models, folder)
		}
	}
	r.reporter.Note("shard %d/%d: %d tasks with %d scores", shard, shards, len(tasks), scores)
	if len(tasks) == 0 {
		return nil
	}
	r.Models = models
	var result *scoring.BatchResult
	err = r.withRunner(func(runner *scoring.Runner) (err error) {
		lift, err := r.setUpRuntime()
		if err != nil {
			return err
		}
		defer lift()
		result, err = runner.Batch(r.Request).Run(ctx, tasks)
		return err
	})
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		return err
	}
	r.reporter.Close()
	var failures []benchmarks.Failure
	for _, f := range result.Failed {
		failures = append(failures, benchmarks.Failure{Benchmark: f.Model + ", " + f.Benchmark, Layer: f.Layer, Err: f.Err})
	}
	return failuresError(failures, result.Done, "scores")
}
