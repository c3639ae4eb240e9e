package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/metrics"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// newMetricsCommand returns `metrics`, whose commands list and explain the metrics.
func newMetricsCommand(streams Streams) *cobra.Command {
	return newGroupCommand(&cobra.Command{
		Use:     "metrics",
		Short:   "List and explain the metrics",
		Long:    "Lists and explains the metrics that a benchmark may name, with their options,\nformulas and references.",
		Example: "  brainscore metrics list\n  brainscore metrics show pls",
		GroupID: groupData,
	}, newMetricsListCommand(streams), newMetricsShowCommand(streams))
}

type metricsListOptions struct{ out outputFlags }

func newMetricsListCommand(streams Streams) *cobra.Command {
	var opts metricsListOptions
	c := &cobra.Command{
		Use:     "list",
		Short:   "List all metrics",
		Long:    "Lists all metrics with what they compare and the defaults of their options.\n\n" + exitCodes(),
		Example: "  brainscore metrics list\n  brainscore metrics list --format markdown",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runMetricsList(c.Context(), opts, streams)
		},
	}
	opts.out.addFormat(c, output.Formats...)
	return c
}

func runMetricsList(ctx context.Context, opts metricsListOptions, streams Streams) error {
	infos := metrics.List()
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		if format == output.JSON {
			doc := metricsDocument{Schema: 1, Metrics: []metricDocument{}}
			for _, info := range infos {
				doc.Metrics = append(doc.Metrics, newMetricDocument(info))
			}
			return results.WriteJSON(w, doc)
		}
		grid := output.Grid{Columns: []output.Column{{Header: "metric"}, {Header: "kind", Rank: 2}, {Header: "summary", Wrap: true}, {Header: "range", Rank: 1}, {Header: "options", Wrap: true}}}
		for _, info := range infos {
			grid.Add(output.Text(info.Name), output.Text(string(info.Kind)), output.Text(info.Summary), output.OwnText(info.Range), output.Text(optionsText(info.Options)))
		}
		return grid.Write(w, format, color)
	})
}

// optionsText lists options as they would be set to their defaults.
func optionsText(options []metrics.Option) string {
	var parts []string
	for _, o := range options {
		parts = append(parts, o.Name+": "+o.Default)
	}
	return strings.Join(parts, ", ")
}
