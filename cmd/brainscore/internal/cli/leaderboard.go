package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/stats"
	"github.com/brainscore-go/brainscore/pkg/ranking"
)

// leaderboardOptions are the flags of `leaderboard`, which ranks models.
type leaderboardOptions struct {
	inputs rankInputs
	sort   string
	since  []string
	view   output.BoardView
	out    outputFlags
}

// addFlags adds the flags of `leaderboard`.
func (o *leaderboardOptions) addFlags(c *cobra.Command, names names) {
	o.inputs.addFlags(c, names)
	c.Flags().StringVar(&o.sort, "sort", ranking.CompositeScore, "rank by `NAME`: composite, a part, a benchmark or numeric metadata")
	c.Flags().StringArrayVar(&o.since, "since", nil, "show what changed since the earlier scores of `RESULTS` (repeatable)")
	c.Flags().Var(&count{value: &o.view.Top, min: 1}, "top", "show only the first `N` models")
	c.Flags().Var(&count{value: &o.view.Depth, min: 1}, "depth", "in tables, show `N` levels of the composite's tree with their benchmarks (default: an overview of two)")
	o.out.add(c, output.Formats...)
}

func newLeaderboardCommand(streams Streams, names names) *cobra.Command {
	var opts leaderboardOptions
	c := &cobra.Command{
		Use:   "leaderboard [RESULTS]...",
		Short: "Rank models by a composite or a benchmark",
		Long: `Ranks models by a composite, a part of it, a benchmark, or metadata.

` + inputsHelp + `

Equal values share the best of their ranks: 1, 2, 2, 4. Models without the value that
is ranked by are listed separately, with what they are missing. Tables show the
numeric metadata and the family; CSV and JSON have all metadata.

Of a composite with groups, as brain-score.org, tables show the upper levels (--depth)
and the number of benchmarks that a model has of all that count; CSV and JSON have every
group and benchmark, and JSON lists what each model lacks. X marks what failed.
--without leaves benchmarks or groups out, and all means above are computed again.
Figures and ranks of brain-score.org are shown as there: three decimals (one from 1 on),
ranks by two decimals.

With --since, a column has the rank of each model among earlier scores, and notes name
models and benchmarks that are new or gone, and models whose scores changed; JSON lists them.

Scores of score --ci have 95 % intervals. For a mean of n benchmarks, parts or groups
the half-widths are combined in quadrature and divided by n, as if they varied
independently. "ranks" is the range of ranks that intervals allow a model: below all
models whose whole interval is higher, above all whose whole interval is lower. As
models share neuroids and stimuli, compare can distinguish more of them.

` + exitCodes(exitData),
		Example: `  brainscore leaderboard scores.json
  brainscore leaderboard results/ --table models.csv --composite brain-score.org
  brainscore leaderboard --table published.csv --where table=leaderboard-2018-09 --top 10
  brainscore leaderboard scores.json --composite brain-score.org --without engineering_vision --without Kar2019-ost
  brainscore leaderboard scores/*.json --since board-of-may.json
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
	data, err := opts.inputs.load(ctx, streams.In)
	if err != nil {
		return err
	}
	board, err := data.Rank(opts.sort)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	if err := opts.compare(ctx, streams, data, board, reporter); err != nil {
		return err
	}
	for _, w := range board.Warnings {
		reporter.Warn("%s", w)
	}
	if len(board.Entries) == 0 && board.Sort == ranking.CompositeScore {
		noteUnranked(reporter, board)
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteBoard(w, board, opts.view, format, color)
	})
}

// compare adds what changed since earlier scores to a board.
func (o *leaderboardOptions) compare(ctx context.Context, streams Streams, data *ranking.Data, board *ranking.Board, reporter *progress.Reporter) error {
	if len(o.since) == 0 {
		return nil
	}
	if err := noneEmpty(argument{"--since", o.since}); err != nil {
		return err
	}
	earlier := o.inputs
	earlier.results = o.since
	before, err := earlier.load(ctx, streams.In)
	if err != nil {
		return err
	}
	board.Since = data.Since(board, before)
	if board.Since.Unranked() {
		reporter.Note("no earlier model has the score that the board is ranked by, %s", board.Sort)
	}
	for _, n := range []struct {
		what  string
		names []string
	}{{"new benchmarks", board.Since.NewBenchmarks}, {"new models", board.Since.NewModels}, {"models that are gone", board.Since.GoneModels}, {"models with other scores than before", board.Since.ChangedModels}} {
		if len(n.names) > 0 {
			reporter.Note("%s: %s", n.what, strings.Join(n.names, ", "))
		}
	}
	return nil
}

// noteUnranked notes how to rank models of which none has a composite.
func noteUnranked(reporter *progress.Reporter, board *ranking.Board) {
	if score := mostFrequentScore(board); score != "" {
		reporter.Note("no model has the composite %s: rank by a score that models have, such as --sort %s, or name another --composite", board.Composite, score)
		return
	}
	for _, e := range board.Missing {
		if len(e.OnLayers) > 0 {
			reporter.Note("no model has a score to rank by: %s was scored on several layers, as other models may be; choose one of each region by brainscore layers --write, and score again", e.Name)
			return
		}
	}
}

// mostFrequentScore returns the first of the scores that most models without a rank have,
// "" if they have none.
func mostFrequentScore(board *ranking.Board) string {
	var models []*ranking.Model
	for _, e := range board.Missing {
		models = append(models, e.Model)
	}
	most, score := 0, ""
	for _, key := range ranking.Scores(models) {
		n := 0
		for _, m := range models {
			if stats.Finite(m.Score(key)) {
				n++
			}
		}
		if n > most {
			most, score = n, key
		}
	}
	return score
}
