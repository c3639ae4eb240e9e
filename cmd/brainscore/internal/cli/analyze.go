package cli

import (
	"context"
	"io"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// The metadata that scores are correlated with by default, and the threshold of the
// second correlation, over the models above it.
const (
	defaultAgainst = ranking.AccuracyColumn
	defaultAbove   = ranking.AccuracyThreshold
)

type analyzeOptions struct {
	inputs  rankInputs
	against []string
	above   optionalFloat
	seed    uint64
	out     outputFlags
}

// addFlags adds the flags of `analyze`.
func (o *analyzeOptions) addFlags(c *cobra.Command, names names) {
	o.inputs.addFlags(c, names)
	flags := c.Flags()
	flags.StringArrayVar(&o.against, "against", nil, "correlate scores with metadata, or another score, `COLUMN` (repeatable; default "+defaultAgainst+", else "+ranking.AccuracyBenchmark+")")
	o.above = anyFloat()
	flags.Var(&o.above, "above", "correlate over the models whose metadata are above `X` too (default 0.7 for "+defaultAgainst+")")
	addSeedFlag(c, &o.seed, "bootstrap samples")
	o.out.add(c, output.Formats...)
}

func newAnalyzeCommand(streams Streams, names names) *cobra.Command {
	var opts analyzeOptions
	c := &cobra.Command{
		Use:   "analyze [RESULTS]...",
		Short: "Correlate scores with metadata and with each other",
		Long: `Correlates the composite, its parts and benchmarks with metadata such as ImageNet
accuracy, over all models, over those above a threshold, and within each family if the
metadata have a column family. Of a tree, only the upper groups are compared; a note
reports how complete the models are. Then reports how well parts, and benchmarks, agree on
the order of models (Spearman's ρ and Kendall's τ-b) and which model's rank changes
most.

` + inputsHelp + `

Intervals have a level of 95 %. That of Pearson's r is computed on Fisher's scale and
is wider if a few models have much influence (jackknife). The others are percentiles
of 1999 bootstrap samples of the models, drawn from a seed: the same inputs give the
same figures, in any order. For more than 1000 models they come from the jackknife,
which then differs from the bootstrap by less than two seeds do. A correlation needs
at least three models, an interval of r at least four, one of ρ or τ-b at least five:
any order of fewer is likely enough by chance. It has none either if all samples of the
models are in the same order.

` + exitCodes(exitData),
		Example: `  brainscore analyze scores/ --table models.csv
  brainscore analyze --table published.csv --where table=leaderboard-2018-09
  brainscore analyze --table published.csv --against parameters --above 1e7 --format json`,
		GroupID: groupModels,
		RunE: func(c *cobra.Command, args []string) error {
			opts.inputs.results = args
			return runAnalyze(c.Context(), opts, streams)
		},
	}
	opts.addFlags(c, names)
	return c
}

func runAnalyze(ctx context.Context, opts analyzeOptions, streams Streams) error {
	if err := noneEmpty(argument{"--against", opts.against}); err != nil {
		return err
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	defer reporter.Close()
	reporter.Step("reading the results")
	data, err := opts.inputs.load(ctx, streams.In)
	if err != nil {
		return err
	}
	question := ranking.Question{Against: opts.against, Above: math.NaN(), Seed: opts.seed}
	if len(opts.against) == 0 {
		if slices.Contains(data.Metadata(), defaultAgainst) {
			question.Against, question.Above = []string{defaultAgainst}, defaultAbove
		} else if slices.Contains(ranking.Parts(data.Models()), ranking.AccuracyBenchmark) {
			question.Against, question.Above = []string{ranking.AccuracyBenchmark}, defaultAbove
		} else {
			reporter.Note("the inputs have no %s to correlate scores with: add it by --table, or name other metadata by --against", defaultAgainst)
		}
	} else if slices.Contains(opts.against, defaultAgainst) && len(opts.against) == 1 {
		question.Above = defaultAbove
	}
	if text := data.Completeness(); text != "" {
		reporter.Note("%s", text)
	}
	if opts.above.set {
		question.Above = opts.above.value
	}
	reporter.Step("correlating scores, with intervals")
	analysis, err := data.Analyze(ctx, question)
	reporter.Close()
	if err != nil {
		return err
	}
	for _, w := range analysis.Warnings {
		reporter.Warn("%s", w)
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteAnalysis(w, analysis, format, color)
	})
}
