package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

type leaderboardOptions struct {
	inputs rankInputs
	sort   string
	top    int // 0 for all
	out    outputFlags
}

// addFlags adds the flags of `leaderboard`.
func (o *leaderboardOptions) addFlags(c *cobra.Command, names names) {
	o.inputs.addFlags(c, names)
	c.Flags().StringVar(&o.sort, "sort", ranking.CompositeScore, "rank by `NAME`: composite, a part, a benchmark or numeric metadata")
	c.Flags().Var(&count{value: &o.top, min: 1}, "top", "show only the first `N` models")
	o.out.add(c, output.Formats...)
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
	opts.addFlags(c, names)
	return c
}

func runLeaderboard(ctx context.Context, opts leaderboardOptions, streams Streams) error {
	if opts.sort == "" {
		return usagef("--sort is empty")
	}
	if err := opts.out.check(); err != nil {
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
	reporter := progress.New(streams.Err, false)
	for _, w := range board.Warnings {
		reporter.Warn("%s", w)
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteBoard(w, board, opts.top, format, color)
	})
}
