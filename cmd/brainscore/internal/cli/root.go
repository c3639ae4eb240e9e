package cli

import (
	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
)

// The groups that help lists commands in.
const (
	groupScoring = "scoring"
	groupModels  = "models"
	groupData    = "data"
	groupOther   = "other"
)

// Help lists commands in the order of use, not in alphabetical order.
func init() { cobra.EnableCommandSorting = false }

// Command returns the tree of all commands, for generated documents.
func Command(streams Streams) *cobra.Command { return newRootCommand(streams, newDeps()) }

func newRootCommand(streams Streams, deps deps) *cobra.Command {
	root := &cobra.Command{
		Use:   "brainscore",
		Short: "Score neural networks against brain and behaviour data",
		Long: `Brainscore scores neural networks against brain and behaviour data: how well
activations predict recordings of visual areas and how closely choices resemble human
choices, each with its noise ceiling, and the composite of both.

Results go to standard output, everything else to standard error.

` + exitCodes(exitData, exitThreshold) + `

Pages of the documentation, by brainscore help TOPIC:
` + topicList(),
		Example: `  brainscore score models/resnet50
  brainscore score models/* --format json --output scores.json
  brainscore ceiling
  brainscore benchmarks list
  brainscore data fetch MajajHong2015public.IT-pls
  brainscore metrics list`,
		Version:           buildinfo.Read().Version,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetVersionTemplate("brainscore {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.SetHelpFunc(showHelp)
	root.AddGroup(
		&cobra.Group{ID: groupScoring, Title: "Scoring:"},
		&cobra.Group{ID: groupModels, Title: "Many models:"},
		&cobra.Group{ID: groupData, Title: "Data and benchmarks:"},
		&cobra.Group{ID: groupOther, Title: "Other:"},
	)
	help := newHelpCommand(root)
	root.SetHelpCommandGroupID(groupOther)
	root.SetHelpCommand(help)
	root.AddCommand(
		newScoreCommand(streams, deps),
		newLayersCommand(streams, deps),
		newTemplateCommand(streams),
		newBatchCommand(streams, deps),
		newCeilingCommand(streams, deps.names),
		newCompareCommand(streams),
		newSimilarityCommand(streams, deps.names),
		newPartitionCommand(streams, deps.names),
		newCompactCommand(streams, deps.names),
		newPackCommand(streams),
		newLeaderboardCommand(streams, deps.names),
		newAnalyzeCommand(streams, deps.names),
		newReportCommand(streams, deps.names),
		newPlotCommand(streams, deps.names),
		newModelsCommand(streams),
		newBenchmarksCommand(streams, deps.names),
		newCompositesCommand(streams, deps.names),
		newDataCommand(streams, deps),
		newStimuliCommand(streams),
		newMetricsCommand(streams),
		newInspectCommand(streams),
		newImportCommand(streams),
		newExportCommand(streams),
		newVersionCommand(streams),
		newCompletionCommand(streams),
		help,
	)
	return root
}

// newGroupCommand returns a command that only holds others.
func newGroupCommand(c *cobra.Command, subs ...*cobra.Command) *cobra.Command {
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(subs...)
	return c
}
