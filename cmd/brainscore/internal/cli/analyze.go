package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// What scores are correlated with unless something else is asked for.
const (
	defaultAgainst = "imagenet_top1"
	defaultAbove   = 0.7
)

type analyzeOptions struct {
	inputs  rankInputs
	against []string
	above   aboveFlag
	seed    uint64
	format  formatFlag
	output  string
}

// AddFlags adds the flags of `analyze`.
func (o *analyzeOptions) AddFlags(c *cobra.Command, flags *pflag.FlagSet, names names) {
	o.inputs.AddFlags(c, flags, names)
	flags.StringArrayVar(&o.against, "against", nil, "correlate scores with metadata `COLUMN` (repeatable; default "+defaultAgainst+")")
	flags.Var(&o.above, "above", "correlate over the models whose metadata are above `X` too (default 0.7 for "+defaultAgainst+")")
	flags.Uint64Var(&o.seed, "seed", 1, "draw bootstrap samples from seed `N`")
	addFormatFlag(c, flags, &o.format, output.Formats...)
	addOutputFlag(flags, &o.output)
}

// aboveFlag is the value of --above, a threshold on metadata.
type aboveFlag struct {
	value float64
	set   bool
}

func (a *aboveFlag) String() string {
	if !a.set {
		return ""
	}
	return strconv.FormatFloat(a.value, 'g', -1, 64)
}

func (a *aboveFlag) Type() string { return "X" }

// Set implements pflag.Value.
func (a *aboveFlag) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return fmt.Errorf("%q is not a number", s)
	}
	*a = aboveFlag{x, true}
	return nil
}

func newAnalyzeCommand(streams Streams, names names) *cobra.Command {
	var opts analyzeOptions
	c := &cobra.Command{
		Use:   "analyze [RESULTS]...",
		Short: "Correlate scores with metadata and with each other",
		Long: `Correlates the composite, its parts and benchmarks with metadata such as ImageNet
accuracy, over all models and over those above a threshold, and within families
where a column family names them. Then how far parts, and benchmarks, agree on the
order of models: Spearman's ρ and Kendall's τ-b, and which model's rank changes
most.

` + inputsHelp + `

Intervals of 95 %: of Pearson's r on Fisher's scale, wider where a few models weigh
much (jackknife); of the others what 1999 bootstrap samples of the models give, from
a seed: the same inputs give the same figures, in any order. Fewer than three models
give no correlation, fewer than four no interval of r.

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
	opts.AddFlags(c, c.Flags(), names)
	return c
}

func runAnalyze(ctx context.Context, opts analyzeOptions, streams Streams) error {
	if err := noneEmpty("--against", opts.against); err != nil {
		return err
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	data, err := opts.inputs.load(streams.In)
	if err != nil {
		return err
	}
	told := progress.New(streams.Err, false)
	question := ranking.Question{Against: opts.against, Above: math.NaN(), Seed: opts.seed}
	if len(opts.against) == 0 {
		data.Form()
		if slices.Contains(data.Metadata(), defaultAgainst) {
			question.Against, question.Above = []string{defaultAgainst}, defaultAbove
		} else {
			told.Note("the inputs have no %s to correlate scores with: give it by --table, or other metadata by --against", defaultAgainst)
		}
	} else if slices.Contains(opts.against, defaultAgainst) && len(opts.against) == 1 {
		question.Above = defaultAbove
	}
	if opts.above.set {
		question.Above = opts.above.value
	}
	analysis, err := data.Analyze(ctx, question)
	if err != nil {
		return err
	}
	for _, w := range analysis.Warnings {
		told.Warn("%s", w)
	}
	color := opts.output == output.Stdout && output.Colored(streams.Out)
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return output.WriteAnalysis(w, analysis, opts.format.format, color)
	})
}
