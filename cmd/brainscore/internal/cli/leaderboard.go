package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

type leaderboardOptions struct {
	inputs rankInputs
	sort   string
	top    topFlag
	format formatFlag
	output string
}

// AddFlags adds the flags of `leaderboard`.
func (o *leaderboardOptions) AddFlags(c *cobra.Command, flags *pflag.FlagSet, names names) {
	o.inputs.AddFlags(c, flags, names)
	flags.StringVar(&o.sort, "sort", ranking.CompositeScore, "rank by `NAME`: composite, a part, a benchmark or numeric metadata")
	flags.Var(&o.top, "top", "show the first `N` alone")
	addFormatFlag(c, flags, &o.format, output.Formats...)
	addOutputFlag(flags, &o.output)
}

// addOutputFlag adds --output.
func addOutputFlag(flags *pflag.FlagSet, path *string) {
	flags.StringVarP(path, "output", "o", output.Stdout, "write to `FILE`, whole or not at all; - is standard output")
}

// checkOutput finds early what keeps a file from being written.
func checkOutput(path string) error {
	if path == "" {
		return usagef("--output is empty; - stands for standard output")
	}
	return output.Check(path)
}

// topFlag is the value of --top; zero is all.
type topFlag int

func (n *topFlag) String() string {
	if *n == 0 {
		return ""
	}
	return strconv.Itoa(int(*n))
}

func (n *topFlag) Type() string { return "N" }

// Set implements pflag.Value.
func (n *topFlag) Set(s string) error {
	v, err := strconv.Atoi(s)
	if err != nil || v < 1 {
		return fmt.Errorf("%q is not a whole number of at least 1", s)
	}
	*n = topFlag(v)
	return nil
}

func newLeaderboardCommand(streams Streams, names names) *cobra.Command {
	var opts leaderboardOptions
	c := &cobra.Command{
		Use:   "leaderboard [RESULTS]...",
		Short: "Rank models by a composite or a benchmark",
		Long: `Ranks models by a composite, a part of it, a benchmark, or metadata.

` + inputsHelp + `

Equal values share the best rank that they take up: 1, 2, 2, 4. Models without
what is ranked by are listed apart, with what they lack. Tables show metadata that
are numbers and the family; CSV and JSON have all.

Scores of score --ci bring 95 % intervals. A mean of benchmarks, parts or groups is
as far from either end of its interval as the root of the sum of their squared
distances, over their number, as if they varied independently. "ranks" are those
that a model could have as well: below the models whose interval is wholly above
its own, above those whose interval is wholly below. Models share neuroids and
stimuli, so compare tells more of them apart.

` + exitCodes(exitData),
		Example: `  brainscore leaderboard scores.json
  brainscore leaderboard results/ --table models.csv --composite brain-score.org
  brainscore leaderboard --table published.csv --where table=leaderboard-2018-09 --top 10
  brainscore leaderboard scores.json --sort V4 --format markdown`,
		GroupID: groupModels,
		RunE: func(c *cobra.Command, args []string) error {
			opts.inputs.results = args
			return runLeaderboard(c.Context(), opts, streams)
		},
	}
	opts.AddFlags(c, c.Flags(), names)
	return c
}

func runLeaderboard(ctx context.Context, opts leaderboardOptions, streams Streams) error {
	if opts.sort == "" {
		return usagef("--sort is empty")
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	data, err := opts.inputs.load(streams.In)
	if err != nil {
		return err
	}
	board, err := data.Rank(opts.sort)
	if err != nil {
		return err
	}
	told := progress.New(streams.Err, false)
	for _, w := range board.Warnings {
		told.Warn("%s", w)
	}
	color := opts.output == output.Stdout && output.Colored(streams.Out)
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return output.WriteBoard(w, board, int(opts.top), opts.format.format, color)
	})
}
