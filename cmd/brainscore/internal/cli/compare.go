package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

type compareOptions struct {
	sides    []string
	baseline string
	maxDrop  dropFlag
	alpha    alphaFlag
	seed     uint64
	jobs     jobsFlag
	format   formatFlag
	output   string
}

// AddFlags adds the flags of `compare`.
func (o *compareOptions) AddFlags(c *cobra.Command, flags *pflag.FlagSet) {
	o.alpha = 0.05
	flags.StringVar(&o.baseline, "baseline", "", "compare each argument with results `FILE`")
	flags.Var(&o.maxDrop, "max-drop", "exit with code 4 where a score is more than `X` below the baseline")
	flags.Var(&o.alpha, "alpha", "level `X` of significance, and of intervals 1 - X (default 0.05)")
	flags.Uint64Var(&o.seed, "seed", 1, "draw samples and permutations from seed `N`")
	addFormatFlag(c, flags, &o.format, output.Formats...)
	addOutputFlag(flags, &o.output)
	addJobsFlag(flags, &o.jobs)
}

// dropFlag is the value of --max-drop.
type dropFlag struct {
	value float64
	set   bool
}

func (d *dropFlag) String() string {
	if !d.set {
		return ""
	}
	return strconv.FormatFloat(d.value, 'g', -1, 64)
}

func (d *dropFlag) Type() string { return "X" }

// Set implements pflag.Value.
func (d *dropFlag) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || x < 0 || x > 2 {
		return fmt.Errorf("%q is not a number from 0 to 2", s)
	}
	*d = dropFlag{x, true}
	return nil
}

// alphaFlag is the value of --alpha.
type alphaFlag float64

func (a *alphaFlag) String() string {
	if *a == 0 || *a == 0.05 {
		return "" // the usage says the default
	}
	return strconv.FormatFloat(float64(*a), 'g', -1, 64)
}

func (a *alphaFlag) Type() string { return "X" }

// Set implements pflag.Value.
func (a *alphaFlag) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !(x >= 0.001 && x <= 0.5) {
		return fmt.Errorf("%q is not a number from 0.001 to 0.5", s)
	}
	*a = alphaFlag(x)
	return nil
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
	opts.AddFlags(c, c.Flags())
	return c
}

func runCompare(ctx context.Context, opts compareOptions, hasBaseline bool, streams Streams) error {
	if err := noneEmpty("an argument", opts.sides); err != nil {
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
	if err := checkOutput(opts.output); err != nil {
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
	compared, err := ranking.Compare(ctx, sides, ranking.CompareOptions{Alpha: float64(opts.alpha), Seed: opts.seed, Jobs: opts.jobs.number()})
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
	told := progress.New(streams.Err, false)
	tellComparisons(told, compared, opts.maxDrop.set)
	color := opts.output == output.Stdout && output.Colored(streams.Out)
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return output.WriteComparisons(w, result, opts.format.format, color)
	})
	if err != nil {
		return err
	}
	if len(result.Drops) > 0 {
		return &problems{result.Drops, exitThreshold}
	}
	return nil
}

// tellComparisons tells what was not compared, and what is doubtful.
func tellComparisons(told *progress.Reporter, c *ranking.Comparisons, dropsToo bool) {
	var warnings gathered
	for _, x := range c.List {
		for _, w := range x.Warnings {
			warnings.add(w, x.Benchmark, "")
		}
	}
	for _, w := range warnings {
		told.Warn("%s", w.line())
	}
	for _, w := range c.Warnings {
		told.Warn("%s", w)
	}
	for _, u := range c.Unmatched {
		if !dropsToo || !u.First { // else it is told as a drop
			told.Note("%s", u)
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
