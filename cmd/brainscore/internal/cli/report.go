package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/report"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// reportOptions are the flags of `report`, which writes the HTML page.
type reportOptions struct {
	inputs     rankInputs
	data       string
	dumps      []string
	benchmarks []string
	seed       uint64
	output     string
}

// addFlags adds the flags of `report`.
func (o *reportOptions) addFlags(c *cobra.Command, names names) {
	o.inputs.addFlags(c, names)
	addDataFlag(c, &o.data)
	flags := c.Flags()
	flags.StringArrayVar(&o.dumps, "dump", nil, "compare the answers of dump folder `MODEL`, or of those that match a pattern (repeatable)")
	flags.StringArrayVar(&o.benchmarks, "benchmark", nil, "compare answers on benchmark `ID` (repeatable)")
	completeBenchmark(c, names, &o.data)
	// An error here is a flag that was not added above.
	_ = c.MarkFlagDirname("dump")
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

With --dump and --benchmark the page also compares the answers of models and people,
as plot accuracy, shape-bias, confusion and consistency do, and ranks models by how near
they are to people: the mean of their ranks by accuracy difference, observed consistency
and error consistency over the benchmarks.

The definition of a benchmark is shown if the data home, or the program, has it in the
version that was scored.

` + exitCodes(exitData),
		Example: `  brainscore report scores.json --output report.html
  brainscore report results/ --table models.csv --composite brain-score.org --output report.html
  brainscore report results/ --dump 'models/*' --benchmark Geirhos2021contrast-error_consistency --output report.html
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
	if err := noneEmpty(argument{"--dump", opts.dumps}, argument{"--benchmark", opts.benchmarks}); err != nil {
		return err
	}
	if (len(opts.dumps) > 0) != (len(opts.benchmarks) > 0) {
		return usagef("to compare answers, name both the models by --dump and the benchmarks by --benchmark")
	}
	home, err := openHome(opts.data)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	defer reporter.Close()
	reporter.Step("reading the results")
	data, err := opts.inputs.load(ctx, streams.In)
	if err != nil {
		return err
	}
	definitions, broken := home.Definitions()
	for _, err := range broken {
		reporter.Warn("%v", err)
	}
	answers, warnings, err := opts.answers(ctx)
	if err != nil {
		return err
	}
	data.Warnings = append(data.Warnings, warnings...)
	for _, w := range data.Warnings {
		reporter.Warn("%s", w)
	}
	reporter.Step("computing what the report shows")
	options := report.Options{Version: buildinfo.Read().Version, Definitions: definitions, Answers: answers, Seed: opts.seed}
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return report.Write(ctx, w, data, options)
	})
}

// answers reads the answers on the benchmarks. The warnings name the models whose answers
// cannot be read.
func (o *reportOptions) answers(ctx context.Context) (all []*observers.Answers, warnings []string, err error) {
	if len(o.dumps) == 0 {
		return nil, nil, nil
	}
	var models []string
	for _, dump := range o.dumps {
		matches, err := filepath.Glob(dump)
		if _, missing := os.Stat(dump); err != nil || len(matches) == 0 || missing == nil {
			matches = []string{dump} // a folder, or what names none
		}
		models = append(models, matches...)
	}
	for _, id := range o.benchmarks {
		answers, failed, err := readAnswers(ctx, o.data, scoring.AnswersRequest{Models: models, Benchmark: id}, nil)
		if err != nil {
			return nil, nil, err
		}
		for _, w := range answers.Warnings {
			warnings = append(warnings, id+": "+w)
		}
		for _, m := range failed {
			for _, f := range m.Failures {
				warnings = append(warnings, fmt.Sprintf("%s: %s has no answers: %v", id, m.Model, f.Err))
			}
		}
		all = append(all, answers)
	}
	return all, warnings, nil
}
