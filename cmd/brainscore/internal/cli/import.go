package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/internal/text"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// importOptions are the flags of all imports.
type importOptions struct {
	data  string
	force bool
	quiet bool
}

func (o *importOptions) addFlags(c *cobra.Command) {
	addDataFlag(c, &o.data)
	c.Flags().BoolVar(&o.force, "force", false, "replace what exists already")
	addQuietFlag(c, &o.quiet)
}

// run imports, and prints what was made.
func (o *importOptions) run(streams Streams, do func(stimuli.Home, *progress.Reporter) (*imports.Result, error)) error {
	home, err := benchmarks.ResolveHome(o.data, os.Getenv)
	if err != nil {
		return err
	}
	reporter := progress.New(streams.Err, o.quiet)
	defer reporter.Close()
	r, err := do(stimuli.Home(home), reporter)
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

// idFlag adds --id, the name of what is made.
func idFlag(c *cobra.Command, id *string) {
	c.Flags().StringVar(id, "id", "", "`NAME` in the data home")
	required(c, "id")
}

// setFlag adds --stimulus-set.
func setFlag(c *cobra.Command, set *string) {
	c.Flags().StringVar(set, "stimulus-set", "", "`NAME` of the stimulus set in the data home")
	required(c, "stimulus-set")
}

// modelFlag adds --model.
func modelFlag(c *cobra.Command, model *string) {
	c.Flags().StringVar(model, "model", "", "model dump `DIR`, made if it is missing")
	completeFolder(c, "model")
	required(c, "model")
}

// maxTextFlag adds --max-text.
func maxTextFlag(c *cobra.Command, bytes *int64) {
	c.Flags().Var(&size{bytes}, "max-text", "allow coordinates to take `SIZE` of text, such as 2GiB (default by the size of the file)")
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
		Short: "Import published data and model features",
		Long: `Imports files in the formats that others publish: BrainIO's netCDF-4 assemblies and
stimulus sets, model features and class probabilities, and the trials of
model-vs-human.

An import is written whole or not at all. Existing data are replaced only with
--force. The data home is made if it is missing.`,
		Example: `  brainscore import stimuli stimulus_dicarlo_hvm.csv --id hvm
  brainscore import assembly assy_dicarlo_MajajHong2015_public.nc --id MajajHong2015.public --stimulus-set hvm
  brainscore import activations features.nc --model models/resnet50 --stimulus-set hvm`,
		GroupID: groupData,
	},
		newImportStimuliCommand(streams),
		newImportAssemblyCommand(streams),
		newImportRecordingsCommand(streams),
		newImportRDMCommand(streams),
		newImportJoinCommand(streams),
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
		Long: `Imports a CSV table of stimuli as a stimulus set: one row a stimulus, with its id in
the column stimulus_id or image_id. All other columns are imported too. The images
are not needed.

` + exitCodes(exitData),
		Example: "  brainscore import stimuli stimulus_dicarlo_hvm.csv --id hvm\n  brainscore import stimuli stimulus_Kar2019.csv --id Kar2019 --first-only",
		Args:    needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home stimuli.Home, _ *progress.Reporter) (*imports.Result, error) {
				q.Home = home
				return imports.Stimuli(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	c.Flags().BoolVar(&q.FirstOnly, "first-only", false, "import only the first row of each stimulus")
	opts.addFlags(c)
	return c
}

func newImportAssemblyCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.AssemblyRequest
	c := &cobra.Command{
		Use:   "assembly FILE.nc --id NAME --stimulus-set NAME",
		Short: "Import recordings or trials from netCDF-4",
		Long: `Imports a netCDF-4 assembly as BrainIO and xarray write it. Recordings have the
dimensions presentation and neuroid, in any order, and optionally time_bin, which is
dropped if it has one bin. Trials have the dimension presentation, with the
coordinates stimulus_id (or image_id), truth and choice; or correct, whether the
answer was right; or image_1, image_2 and image_3 of triplets. Values are the choices
if no coordinate is. Who saw a stimulus, and what it shows, may be in the stimulus
set. Solution times have the dimension too, with truth (or image_label) and i1; of
several decoders, svm is imported. Thresholds have the dimension subject; their
condition is the last part of NAME, as short2 of Malania2007.short2.

Coordinates become columns. Values are copied in parts, with their type and bits:
memory does not grow with the file.

` + exitCodes(exitData),
		Example: `  brainscore import assembly assy_dicarlo_MajajHong2015_public.nc --id MajajHong2015.public --stimulus-set hvm
  brainscore import assembly assy_averaged.nc --id lab.V4 --stimulus-set hvm --merge-stimulus-columns`,
		Args: needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if q.Kind != "" && !slices.Contains(benchmarkKinds, q.Kind) {
				return usagef("--kind: unknown kind %q; known are %s", q.Kind, strings.Join(benchmarkKinds, ", "))
			}
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home stimuli.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.Progress = home, reporter.Pass
				return imports.Assembly(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringVar(&q.Kind, "kind", "", strings.Join(benchmarkKinds, "|")+" (default by the file's dimensions)")
	_ = c.RegisterFlagCompletionFunc("kind", cobra.FixedCompletions(benchmarkKinds, cobra.ShellCompDirectiveNoFileComp))
	maxTextFlag(c, &q.MaxText)
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
  .npz  one layer for each array, named after its member
  .h5   one layer for each dataset of two or more dimensions, named after its path
  .mat  one layer for each variable, stimuli × features as MATLAB shows it, of files
        that MATLAB's save or scipy.io.savemat wrote; structs only with save -v7.3
  .npy  one layer, named by --layer or after the file; also thingsvision's features.npy

The file names the stimuli of its rows by an array or coordinate, of any name, whose
values are ids of the stimulus set; by one called stimulus_id(s), image_id(s), ids or
file_names; or by stimulus_ids.csv or thingsvision's file_names.txt beside it. The
folder and extension of a file name are removed, unless the stimulus set has an id
that includes them. Two arrays that disagree are an error, as are names of rows that
are not ids of the set: --by-position ignores all names and reads the rows in the
order of the stimulus set. If the file does not name its rows and has as many as the
set, they are read in this order too.

Parts of a file that were declared but never written, for example by a program that
was killed, are an error.

` + exitCodes(exitData),
		Example: `  brainscore import activations resnet50.nc --model models/resnet50 --stimulus-set hvm
  brainscore import activations features.npy --model models/clip --stimulus-set hvm --layer visual`,
		Args: needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home stimuli.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.Progress = home, reporter.Pass
				return imports.Activations(c.Context(), q)
			})
		},
	}
	modelFlag(c, &q.Model)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringVar(&q.Layer, "layer", "", "import only layer `NAME`, or give this name to the only layer of the file")
	c.Flags().BoolVar(&q.ByPosition, "by-position", false, "read rows in the order of the stimulus set and ignore the names that the file has for them")
	maxTextFlag(c, &q.MaxText)
	opts.addFlags(c)
	return c
}

func newExportCommand(streams Streams) *cobra.Command {
	var data, path string
	c := &cobra.Command{
		Use:   "export ASSEMBLY --output FILE.npz",
		Short: "Write an assembly as one .npz for Python",
		Long: `Writes an assembly of the data home as one archive that numpy.load reads: its values,
each column of its tables as an array such as presentation/stimulus_id, and its files.

` + exitCodes(exitData),
		Example: `  brainscore export MajajHong2015.public --output MajajHong2015.npz
  python3 -c "import numpy; print(numpy.load('MajajHong2015.npz')['values'].shape)"`,
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
		return imports.Export(ctx, stimuli.Home(home), id, stdout)
	}
	return imports.ExportFile(ctx, stimuli.Home(home), id, path)
}
