package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/buildinfo"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/pkg/results"
)

// versionOptions are the flags of `version`.
type versionOptions struct{ out outputFlags }

func newVersionCommand(streams Streams) *cobra.Command {
	var opts versionOptions
	c := &cobra.Command{
		Use:     "version",
		Short:   "Show the version of this build",
		Long:    "Shows the version of brainscore, the commit it was built from, if known, and the\nversion of Go that built it. Results have the same in their provenance.\n\n" + exitCodes(),
		Example: "  brainscore version\n  brainscore version --format json",
		GroupID: groupOther,
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runVersion(c.Context(), opts, streams)
		},
	}
	opts.out.addFormat(c, output.Table, output.JSON)
	return c
}

func runVersion(ctx context.Context, opts versionOptions, streams Streams) error {
	info := buildinfo.Read()
	return opts.out.write(ctx, streams, func(w io.Writer, format output.Format, _ bool) error {
		if format == output.JSON {
			return results.WriteJSON(w, info)
		}
		commit := ""
		if info.Revision != "" {
			commit = ", commit " + info.Revision
		}
		if info.Modified {
			commit += " with changes"
		}
		_, err := fmt.Fprintf(w, "brainscore %s (%s, %s/%s%s)\n", info.Version, info.Go, info.OS, info.Arch, commit)
		return err
	})
}
