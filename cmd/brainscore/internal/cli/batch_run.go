package cli

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

type batchRunOptions struct {
	shard     string
	jobs      jobsFlag
	memory    memoryFlag
	keepGoing bool
	quiet     bool
}

func newBatchRunCommand(streams Streams) *cobra.Command {
	var opts batchRunOptions
	c := &cobra.Command{
		Use:   "run PLAN.json",
		Short: "Run a batch, or one shard of it",
		Long: `Runs the tasks of a plan, or of one shard of it: I/N from 1/N to N/N. Tasks are
dealt to shards so that each reads about as much. Without --shard, the shard is
that of the Slurm array ($SLURM_ARRAY_TASK_ID of $SLURM_ARRAY_TASK_COUNT) or of
the Kubernetes job ($JOB_COMPLETION_INDEX of $` + shardsVariable + `) that it
runs in, else the whole plan.

What is finished is not done again. The first score that fails ends the run;
with --keep-going the others are still computed.

` + exitCodes(exitData),
		Example: "  brainscore batch run plan.json --shard 2/4 --keep-going",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchRun(c.Context(), args[0], opts, streams)
		},
	}
	c.Flags().StringVar(&opts.shard, "shard", "", "run shard `I/N`")
	addJobsFlag(c.Flags(), &opts.jobs)
	c.Flags().Var(&opts.memory, "memory", "hold at most `SIZE` of memory, such as 2GiB; layers that need more fail")
	c.Flags().BoolVarP(&opts.keepGoing, "keep-going", "k", false, "go on where a score fails")
	c.Flags().BoolVarP(&opts.quiet, "quiet", "q", false, "tell no progress and notes, only warnings and errors")
	return c
}

func runBatchRun(ctx context.Context, path string, opts batchRunOptions, streams Streams) error {
	shard, of, err := chooseShard(opts.shard, os.Getenv)
	if err != nil {
		return err
	}
	plan, err := readPlan(path)
	if err != nil {
		return err
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	r := plan.request(told, opts.jobs.number(), int64(opts.memory))
	var tasks []scoring.TaskID
	var models []string
	scores := 0
	named := make(map[string]bool)
	for _, i := range scoring.Shards(plan.Tasks, of)[shard-1] {
		t := plan.Tasks[i]
		tasks = append(tasks, t.ID())
		scores += len(t.Benchmarks)
		if folder := plan.ModelOf[t.Model]; !named[t.Model] {
			named[t.Model] = true
			models = append(models, folder)
		}
	}
	told.Note("shard %d/%d: %d tasks with %d scores", shard, of, len(tasks), scores)
	if len(tasks) == 0 {
		return nil
	}
	r.Models = models
	if r.Jobs < runtime.GOMAXPROCS(0) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(r.Jobs))
	}
	if r.Memory > 0 {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(r.Memory))
	}
	var result *scoring.BatchResult
	err = withStore(r, func(runner *scoring.Runner, request scoring.Request) error {
		runner.StopAtFailure = !opts.keepGoing
		var err error
		result, err = runner.RunBatch(ctx, request, tasks)
		return err
	})
	if ctxErr := ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		return err
	}
	told.Close()
	var failures []benchmarks.Failure
	for _, f := range result.Failed {
		failures = append(failures, benchmarks.Failure{Benchmark: f.Model + ", " + f.Benchmark, Layer: f.Layer, Err: f.Err})
	}
	return failed(failures, result.Done, "scores")
}
