package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/output"
	"github.com/brainscore-go/brainscore/cmd/brainscore/internal/progress"
	"github.com/brainscore-go/brainscore/pkg/benchmarks"
	"github.com/brainscore-go/brainscore/pkg/scoring"
)

// benchmarksNewOptions are the flags of `benchmarks new`, which drafts a definition.
type benchmarksNewOptions struct {
	draft  scoring.DraftRequest
	data   string
	output string
}

func newBenchmarksNewCommand(streams Streams) *cobra.Command {
	var opts benchmarksNewOptions
	c := &cobra.Command{
		Use:   "new --assembly ID",
		Short: "Draft the definition of a new benchmark",
		Long: `Writes a commented definition for an assembly of the data home, derived from its
data: the region with most neuroids, classes of stimuli to stratify by, the ceiling
from repetitions, the time window; for metrics on choices, such as accuracy, the
column of right answers and those that options name. It is valid without changes if
the data have repetitions: otherwise the ceiling is a comment that names what is
missing, until you give it. What cannot be derived, such as the reference, is a comment.

Save it in the folder benchmarks of the data home to score on it by its identifier.
That folder is made if it is missing. An existing file is not overwritten.

` + exitCodes(exitData),
		Example: "  brainscore benchmarks new --assembly lab2026 --region IT\n" +
			"  brainscore benchmarks new --assembly lab2026 --metric ridge --output lab2026.IT-ridge.yaml",
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return runBenchmarksNew(c.Context(), opts, streams)
		},
	}
	flags := c.Flags()
	addDataFlag(c, &opts.data)
	flags.StringVar(&opts.draft.Assembly, "assembly", "", "the `ID` of an assembly in the data home")
	completeWith(c, "assembly", cobra.ShellCompDirectiveNoFileComp, func(*cobra.Command, []string) []string {
		home, err := benchmarks.ResolveHome(opts.data, os.Getenv)
		if err != nil {
			return nil
		}
		ids, _ := home.Assemblies()
		return ids
	})
	flags.StringVar(&opts.draft.Region, "region", "", "compare with the neuroids of region `R` (default the one with most neuroids)")
	flags.StringVar(&opts.draft.Metric, "metric", "", "compare by metric `M` (default the usual one for this kind of data)")
	addOutputFlag(c, &opts.output)
	return c
}

func runBenchmarksNew(ctx context.Context, opts benchmarksNewOptions, streams Streams) error {
	switch {
	case opts.draft.Assembly == "":
		return usagef("brainscore benchmarks new needs --assembly ID")
	case opts.output == "":
		return usagef("--output is empty; - stands for standard output")
	}
	if _, err := os.Lstat(opts.output); opts.output != output.Stdout && err == nil {
		return usagef("%s exists already; remove it, or name another file by --output", opts.output)
	}
	home, err := benchmarks.ResolveHome(opts.data, os.Getenv)
	if err != nil {
		return err
	}
	if err := home.Check(); err != nil {
		return err
	}
	identifier, content, err := scoring.Draft(ctx, home, opts.draft)
	if err != nil {
		return err
	}
	if err := makeBenchmarksDir(home, opts.output); err != nil {
		return err
	}
	err = output.Write(ctx, opts.output, streams.Out, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	if want := identifier + ".yaml"; opts.output != output.Stdout && filepath.Base(opts.output) != want {
		progress.New(streams.Err, false).Note("%s", fmt.Sprintf("name the file %s, after its identifier, or change the identifier", want))
	}
	return nil
}

// makeBenchmarksDir makes the folder of definitions if a file is to be written into it.
func makeBenchmarksDir(home benchmarks.Home, path string) error {
	dir := home.BenchmarksDir()
	if filepath.Clean(filepath.Dir(path)) != filepath.Clean(dir) {
		return nil
	}
	return os.MkdirAll(dir, 0o777)
}
