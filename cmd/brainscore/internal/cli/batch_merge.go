package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// batchMergeOptions are the flags of `batch merge`, which puts the results of all shards together.
type batchMergeOptions struct {
	output       string
	allowMissing bool
	quiet        bool
}

func newBatchMergeCommand(streams Streams) *cobra.Command {
	var opts batchMergeOptions
	c := &cobra.Command{
		Use:   "merge PLAN.json --output SCORES.json",
		Short: "Merge the scores of all shards",
		Long: `Writes, from the folder of results alone, the document that score --format json
would write for all models of a plan in one run, byte for byte. If shards ran on
different kernels, a warning names them; each score in the document names its own. If
results are missing, they are listed and nothing is written; with --allow-missing they
are errors in the document.

` + exitCodes(exitData),
		Example: "  brainscore batch merge plan.json --output scores.json",
		Args:    needArg("one PLAN.json"),
		RunE: func(c *cobra.Command, args []string) error {
			return runBatchMerge(c.Context(), args[0], opts, streams)
		},
	}
	addOutputFlag(c, &opts.output)
	c.Flags().BoolVar(&opts.allowMissing, "allow-missing", false, "write the document even if results are missing")
	addQuietFlag(c, &opts.quiet)
	return c
}

func runBatchMerge(ctx context.Context, path string, opts batchMergeOptions, streams Streams) error {
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	plan, err := readPlan(ctx, path)
	if err != nil {
		return err
	}
	r := plan.request()
	r.reporter = progress.New(streams.Err, opts.quiet)
	defer r.reporter.Close()
	var report *benchmarks.Report
	var missing []scoring.Missing
	err = r.readResults(func(runner *scoring.Runner) (err error) {
		report, missing, err = runner.Batch(r.Request).Collect(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if len(missing) > 0 && !opts.allowMissing {
		var messages []string
		for _, m := range missing {
			messages = append(messages, "missing "+m.String())
		}
		return &problems{append(messages, fmt.Sprintf("%d results are missing: run their shards again", len(missing))), exitFailed}
	}
	warnOfKernels(r.reporter, *report)
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return output.WriteScores(w, *report, output.JSON, false)
	})
	if err != nil {
		return err
	}
	return newFailures(*report).problems(nil)
}
