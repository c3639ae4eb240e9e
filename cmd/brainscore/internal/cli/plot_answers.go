package cli

import (
	"context"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/figures"
	"github.com/brainscore-go/brainscore/pkg/observers"
	"github.com/brainscore-go/brainscore/pkg/ranking"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// answersOptions choose the answers that are drawn.
type answersOptions struct {
	data    string
	request scoring.AnswersRequest
}

// addFlags adds the flags of kinds of figures of answers.
func (o *answersOptions) addFlags(c *cobra.Command, names names) {
	addDataFlag(c, &o.data)
	flags := c.Flags()
	flags.StringVar(&o.request.Benchmark, "benchmark", "", "draw the answers on benchmark `ID`")
	flags.StringArrayVar(&o.request.Layers, "layer", nil, "make choices of layer `L` instead of the committed ones (repeatable)")
	flags.StringArrayVar(&o.request.By, "by", nil, "take the values of `COLUMN` of trials or stimuli as conditions (repeatable)")
	flags.StringVar(&o.request.Texture, "texture", "", "read textures from `COLUMN` of the stimulus set (default texture)")
	completeBenchmark(c, names, &o.data)
	for _, name := range []string{"layer", "by", "texture"} {
		completeWith(c, name, cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return nil })
	}
}

// The flags of plot that are for figures of answers alone, and those for figures of
// scores alone.
var (
	answersFlags = []string{"data", "benchmark", "layer", "by", "texture"}
	scoresFlags  = []string{"table", "where", "composite", "x", "score", "top", "label", "seed"}
)

// isOfAnswers reports whether a kind of figure is of answers, not of scores.
func isOfAnswers(kind string) bool {
	return slices.ContainsFunc(figures.AnswersKinds(), func(k figures.AnswersKind) bool { return k.Name == kind })
}

// checkFlags returns an error if a flag was set that the kind of figure does not use.
func (o *plotOptions) checkFlags(c *cobra.Command) error {
	others, use := answersFlags, "is for figures of answers: accuracy, shape-bias, confusion, consistency"
	if isOfAnswers(o.kind) {
		others, use = scoresFlags, "is for figures of scores"
	}
	var wrong string
	c.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(others, f.Name) {
			wrong = f.Name
		}
	})
	if wrong != "" {
		return usagef("--%s %s, not for %s; %s", wrong, use, o.kind, seeHelp(c))
	}
	return nil
}

// readAnswers reads the answers on a benchmark, and lists the models whose answers cannot
// be read. log, if not nil, gets notes.
func readAnswers(ctx context.Context, data string, request scoring.AnswersRequest, log func(string)) (*observers.Answers, []benchmarks.ModelResult, error) {
	runner, err := newRunner(data, scoring.Options{Workers: runtime.GOMAXPROCS(0), Log: log})
	if err != nil {
		return nil, nil, err
	}
	return runner.Answers(ctx, request)
}

// runPlotAnswers draws a figure of answers, or writes the numbers behind it.
func runPlotAnswers(ctx context.Context, opts plotOptions, models []string, streams Streams) error {
	o := opts.answers
	if err := noneEmpty(argument{"MODEL", models}, argument{"--model", opts.models}, argument{"--layer", o.request.Layers}, argument{"--by", o.request.By}); err != nil {
		return err
	}
	if o.request.Benchmark == "" {
		return usagef("--benchmark ID is missing: %s draws the answers on one benchmark", opts.kind)
	}
	if opts.output == "" {
		return usagef("--output FILE is missing: name a file that ends in .svg or .png, or in .csv, .tsv, .json or .md for the numbers")
	}
	table, isTable := extensions[strings.ToLower(filepath.Ext(opts.output))]
	format, err := figures.FormatOf(opts.output)
	if isTable = isTable && slices.Contains(output.Formats, table); err != nil && !isTable {
		return usagef("--output: %w; or in .csv, .tsv, .json or .md for the numbers", err)
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	if len(models) == 0 {
		return usagef("%s needs at least one MODEL, a dump folder", opts.kind)
	}
	reporter := progress.New(streams.Err, true)
	o.request.Models = models
	answers, failed, err := readAnswers(ctx, o.data, o.request, reporter.NoteLine)
	if err != nil {
		return err
	}
	for _, w := range answers.Warnings {
		reporter.Warn("%s", w)
	}
	var problems error
	if len(failed) > 0 {
		problems = newFailures(benchmarks.Report{Models: failed}).problems(nil)
	}
	if len(answers.Models) == 0 && problems != nil {
		return problems
	}
	find := func(name string, known []string) (string, error) { return ranking.Find("model", name, known) }
	if err := answers.KeepModels(find, opts.models); err != nil {
		return err
	}
	write := func(w io.Writer) error { return output.WriteAnswers(ctx, w, opts.kind, answers, table, false) }
	if !isTable {
		figure, err := figures.NewOfAnswers(ctx, opts.kind, answers, figures.Request{Title: opts.title, Width: opts.width.value, Height: opts.height.value})
		if err != nil {
			return err
		}
		for _, n := range figure.Notes {
			reporter.Warn("%s", n)
		}
		write = func(w io.Writer) error { return figure.Write(w, format) }
	}
	if err := output.Write(ctx, opts.output, streams.Out, write); err != nil {
		return err
	}
	return problems
}
