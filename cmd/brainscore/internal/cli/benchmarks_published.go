package cli

import (
	"context"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/data"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// benchmarksPublishedOptions are the flags of `benchmarks published`, which lists those of brain-score.org.
type benchmarksPublishedOptions struct{ out outputFlags }

func newBenchmarksPublishedCommand(streams Streams) *cobra.Command {
	var opts benchmarksPublishedOptions
	c := &cobra.Command{
		Use:   "published",
		Short: "List the published benchmarks, and what each needs of a dump",
		Long: `Lists all benchmarks that Brain-Score's vision package registers: the files of a dump
that each can be scored on, whether its data can be downloaded (public), are private or
are not among the published data, or the reason why no dump can serve it.

` + exitCodes(),
		Example: "  brainscore benchmarks published\n  brainscore benchmarks published --format csv",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runBenchmarksPublished(c.Context(), opts, streams)
		},
	}
	opts.out.addFormat(c, output.Formats...)
	return c
}

// publishedDocument is the JSON of the published benchmarks.
type publishedDocument struct {
	Schema     int                  `json:"schema"`
	Benchmarks []publishedBenchmark `json:"benchmarks"`
}

type publishedBenchmark struct {
	Identifier string `json:"identifier"`
	Stored     string `json:"stored,omitempty"` // the identifier of its scores, if it is another
	Version    int    `json:"version"`
	Metric     string `json:"metric"`
	Parent     string `json:"parent"`
	Dump       string `json:"dump,omitempty"`
	Data       string `json:"data,omitempty"`
	Reason     string `json:"reason,omitempty"` // why no dump can serve it
}

func runBenchmarksPublished(ctx context.Context, opts benchmarksPublishedOptions, streams Streams) error {
	list, err := benchmarks.PublishedList()
	if err != nil {
		return err
	}
	doc := publishedDocument{Schema: results.Schema}
	registry := data.Published()
	for _, p := range list {
		b, err := newPublishedBenchmark(p, registry)
		if err != nil {
			return err
		}
		doc.Benchmarks = append(doc.Benchmarks, b)
	}
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		if format == output.JSON {
			return results.WriteJSON(w, doc)
		}
		grid := output.Grid{Columns: output.TextColumns("benchmark", "stored as", "metric", "parent", "data", "scored on, or why not")}
		for _, b := range doc.Benchmarks {
			text := b.Dump
			if b.Reason != "" {
				text = "no: " + b.Reason
			}
			grid.Add(output.Text(b.Identifier), output.Text(b.Stored), output.Text(b.Metric), output.Text(b.Parent), output.Text(b.Data), output.Text(text))
		}
		return grid.Write(w, format, color)
	})
}

// newPublishedBenchmark adds to a published benchmark what its definition and the registry
// of data say.
func newPublishedBenchmark(p benchmarks.Published, registry *data.Registry) (publishedBenchmark, error) {
	b := publishedBenchmark{Identifier: p.Identifier, Stored: p.Stored, Version: p.Version, Metric: p.Metric, Parent: p.Parent}
	if p.Reason != "" {
		b.Reason = p.Reason
		return b, nil
	}
	d, err := benchmarks.Home{}.Definition(p.Identifier)
	if err != nil {
		return b, err
	}
	if b.Dump, err = scoring.WhatToDump(d); err != nil {
		return b, err
	}
	objects, err := registry.NeedOf(d)
	switch {
	case err != nil:
		b.Data = "not registered"
	case slices.ContainsFunc(objects, func(o data.Object) bool { return o.Private }):
		b.Data = "private"
	default:
		b.Data = "public"
	}
	return b, nil
}
