package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
)

// scoreOptions are the flags of `score`, which scores models on benchmarks.
type scoreOptions struct {
	scoreRequest
	out            outputFlags
	needsComposite bool // the composite was asked for by name
	failUnder      optionalFloat
	dryRun         bool
	redact         bool
}

// addFlags adds the flags of `score`.
func (o *scoreOptions) addFlags(c *cobra.Command, names names) {
	o.addRequestFlags(c, names)
	o.add(c)
	o.out.add(c, output.Formats...)
	flags := c.Flags()
	flags.BoolVar(&o.intervals, "ci", false, "compute the 95 % interval of each score, by bootstrap over neuroids, stimuli or subjects")
	flags.StringVar(&o.options.Cluster, "cluster", "", "with --ci, resample neuroids with the same value in `COLUMN` of neuroid.csv together")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be read and held, and score nothing")
	flags.BoolVar(&o.redact, "redact", false, "leave out figures of single neuroids, subjects and splits, and texts that may name them")
	o.budget.addFlags(c)
	o.failUnder = optionalFloat{min: -1, max: 1}
	flags.Var(&o.failUnder, "fail-under", "exit with code 4 unless scores reach `X`")
}

func newScoreCommand(streams Streams, deps deps) *cobra.Command {
	var opts scoreOptions
	c := &cobra.Command{
		Use:   "score MODEL...",
		Short: "Score model dumps on benchmarks",
		Long: `Scores model dumps on benchmarks: the raw score, its noise ceiling and the ceiled
score, which is normalised by the ceiling; then the composite of the model.

A MODEL is a folder with a model's activations or choices, as .npy and .csv. If its
model.yaml commits layers to regions, these are scored; else each layer is scored on
its own, and a composite is formed only if each part has exactly one score.

A MODEL may also be a pack, a file that brainscore pack made for a manifest of benchmarks of
the data home: it is scored on these unless --benchmark names others. With --redact, the
output has averages only: no figures of single neuroids, subjects or splits, no warnings, and
of errors those about the pack. Standard error has all of them, for the host. --submitter NAME
--budget N judges at most N packs of a name; the same pack again counts once.

A benchmark that fails does not stop the others: it is named, the others are written,
and the exit code is 3 if invalid data caused all failures, else 1. If all fail,
nothing is written.

With --fail-under, the composite of each model has to reach X. If a model has no
composite and --composite is not set, each of its ceiled scores has to. A missing
figure does not reach X. If there are failures, they decide the exit code.

A score that is not defined, such as one on a layer with the same activations to all
stimuli, is – (null in JSON, empty in CSV), and a warning gives the reason. That is no
failure: the exit code is 0, or 4 with --fail-under.

With --results, each score is kept in a file of its own, named by a hash of all that
determines it: activations, recordings, definition, options, algorithm. A kept score
is not computed again, and the output is the same, byte for byte. Any number of runs
and machines can share the folder. If it cannot keep a score, because it is full or
read-only, for example, all scores are still written, and then the exit code is 1.

Figures are the same in every bit for any --jobs, and on every processor that computes
with the same kernel; those of two kernels differ by up to 1e-9. The kernel is recorded
with each score. --kernel portable gives the same bits on every processor, of amd64 as
of arm64, and is slower; with --kernel, kept scores of other kernels are not used.

With --ci, scores have 95 % intervals. Scores on recordings: neuroids and splits are
resampled 9999 times; the deviations of the median over neuroids and of the mean over
splits are added, with a small-sample (Student's t) correction. ost resamples splits
only. Neuroids of one electrode, array or subject are not independent: --cluster
COLUMN resamples whole clusters, neuroids with the same value in that column of
neuroid.csv (a neuroid with an empty value is a cluster of its own), which makes
intervals wider. compare reads only results and resamples single neuroids. Scores on
behaviour: stimuli are resampled 1999 times within each object or condition, and the
score of each sample is computed, with a small-sample correction; the humans' choices
are not resampled. The interval of a ceiled score treats the ceiling of recordings and
subjects as exact. rdm and cka: stimuli are resampled 1000 times, and subjects too if
the definition compares each (per: subject); the intervals generalise to other stimuli
and subjects, and compare pairs models by the same samples. Other metrics of similarity
have no interval. Samples are drawn from a fixed seed, the same for all models.

CSV and TSV have one row a score, in full precision, and no composites; text that a
spreadsheet would run as a formula has an apostrophe in front.

` + exitCodes(exitData, exitThreshold),
		Example: `  brainscore score models/resnet50
  brainscore score models/* --benchmark MajajHong2015public.IT-pls --format csv
  brainscore score models/resnet50 --all-layers --output scores.json --format json
  brainscore score models/* --results results
  brainscore score models/resnet50 --ci --format json --output scores.json
  brainscore score models/resnet50 --ci --cluster animal
  brainscore score models/resnet50 --dry-run
  brainscore score resnet50.zip --data hidden --redact --output scores.json
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
		return usagef("--cluster sets how neuroids are resampled for intervals: it needs --ci")
	}
	if err := o.budget.check(o.resultsFolder(), o.Models); err != nil {
		return err
	}
	if o.redact && o.dryRun {
		return usagef("--redact and --dry-run exclude each other")
	}
	return o.out.check()
}

func runScore(ctx context.Context, opts scoreOptions, streams Streams, score scoreFunc) error {
	if err := opts.check(); err != nil {
		return err
	}
	opts.watch(streams)
	tables := opts.tables(ctx, streams)
	defer opts.reporter.Close()
	report, err := score(ctx, opts.scoreRequest)
	opts.reporter.Close()
	if err := ctx.Err(); err != nil {
		return err // else the failures that it caused would be reported
	}
	if err != nil {
		return err
	}
	printNotes(opts.reporter, report)
	warnOfKernels(opts.reporter, report)
	failures := newFailures(report)
	if failures.scores == 0 {
		return failures.problems(nil)
	}
	if opts.redact {
		report = report.Redacted(isPublic)
	}
	if tables != nil {
		err = tables.finish(report)
	} else {
		err = opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
			return output.WriteScores(w, report, format, color)
		})
	}
	if err != nil {
		return err
	}
	if opts.out.onTerminal(streams) && output.TerminalWidth(streams.Err) > 0 {
		failures.messages = nil // the tables on the same terminal have them
	}
	var missed []string
	if opts.failUnder.set {
		missed = report.Below(opts.failUnder.value, opts.needsComposite)
	}
	return failures.problems(missed)
}
