package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// defaultComposite is formed unless another one is asked for.
const defaultComposite = "cosyne2019"

type scoreOptions struct {
	models       []string
	data         string
	benchmarks   []string
	layers       []string
	allLayers    bool
	composite    string
	needsComp    bool // the composite was asked for by name
	allowPartial bool
	format       formatFlag
	output       string
	jobs         jobsFlag
	quiet        bool
	failUnder    threshold
	memory       memoryFlag
	dryRun       bool
	results      string
	intervals    bool
	cluster      string
}

// request is what the options ask for.
func (o *scoreOptions) request(told *progress.Reporter) scoreRequest {
	return scoreRequest{
		Models:       o.models,
		Data:         o.data,
		Benchmarks:   o.benchmarks,
		Layers:       o.layers,
		AllLayers:    o.allLayers,
		Composite:    o.composite,
		AllowPartial: o.allowPartial,
		Jobs:         o.jobs.number(),
		Memory:       int64(o.memory),
		Progress:     told,
		Intervals:    o.intervals,
		Cluster:      o.cluster,
		Results:      resultsFolder(o.results),
	}
}

// AddFlags adds the flags of `score`.
func (o *scoreOptions) AddFlags(c *cobra.Command, flags *pflag.FlagSet) {
	flags.StringVar(&o.data, "data", "", "data home `DIR` (default $BRAINSCORE_DATA, else brainscore in the user's data folder)")
	flags.StringArrayVar(&o.benchmarks, "benchmark", nil, "score on benchmark `ID` (repeatable; default all that the dump has activations for)")
	flags.StringArrayVar(&o.layers, "layer", nil, "score layer `L` instead of the committed ones (repeatable)")
	flags.BoolVar(&o.allLayers, "all-layers", false, "score every layer instead of the committed ones")
	flags.StringVar(&o.composite, "composite", defaultComposite, "form composite `NAME`: cosyne2019, neurips2019, brain-score.org or a YAML file")
	flags.BoolVar(&o.allowPartial, "allow-partial", false, "form the composite even where parts are missing")
	addFormatFlag(c, flags, &o.format, output.Formats...)
	flags.StringVarP(&o.output, "output", "o", output.Stdout, "write to `FILE`, whole or not at all; - is standard output")
	addJobsFlag(flags, &o.jobs)
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "tell no progress and notes, only warnings and errors")
	flags.Var(&o.memory, "memory", "hold at most `SIZE` of memory, such as 2GiB; layers that need more fail")
	flags.StringVar(&o.results, "results", "", "keep each score in folder `DIR` and score only what is not there or has changed (default $"+results.Variable+")")
	flags.BoolVar(&o.intervals, "ci", false, "give each score its 95 % interval, by bootstrap over neuroids or stimuli")
	flags.StringVar(&o.cluster, "cluster", "", "with --ci, draw neuroids that have the same value in `COLUMN` of neuroid.csv together")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be read and held, and score nothing")
	flags.Var(&o.failUnder, "fail-under", "exit with code 4 unless scores reach `X`")
}

func newScoreCommand(streams Streams, deps deps) *cobra.Command {
	var opts scoreOptions
	c := &cobra.Command{
		Use:   "score MODEL...",
		Short: "Score model dumps on benchmarks",
		Long: `Scores model dumps: on each benchmark the raw score, its noise ceiling and the
score normalised by the ceiling, then the composite of the model.

A MODEL is a folder with a model's activations or choices, as .npy and .csv.
Where its model.yaml commits layers to regions, these are scored; else each
layer on its own, and then a composite is formed only where each part has
exactly one score.

A benchmark that fails does not stop the others: it is named, the others are
written, and the exit code is 3 if invalid data caused all failures, else 1.
Where everything fails, nothing is written.

With --fail-under, the composite of each model has to reach X. Where a model
has no composite and none was asked for with --composite, each of its ceiled
scores has to. A figure that is missing does not reach it. Failures decide the
exit code before the threshold does.

With --results, each score is kept in a file of its own, named by a hash of all
that determines it: activations, recordings, definition, options, algorithm.
What is there is not computed again, and what is written is the same to the
byte. The folder may be shared by any number of runs and machines.

With --ci, scores come with 95 % intervals. Scores on recordings: neuroids and
splits are drawn with replacement 9999 times, the deviations of the median over
neuroids and of the mean over splits are added, widened as Student's t is for few;
where there are no neuroids (ost), splits alone. Neuroids of one electrode, array or
subject are not independent: --cluster COLUMN draws whole clusters of neuroids, those
with the same value in that column of the recordings' neuroid.csv (an empty one
stands alone), which makes intervals as wide as so few clusters need. compare, which
has no more than results, draws neuroids one by one. Scores on behaviour: stimuli are
drawn 1999 times, of each object or condition as many as it has, and the score is
computed of each sample, widened for few stimuli; the humans' choices stay as they
are. A ceiled score's interval takes the ceiling of recordings and subjects as exact.
What is drawn comes from a fixed seed, the same for all models. cka and rdm have no
interval.

CSV has one row a score, in full precision, and no composites; text that a
spreadsheet would run as a formula has an apostrophe in front.

` + exitCodes(exitData, exitThreshold),
		Example: `  brainscore score models/resnet50
  brainscore score models/* --benchmark MajajHong2015public.IT-pls --format csv
  brainscore score models/resnet50 --all-layers --output scores.json --format json
  brainscore score models/* --results results
  brainscore score models/resnet50 --ci --format json --output scores.json
  brainscore score models/resnet50 --ci --cluster animal
  brainscore score models/resnet50 --dry-run
  brainscore score models/resnet50 --quiet --fail-under 0.5`,
		GroupID:           groupScoring,
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.models = args
			opts.needsComp = c.Flags().Changed("composite")
			if opts.dryRun {
				return runDry(c.Context(), opts, streams, deps.plan)
			}
			return runScore(c.Context(), opts, streams, deps.score)
		},
	}
	opts.AddFlags(c, c.Flags())
	opts.addCompletion(c, deps.names)
	return c
}

func (o *scoreOptions) addCompletion(c *cobra.Command, names names) {
	completeWith(c, "data", cobra.ShellCompDirectiveFilterDirs, func(*cobra.Command, []string) []string { return nil })
	completeWith(c, "results", cobra.ShellCompDirectiveFilterDirs, func(*cobra.Command, []string) []string { return nil })
	completeWith(c, "benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		if names.benchmarks == nil {
			return nil
		}
		return names.benchmarks(c.Context(), o.data)
	})
	completeWith(c, "composite", cobra.ShellCompDirectiveDefault, func(*cobra.Command, []string) []string {
		if names.composites == nil {
			return nil
		}
		return names.composites()
	})
	completeWith(c, "layer", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, models []string) []string {
		if names.layers == nil {
			return nil
		}
		return names.layers(c.Context(), models)
	})
}

// check finds what the flags together cannot mean, and early what would fail in
// the end.
func (o *scoreOptions) check() error {
	for _, list := range []struct {
		what   string
		values []string
	}{
		{"MODEL", o.models}, {"--benchmark", o.benchmarks}, {"--layer", o.layers}, {"--composite", []string{o.composite}},
	} {
		for _, v := range list.values {
			if v == "" {
				return usagef("%s is empty", list.what)
			}
		}
	}
	if o.output == "" {
		return usagef("--output is empty; - stands for standard output")
	}
	if o.allLayers && len(o.layers) > 0 {
		return usagef("--layer and --all-layers exclude each other")
	}
	if o.cluster != "" && !o.intervals {
		return usagef("--cluster says how neuroids are drawn for intervals: it needs --ci")
	}
	return output.Check(o.output)
}

func runScore(ctx context.Context, opts scoreOptions, streams Streams, score scoreFunc) error {
	if err := opts.check(); err != nil {
		return err
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	report, err := score(ctx, opts.request(told))
	told.Close()
	if err := ctx.Err(); err != nil {
		return err // whatever it made fail
	}
	if err != nil {
		return err
	}
	tellNotes(told, report)
	failures := newFailures(report)
	if failures.scores == 0 {
		return failures.problems(nil)
	}
	if err := writeScores(ctx, opts, streams, report); err != nil {
		return err
	}
	var missed []string
	if opts.failUnder.set {
		missed = below(report, opts.failUnder.value, opts.needsComp)
	}
	return failures.problems(missed)
}

func writeScores(ctx context.Context, opts scoreOptions, streams Streams, report benchmarks.Report) error {
	color := opts.output == output.Stdout && output.Colored(streams.Out)
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return output.WriteScores(w, report, opts.format.format, color)
	})
}
