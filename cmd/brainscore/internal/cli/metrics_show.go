package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// metricsShowOptions are the flags of `metrics show`.
type metricsShowOptions struct{ out outputFlags }

func newMetricsShowCommand(streams Streams) *cobra.Command {
	var opts metricsShowOptions
	c := &cobra.Command{
		Use:     "show METRIC",
		Short:   "Explain one metric",
		Long:    "Explains one metric: its formula, range, options, when it is NaN, and where it\nwas published.\n\n" + exitCodes(),
		Example: "  brainscore metrics show pls\n  brainscore metrics show ridge --format json",
		Args:    needArg("the name of a metric"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return metrics.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			return runMetricsShow(c.Context(), opts, args[0], streams)
		},
	}
	opts.out.addFormat(c, output.Table, output.JSON)
	return c
}

func runMetricsShow(ctx context.Context, opts metricsShowOptions, name string, streams Streams) error {
	info, err := metrics.Lookup(name)
	if err != nil {
		return &usageError{err}
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, _ bool) error {
		if format == output.JSON {
			return results.WriteJSON(w, newMetricDocument(info))
		}
		return writeMetric(w, info)
	})
}

func writeMetric(w io.Writer, info metrics.Info) error {
	fmt.Fprintf(w, "%s: %s\n\n", info.Name, info.Summary)
	for _, line := range [][2]string{
		{"kind", string(info.Kind)}, {"formula", info.Formula}, {"range", info.Range}, {"NaN", info.NaN},
	} {
		if line[1] != "" {
			fmt.Fprintf(w, "%-8s %s\n", line[0], line[1])
		}
	}
	if len(info.Options) > 0 {
		fmt.Fprintln(w)
		grid := output.Grid{Columns: []output.Column{{Header: "option"}, {Header: "type", Rank: 1}, {Header: "default"}, {Header: "meaning", Wrap: true}}}
		for _, o := range info.Options {
			otherwise := o.Default
			if o.Example != "" {
				otherwise = "must be given"
			}
			grid.Add(output.Text(o.Name), output.Text(o.Type), output.Text(otherwise), output.Text(o.Doc))
		}
		if err := grid.WriteText(w, false); err != nil {
			return err
		}
	}
	if len(info.References) > 0 {
		fmt.Fprintln(w, "\nreferences")
	}
	for _, r := range info.References {
		fmt.Fprintf(w, "  %s\n", r)
	}
	return nil
}
