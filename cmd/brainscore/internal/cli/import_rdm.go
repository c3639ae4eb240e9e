package cli

import (
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// newImportRDMCommand returns `import rdm`, which imports matrices of dissimilarities.
func newImportRDMCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.DissimilaritiesRequest
	c := &cobra.Command{
		Use:   "rdm FILE.(npy|npz|mat|h5|csv)... --id NAME --stimulus-set NAME",
		Short: "Import matrices of dissimilarities",
		Long: `Imports matrices of dissimilarities between stimuli (RDMs) as an assembly, which the
metric rdm compares layers with, per subject with both bounds of the noise ceiling:

  stimuli x stimuli              one matrix: symmetric, 0 on the diagonal
  pairs                          the values above its diagonal, row by row (scipy's squareform)
  subjects x stimuli x stimuli   several matrices; also stimuli x stimuli x subjects
  subjects x pairs               several triangles; also pairs x subjects

Several files are the matrices of several subjects, named after the files. --subjects names
a table with a row for each matrix, in their order: subject and any other columns, such as
region. --stimuli names a table with a row for each stimulus of the matrices: stimulus_id (or
image_id) and any other columns. Without it, the files must name their stimuli, as files
of import activations do (a .csv by its header or first column); --by-position takes those of the
stimulus set in their order instead. --similarities imports matrices of similarities, such as
correlations, as 1 - similarity.

Values may be negative, as those of crossnobis are. A matrix that is not symmetric, or not 0 on its
diagonal (both within 1e-6 of its largest value), or that has a NaN, is an error.

` + exitCodes(exitData),
		Example: `  brainscore import rdm hIT.npy --id lab.hIT --stimulus-set images92 --by-position
  brainscore import rdm s1.csv s2.csv s3.csv --id lab.hIT --stimulus-set images92
  brainscore import rdm rsms.mat --array rsms --similarities --subjects subjects.csv --id lab.V1 --stimulus-set images92 --stimuli ids.csv`,
		Args: needArgs("one FILE at least"),
		RunE: func(c *cobra.Command, args []string) error {
			if q.Stimuli != "" && q.ByPosition {
				return usagef("give --stimuli or --by-position, not both; %s", seeHelp(c))
			}
			q.Paths, q.Force = args, opts.force
			return opts.run(streams, func(home stimuli.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.Progress = home, reporter.Pass
				return imports.Dissimilarities(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	c.Flags().StringVar(&q.Stimuli, "stimuli", "", "table `FILE` with the stimulus_id of each row of the matrices")
	c.Flags().StringVar(&q.Subjects, "subjects", "", "table `FILE` with the subject of each matrix (default numbers them, or names them by their files)")
	c.Flags().StringVar(&q.Array, "array", "", "import the array `NAME` of files that have several")
	c.Flags().BoolVar(&q.Similarities, "similarities", false, "the matrices hold similarities, and 1 - similarity is imported")
	c.Flags().BoolVar(&q.ByPosition, "by-position", false, "take the stimuli in the order of the stimulus set and ignore the names that the files have for them")
	opts.addFlags(c)
	return c
}
