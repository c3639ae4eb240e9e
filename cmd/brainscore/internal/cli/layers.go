package cli

import (
	"context"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

type layersOptions struct {
	models     []string
	data       string
	benchmarks []string
	of         string
	write      bool
	results    string
	format     formatFlag
	output     string
	jobs       jobsFlag
	memory     memoryFlag
	quiet      bool
}

// AddFlags adds the flags of `layers`.
func (o *layersOptions) AddFlags(c *cobra.Command, flags *pflag.FlagSet) {
	addDataFlag(c, flags, &o.data)
	flags.StringArrayVar(&o.benchmarks, "benchmark", nil, "compare on benchmark `ID` (repeatable; default all that the dump has activations for)")
	flags.StringVar(&o.of, "of", benchmarks.OfCeiled, "compare the scores that are raw|ceiled")
	flags.BoolVar(&o.write, "write", false, "commit each region to its best layer in model.yaml")
	flags.StringVar(&o.results, "results", "", "keep each score in folder `DIR` and score only what is not there or has changed (default $"+results.Variable+")")
	addFormatFlag(c, flags, &o.format, output.Formats...)
	flags.StringVarP(&o.output, "output", "o", output.Stdout, "write to `FILE`, whole or not at all; - is standard output")
	addJobsFlag(flags, &o.jobs)
	flags.Var(&o.memory, "memory", "hold at most `SIZE` of memory, such as 2GiB; layers that need more fail")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "tell no progress and notes, only warnings and errors")
}

func newLayersCommand(streams Streams, deps deps) *cobra.Command {
	var opts layersOptions
	c := &cobra.Command{
		Use:   "layers MODEL...",
		Short: "Find the best layer for each region",
		Long: `Scores every layer of model dumps on the benchmarks of each region, prints the
curve over layers and marks the best: the one with the highest mean over the
benchmarks, of several the first. Layers are in natural order of their names. A
layer that lacks a score on one of the benchmarks is not chosen.

With --write, model.yaml commits each region to its best layer and says how it
was chosen; all else in the file stays. Where score then scores a layer on the
data that it was chosen on, it warns: choose on public benchmarks, compare on
others.

` + exitCodes(exitData),
		Example: `  brainscore layers models/resnet50
  brainscore layers models/* --benchmark MajajHong2015public.IT-pls --write
  brainscore layers models/resnet50 --of raw --format csv`,
		GroupID:           groupScoring,
		Args:              needArgs("at least one MODEL, a dump folder"),
		ValidArgsFunction: completeFolders,
		RunE: func(c *cobra.Command, args []string) error {
			opts.models = args
			return runLayers(c.Context(), opts, streams, deps.score)
		},
	}
	opts.AddFlags(c, c.Flags())
	completeWith(c, "of", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string {
		return []string{benchmarks.OfRaw, benchmarks.OfCeiled}
	})
	completeWith(c, "benchmark", cobra.ShellCompDirectiveNoFileComp, func(c *cobra.Command, _ []string) []string {
		if deps.names.benchmarks == nil {
			return nil
		}
		return deps.names.benchmarks(c.Context(), opts.data)
	})
	return c
}

func runLayers(ctx context.Context, opts layersOptions, streams Streams, score scoreFunc) error {
	if err := noneEmpty("MODEL", opts.models); err != nil {
		return err
	}
	if err := noneEmpty("--benchmark", opts.benchmarks); err != nil {
		return err
	}
	if opts.of != benchmarks.OfRaw && opts.of != benchmarks.OfCeiled {
		return usagef("--of is %q, but must be raw or ceiled", opts.of)
	}
	if opts.output == "" {
		return usagef("--output is empty; - stands for standard output")
	}
	if err := output.Check(opts.output); err != nil {
		return err
	}
	told := progress.New(streams.Err, opts.quiet)
	defer told.Close()
	report, err := score(ctx, scoreRequest{
		Models: opts.models, Data: opts.data, Benchmarks: opts.benchmarks, AllLayers: true, Composite: defaultComposite,
		Jobs: opts.jobs.number(), Memory: int64(opts.memory), Progress: told, Results: resultsFolder(opts.results),
	})
	told.Close()
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
	none := true
	for i := range report.Models {
		all := benchmarks.Curves(&report.Models[i], opts.of)
		curves = append(curves, all)
		none = none && len(all) == 0
	}
	if none {
		return &problems{append(failures.messages, "no layers to compare: there are only choices and probabilities"), exitData}
	}
	color := opts.output == output.Stdout && output.Colored(streams.Out)
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		return writeCurves(w, report, curves, opts.format.format, color)
	})
	if err != nil {
		return err
	}
	if opts.write {
		if err := commitBest(opts.models, curves, told); err != nil {
			return err
		}
	}
	return failures.problems(nil)
}

// commitBest writes the best layers into the model.yaml of each model.
func commitBest(models []string, curves [][]benchmarks.Curve, told *progress.Reporter) error {
	for i, dir := range models {
		layers, chosen := make(map[string]string), make(map[string]stimuli.Choice)
		for _, c := range curves[i] {
			if c.Best == "" {
				told.Warn("%s: %s: no layer has a score on every benchmark, so none is committed", c.Model, c.Region)
				continue
			}
			layers[c.Region] = c.Best
			chosen[c.Region] = stimuli.Choice{Benchmarks: c.Benchmarks, Of: c.Of}
		}
		if len(layers) == 0 {
			continue
		}
		dump, err := stimuli.OpenDump(dir)
		if err != nil {
			return err
		}
		if err := dump.Commit(layers, chosen); err != nil {
			return err
		}
	}
	return nil
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

// bar draws a value against the highest one in eighths of a cell.
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
		{Hide: []output.Format{output.Markdown, output.CSV, output.TSV}}}}
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
