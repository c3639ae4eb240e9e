package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/fileerr"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// batchPlanOptions are the flags of `batch plan`, which divides models into shards.
type batchPlanOptions struct {
	scoreRequest
	newcomers []string // benchmarks
	output    string
}

func newBatchPlanCommand(streams Streams, deps deps) *cobra.Command {
	var opts batchPlanOptions
	c := &cobra.Command{
		Use:   "plan MODEL... --output PLAN.json",
		Short: "Plan a batch",
		Long: `Plans what score would do with the same models and flags: one task for each layer
that has to be read, with all benchmarks that are scored on it, the bytes that it
reads and the memory that it holds. The same request returns the same plan.

With --new-benchmark, only these benchmarks are planned, for the models that have activations
or inner products (brainscore compact) of their stimuli, and without the tasks whose scores
the folder of results has already.

` + exitCodes(exitData),
		Example: "  brainscore batch plan models/* --results results --all-layers --output plan.json\n" +
			"  brainscore batch plan compact/* --new-benchmark lab2026.IT-pls --results results --output plan.json",
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.Models = args
			return runBatchPlan(c.Context(), opts, streams)
		},
	}
	opts.options.Workers = runtime.GOMAXPROCS(0)
	opts.addRequestFlags(c, deps.names)
	c.Flags().StringArrayVar(&opts.newcomers, "new-benchmark", nil, "plan what is missing of benchmark `ID`, of all models that have its stimuli (repeatable)")
	completeWith(c, "new-benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		return deps.names.benchmarks(c.Context(), opts.data)
	})
	addDataFlag(c, &opts.data)
	addResultsFlag(c, &opts.results)
	addOutputFlag(c, &opts.output)
	addKernelFlag(c, &opts.options.Kernel)
	addQuietFlag(c, &opts.quiet)
	return c
}

func runBatchPlan(ctx context.Context, opts batchPlanOptions, streams Streams) error {
	if err := errors.Join(opts.check(), noneEmpty(argument{"--new-benchmark", opts.newcomers})); err != nil {
		return err
	}
	if len(opts.newcomers) > 0 && len(opts.Benchmarks) > 0 {
		return usagef("--new-benchmark and --benchmark exclude each other")
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
	var home string
	var tasks []scoring.BatchTask
	var failures []benchmarks.Failure
	plan := func(runner *scoring.Runner) (err error) {
		home = runner.Home.Dir
		if len(opts.newcomers) == 0 {
			tasks, failures, err = runner.Batch(opts.Request).Tasks()
			return err
		}
		if err := opts.chooseNew(runner); err != nil {
			return err
		}
		tasks, failures, err = runner.Batch(opts.Request).Unfinished(ctx)
		return err
	}
	var err error
	if len(opts.newcomers) > 0 {
		err = opts.readResults(plan)
	} else if runner, failed := opts.runner(); failed != nil {
		err = failed
	} else {
		err = plan(runner)
	}
	if err != nil {
		return err
	}
	folderOfPlan, err := os.Getwd()
	if err != nil {
		return err
	}
	list := func(s []string) []string { return append([]string{}, s...) }
	document := batchPlan{
		Schema: batchSchema, Folder: folderOfPlan, Models: opts.Models, Data: home, Results: folder,
		Benchmarks: list(opts.Benchmarks), Present: opts.Present, Layers: list(opts.Layers), AllLayers: opts.AllLayers,
		Composite: opts.composite, AllowPartial: opts.AllowPartial, Kernel: opts.options.Kernel, Tasks: append([]scoring.BatchTask{}, tasks...),
	}
	if document.ModelOf, err = scoring.ModelFolders(opts.Models); err != nil {
		return err
	}
	scores := 0
	for _, t := range tasks {
		document.Bytes += t.Bytes
		document.PeakMemory = max(document.PeakMemory, t.Memory)
		scores += len(t.Benchmarks)
	}
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error { return results.WriteJSON(w, document) })
	if err != nil {
		return err
	}
	opts.reporter.Note("%d tasks with %d scores read %s; the largest needs up to %s of memory", len(tasks), scores, humanize.IBytes(uint64(document.Bytes)), humanize.IBytes(uint64(document.PeakMemory)))
	return failuresError(failures, scores, "scores")
}

// chooseNew has the request name the new benchmarks, and the models that have their stimuli.
func (o *batchPlanOptions) chooseNew(runner *scoring.Runner) error {
	models, err := runner.Batch(scoring.Request{Models: o.Models, Benchmarks: o.newcomers}).Models()
	if err != nil {
		return err
	}
	if len(models) == 0 {
		remedy := "dump activations to their stimuli"
		var sets []string
		for _, id := range o.newcomers {
			if d, err := runner.Home.Catalogue().Lookup(id); err == nil {
				sets = append(sets, d.StimulusSet.Names...)
			}
		}
		if scoring.InnerModel(o.Models[0], sets) != "" {
			remedy = "it holds model dumps: name each of them, as in " + filepath.Join(o.Models[0], "*")
		}
		return &fileerr.Error{Path: o.Models[0], What: "has no layers for " + strings.Join(o.newcomers, ", ") + ", nor has any other model", Remedy: remedy}
	}
	if n := len(o.Models) - len(models); n > 0 {
		o.reporter.Note("%d of %d models have no activations to the stimuli of %s", n, len(o.Models), strings.Join(o.newcomers, ", "))
	}
	o.Models, o.Benchmarks, o.Present = models, o.newcomers, true
	return nil
}
