package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/figures"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// The numbers of layers that variance is divided among: of four, there were 15 parts.
const (
	minDivided = 2
	maxDivided = 3
)

// partitionDraws is the number of samples of intervals.
const partitionDraws = 1000

type partitionOptions struct {
	scoreRequest // of which how to run is used
	divided      scoring.PartitionRequest
	settings     []string // options of banded_ridge, as NAME=VALUE
	plot         string
	seed         uint64
	dryRun       bool
	out          outputFlags
}

// addFlags adds the flags of `partition`.
func (o *partitionOptions) addFlags(c *cobra.Command, names names) {
	flags := c.Flags()
	flags.StringVar(&o.divided.Benchmark, "benchmark", "", "explain the recordings of benchmark `ID`")
	flags.StringArrayVar(&o.settings, "option", nil, "set an option of banded_ridge, as `NAME=VALUE` (repeatable)")
	flags.StringVar(&o.plot, "plot", "", "draw the parts of all neuroids into `FILE`, whose name ends in .svg or .png")
	flags.BoolVar(&o.divided.Score, "score", false, "score all layers together as well, as banded_ridge does (table, markdown or json)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be read and held, and divide nothing")
	addSeedFlag(c, &o.seed, "samples of intervals")
	o.out.add(c, output.Formats...)
	o.addUnkept(c)
	completeBenchmark(c, names, &o.data)
	// Errors here are flags that were not added above.
	_ = c.MarkFlagFilename("plot", "svg", "png")
	_ = c.RegisterFlagCompletionFunc("option", cobra.FixedCompletions([]string{"alphas=", "alpha_per=neuroid", "ratios="}, cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
}

func newPartitionCommand(streams Streams, names names) *cobra.Command {
	var opts partitionOptions
	c := &cobra.Command{
		Use:   "partition MODEL:LAYER MODEL:LAYER [MODEL:LAYER]",
		Short: "Divide the variance that layers explain into unique and shared parts",
		Long: `Divides the variance of recordings that two or three layers, of one model or of several,
explain together: into what is unique to each, and what they share. A MODEL is a dump
folder; without a LAYER, the one that it commits the benchmark's region to is taken;
A+B is the joined features of layers A and B.

All combinations of the layers are fitted by banded ridge regression (metrics show
banded_ridge) on the train stimuli of the benchmark's splits, and explain, of the test
stimuli, 1 - Var(y - prediction)/Var(y). Parts are differences of these, and add up to
what all layers explain. A part may be negative, as 'help partitioning' explains.
Intervals are of 1,000 samples of stimuli and neuroids. With a noise ceiling, parts are
also given relative to the variance that can be explained.

Each layer is read once, and once more if rounding of its inner products matters. A
matrix of stimuli × stimuli of each layer stays in memory: --dry-run prints how much.

With --score, all layers together are scored by the benchmark's ceiling, as one model that
is committed to all of them; this takes up to twice the time.

Tables and Markdown have means over neuroids, CSV, TSV and JSON the figures of each
neuroid as well.

` + exitCodes(exitData),
		Example: `  brainscore partition models/resnet50:layer2 models/resnet50:layer4 --benchmark MajajHong2015public.IT-pls
  brainscore partition models/resnet50 models/alexnet --benchmark MajajHong2015public.IT-pls --plot parts.svg
  brainscore partition m:conv3 m:conv4 m:conv5 --benchmark my.V4-ridge --output parts.csv`,
		GroupID:           groupModels,
		Args:              needArgs("two or three layers, as MODEL:LAYER"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			return runPartition(c.Context(), opts, args, streams)
		},
	}
	opts.addFlags(c, names)
	return c
}

// check reads the arguments, and returns an error for those that cannot be used.
func (o *partitionOptions) check(args []string) error {
	err := noneEmpty(argument{"MODEL:LAYER", args}, argument{"--option", o.settings})
	if err != nil {
		return err
	}
	if o.divided.Benchmark == "" {
		return usagef("name the recordings to explain by --benchmark")
	}
	if len(args) < minDivided || len(args) > maxDivided {
		return usagef("name two or three layers to divide variance among, not %d", len(args))
	}
	for _, arg := range args {
		band := scoring.PartitionBand{Model: arg}
		if at := strings.LastIndexByte(arg, ':'); at >= 0 && !strings.ContainsAny(arg[at:], `/\`) {
			band = scoring.PartitionBand{Model: arg[:at], Layer: arg[at+1:]}
			if band.Model == "" || band.Layer == "" {
				return usagef("%q is not MODEL:LAYER, as in models/alexnet:conv5", arg)
			}
		}
		o.divided.Bands = append(o.divided.Bands, band)
	}
	if o.divided.Options, err = optionsOf(o.settings, "ratios=[0.5,0.1]"); err != nil {
		return err
	}
	if _, err := metrics.New(scoring.PartitionMetric, o.divided.Options); err != nil {
		return usagef("--option: %w", err)
	}
	if err := checkFigure("--plot", o.plot); err != nil {
		return err
	}
	if err := o.out.check(); err != nil {
		return err
	}
	if format := o.out.format; o.divided.Score && slices.Contains(output.Programs, format) && format != output.JSON {
		return usagef("%s has no place for the score of --score; take --format json", format)
	}
	return nil
}

func runPartition(ctx context.Context, opts partitionOptions, args []string, streams Streams) error {
	if err := opts.check(args); err != nil {
		return err
	}
	opts.reporter = progress.New(streams.Err, opts.quiet)
	defer opts.reporter.Close()
	if opts.dryRun {
		return opts.printDryRun(ctx, opts.out, streams, opts.divided)
	}
	opts.divided.Intervals = metrics.Resampling{Samples: partitionDraws, Seed: opts.seed}
	var divided *scoring.Partition
	err := opts.compareLayers(ctx, func(r *scoring.Runner) (warnings []string, err error) {
		if divided, err = r.Partition(ctx, opts.divided); err != nil {
			return nil, err
		}
		return divided.Warnings, nil
	})
	if err != nil {
		return err
	}
	err = opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WritePartition(w, divided, format, color)
	})
	if err != nil || opts.plot == "" {
		return err
	}
	return opts.draw(ctx, divided, streams)
}

// draw draws the parts and what all layers explain, with a point for each neuroid.
func (o *partitionOptions) draw(ctx context.Context, divided *scoring.Partition, streams Streams) error {
	format, err := figures.FormatOf(o.plot)
	if err != nil {
		return err
	}
	names := output.BandNames(divided)
	var spreads []figures.Spread
	for _, e := range divided.Parts {
		spreads = append(spreads, figures.Spread{Name: output.PartName(names, e.Bands), Group: len(e.Bands) - 1, Neuroids: e.Neuroids, Mean: e.Value, Interval: e.Interval})
	}
	all := divided.Models[len(divided.Models)-1]
	spreads = append(spreads, figures.Spread{Name: output.ModelName(names, all.Bands), Group: len(names), Neuroids: all.Neuroids, Mean: all.Value, Interval: all.Interval})
	title := fmt.Sprintf("Variance of %s that layers explain", divided.Benchmark)
	figure, err := figures.NewOfSpreads("explained variance", spreads, divided.NeuroidExplainable, figures.Request{Title: title})
	if err != nil {
		return err
	}
	return output.Write(ctx, o.plot, streams.Out, func(w io.Writer) error { return figure.Write(w, format) })
}
