package cli

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
)

// newCompositesCommand returns `composites`, whose commands list composites and draw their trees.
func newCompositesCommand(streams Streams, names names) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:     "composites",
		Short:   "List composites and draw their trees",
		Long:    "Lists the composites that come with the program and draws the tree of one.",
		Example: "  brainscore composites list\n  brainscore composites show brain-score.org",
		GroupID: groupData,
	}, newCompositesListCommand(streams), newCompositesShowCommand(streams, names))
}

func newCompositesListCommand(streams Streams) *cobra.Command {
	var out outputFlags
	c := &cobra.Command{
		Use:   "list",
		Short: "List all composites",
		Long: `Lists the composites that come with the program. The name brain-score.org stands for
the newest of those with its name and a date.

` + exitCodes(),
		Example: "  brainscore composites list",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var list []*benchmarks.Composite
			for _, name := range benchmarks.CompositeNames() {
				composite, err := benchmarks.LoadComposite(name)
				if err != nil {
					return err
				}
				list = append(list, composite)
			}
			return out.write(c.Context(), streams, func(w io.Writer, format output.Format, color bool) error {
				return output.WriteCompositeList(w, list, format, color)
			})
		},
	}
	out.addFormat(c, output.Formats...)
	return c
}

type compositesShowOptions struct {
	without []string
	out     outputFlags
}

func newCompositesShowCommand(streams Streams, names names) *cobra.Command {
	var opts compositesShowOptions
	c := &cobra.Command{
		Use:   "show COMPOSITE",
		Short: "Draw the tree of a composite",
		Long: `Draws the tree of a composite: each group, the benchmarks or parts it is the mean of,
and their weights in the composite. "of" and "clip" say which scores count and whether
they are clipped to [0, 1]; "missing" is what a mean does about members without a figure:
refuse has none either, zero counts them 0 once another member has one, omit leaves them
out. Nodes without a weight stand beside the composite and do not count.

COMPOSITE is a name or a YAML file, which this checks.

` + exitCodes(exitData),
		Example: `  brainscore composites show brain-score.org
  brainscore composites show brain-score.org --without engineering_vision --format csv
  brainscore composites show mine.yaml`,
		Args: needArg("the name of a composite, or a YAML file"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			if names.composites == nil {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return names.composites(), cobra.ShellCompDirectiveDefault
		},
		RunE: func(c *cobra.Command, args []string) error {
			return runCompositesShow(c.Context(), opts, args[0], streams)
		},
	}
	c.Flags().StringArrayVar(&opts.without, "without", nil, "leave out benchmark or group `NAME` (repeatable)")
	opts.out.addFormat(c, output.Formats...)
	return c
}

func runCompositesShow(ctx context.Context, opts compositesShowOptions, name string, streams Streams) error {
	if err := noneEmpty(argument{"COMPOSITE", []string{name}}, argument{"--without", opts.without}); err != nil {
		return err
	}
	composite, err := benchmarks.LoadComposite(name)
	if err == nil {
		composite, err = composite.Without(opts.without...)
	}
	if err != nil {
		return err
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		return output.WriteComposite(w, composite, format, color)
	})
}
