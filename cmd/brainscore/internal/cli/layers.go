package cli

import (
	"context"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// layersOptions are the flags of `layers`, which finds the layer of each region.
type layersOptions struct {
	scoreRequest
	scores    string // raw or ceiled
	write     bool
	published string // name of a published model
	asSite    bool   // choose as published
	out       outputFlags
}

// addFlags adds the flags of `layers`.
func (o *layersOptions) addFlags(c *cobra.Command, names names) {
	flags := c.Flags()
	flags.StringArrayVar(&o.Benchmarks, "benchmark", nil, "compare on benchmark `ID` (repeatable; default all that the dump has activations for)")
	completeBenchmark(c, names, &o.data)
	flags.StringVar(&o.scores, "of", benchmarks.OfCeiled, "compare raw|ceiled scores")
	completeWith(c, "of", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string {
		return []string{benchmarks.OfRaw, benchmarks.OfCeiled}
	})
	flags.BoolVar(&o.write, "write", false, "commit each region to its best layer in model.yaml")
	flags.BoolVar(&o.asSite, "as-published", false, "choose layers as brain-score.org does, on principal components")
	flags.StringVar(&o.published, "published", "", "compare nothing, but commit to the layers of published model `NAME`")
	completeWith(c, "published", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string { return publishedNames() })
	o.add(c)
	o.out.add(c, output.Formats...)
}

func newLayersCommand(streams Streams, deps deps) *cobra.Command {
	var opts layersOptions
	c := &cobra.Command{
		Use:   "layers MODEL...",
		Short: "Find the best layer for each region",
		Long: `Scores every layer of model dumps on the benchmarks of each region, prints the curve
over layers and marks the best layer: the one with the highest mean over the
benchmarks, or the first of several. Layers are in the order that model.yaml lists them
in by depth (layers: [conv1, layer1, fc]), others after them in the natural order of
their names. A layer without a score on one of the benchmarks is not chosen.

With --write, model.yaml commits each region to its best layer and records how it was
chosen; the rest of the file does not change. score warns if it scores a layer on the
data that the layer was chosen on: choose layers on public benchmarks, compare models
on others.

With --as-published, layers are compared as brain-score.org chooses them: by ceiled
scores on the public recordings of V1, V2, V4 and IT (or on --benchmark), with layers
reduced to the principal components that model.yaml names for this alone:
selection: {pca: 1000, fit_stimulus_set: SET}. Layers of no more features stay as they
are. The layer of behavior is never chosen there: it is the one that model.yaml names,
or else the read-out that the site has for a model of this identifier.

With --published NAME, nothing is scored: model.yaml commits the regions to the layers
that brain-score.org scores of that model (models show NAME).

A MODEL may also be a pack of all layers (brainscore pack --all-layers), except with --write
and --as-published.

` + exitCodes(exitData),
		Example: `  brainscore layers models/resnet50
  brainscore layers models/* --benchmark MajajHong2015public.IT-pls --write
  brainscore layers models/alexnet --published alexnet
  brainscore layers models/resnet50 --of raw --format csv`,
		GroupID:           groupScoring,
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.Models = args
			if c.Flags().Changed("published") {
				if opts.write || opts.asSite || len(opts.Benchmarks) > 0 || opts.published == "" {
					return usagef("--published takes the name of a model, and neither --write, --benchmark nor --as-published")
				}
				return commitPublished(opts, streams)
			}
			return runLayers(c.Context(), opts, streams, deps.score)
		},
	}
	opts.addFlags(c, deps.names)
	return c
}

// selectionBenchmarks are those that the site chooses layers on.
var selectionBenchmarks = []string{"FreemanZiemba2013public.V1-pls", "FreemanZiemba2013public.V2-pls", "MajajHong2015public.V4-pls", "MajajHong2015public.IT-pls"}

// behaviorRegion is the region whose layer the site does not choose.
const behaviorRegion = "behavior"

func runLayers(ctx context.Context, opts layersOptions, streams Streams, score scoreFunc) error {
	if err := noneEmpty(argument{"MODEL", opts.Models}, argument{"--benchmark", opts.Benchmarks}); err != nil {
		return err
	}
	if opts.scores != benchmarks.OfRaw && opts.scores != benchmarks.OfCeiled {
		return usagef("--of is %q, but must be raw or ceiled", opts.scores)
	}
	if err := opts.out.check(); err != nil {
		return err
	}
	for _, model := range opts.Models {
		if (opts.write || opts.asSite) && stimuli.IsPack(model) {
			return usagef("%s is a pack, whose layers can be compared but not committed to: name the dump that it was made of", model)
		}
	}
	if opts.asSite {
		if opts.scores != benchmarks.OfCeiled {
			return usagef("--as-published compares ceiled scores, not --of %s", opts.scores)
		}
		if opts.Selecting = true; len(opts.Benchmarks) == 0 {
			opts.Benchmarks = slices.Clone(selectionBenchmarks)
		}
	}
	opts.AllLayers, opts.composite = true, benchmarks.DefaultComposite
	opts.watch(streams)
	defer opts.reporter.Close()
	report, err := score(ctx, opts.scoreRequest)
	opts.reporter.Close()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	failures := newFailures(report)
	if failures.scores == 0 {
		return failures.problems(nil)
	}
	var curves [][]benchmarks.Curve
	empty := true
	for i := range report.Models {
		all := benchmarks.Curves(&report.Models[i], opts.scores)
		if opts.asSite {
			all = slices.DeleteFunc(all, func(c benchmarks.Curve) bool { return c.Region == behaviorRegion })
		}
		curves = append(curves, all)
		empty = empty && len(all) == 0
	}
	if empty {
		return &problems{append(failures.messages, "no layers to compare: the dumps have only choices and probabilities"), exitData}
	}
	err = opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return writeCurves(w, report, curves, format, color)
	})
	if err != nil {
		return err
	}
	printMissing(opts.reporter, report)
	for i, model := range opts.Models {
		if opts.asSite {
			if err := commitReadout(opts, model); err != nil {
				return err
			}
		}
		if !opts.write {
			continue
		}
		uncommitted, err := scoring.CommitBest(model, curves[i])
		for _, c := range uncommitted {
			opts.reporter.Warn("%s: %s: no layer has a score on every benchmark, so none is committed", c.Model, c.Region)
		}
		if err != nil {
			return err
		}
	}
	return failures.problems(nil)
}

// layersDocument is the JSON of `layers`.
type layersDocument struct {
	Schema int           `json:"schema"`
	Models []layersModel `json:"models"`
}

type layersModel struct {
	Model   string            `json:"model"`
	Regions []layersRegion    `json:"regions"`
	Errors  []results.Failure `json:"errors"`
}

type layersRegion struct {
	Region     string        `json:"region"`
	Of         string        `json:"of"`
	Benchmarks []string      `json:"benchmarks"`
	Layers     []layersPoint `json:"layers"`
	Best       *string       `json:"best"`
}

type layersPoint struct {
	Layer  string           `json:"layer"`
	Value  results.Number   `json:"value"`
	Scores []results.Number `json:"scores"` // by benchmark
}

func newLayersDocument(report benchmarks.Report, curves [][]benchmarks.Curve) layersDocument {
	doc := layersDocument{Schema: results.Schema, Models: []layersModel{}}
	for i, m := range report.Models {
		model := layersModel{Model: m.Model, Regions: []layersRegion{}, Errors: []results.Failure{}}
		for _, c := range curves[i] {
			region := layersRegion{Region: c.Region, Of: c.Of, Benchmarks: c.Benchmarks}
			for _, p := range c.Layers {
				point := layersPoint{Layer: p.Layer, Value: results.Number(p.Value)}
				for _, v := range p.Scores {
					point.Scores = append(point.Scores, results.Number(v))
				}
				region.Layers = append(region.Layers, point)
			}
			if c.Best != "" {
				region.Best = &c.Best
			}
			model.Regions = append(model.Regions, region)
		}
		for _, f := range m.Failures {
			model.Errors = append(model.Errors, results.Failure{Benchmark: f.Benchmark, Layer: f.Layer, Error: f.Err.Error()})
		}
		doc.Models = append(doc.Models, model)
	}
	return doc
}

// barWidth is the width of a bar of the highest value.
const barWidth = 24

// bar returns a bar whose length shows a value relative to the highest, in
// eighths of a character.
func bar(value, highest float64) string {
	if !(value > 0) || !(highest > 0) {
		return ""
	}
	eighths := int(math.Round(value / highest * barWidth * 8))
	return strings.Repeat("█", eighths/8) + strings.TrimSpace([]string{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"}[eighths%8])
}

func writeCurves(w io.Writer, report benchmarks.Report, curves [][]benchmarks.Curve, format output.Format, color bool) error {
	if format == output.JSON {
		return results.WriteJSON(w, newLayersDocument(report, curves))
	}
	g := output.Grid{Columns: []output.Column{{Header: "model"}, {Header: "region"}, {Header: "layer"}, {Header: "score", Right: true}, {Header: "best"},
		{Bar: true, Hide: []output.Format{output.Markdown, output.CSV, output.TSV}}}}
	for _, all := range curves {
		for _, c := range all {
			highest := math.Inf(-1)
			for _, p := range c.Layers {
				if p.Value > highest {
					highest = p.Value
				}
			}
			for _, p := range c.Layers {
				best := ""
				if p.Layer == c.Best {
					best = "best"
				}
				g.Add(output.Text(c.Model), output.Text(c.Region), output.Text(p.Layer), output.ScoreCell(p.Value), output.Text(best), output.Text(bar(p.Value, highest)))
			}
		}
	}
	return g.Write(w, format, color)
}
