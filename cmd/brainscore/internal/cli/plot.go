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
)

// plotOptions are the flags of `plot`, which draws a figure.
type plotOptions struct {
	kind    string
	inputs  rankInputs
	answers answersOptions
	x       string
	scores  []string
	models  []string
	title   string
	width   optionalFloat // millimetres
	height  optionalFloat
	top     int // 0 for all
	label   int // -1 lets the figure choose
	seed    uint64
	output  string
}

// addFlags adds the flags of `plot`.
func (o *plotOptions) addFlags(c *cobra.Command, names names) {
	o.inputs.addFlags(c, names)
	o.answers.addFlags(c, names)
	flags := c.Flags()
	flags.StringVar(&o.x, "x", "", "draw a scatter against metadata `COLUMN` (default imagenet_top1)")
	flags.StringArrayVarP(&o.scores, "score", "y", nil, "draw score `NAME`: composite, a part or a benchmark (repeatable)")
	flags.StringArrayVar(&o.models, "model", nil, "draw only model `NAME` (repeatable)")
	flags.StringVar(&o.title, "title", "", "head the figure with `TEXT`")
	o.width = optionalFloat{min: figures.LeastSize, max: figures.MostSize}
	flags.Var(&o.width, "width", "make the figure `MM` millimetres wide (default 180)")
	o.height = o.width
	flags.Var(&o.height, "height", "make the figure `MM` millimetres high (default by content)")
	flags.Var(&count{value: &o.top, min: 1}, "top", "draw only the best `N` models")
	o.label = -1
	flags.Var(&count{value: &o.label, min: 0}, "label", "name `N` models in a scatter (default all of up to 25, else 16)")
	addSeedFlag(c, &o.seed, "bootstrap samples")
	flags.StringVarP(&o.output, "output", "o", "", "write to `FILE`, whose name ends in .svg or .png (of answers also in .csv, .tsv, .json or .md)")
	for _, name := range []string{"x", "score", "model", "title"} {
		completeWith(c, name, cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return nil })
	}
	// An error here is a flag that was not added above.
	_ = c.MarkFlagFilename("output", "svg", "png")
	_ = c.MarkFlagFilename("table", "csv")
}

// kindNames returns the names of the kinds of figures.
func kindNames() []string {
	var names []string
	for _, k := range figures.Kinds() {
		names = append(names, k.Name)
	}
	for _, k := range figures.AnswersKinds() {
		names = append(names, k.Name)
	}
	return names
}

// kindsHelp returns the part of the help text that lists the kinds.
func kindsHelp() string {
	var b strings.Builder
	for _, k := range figures.Kinds() {
		fmt.Fprintf(&b, "  %-11s  %s\n", k.Name, k.Summary)
	}
	b.WriteString("\nor, of the answers of models and people on a benchmark:\n")
	for _, k := range figures.AnswersKinds() {
		fmt.Fprintf(&b, "  %-11s  %s\n", k.Name, k.Summary)
	}
	return b.String()
}

// needKind returns an error unless the first argument is a known kind.
func needKind(c *cobra.Command, args []string) error {
	known := kindNames()
	if len(args) == 0 {
		return usagef("%s needs a KIND: %s; %s", c.CommandPath(), strings.Join(known, ", "), seeHelp(c))
	}
	if slices.Contains(known, args[0]) {
		return nil
	}
	return usagef("unknown kind of figure %q%s; known are %s", args[0], suggestion("", args[0], known), strings.Join(known, ", "))
}

func newPlotCommand(streams Streams, names names) *cobra.Command {
	var opts plotOptions
	c := &cobra.Command{
		Use:   "plot KIND [RESULTS|MODEL]... --output FILE",
		Short: "Draw scores, or answers, as SVG or PNG",
		Long: `Draws a figure of a KIND:
` + kindsHelp() + `
` + inputsHelp + `

--score chooses the columns of scores (by default the composite and its parts), the
one score of a scatter, and the benchmarks or parts of the other kinds. layers needs
results of several layers (score --all-layers), neuroids results of mappings. Whiskers
are 95 % intervals if the results have them (score --ci), else errors; a short upright
line is the noise ceiling.

Figures of answers take dump folders in the place of RESULTS and one --benchmark on
choices, whose trials are read from the data home. Choices are made as for a score, of
responses, probabilities, logits or a read-out. The conditions are those that the
benchmark compares by, or else the column condition; --by names others. A model answers
each stimulus once in each condition; trials of people are pooled. A file that ends in
.csv, .tsv, .json or .md has the numbers, those of single subjects too.

Colours can be distinguished with any colour vision; families (metadata family) also
differ in shape. PNG has 300 dots per inch, or fewer so as not to exceed 60 million
dots. The same inputs return the same file.

` + exitCodes(exitData),
		Example: `  brainscore plot scores scores.json --output scores.svg
  brainscore plot scatter scores/ --table models.csv --output scatter.png
  brainscore plot scatter --table published.csv --where table=leaderboard-2018-09 --label 10 --output top1.svg
  brainscore plot layers scores.json --model resnet50 --score MajajHong2015public.IT-pls --output layers.svg
  brainscore plot agreement scores/ --output agreement.png --width 89
  brainscore plot accuracy models/* --benchmark Geirhos2021contrast-error_consistency --output accuracy.svg
  brainscore plot shape-bias models/* --benchmark Geirhos2021cueconflict-error_consistency --output shape-bias.csv`,
		GroupID: groupModels,
		Args:    needKind,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 && isOfAnswers(args[0]) {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			if len(args) > 0 {
				return []string{"json"}, cobra.ShellCompDirectiveFilterFileExt
			}
			var kinds []string
			for _, k := range figures.Kinds() {
				kinds = append(kinds, k.Name+"\t"+k.Summary)
			}
			for _, k := range figures.AnswersKinds() {
				kinds = append(kinds, k.Name+"\t"+k.Summary)
			}
			return kinds, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			opts.kind, opts.inputs.results = args[0], args[1:]
			if err := opts.checkFlags(c); err != nil {
				return err
			}
			if isOfAnswers(opts.kind) {
				return runPlotAnswers(c.Context(), opts, args[1:], streams)
			}
			return runPlot(c.Context(), opts, streams)
		},
	}
	opts.addFlags(c, names)
	return c
}

func runPlot(ctx context.Context, opts plotOptions, streams Streams) error {
	if err := noneEmpty(argument{"--score", opts.scores}, argument{"--model", opts.models}); err != nil {
		return err
	}
	if opts.output == "" {
		return usagef("--output FILE is missing: name a file that ends in .svg or .png")
	}
	format, err := figures.FormatOf(opts.output)
	if err != nil {
		return usagef("--output: %w", err)
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	defer reporter.Close()
	reporter.Step("reading the results")
	data, err := opts.inputs.load(ctx, streams.In)
	if err != nil {
		return err
	}
	reporter.Step("drawing " + opts.kind)
	figure, err := figures.New(ctx, opts.kind, data, figures.Request{
		Title: opts.title, Width: opts.width.value, Height: opts.height.value,
		Scores: opts.scores, Models: opts.models, X: opts.x, Top: opts.top, Label: opts.label, Seed: opts.seed,
	})
	reporter.Close()
	if err != nil {
		return err
	}
	for _, w := range data.Warnings {
		reporter.Warn("%s", w)
	}
	for _, n := range figure.Notes {
		reporter.Note("%s", n)
	}
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error { return figure.Write(w, format) })
}
