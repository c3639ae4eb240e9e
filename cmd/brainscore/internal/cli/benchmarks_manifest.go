package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// benchmarksManifestOptions are the flags of `benchmarks manifest`, which writes what packs are made for.
type benchmarksManifestOptions struct {
	names                []string
	data, kernel, output string
}

func newBenchmarksManifestCommand(streams Streams, names names) *cobra.Command {
	var opts benchmarksManifestOptions
	c := &cobra.Command{
		Use:   "manifest BENCHMARK... [--output FILE]",
		Short: "Write what a submitter needs to be scored on hidden data",
		Long: `Writes, as JSON, what others need to have models scored on benchmarks whose recordings
or trials stay here: identifiers and versions, metrics, stimulus sets with the ids of their
stimuli and their size in degrees, the lists of stimuli that are compared, the stimulus sets
that read-outs are fitted on, and the kernel. It holds no recordings and no answers, and of
what is derived from them nothing but which stimuli they are on.

The manifest's hash identifies its version. Others make a pack of a model for it
(brainscore pack), which score takes in the place of a dump.

` + exitCodes(exitData),
		Example: "  brainscore benchmarks manifest lab2026.IT-ridge lab2026.V4-ridge --output manifest.json\n" +
			"  brainscore benchmarks manifest lab2026.IT-ridge --kernel portable --output manifest.json",
		Args:              needArgs("a BENCHMARK"),
		ValidArgsFunction: completeBenchmarks(names, &opts.data, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(c *cobra.Command, args []string) error {
			opts.names = args
			return runBenchmarksManifest(c.Context(), opts, streams)
		},
	}
	addDataFlag(c, &opts.data)
	addKernelFlag(c, &opts.kernel)
	addOutputFlag(c, &opts.output)
	return c
}

func runBenchmarksManifest(ctx context.Context, opts benchmarksManifestOptions, streams Streams) error {
	if err := noneEmpty(argument{"BENCHMARK", opts.names}); err != nil {
		return err
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	runner, err := newRunner(opts.data, scoring.Options{Workers: 1})
	if err != nil {
		return err
	}
	if err := metrics.UseKernel(opts.kernel); err != nil {
		return usagef("--kernel: %w", err)
	}
	m, err := scoring.Manifest(ctx, runner.Home, runner.Options, opts.names)
	if err != nil {
		return err
	}
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		_, err := w.Write(m.Encode())
		return err
	})
	if err != nil {
		return err
	}
	progress.New(streams.Err, false).Note("the manifest is %s", m.Hash())
	return nil
}
