package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/figures"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// similarityOptions are the flags of `similarity`, which compares layers with each other.
type similarityOptions struct {
	scoreRequest // of which the models and how to run are used
	compared     scoring.SimilarityRequest
	settings     []string // options of the metric, as NAME=VALUE
	heatmap      string
	dryRun       bool
	out          outputFlags
}

// addFlags adds the flags of `similarity`.
func (o *similarityOptions) addFlags(c *cobra.Command, names names) {
	flags := c.Flags()
	flags.StringVar(&o.compared.StimulusSet, "stimulus-set", "", "compare on stimulus set `ID` (default the one that the dumps share)")
	flags.StringVar(&o.compared.Metric, "metric", "cka", "compare by metric `M`: "+strings.Join(metrics.PairwiseNames(), ", "))
	flags.StringArrayVar(&o.settings, "option", nil, "set an option of the metric, as `NAME=VALUE` (repeatable)")
	flags.StringArrayVar(&o.compared.Layers, "layer", nil, "compare only layer `L` (repeatable)")
	flags.StringVar(&o.heatmap, "heatmap", "", "draw a heat map into `FILE`, whose name ends in .svg or .png")
	flags.BoolVar(&o.dryRun, "dry-run", false, "print what would be read and held, and compare nothing")
	o.out.add(c, output.Formats...)
	o.addUnkept(c)
	completeWith(c, "stimulus-set", cobra.ShellCompDirectiveNoFileComp, func(_ *cobra.Command, models []string) []string { return dumpedSets(models) })
	completeWith(c, "metric", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return metrics.PairwiseNames() })
	completeWith(c, "option", cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace, func(*cobra.Command, []string) []string { return o.settingNames() })
	completeWith(c, "layer", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, models []string) []string {
		if names.layers == nil {
			return nil
		}
		return names.layers(c.Context(), models)
	})
	// An error here is a flag that was not added above.
	_ = c.MarkFlagFilename("heatmap", "svg", "png")
}

// dumpedSets returns the stimulus sets of dumps, for completion.
func dumpedSets(models []string) []string {
	var sets []string
	for _, dir := range models {
		if dump, err := stimuli.OpenDump(dir); err == nil {
			of, _ := dump.Sets()
			sets = append(sets, of...)
		}
	}
	return sets
}

// settingNames returns the options of the metric, for completion.
func (o *similarityOptions) settingNames() []string {
	info, err := metrics.Lookup(o.compared.Metric)
	if err != nil {
		return nil
	}
	var names []string
	for _, option := range info.Options {
		names = append(names, option.Name+"=")
	}
	return names
}

func newSimilarityCommand(streams Streams, names names) *cobra.Command {
	var opts similarityOptions
	c := &cobra.Command{
		Use:   "similarity MODEL...",
		Short: "Compare the layers of models with each other",
		Long: `Compares the activations of layers to the same stimuli: each layer of one model with
each of another, or all layers with each other if there is one MODEL or more than two.
A MODEL is a dump folder, as for score. The metric is one of similarity: cka, rdm,
procrustes, cca or svcca, with its options (metrics show cka), as in
--metric rdm --option compare=pearson.

A score is the same, bit for bit, with the layers exchanged, and 1 of equal layers
(below 1 with the options kendall and rho_a of rdm if dissimilarities are tied). It is
what score returns if the activations of the other layer are recordings: exactly for
cka and rdm, to rounding for the others. A reduction in model.yaml applies.

Each layer is read once, and once more if it is small or rounding of its inner products
matters. Of each layer, a matrix of stimuli × stimuli or more stays in memory; of two
models, those of the one with fewer layers alone: --dry-run prints how much. procrustes,
cca and svcca decompose a matrix for each pair, which takes seconds to minutes for
thousands of stimuli.

Tables and Markdown have a matrix, CSV and TSV a row for each pair in full precision,
JSON both matrices, of procrustes and cca also the angular distance, and provenance. A
layer that cannot be read does not stop the others: its scores are empty, it is named,
and the exit code is 3 if invalid data are the cause, else 1.

` + exitCodes(exitData),
		Example: `  brainscore similarity models/resnet50
  brainscore similarity models/resnet50 models/alexnet --heatmap similarity.svg
  brainscore similarity models/* --metric rdm --option compare=whitened_cosine --output rdm.csv
  brainscore similarity models/resnet50 models/alexnet --metric procrustes --layer fc --format json
  brainscore similarity models/* --stimulus-set hvm-public --dry-run`,
		GroupID:           groupModels,
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.compared.Models = args
			return runSimilarity(c.Context(), opts, streams)
		},
	}
	opts.addFlags(c, names)
	return c
}

// check reads the options of the metric, and returns an error for flags that cannot be used.
func (o *similarityOptions) check() error {
	err := noneEmpty(argument{"MODEL", o.compared.Models}, argument{"--layer", o.compared.Layers}, argument{"--option", o.settings}, argument{"--metric", []string{o.compared.Metric}})
	if err != nil {
		return err
	}
	info, err := metrics.Lookup(o.compared.Metric)
	if err != nil {
		return usagef("--metric: %w", err)
	}
	if o.compared.Options, err = optionsOf(o.settings, "distance=euclidean"); err != nil {
		return err
	}
	metric, err := metrics.New(info.Name, o.compared.Options)
	if err != nil {
		return usagef("--option: %w", err)
	}
	if _, ok := metric.(metrics.Pairwise); !ok {
		return usagef("--metric %s compares no layers with each other; those that do are %s", info.Name, strings.Join(metrics.PairwiseNames(), ", "))
	}
	if err := checkFigure("--heatmap", o.heatmap); err != nil {
		return err
	}
	return o.out.check()
}

func runSimilarity(ctx context.Context, opts similarityOptions, streams Streams) error {
	if err := opts.check(); err != nil {
		return err
	}
	opts.reporter = progress.New(streams.Err, opts.quiet)
	defer opts.reporter.Close()
	if opts.dryRun {
		return opts.printDryRun(ctx, opts.out, streams, opts.compared)
	}
	var compared *scoring.Similarities
	err := opts.compareLayers(ctx, func(r *scoring.Runner) (warnings []string, err error) {
		if compared, err = r.Similarities(ctx, opts.compared); err != nil {
			return nil, err
		}
		return compared.Warnings, nil
	})
	if err != nil {
		return err
	}
	layers := len(compared.Rows)
	if len(opts.compared.Models) == 2 {
		layers += len(compared.Columns)
	}
	successes := layers - len(compared.Failures)
	if successes > 0 {
		if err := opts.write(ctx, compared, streams); err != nil {
			return err
		}
	}
	return failuresError(compared.Failures, successes, "layers")
}

// write writes the scores and draws the heat map.
func (o *similarityOptions) write(ctx context.Context, compared *scoring.Similarities, streams Streams) error {
	if o.heatmap != "" {
		if err := o.draw(ctx, compared, streams); err != nil {
			return err
		}
	}
	return o.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteSimilarities(w, compared, format, color)
	})
}

func (o *similarityOptions) draw(ctx context.Context, compared *scoring.Similarities, streams Streams) error {
	format, err := figures.FormatOf(o.heatmap)
	if err != nil {
		return err
	}
	m := figures.Matrix{Title: "Similarity of layers on " + compared.StimulusSet, Caption: fmt.Sprintf("%s, n = %d stimuli", strings.Join(append([]string{compared.Metric.Name}, o.settings...), ", "), compared.Stimuli), Values: compared.Values}
	m.Rows, m.Columns = output.LayerNames(compared)
	figure, err := figures.NewOfMatrix(m, figures.Request{})
	if err != nil {
		return err
	}
	return output.Write(ctx, o.heatmap, streams.Out, func(w io.Writer) error { return figure.Write(w, format) })
}
