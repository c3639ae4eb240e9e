package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/imports"
)

// importOptions are the flags that all imports have.
type importOptions struct {
	data  string
	force bool
	quiet bool
}

func (o *importOptions) addFlags(c *cobra.Command) {
	addDataFlag(c, &o.data)
	c.Flags().BoolVar(&o.force, "force", false, "replace what is there already")
	addQuietFlag(c, &o.quiet)
}

// run carries out an import and tells what came of it.
func (o *importOptions) run(streams Streams, do func(benchmarks.Home, *progress.Reporter) (*imports.Result, error)) error {
	home, err := benchmarks.ResolveHome(o.data, os.Getenv)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, o.quiet)
	defer reporter.Close()
	r, err := do(home, reporter)
	if e, ok := errors.AsType[*imports.ExistsError](err); ok {
		return usagef("%w; replace it with --force", e)
	}
	if err != nil {
		return err
	}
	for _, n := range r.Notes {
		reporter.Note("%s", n)
	}
	_, err = fmt.Fprintf(streams.Out, "%s: %s\n", text.Safe(r.Path), text.Safe(r.What))
	return err
}

// idFlag and setFlag name what is made and the stimuli that it is about.
func idFlag(c *cobra.Command, id *string) {
	c.Flags().StringVar(id, "id", "", "`NAME` in the data home")
	required(c, "id")
}

func setFlag(c *cobra.Command, set *string) {
	c.Flags().StringVar(set, "stimulus-set", "", "`NAME` of the stimulus set in the data home")
	required(c, "stimulus-set")
}

func modelFlag(c *cobra.Command, model *string) {
	c.Flags().StringVar(model, "model", "", "model dump `DIR`, made where it is missing")
	completeFolder(c, "model")
	required(c, "model")
}

// required marks a flag that must be given.
func required(c *cobra.Command, flag string) {
	before := c.PreRunE
	c.PreRunE = func(c *cobra.Command, args []string) error {
		if before != nil {
			if err := before(c, args); err != nil {
				return err
			}
		}
		if f := c.Flags().Lookup(flag); f.Value.String() == "" {
			return usagef("%s needs --%s; %s", c.CommandPath(), flag, seeHelp(c))
		}
		return nil
	}
}

func newImportCommand(streams Streams) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:   "import",
		Short: "Bring in published data and model features",
		Long: `Brings in files as others publish them: BrainIO's netCDF-4 assemblies and stimulus
sets, model features and class probabilities, and the trials of model-vs-human.

What is made is there whole or not at all. What is there already is replaced only
with --force. The data home is made where it is missing.`,
		Example: `  brainscore import stimuli stimulus_dicarlo_hvm.csv --id hvm
  brainscore import assembly assy_dicarlo_MajajHong2015_public.nc --id MajajHong2015.public --stimulus-set hvm
  brainscore import activations features.nc --model models/resnet50 --stimulus-set hvm`,
		GroupID: groupData,
	},
		newImportStimuliCommand(streams),
		newImportAssemblyCommand(streams),
		newImportActivationsCommand(streams),
		newImportChoicesCommand(streams),
		newImportResponsesCommand(streams),
	)
}

func newImportStimuliCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.StimuliRequest
	c := &cobra.Command{
		Use:   "stimuli FILE.csv --id NAME",
		Short: "Import a table of stimuli",
		Long: `Imports a CSV table of stimuli as a stimulus set: one row a stimulus, its id in the
column stimulus_id or image_id. All other columns are kept. The images are not
needed.

` + exitCodes(exitData),
		Example: "  brainscore import stimuli stimulus_dicarlo_hvm.csv --id hvm\n  brainscore import stimuli stimulus_Kar2019.csv --id Kar2019 --first-only",
		Args:    needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home benchmarks.Home, _ *progress.Reporter) (*imports.Result, error) {
				q.Home = home
				return imports.Stimuli(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	c.Flags().BoolVar(&q.FirstOnly, "first-only", false, "keep the first row of those that repeat a stimulus")
	opts.addFlags(c)
	return c
}

func newImportAssemblyCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.AssemblyRequest
	c := &cobra.Command{
		Use:   "assembly FILE.nc --id NAME --stimulus-set NAME",
		Short: "Import recordings or trials from netCDF-4",
		Long: `Imports a netCDF-4 assembly as BrainIO and xarray write it. Recordings lie along
presentation and neuroid, in any order, and may have a time_bin axis, which is
dropped where it has one bin. Trials lie along presentation, with the coordinates
stimulus_id (or image_id), truth and choice; solution times too, with truth (or
image_label) and i1, those of the decoder svm where there are several.

Coordinates become columns. Values keep their type and bits, and are copied in
parts: memory does not follow the file.

` + exitCodes(exitData),
		Example: `  brainscore import assembly assy_dicarlo_MajajHong2015_public.nc --id MajajHong2015.public --stimulus-set hvm
  brainscore import assembly assy_averaged.nc --id lab.V4 --stimulus-set hvm --merge-stimulus-columns`,
		Args: needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if q.Kind != "" && q.Kind != "neural" && q.Kind != "behavioral" {
				return usagef("--kind: unknown kind %q; known are neural, behavioral", q.Kind)
			}
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home benchmarks.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.Progress = home, reporter.Pass
				return imports.Assembly(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringVar(&q.Kind, "kind", "", "neural|behavioral (default by the file's dimensions)")
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions([]string{"neural", "behavioral"}, cobra.ShellCompDirectiveNoFileComp))
	c.Flags().BoolVar(&q.Merge, "merge-stimulus-columns", false, "add the stimulus set's columns to those of the presentations")
	opts.addFlags(c)
	return c
}

func newImportActivationsCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.DumpRequest
	c := &cobra.Command{
		Use:   "activations FILE.(nc|npz|h5|mat|npy) --model DIR --stimulus-set NAME",
		Short: "Import a model's features or class probabilities",
		Long: `Imports activations into a model's dump:

  .nc   features as xarray writes them, presentation × neuroid (× time_bin), one
        layer for each value of the coordinate layer; or class probabilities,
        presentation × choice
  .npz  one layer for each array, named by its member
  .h5   one layer for each dataset of two or more dimensions, named by its path
  .mat  as .h5, of files that MATLAB saved with -v7.3; stimuli × features as MATLAB
        shows them
  .npy  one layer, named by --layer or the file; thingsvision's features.npy too

The stimuli of the rows are those that the file names: by an array or coordinate,
of any name, whose values are ids of the stimulus set; or one called stimulus_id(s),
image_id(s), ids or file_names; or else by stimulus_ids.csv or thingsvision's
file_names.txt beside the file. A file's name in file_names is its id without folder
and extension, unless the stimulus set has it whole. Two arrays that disagree are an
error, and so is text for each row that is none of the set's ids: --by-position takes
the rows in the order of the stimulus set whatever the file says. So are they taken
where the file says nothing of its rows, if they are as many.

Parts of a file that were declared but never written, as by a program that was
killed, are an error.

` + exitCodes(exitData),
		Example: `  brainscore import activations resnet50.nc --model models/resnet50 --stimulus-set hvm
  brainscore import activations features.npy --model models/clip --stimulus-set hvm --layer visual`,
		Args: needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home benchmarks.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.Progress = home, reporter.Pass
				return imports.Activations(c.Context(), q)
			})
		},
	}
	modelFlag(c, &q.Model)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringVar(&q.Layer, "layer", "", "import the layer `NAME` alone, or name the file's one layer so")
	c.Flags().BoolVar(&q.ByPosition, "by-position", false, "take rows in the order of the stimulus set, whatever names the file has for them")
	opts.addFlags(c)
	return c
}

func newImportChoicesCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.ChoicesRequest
	var exclude []string
	c := &cobra.Command{
		Use:   "choices FILE.csv... --id NAME --stimulus-set NAME",
		Short: "Import published trials of humans",
		Long: `Imports trials as model-vs-human publishes them, with the columns subj,
object_response, category, condition and imagename, as a behavioral assembly. The
stimulus set is made of them where the data home has none of the name.

A stimulus's id is its image's name without extension; of names such as
0001_cop_s01_c30_knife_10_n03041632_7380.png what follows the category and number, after
the condition: c30/n03041632_7380. Condition 0, and none, is left out of ids. A
response of na is kept, as a wrong choice.

` + exitCodes(exitData),
		Example: `  brainscore import choices raw-data/edge/edge_subject-*.csv --id Geirhos2021edge --stimulus-set Geirhos2021edge
  brainscore import choices raw-data/contrast/contrast_subject-*.csv --id Geirhos2021contrast \
    --stimulus-set Geirhos2021contrast --exclude condition=c100 --exclude condition=c03 --exclude condition=c01`,
		Args: needArgs("a FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := noneEmpty(argument{"FILE", args}); err != nil {
				return err
			}
			for _, e := range exclude {
				x, err := imports.ParseExclusion(e)
				if err != nil {
					return usagef("--exclude: %w", err)
				}
				q.Exclude = append(q.Exclude, x)
			}
			q.Paths, q.Force = args, opts.force
			return opts.run(streams, func(home benchmarks.Home, _ *progress.Reporter) (*imports.Result, error) {
				q.Home = home
				return imports.Choices(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringArrayVar(&exclude, "exclude", nil, "leave out trials where `COLUMN=VALUE`, as condition=c100; numbers compare as numbers (repeatable)")
	opts.addFlags(c)
	return c
}

func newImportResponsesCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.DumpRequest
	c := &cobra.Command{
		Use:   "responses FILE.csv --model DIR --stimulus-set NAME",
		Short: "Import a model's choices",
		Long: `Imports a model's choices, in the columns of import choices, as the layer responses
of its dump. Choices for stimuli that are not in the stimulus set, as those of excluded
conditions, are left out.

` + exitCodes(exitData),
		Example: `  brainscore import responses edge_resnet50_session-1.csv --model models/resnet50 --stimulus-set Geirhos2021edge`,
		Args:    needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home benchmarks.Home, _ *progress.Reporter) (*imports.Result, error) {
				q.Home = home
				return imports.Responses(c.Context(), q)
			})
		},
	}
	modelFlag(c, &q.Model)
	setFlag(c, &q.StimulusSet)
	opts.addFlags(c)
	return c
}

func newExportCommand(streams Streams) *cobra.Command {
	var data, path string
	c := &cobra.Command{
		Use:   "export ASSEMBLY --output FILE.npz",
		Short: "Write an assembly as one .npz for Python",
		Long: `Writes an assembly of the data home as one archive that numpy.load opens: its values,
each column of its tables as an array such as presentation/stimulus_id, and its files.

` + exitCodes(exitData),
		Example: `  brainscore export MajajHong2015.public --output MajajHong2015.npz
  python3 -c "import numpy; a = numpy.load('MajajHong2015.npz'); print(a['values'].shape, a['neuroid/region'])"`,
		GroupID: groupData,
		Args:    needArg("one ASSEMBLY"),
		RunE: func(c *cobra.Command, args []string) error {
			home, err := openHome(data)
			if err != nil {
				return err
			}
			return runExport(c.Context(), home, args[0], path, streams.Out)
		},
	}
	c.Flags().StringVarP(&path, "output", "o", "", "write to `FILE`, whole or not at all; - is standard output")
	required(c, "output")
	addDataFlag(c, &data)
	return c
}

func runExport(ctx context.Context, home benchmarks.Home, id, path string, stdout io.Writer) error {
	if path == output.Stdout {
		return imports.Export(ctx, home, id, stdout)
	}
	return imports.ExportFile(ctx, home, id, path)
}
