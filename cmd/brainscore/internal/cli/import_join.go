package cli

import (
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
)

// newImportJoinCommand returns `import join`, which joins recordings of several subjects.
func newImportJoinCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.JoinRequest
	c := &cobra.Command{
		Use:   "join ASSEMBLY... --id NAME --stimulus-set NAME",
		Short: "Join recordings of several subjects",
		Long: `Makes one assembly of several assemblies of recordings in the data home that have other
neuroids, such as one for each subject. Presentations of the same stimulus and
repetition become one row; in rows that an assembly does not have, its neuroids are
NaN. So all may have the same presentations, or each subject stimuli of its own.

Neuroids are named by the columns subject and neuroid_id together: no two assemblies may
have one of the same names. If none has a column subject, --subjects adds it, with what
the name of each assembly does not share with the others, as sub-01 of lab_sub-01.
Columns of presentations in which the assemblies differ, such as session, are left out;
notes name them.

` + exitCodes(exitData),
		Example: "  brainscore import join lab_sub-01 lab_sub-02 --id lab --stimulus-set lab-images --subjects",
		Args:    needArgs("an ASSEMBLY"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := noneEmpty(argument{"ASSEMBLY", args}); err != nil {
				return err
			}
			q.Parts, q.Force = args, opts.force
			return opts.run(streams, func(home stimuli.Home, reporter *progress.Reporter) (*imports.Result, error) {
				q.Home, q.To, q.Progress = home, home, reporter.Pass
				return imports.JoinRecordings(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	c.Flags().BoolVar(&q.Subjects, "subjects", false, "add a column subject by the names of the assemblies, if none has one")
	opts.addFlags(c)
	return c
}
