package cli

import (
	"context"
	"io"
	"os"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

func newBatchPlanCommand(streams Streams, deps deps) *cobra.Command {
	var opts scoreOptions
	c := &cobra.Command{
		Use:   "plan MODEL... --output PLAN.json",
		Short: "Plan a batch",
		Long: `Plans what score would do with the same models and flags: a task for each layer
that has to be read, with all benchmarks that reading it serves, what it reads
and what memory it holds. The same request gives the same plan.

` + exitCodes(exitData),
		Example:           "  brainscore batch plan models/* --results results --all-layers --output plan.json",
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.models = args
			return runBatchPlan(c.Context(), opts, streams)
		},
	}
	flags := c.Flags()
	addDataFlag(c, flags, &opts.data)
	flags.StringVar(&opts.results, "results", "", "folder `DIR` that shards keep their scores in (default $"+results.Variable+")")
	flags.StringArrayVar(&opts.benchmarks, "benchmark", nil, "score on benchmark `ID` (repeatable; default all that the dumps have activations for)")
	flags.StringArrayVar(&opts.layers, "layer", nil, "score layer `L` instead of the committed ones (repeatable)")
	flags.BoolVar(&opts.allLayers, "all-layers", false, "score every layer instead of the committed ones")
	flags.StringVar(&opts.composite, "composite", defaultComposite, "form composite `NAME` when merging")
	flags.BoolVar(&opts.allowPartial, "allow-partial", false, "form the composite even where parts are missing")
	flags.StringVarP(&opts.output, "output", "o", output.Stdout, "write the plan to `FILE`, whole or not at all; - is standard output")
	flags.BoolVarP(&opts.quiet, "quiet", "q", false, "tell no notes, only warnings and errors")
	completeWith(c, "results", cobra.ShellCompDirectiveFilterDirs, func(*cobra.Command, []string) []string { return nil })
	completeWith(c, "benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		if deps.names.benchmarks == nil {
			return nil
		}
		return deps.names.benchmarks(c.Context(), opts.data)
	})
	return c
}

func runBatchPlan(ctx context.Context, opts scoreOptions, streams Streams) error {
	if err := opts.check(); err != nil {
		return err
	}
	folder := resultsFolder(opts.results)
	if folder == "" {
		return usagef("a batch keeps its scores in a folder: name it by --results DIR or $%s", results.Variable)
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	runner, request, err := prepare(opts.request(told))
	if err != nil {
		return err
	}
	tasks, failures, err := runner.Batch(request)
	if err != nil {
		return err
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	plan := batchPlan{
		Schema: batchSchema, Folder: here, Models: opts.models, Data: runner.Home.Dir, Results: folder,
		Benchmarks: list(opts.benchmarks), Layers: list(opts.layers), AllLayers: opts.allLayers,
		Composite: opts.composite, AllowPartial: opts.allowPartial, Tasks: append([]scoring.BatchTask{}, tasks...),
		ModelOf: make(map[string]string),
	}
	if plan.ModelOf, err = scoring.ModelFolders(opts.models); err != nil {
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
	told.Note("%d tasks with %d scores read %s; the largest holds %s", len(tasks), scores, humanize.IBytes(uint64(plan.Bytes)), humanize.IBytes(uint64(plan.PeakMemory)))
	return failed(failures, scores, "scores")
}
