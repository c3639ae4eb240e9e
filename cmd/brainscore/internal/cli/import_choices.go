package cli

import (
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/imports"
	"github.com/brainscore-go/brainscore/pkg/stimuli"
	"github.com/spf13/cobra"
)

// newImportChoicesCommand returns `import choices`, which imports trials of people.
func newImportChoicesCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.ChoicesRequest
	var columns, exclude []string
	c := &cobra.Command{
		Use:     "choices FILE.csv... --id NAME --stimulus-set NAME",
		Aliases: []string{"trials"},
		Short:   "Import trials of humans",
		Long: `Imports tables of trials as a behavioral assembly. If the data home does not have the
stimulus set, it is made from the trials.

A table has one row a trial. Of choices among many objects it has the columns subject,
stimulus_id, truth and choice, and optionally condition; a column correct (1 or 0) can
stand for truth and choice. Of choices between two objects it has stimulus_id, truth,
dist_obj (the other object) and choice. Of triplets it has first, second, third and
choice, the odd one out. Usual names of these columns are known, such as subject_id,
correct_answer and subject_answer; --column names others. All other columns are imported
as they are. A choice that is empty or na is imported as na, which is wrong.

Tables of model-vs-human have the columns subj, object_response, category, condition and
imagename. The id of a stimulus is the name of its image without extension. From a name
such as 0001_cop_s01_c30_knife_10_n03041632_7380.png, the id is the condition and what
follows the category and number: c30/n03041632_7380. Ids do not name the conditions 0
and none.

` + exitCodes(exitData),
		Example: `  brainscore import choices raw-data/edge/edge_subject-*.csv --id Geirhos2021edge --stimulus-set Geirhos2021edge
  brainscore import choices raw-data/contrast/contrast_subject-*.csv --id Geirhos2021contrast \
    --stimulus-set Geirhos2021contrast --exclude condition=c100 --exclude condition=c03 --exclude condition=c01
  brainscore import choices lab.csv --id lab.people --stimulus-set lab \
    --column subject=participant --column stimulus_id=picture --column truth=shown --column choice=answer
  brainscore import choices pairs.csv --id lab.pairs --stimulus-set lab --column truth=target --column dist_obj=distractor`,
		Args: needArgs("a FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := noneEmpty(argument{"FILE", args}); err != nil {
				return err
			}
			var err error
			if q.Columns, err = parseColumns(columns); err != nil {
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
			return opts.run(streams, func(home stimuli.Home, _ *progress.Reporter) (*imports.Result, error) {
				q.Home = home
				return imports.Choices(c.Context(), q)
			})
		},
	}
	idFlag(c, &q.ID)
	setFlag(c, &q.StimulusSet)
	columnFlag(c, &columns)
	c.Flags().StringArrayVar(&exclude, "exclude", nil, "do not import trials with `COLUMN=VALUE`, for example condition=c100; numbers are compared as numbers (repeatable)")
	opts.addFlags(c)
	return c
}

// columnFlag adds --column.
func columnFlag(c *cobra.Command, columns *[]string) {
	c.Flags().StringArrayVar(columns, "column", nil, "import the file's column COLUMN as NAME: `NAME=COLUMN`, for example truth=correct_answer (repeatable)")
}

// parseColumns returns the columns of files by the names that --column gives them.
func parseColumns(flags []string) (map[string]string, error) {
	columns := map[string]string{}
	for _, flag := range flags {
		name, column, err := imports.ParseColumn(flag)
		if err != nil {
			return nil, usagef("--column: %w", err)
		}
		if other, ok := columns[name]; ok {
			return nil, usagef("--column: %s is given twice, as %s and %s", name, other, column)
		}
		columns[name] = column
	}
	return columns, nil
}

func newImportResponsesCommand(streams Streams) *cobra.Command {
	var opts importOptions
	var q imports.DumpRequest
	var columns []string
	c := &cobra.Command{
		Use:   "responses FILE.csv --model DIR --stimulus-set NAME",
		Short: "Import a model's choices",
		Long: `Imports a model's choices, in the columns of import choices (stimulus_id and choice at
least), as the layer responses of its dump. Choices for stimuli that are not in the stimulus set, such as those of
excluded conditions, are not imported.

` + exitCodes(exitData),
		Example: `  brainscore import responses edge_resnet50_session-1.csv --model models/resnet50 --stimulus-set Geirhos2021edge`,
		Args:    needArg("one FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			var err error
			if q.Columns, err = parseColumns(columns); err != nil {
				return err
			}
			q.Path, q.Force = args[0], opts.force
			return opts.run(streams, func(home stimuli.Home, _ *progress.Reporter) (*imports.Result, error) {
				q.Home = home
				return imports.Responses(c.Context(), q)
			})
		},
	}
	modelFlag(c, &q.Model)
	setFlag(c, &q.StimulusSet)
	columnFlag(c, &columns)
	opts.addFlags(c)
	return c
}
