package cli

import (
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// newImportRecordingsCommand returns `import recordings`, which imports an array of recordings.
func newImportRecordingsCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.RecordingsRequest
	c := &cobra.Command{
		Use:   "recordings FILE.(npy|npz|mat|h5|nwb) --id NAME --stimulus-set NAME --stimuli ids.csv",
		Short: "Import an array of recordings",
		Long: `Imports an array of recordings as an assembly:

  stimuli x repetitions x neuroids   repetitions that are all NaN are left out
  stimuli x neuroids                 averages, which have no noise ceiling of their own
  trials x neuroids                  single trials; a stimulus has as many rows as trials

--stimuli names a table with a row for each row of the array: stimulus_id (or image_id)
and any other columns, such as repetition of trials. --neuroids names a table with a row
for each neuroid: neuroid_id, region and any other columns. Without --stimuli, the file
must name the stimuli of its rows, as files of import activations do; --by-position reads
rows in the order of the stimulus set instead. If both the file and the table name
the rows, they must agree.

The axes of .mat, of version 5 or 7.3, are those that MATLAB shows. A column of the
table of units in .nwb has the neuroids first. Parts of a file that were
declared but never written are an error.

` + exitCodes(exitData),
		Example: `  brainscore import recordings rates.npy --id lab2026 --stimulus-set lab-images --stimuli ids.csv --neuroids units.csv
  brainscore import recordings session.mat --array rates --id lab2026 --stimulus-set lab-images --by-position`,
		Args: needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if q.Stimuli != "" && q.ByPosition {
				return usagef("give --stimuli or --by-position, not both; %s", seeHelp(c))
			}
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home stimuli.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.Progress = home, reporter.Pass
				return imports.Recordings(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringVar(&q.Stimuli, "stimuli", "", "table `FILE` with the stimulus_id of each row")
	c.Flags().StringVar(&q.Neuroids, "neuroids", "", "table `FILE` with the neuroid_id and region of each neuroid (default numbers them)")
	c.Flags().StringVar(&q.Array, "array", "", "import the array `NAME` of a file that has several")
	c.Flags().BoolVar(&q.ByPosition, "by-position", false, "read rows in the order of the stimulus set and ignore the names that the file has for them")
	opts.addFlags(c)
	return c
}
