package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// ceilingOptions are the flags of `ceiling`, which computes noise ceilings.
type ceilingOptions struct {
	benchmarks []string
	data       string
	workers    int
	quiet      bool
	out        outputFlags
}

// addFlags adds the flags of `ceiling`.
func (o *ceilingOptions) addFlags(c *cobra.Command) {
	addDataFlag(c, &o.data)
	o.out.add(c, output.Formats...)
	addJobsFlag(c, &o.workers)
	addQuietFlag(c, &o.quiet)
}

func newCeilingCommand(streams Streams, names names) *cobra.Command {
	var opts ceilingOptions
	c := &cobra.Command{
		Use:   "ceiling [BENCHMARK]...",
		Short: "Compute noise ceilings without a model",
		Long: `Computes the noise ceilings that scores are normalised by: how well recordings or
subjects predict each other. Without a BENCHMARK, computes them for every benchmark
whose data are in the data home.

JSON also has the ceiling of each split and of each neuroid. A benchmark that fails
does not stop the others: it is named on standard error, and the exit code is 3 if
invalid data caused all failures, else 1. If all fail, nothing is written.

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
	opts.addFlags(c)
	return c
}

func runCeiling(ctx context.Context, opts ceilingOptions, streams Streams) error {
	if err := noneEmpty(argument{"BENCHMARK", opts.benchmarks}); err != nil {
		return err
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	reporter := progress.New(streams.Err, opts.quiet)
	defer reporter.Close()
	runner, err := newRunner(opts.data, scoring.Options{Workers: opts.workers, Log: reporter.NoteLine, Watch: reporter.Watch})
	if err != nil {
		return err
	}
	ceilings, err := runner.Ceilings(ctx, opts.benchmarks)
	reporter.Close()
	if err != nil {
		return err
	}
	var warnings groupedMessages
	for _, r := range ceilings.Results {
		for _, w := range r.Warnings {
			warnings.add(w, r.Benchmark, "")
		}
	}
	for _, w := range warnings {
		reporter.Warn("%s", w.line())
	}
	if len(ceilings.Results) == 0 && len(ceilings.Failures) == 0 {
		return &problems{[]string{"no ceilings: there are no benchmarks with data in " + runner.Home.Dir}, exitData}
	}
	if len(ceilings.Results) > 0 {
		err := opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
			return output.WriteCeilings(w, *ceilings, format, color)
		})
		if err != nil {
			return err
		}
	}
	return failuresError(ceilings.Failures, len(ceilings.Results), "ceilings")
}
