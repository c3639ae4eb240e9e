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

// compareOptions are the flags of `compare`, which tests differences between scores.
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
		Short: "Test whether models differ by more than chance",
		Long: `Compares the scores of models on each benchmark: the differences B − A of raw scores
and of ceiled scores, with an interval and a p value.

Each argument is one side: a file that score --format json wrote, a folder of such
files or of kept results, or - for standard input; FILE#MODEL is one model of a file.
The first side, or the --baseline, is compared with each other side. If each of two
sides has one model, these two are compared, whatever their names; else models of the
same name are. If each of two models has one layer on a benchmark, these are
compared; else layers of the same name are.

Mappings are paired over the neuroids that both have, and over splits: the interval
is a smoothed bootstrap, over both, of the difference of medians over neuroids; p is
from a sign-flip permutation test. rdm and cka that were scored with --ci are paired
over subjects and stimuli, by a dual bootstrap, and p is from Student's t: interval and
test generalise to other subjects and stimuli. Other metrics, and rdm and cka without
--ci, are paired over splits or halvings, or subjects, only. These share their
stimuli, so that the interval does not generalise to other stimuli. A difference without neuroids and splits is not
tested (?). p is adjusted for all comparisons by Holm's method; * marks differences
that are significant, ~ those that are not. Raw and ceiled score share one p, as the
ceiled score follows from the raw score.

Samples are drawn from a seed: the same inputs return the same figures for any
--jobs, and the mirrored figures if A and B are swapped.

With --baseline and --max-drop, each score (raw score, if there is no ceiled score)
and composite that fell by more than X, or is missing, is named on standard error,
and the exit code is 4.

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
		return usagef("there is nothing to compare with the baseline: name results")
	case !hasBaseline && opts.maxDrop.set:
		return usagef("--max-drop needs --baseline FILE")
	case !hasBaseline && len(opts.sides) < 2:
		return usagef("compare needs at least two results, A and B; FILE#MODEL names a model of a file")
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	names := opts.sides
	if hasBaseline {
		names = append([]string{opts.baseline}, names...)
	}
	reporter := progress.New(streams.Err, false)
	defer reporter.Close()
	reporter.Step("reading the results")
	var sides []ranking.Side
	for i, name := range names {
		if name == output.Stdout && slices.Contains(names[:i], output.Stdout) {
			return usagef("standard input is given twice")
		}
		side, err := readSide(ctx, name, streams.In)
		if err != nil {
			return err
		}
		sides = append(sides, side)
	}
	reporter.Step("comparing, with intervals")
	comparisons, err := ranking.Compare(ctx, sides, ranking.CompareOptions{Alpha: opts.alpha.value, Seed: opts.seed, Jobs: opts.workers})
	reporter.Close()
	if err != nil {
		return err
	}
	result := output.Comparisons{Comparisons: comparisons}
	if opts.maxDrop.set {
		result.Drops = comparisons.Drops(opts.maxDrop.value)
	}
	if len(comparisons.List) == 0 && len(result.Drops) == 0 {
		return &problems{[]string{"nothing to compare: the results have no benchmark and layer in common"}, exitData}
	}
	printComparisonNotes(reporter, comparisons, opts.maxDrop.set)
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

// printComparisonNotes prints the warnings of comparisons, and which scores had no
// counterpart.
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
		if !dropsToo || !u.First { // else it is printed as a drop
			reporter.Note("%s", u)
		}
	}
}

// readSide reads the results that an argument names. The last # separates a file or
// folder from a model, unless the whole argument is an existing file.
func readSide(ctx context.Context, arg string, stdin io.Reader) (ranking.Side, error) {
	path, model, hasModel := arg, "", false
	if _, err := os.Stat(arg); errors.Is(err, fs.ErrNotExist) {
		if i := strings.LastIndexByte(arg, '#'); i > 0 {
			path, model, hasModel = arg[:i], arg[i+1:], true
		}
	}
	side := ranking.Side{Name: path}
	sources, warnings, err := readResults(ctx, []string{path}, stdin)
	if err != nil {
		return side, err
	}
	side.Warnings = append(side.Warnings, warnings...)
	for _, r := range sources {
		if err := side.Merge(r.source, r.models); err != nil {
			return side, err
		}
	}
	if hasModel {
		return side, side.Only(model)
	}
	return side, nil
}
