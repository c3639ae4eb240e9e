package cli

import (
	"context"
	"io"
	"os"
	"runtime"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

type batchPlanOptions struct {
	scoreRequest
	output string
}

func newBatchPlanCommand(streams Streams, deps deps) *cobra.Command {
	var opts batchPlanOptions
	c := &cobra.Command{
		Use:   "plan MODEL... --output PLAN.json",
		Short: "Plan a batch",
		Long: `Plans what score would do with the same models and flags: one task for each layer
that has to be read, with all benchmarks that are scored on it, the bytes that it
reads and the memory that it holds. The same request returns the same plan.

` + exitCodes(exitData),
		Example:           "  brainscore batch plan models/* --results results --all-layers --output plan.json",
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.Models = args
			return runBatchPlan(c.Context(), opts, streams)
		},
	}
	opts.options.Workers = runtime.GOMAXPROCS(0)
	opts.addRequestFlags(c, deps.names)
	addDataFlag(c, &opts.data)
	addResultsFlag(c, &opts.results)
	addOutputFlag(c, &opts.output)
	addKernelFlag(c, &opts.options.Kernel)
	addQuietFlag(c, &opts.quiet)
	return c
}

func runBatchPlan(ctx context.Context, opts batchPlanOptions, streams Streams) error {
	if err := opts.check(); err != nil {
		return err
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	folder := opts.resultsFolder()
	if folder == "" {
		return usagef("a batch keeps its scores in a folder: name it by --results DIR or $%s", results.Variable)
	}
	opts.reporter = progress.New(streams.Err, opts.quiet)
	defer opts.reporter.Close()
	runner, err := opts.runner()
	if err != nil {
		return err
	}
	tasks, failures, err := runner.Batch(opts.Request)
	if err != nil {
		return err
	}
	folderOfPlan, err := os.Getwd()
	if err != nil {
		return err
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	plan := batchPlan{
		Schema: batchSchema, Folder: folderOfPlan, Models: opts.Models, Data: runner.Home.Dir, Results: folder,
		Benchmarks: list(opts.Benchmarks), Layers: list(opts.Layers), AllLayers: opts.AllLayers,
		Composite: opts.composite, AllowPartial: opts.AllowPartial, Kernel: opts.options.Kernel, Tasks: append([]scoring.BatchTask{}, tasks...),
	}
	if plan.ModelOf, err = scoring.ModelFolders(opts.Models); err != nil {
		return err
	}
	scores := 0
	for _, t := range tasks {
		plan.Bytes += t.Bytes
		plan.PeakMemory = max(plan.PeakMemory, t.Memory)
		scores += len(t.Benchmarks)
	}
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error { return results.WriteJSON(w, plan) })
	if err != nil {
		return err
	}
	opts.reporter.Note("%d tasks with %d scores read %s; the largest holds %s", len(tasks), scores, humanize.IBytes(uint64(plan.Bytes)), humanize.IBytes(uint64(plan.PeakMemory)))
	return failuresError(failures, scores, "scores")
}
