package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/report"
)

type reportOptions struct {
	inputs rankInputs
	data   string
	seed   uint64
	output string
}

// addFlags adds the flags of `report`.
func (o *reportOptions) addFlags(c *cobra.Command, names names) {
	o.inputs.addFlags(c, names)
	addDataFlag(c, &o.data)
	addSeedFlag(c, &o.seed, "bootstrap samples")
	c.Flags().StringVarP(&o.output, "output", "o", "", "write the page to `FILE`, whole or not at all; - is standard output")
}

func newReportCommand(streams Streams, names names) *cobra.Command {
	var opts reportOptions
	c := &cobra.Command{
		Use:   "report [RESULTS]... --output FILE.html",
		Short: "Write an HTML page about many models",
		Long: `Writes one HTML file about many models: a leaderboard that can be sorted and filtered,
scores against ImageNet top-1, layer curves, the agreement of benchmarks, and for each
model all its scores, their distributions over neuroids, and how each number was
computed. The file is complete and needs no network.

` + inputsHelp + `

The definition of a benchmark is shown if the data home, or the program, has it in the
version that was scored.

` + exitCodes(exitData),
		Example: `  brainscore report scores.json --output report.html
  brainscore report results/ --table models.csv --composite brain-score.org --output report.html
  brainscore report --table published.csv --where table=leaderboard-2018-09 --output report.html`,
		GroupID: groupModels,
		RunE: func(c *cobra.Command, args []string) error {
			opts.inputs.results = args
			return runReport(c.Context(), opts, streams)
		},
	}
	opts.addFlags(c, names)
	return c
}

func runReport(ctx context.Context, opts reportOptions, streams Streams) error {
	if opts.output == "" {
		return usagef("name the file to write: --output FILE.html; - stands for standard output")
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	home, err := openHome(opts.data)
	if err != nil {
		return err
	}
	data, err := opts.inputs.load(ctx, streams.In)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	definitions, broken := home.Definitions()
	for _, err := range broken {
		reporter.Warn("%v", err)
	}
	for _, w := range data.Warnings {
		reporter.Warn("%s", w)
	}
	options := report.Options{Version: buildinfo.Read().Version, Definitions: definitions, Seed: opts.seed}
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return report.Write(ctx, w, data, options)
	})
}
