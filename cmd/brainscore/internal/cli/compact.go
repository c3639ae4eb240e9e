package cli

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// compactOptions are the flags of `compact`, which writes a dump of inner products.
type compactOptions struct {
	scoreRequest // of which the data home and how to run are used
	compact      scoring.CompactRequest
	format       outputFlags
}

func newCompactCommand(streams Streams, names names) *cobra.Command {
	var opts compactOptions
	c := &cobra.Command{
		Use:   "compact MODEL --output DIR",
		Short: "Write a dump of inner products",
		Long: `Writes a dump whose layers are the inner products of their stimuli in the place of
activations: 26 MB for 2,560 stimuli, however many features a layer has. Scores of it are
those of MODEL, byte for byte, and need no activations; score, layers, batch, similarity
and inspect take it as any dump.

A layer is copied as it is if it has no more features than stimuli, or few values, or if
its inner products would be no smaller. So are layers in time, logits, probabilities and
responses.

Inner products are of one list of stimuli: all stimuli of each stimulus set that the dump
has activations to, which serves recordings of all of them, now and later, and those lists
that benchmarks of the data home compare on, together with their read-outs. A benchmark on
another list, a metric that takes features one by one, and work for which inner products
are too inexact end in an error: score MODEL itself then. Without a data home the lists
are those of MODEL.

Each layer is read once, and once more with each stimulus set that read-outs are fitted
on. DIR appears whole or not at all.

` + exitCodes(exitData),
		Example: `  brainscore compact models/resnet50 --output compact/resnet50
  brainscore score compact/resnet50
  brainscore compact models/resnet50 --benchmark MajajHong2015public.IT-pls --output compact/resnet50`,
		GroupID:           groupModels,
		Args:              needArg("MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.compact.Model = args[0]
			return runCompact(c.Context(), opts, streams)
		},
	}
	addDataFlag(c, &opts.data)
	flags := c.Flags()
	flags.StringArrayVarP(&opts.compact.Benchmarks, "benchmark", "b", nil, "prepare only benchmark `ID` (repeatable)")
	flags.StringVarP(&opts.compact.Output, "output", "o", "", "write the dump to folder `DIR`")
	opts.format.addFormat(c, output.Table, output.CSV, output.TSV, output.Markdown)
	addJobsFlag(c, &opts.options.Workers)
	addMemoryFlag(c, &opts.options.Memory)
	addKernelFlag(c, &opts.options.Kernel)
	addQuietFlag(c, &opts.quiet)
	completeFolder(c, "output")
	completeWith(c, "benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		return names.benchmarks(c.Context(), opts.data)
	})
	required(c, "output")
	return c
}

func runCompact(ctx context.Context, opts compactOptions, streams Streams) error {
	err := noneEmpty(argument{"MODEL", []string{opts.compact.Model}}, argument{"--benchmark", opts.compact.Benchmarks}, argument{"--output", []string{opts.compact.Output}})
	if err != nil {
		return err
	}
	opts.reporter = progress.New(streams.Err, opts.quiet)
	defer opts.reporter.Close()
	home, err := benchmarks.ResolveHome(opts.data, os.Getenv)
	if err != nil {
		return err
	}
	if err := home.Check(); err != nil && (opts.data != "" || len(opts.compact.Benchmarks) > 0) {
		return err
	}
	made, err := opts.makeCompact(ctx, func() (*scoring.Compacted, error) { return scoring.Compact(ctx, home, opts.options, opts.compact) })
	if err != nil {
		return err
	}
	if len(made.Columns) > 0 {
		opts.reporter.Note("score %s itself on what takes its activations: %s", opts.compact.Model, strings.Join(made.Columns, ", "))
	}
	return opts.format.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteCompacted(w, made, format, color)
	})
}

// makeCompact calls write, which reads layers and writes their inner products, within the limits
// of the request.
func (r *scoreRequest) makeCompact(ctx context.Context, write func() (*scoring.Compacted, error)) (*scoring.Compacted, error) {
	r.options.Log, r.options.Hold, r.options.Progress = r.reporter.NoteLine, holdTo, r.reporter.Pass
	lift, err := r.setUpRuntime()
	if err != nil {
		return nil, err
	}
	defer lift()
	made, err := write()
	r.reporter.Close()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return made, err
}
