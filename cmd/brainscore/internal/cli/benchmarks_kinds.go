package cli

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/results"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// benchmarksKindsOptions are the flags of `benchmarks kinds`, which lists the kinds of data.
type benchmarksKindsOptions struct{ out outputFlags }

func newBenchmarksKindsCommand(streams Streams) *cobra.Command {
	var opts benchmarksKindsOptions
	c := &cobra.Command{
		Use:   "kinds",
		Short: "List the kinds of data to compare with",
		Long: `Lists the kinds of data that benchmarks compare models with: the files and columns of
an assembly, what is dumped of a model, and the metrics. An assembly may lack what is
in parentheses.

` + exitCodes(),
		Example: "  brainscore benchmarks kinds\n  brainscore benchmarks kinds --format markdown",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runBenchmarksKinds(c.Context(), opts, streams)
		},
	}
	opts.out.addFormat(c, output.Formats...)
	return c
}

func runBenchmarksKinds(ctx context.Context, opts benchmarksKindsOptions, streams Streams) error {
	kinds := scoring.DataKinds()
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, color bool) error {
		if format == output.JSON {
			return results.WriteJSON(w, newKindsDocument(kinds))
		}
		grid := output.Grid{Columns: []output.Column{{Header: "data", Wrap: true}, {Header: "kind", Rank: 3}, {Header: "files", Wrap: true}, {Header: "model", Wrap: true}, {Header: "metrics", Wrap: true}}}
		for _, k := range kinds {
			grid.Add(output.Text(k.Name), output.Text(k.Kind), output.Text(filesText(k.Files)), output.Text(k.Dump), output.Text(strings.Join(k.Metrics, ", ")))
		}
		return grid.Write(w, format, color)
	})
}

// filesText lists files with their columns; what an assembly may lack is in parentheses.
func filesText(files []scoring.DataFile) string {
	if len(files) == 0 {
		return "none: columns of the stimulus set"
	}
	var parts []string
	for _, f := range files {
		part := f.Name + ": " + strings.Join(f.Columns, ", ")
		if len(f.Others) > 0 {
			part += " (" + strings.Join(f.Others, ", ") + ")"
		}
		if f.Optional {
			part = "(" + part + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// kindsDocument is the JSON of `benchmarks kinds`.
type kindsDocument struct {
	Schema int            `json:"schema"`
	Kinds  []kindDocument `json:"kinds"`
}

type kindDocument struct {
	Data    string         `json:"data"`
	Kind    string         `json:"kind"`
	Files   []fileDocument `json:"files"`
	Model   string         `json:"model"`
	Metrics []string       `json:"metrics"`
}

type fileDocument struct {
	Name     string   `json:"name"`
	Columns  []string `json:"columns"`
	Others   []string `json:"other_columns"`
	Optional bool     `json:"optional"`
}

func newKindsDocument(kinds []scoring.Data) kindsDocument {
	doc := kindsDocument{Schema: results.Schema}
	for _, k := range kinds {
		kind := kindDocument{Data: k.Name, Kind: k.Kind, Model: k.Dump, Metrics: k.Metrics}
		for _, f := range k.Files {
			kind.Files = append(kind.Files, fileDocument{f.Name, f.Columns, append([]string{}, f.Others...), f.Optional})
		}
		doc.Kinds = append(doc.Kinds, kind)
	}
	return doc
}
