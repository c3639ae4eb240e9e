package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

type compareOptions struct {
	sides    []string
	baseline string
	maxDrop  optionalFloat
	alpha    optionalFloat
	seed     uint64
	workers  int
	out      outputFlags
}

// addFlags adds the flags of `compare`.
func (o *compareOptions) addFlags(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&o.baseline, "baseline", "", "compare each argument with results `FILE`")
	o.maxDrop = optionalFloat{min: 0, max: 2}
	flags.Var(&o.maxDrop, "max-drop", "exit with code 4 if a score is more than `X` below the baseline")
	o.alpha = optionalFloat{value: 0.05, min: 0.001, max: 0.5}
	flags.Var(&o.alpha, "alpha", "level `X` of significance, and of intervals 1 - X (default 0.05)")
	addSeedFlag(c, &o.seed, "samples and permutations")
	o.out.add(c, output.Formats...)
	addJobsFlag(c, &o.workers)
}

func newCompareCommand(streams Streams) *cobra.Command {
	var opts compareOptions
	c := &cobra.Command{
		Use:   "compare A B...",
		Short: "Tell whether models differ by more than chance",
		Long: `Compares results that score --format json wrote: by benchmark the difference of
raw values and of scores, B less A, with an interval and p.

Each argument is one side: a file, a folder of .json files at any depth, or - for
standard input; FILE#MODEL is one model of it. The first side, or the --baseline,
is compared with each other one. Where both sides have one model, these two are
compared, whatever their names; else models of the same name. On a benchmark, the
one layer of each model is compared; where a model has several, layers of the same
name.

Mappings are paired over the neuroids that both have, and over splits: the
interval is a smoothed bootstrap of both, of the difference of medians over
neuroids, p a sign-flip permutation test. Other metrics are paired over splits or
halvings alone; these share their stimuli, so that such an interval says what other
splits would give, not other stimuli or subjects. A figure without either is not
tested (?). p is adjusted for all comparisons by Holm's method; ~ marks what is not
significant, * what is. One p stands for raw value and score, as a score follows
from its raw value.

Draws come from a seed: the same inputs give the same figures for any --jobs, and
the mirrored ones where A and B change places.

With --baseline and --max-drop, a score (or raw value, where there is no score) or
composite that fell by more than X, or is missing, is named on standard error and
the exit code is 4.

` + exitCodes(exitData, exitThreshold),
		Example: `  brainscore compare resnet50.json vit.json
  brainscore compare scores.json#alexnet scores.json#cornet_s
  brainscore compare results/before results/after --format markdown
  brainscore compare new.json --baseline main.json --max-drop 0.01`,
		GroupID: groupModels,
		RunE: func(c *cobra.Command, args []string) error {
			opts.sides = args
			return runCompare(c.Context(), opts, c.Flags().Changed("baseline"), streams)
		},
	}
	opts.addFlags(c)
	return c
}

func runCompare(ctx context.Context, opts compareOptions, hasBaseline bool, streams Streams) error {
	if err := noneEmpty(argument{"an argument", opts.sides}); err != nil {
		return err
	}
	switch {
	case hasBaseline && opts.baseline == "":
		return usagef("--baseline is empty")
	case hasBaseline && len(opts.sides) == 0:
		return usagef("there is nothing to compare with the baseline: give results")
	case !hasBaseline && opts.maxDrop.set:
		return usagef("--max-drop needs --baseline FILE")
	case !hasBaseline && len(opts.sides) < 2:
		return usagef("comparing takes two results at least, as A and B; of one file, FILE#MODEL names a model")
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	named := opts.sides
	if hasBaseline {
		named = append([]string{opts.baseline}, named...)
	}
	var sides []ranking.Side
	for i, name := range named {
		if name == output.Stdout && slices.Contains(named[:i], output.Stdout) {
			return usagef("standard input is given twice")
		}
		side, err := readSide(name, streams.In)
		if err != nil {
			return err
		}
		sides = append(sides, side)
	}
	compared, err := ranking.Compare(ctx, sides, ranking.CompareOptions{Alpha: opts.alpha.value, Seed: opts.seed, Jobs: opts.workers})
	if err != nil {
		return err
	}
	result := output.Comparisons{Comparisons: compared}
	if opts.maxDrop.set {
		result.Drops = compared.Drops(opts.maxDrop.value)
	}
	if len(compared.List) == 0 && len(result.Drops) == 0 {
		return &problems{[]string{"nothing to compare: the results have no benchmark and layer in common"}, exitData}
	}
	reporter := progress.New(streams.Err, false)
	printComparisonNotes(reporter, compared, opts.maxDrop.set)
	err = opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteComparisons(w, result, format, color)
	})
	if err != nil {
		return err
	}
	if len(result.Drops) > 0 {
		return &problems{result.Drops, exitThreshold}
	}
	return nil
}

// printComparisonNotes tells what was not compared, and what is doubtful.
func printComparisonNotes(reporter *progress.Reporter, c *ranking.Comparisons, dropsToo bool) {
	var warnings groupedMessages
	for _, x := range c.List {
		for _, w := range x.Warnings {
			warnings.add(w, x.Benchmark, "")
		}
	}
	for _, w := range warnings {
		reporter.Warn("%s", w.line())
	}
	for _, w := range c.Warnings {
		reporter.Warn("%s", w)
	}
	for _, u := range c.Unmatched {
		if !dropsToo || !u.First { // else it is told as a drop
			reporter.Note("%s", u)
		}
	}
}

// readSide reads the results that an argument names. A # parts a file or folder
// from a model, unless there is a file of the whole name.
func readSide(arg string, stdin io.Reader) (ranking.Side, error) {
	path, model, one := arg, "", false
	if _, err := os.Stat(arg); errors.Is(err, fs.ErrNotExist) {
		if at := strings.LastIndexByte(arg, '#'); at > 0 {
			path, model, one = arg[:at], arg[at+1:], true
		}
	}
	side := ranking.Side{Name: path}
	read, warnings, err := readResults([]string{path}, stdin)
	if err != nil {
		return side, err
	}
	side.Warnings = append(side.Warnings, warnings...)
	for _, r := range read {
		if err := side.Merge(r.source, r.models); err != nil {
			return side, err
		}
	}
	if one {
		return side, side.Only(model)
	}
	return side, nil
}
