package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
)

type ceilingOptions struct {
	benchmarks []string
	data       string
	format     formatFlag
	output     string
	jobs       jobsFlag
	quiet      bool
}

// AddFlags adds the flags of `ceiling`.
func (o *ceilingOptions) AddFlags(c *cobra.Command, flags *pflag.FlagSet) {
	addDataFlag(c, flags, &o.data)
	addFormatFlag(c, flags, &o.format, output.Formats...)
	flags.StringVarP(&o.output, "output", "o", output.Stdout, "write to `FILE`, whole or not at all; - is standard output")
	addJobsFlag(flags, &o.jobs)
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "tell no notes, only warnings and errors")
}

func newCeilingCommand(streams Streams, names names) *cobra.Command {
	var opts ceilingOptions
	c := &cobra.Command{
		Use:   "ceiling [BENCHMARK]...",
		Short: "Compute noise ceilings without a model",
		Long: `Computes the noise ceilings of benchmarks, those that scores are normalised by:
how well the recordings or subjects predict each other. Without a BENCHMARK, of
every benchmark in the data home, and of those embedded whose data are there.

JSON has each split's and each neuroid's ceiling too. A benchmark that fails does
not stop the others: it is named on standard error, and the exit code is 3 if
invalid data caused all failures, else 1. Where everything fails, nothing is
written.

` + exitCodes(exitData),
		Example: `  brainscore ceiling
  brainscore ceiling MajajHong2015public.IT-pls
  brainscore ceiling --format json --output ceilings.json`,
		GroupID:           groupScoring,
		ValidArgsFunction: completeBenchmarks(names, &opts.data, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(c *cobra.Command, args []string) error {
			opts.benchmarks = args
			return runCeiling(c.Context(), opts, streams)
		},
	}
	opts.AddFlags(c, c.Flags())
	return c
}

func runCeiling(ctx context.Context, opts ceilingOptions, streams Streams) error {
	if err := noneEmpty("BENCHMARK", opts.benchmarks); err != nil {
		return err
	}
	if opts.output == "" {
		return usagef("--output is empty; - stands for standard output")
	}
	if err := output.Check(opts.output); err != nil {
		return err
	}
	runner, err := newRunner(opts.data, opts.jobs.number())
	if err != nil {
		return err
	}
	told := progress.New(streams.Err, opts.quiet)
	runner.Log = func(line string) { told.Note("%s", line) }
	results, failures, err := runner.Ceilings(ctx, opts.benchmarks)
	if err != nil {
		return err
	}
	var warnings gathered
	for _, r := range results {
		for _, w := range r.Warnings {
			warnings.add(w, r.Benchmark, "")
		}
	}
	for _, w := range warnings {
		told.Warn("%s", w.line())
	}
	if len(results) == 0 && len(failures) == 0 {
		return &problems{[]string{"no ceilings: there are no benchmarks with data in " + runner.Home.Dir}, exitData}
	}
	if len(results) > 0 {
		ceilings := output.Ceilings{Results: results, Failures: failures, Inputs: runner.Inputs()}
		color := opts.output == output.Stdout && output.Colored(streams.Out)
		err := output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
			return output.WriteCeilings(w, ceilings, opts.format.format, color)
		})
		if err != nil {
			return err
		}
	}
	return failed(failures, len(results), "ceilings")
}
