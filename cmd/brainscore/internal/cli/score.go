package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
)

type scoreOptions struct {
	scoreRequest
	out            outputFlags
	needsComposite bool // the composite was asked for by name
	failUnder      optionalFloat
	dryRun         bool
}

// addFlags adds the flags of `score`.
func (o *scoreOptions) addFlags(c *cobra.Command, names names) {
	o.addRequestFlags(c, names)
	o.add(c)
	o.out.add(c, output.Formats...)
	flags := c.Flags()
	flags.BoolVar(&o.intervals, "ci", false, "give each score its 95 % interval, by bootstrap over neuroids or stimuli")
	flags.StringVar(&o.options.Cluster, "cluster", "", "with --ci, draw neuroids that have the same value in `COLUMN` of neuroid.csv together")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be read and held, and score nothing")
	o.failUnder = optionalFloat{min: -1, max: 1}
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
			opts.Models = args
			opts.needsComposite = c.Flags().Changed("composite")
			if opts.dryRun {
				return runDry(c.Context(), opts, streams, deps.plan)
			}
			return runScore(c.Context(), opts, streams, deps.score)
		},
	}
	opts.addFlags(c, deps.names)
	return c
}

// check returns an error for flags that contradict each other and for an output
// that cannot be written.
func (o *scoreOptions) check() error {
	if err := o.scoreRequest.check(); err != nil {
		return err
	}
	if o.options.Cluster != "" && !o.intervals {
		return usagef("--cluster says how neuroids are drawn for intervals: it needs --ci")
	}
	return o.out.check()
}

func runScore(ctx context.Context, opts scoreOptions, streams Streams, score scoreFunc) error {
	if err := opts.check(); err != nil {
		return err
	}
	opts.reporter = progress.New(streams.Err, opts.quiet)
	defer opts.reporter.Close()
	report, err := score(ctx, opts.scoreRequest)
	opts.reporter.Close()
	if err := ctx.Err(); err != nil {
		return err // the cause of whatever failed
	}
	if err != nil {
		return err
	}
	printNotes(opts.reporter, report)
	failures := newFailures(report)
	if failures.scores == 0 {
		return failures.problems(nil)
	}
	err = opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteScores(w, report, format, color)
	})
	if err != nil {
		return err
	}
	var missed []string
	if opts.failUnder.set {
		missed = report.Below(opts.failUnder.value, opts.needsComposite)
	}
	return failures.problems(missed)
}
