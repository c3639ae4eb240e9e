package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/brainscore-go/brainscore/pkg/templates"
)

// templateOptions are the flags of `template`, which writes a script for a framework.
type templateOptions struct {
	script      templates.Script
	time        []string // LAYER=START-END,...
	commitments []string // REGION=LAYER
	output      string
}

func newTemplateCommand(streams Streams) *cobra.Command {
	var opts templateOptions
	c := &cobra.Command{
		Use:   "template " + strings.Join(templates.Names(), "|"),
		Short: "Print a Python script that writes a model dump",
		Long: `Prints a complete, commented Python script that runs a model on the images of a
stimulus set and writes its dump: an array for each layer, logits.npy, stimulus_ids.csv
and model.yaml. It copies activations as they are computed, checks that float16 can
hold them, needs no more memory for more images, and goes on if it was stopped and is
started again. Images of other degrees of visual angle than the model's field of view
are shown on grey, or cropped. The script's own --help shows what can be changed
for one run, its --modules the names that layers can have.

A module that runs several times in one pass, as those of CORnet-S, becomes a layer in
time with --time: one time bin for each call.

` + exitCodes(exitData),
		Example: `  brainscore template pytorch --stimulus-set hvm-public --layer features.12 --commit IT=features.12 --output dump.py
  brainscore template pytorch --stimulus-set hvm-public --model timm:resnet50 --layer layer4
  brainscore template pytorch --stimulus-set dicarlo.Kar2019 --model cornet:cornet_s --time IT.output=70-110,110-150
  brainscore template tensorflow --stimulus-set hvm-public --model keras:ResNet50 --layer avg_pool`,
		GroupID:   groupModels,
		Args:      needArg("one of " + strings.Join(templates.Names(), ", ")),
		ValidArgs: templates.Names(),
		RunE: func(c *cobra.Command, args []string) error {
			return runTemplate(c.Context(), args[0], opts, streams)
		},
	}
	flags := c.Flags()
	addDataFlag(c, &opts.script.Data)
	flags.StringVar(&opts.script.StimulusSet, "stimulus-set", "", "the `ID` of the stimulus set")
	completeWith(c, "stimulus-set", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string {
		home, err := benchmarks.ResolveHome(opts.script.Data, os.Getenv)
		if err != nil {
			return nil
		}
		ids, _ := home.StimulusSets()
		return ids
	})
	flags.StringVar(&opts.script.Model, "model", "", "the `MODEL` as SOURCE:NAME, or your own function as MODULE:FUNCTION")
	flags.StringArrayVar(&opts.script.Layers, "layer", nil, "dump module `NAME` (repeatable; without it, only logits)")
	flags.StringArrayVar(&opts.time, "time", nil, "dump each call of a module as a time bin in ms, `LAYER=START-END,...` (repeatable)")
	flags.StringArrayVar(&opts.commitments, "commit", nil, "commit a region to a layer, `REGION=LAYER` (repeatable)")
	addOutputFlag(c, &opts.output)
	return c
}

func runTemplate(ctx context.Context, name string, opts templateOptions, streams Streams) error {
	framework, ok := templates.Find(name)
	if !ok {
		return usagef("unknown framework %q%s; known are %s", name, suggestion("", name, templates.Names()), strings.Join(templates.Names(), ", "))
	}
	if opts.script.StimulusSet == "" {
		return usagef("brainscore template needs --stimulus-set ID")
	}
	if err := noneEmpty(argument{"--layer", opts.script.Layers}); err != nil {
		return err
	}
	if len(opts.time) > 0 && !framework.InTime {
		return usagef("--time is for modules that run several times in one pass, which the script for %s cannot watch; use pytorch", name)
	}
	if err := opts.parseTime(); err != nil {
		return err
	}
	if err := opts.parseCommitments(); err != nil {
		return err
	}
	if err := checkOutput(opts.output); err != nil {
		return err
	}
	home, err := benchmarks.ResolveHome(opts.script.Data, os.Getenv)
	if err != nil {
		return err
	}
	opts.script.Data = home.Dir
	notes, err := findStimulusSet(home, &opts.script)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, false)
	for _, n := range notes {
		reporter.Note("%s", n)
	}
	return output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error { return opts.script.Write(w, framework) })
}

// parseTime reads the values of --time.
func (o *templateOptions) parseTime() error {
	o.script.Time = make(map[string][]string)
	for _, value := range o.time {
		layer, list, ok := strings.Cut(value, "=")
		if !ok || layer == "" {
			return usagef("--time: %q is not LAYER=START-END,...; for example IT.output=70-110,110-150", value)
		}
		var bins stimuli.TimeBins
		for name := range strings.SplitSeq(list, ",") {
			bin, ok := stimuli.ParseTimeBin(strings.TrimSpace(name))
			if !ok {
				return usagef("--time: %q is not a time bin START-END in milliseconds", name)
			}
			bins = append(bins, bin)
			o.script.Time[layer] = append(o.script.Time[layer], bin.String())
		}
		if err := bins.Check("--time " + value); err != nil {
			return usagef("%w", err)
		}
		if slices.Contains(o.script.Layers, layer) {
			return usagef("%q is given by both --layer and --time", layer)
		}
	}
	return nil
}

// parseCommitments reads the values of --commit.
func (o *templateOptions) parseCommitments() error {
	o.script.Commitments = make(map[string]string)
	layers := slices.Clone(o.script.Layers)
	for layer := range o.script.Time {
		layers = append(layers, layer)
	}
	for _, value := range o.commitments {
		region, layer, ok := strings.Cut(value, "=")
		if !ok || region == "" {
			return usagef("--commit: %q is not REGION=LAYER; for example IT=features.12", value)
		}
		if !slices.Contains(layers, layer) {
			return usagef("--commit: the layer %q of %s is not dumped%s; add --layer %s", layer, region, suggestion("", layer, layers), layer)
		}
		o.script.Commitments[region] = layer
	}
	return nil
}

// findStimulusSet finds the size of a script's stimuli in the data home and in the
// definitions of benchmarks, and returns what the user should know. It is an error if
// neither knows the stimulus set.
func findStimulusSet(home benchmarks.Home, script *templates.Script) (notes []string, err error) {
	if err := stimuli.SafeID(script.StimulusSet); err != nil {
		return nil, usagef("--stimulus-set: %w", err)
	}
	known, err := home.StimulusSets()
	if err != nil {
		return nil, err
	}
	installed := slices.Contains(known, script.StimulusSet)
	// A definition that cannot be used is of no concern here.
	definitions, _ := home.Definitions()
	var degrees []float64
	var example string // a benchmark by which the set can be fetched
	for _, d := range definitions {
		sets := slices.Concat(d.FittingSets(), d.StimulusSet.Names)
		known = append(known, sets...)
		if !slices.Contains(sets, script.StimulusSet) {
			continue
		}
		if d.Source == benchmarks.Embedded && example == "" {
			example = d.Identifier
		}
		if d.VisualDegrees > 0 && !slices.Contains(degrees, d.VisualDegrees) {
			degrees = append(degrees, d.VisualDegrees)
		}
	}
	if !slices.Contains(known, script.StimulusSet) {
		return nil, &problems{[]string{fmt.Sprintf("neither the data home %s nor a benchmark has the stimulus set %q%s; brainscore import stimuli adds one",
			home.Dir, script.StimulusSet, suggestion("", script.StimulusSet, known))}, exitData}
	}
	if installed {
		set, err := stimuli.LoadStimulusSet(home.StimulusSetPath(script.StimulusSet))
		if err != nil {
			return nil, err
		}
		script.DegreesOfEach = set.Table.Has("degrees")
	} else if example != "" {
		notes = append(notes, fmt.Sprintf("the data home %s does not have the stimulus set yet: brainscore data fetch %s --images", home.Dir, example))
	}
	switch {
	case len(degrees) == 1:
		script.Degrees = degrees[0]
	case script.DegreesOfEach:
	case len(degrees) > 1:
		notes = append(notes, fmt.Sprintf("benchmarks show these stimuli at different sizes (%v degrees): write the one that you mean into STIMULUS_DEGREES", degrees))
	default:
		notes = append(notes, "no benchmark gives the size of these stimuli (visual_degrees): write it into STIMULUS_DEGREES if it matters for the model")
	}
	return notes, nil
}
